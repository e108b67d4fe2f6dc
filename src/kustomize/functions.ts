/** Functions in containers, by the docker that --enable-alpha-plugins allows. upstream: api/internal/plugins/fnplugin, kyaml/fn/runtime, kyaml/runfn */
import { join } from 'node:path'
import { BuildError, messageOf } from './errors'
import { resourcesOf } from './documents'
import { isIdEqual } from './ids'
import { readValue } from './kustomization'
import type { FunctionSettings } from './program-settings'
import { runProgram } from './programs'
import { ANNOTATION, Resource } from './resource'
import type { ResourceList } from './resource-list'
import type { Transformer } from './transformers/transformer'
import { emitYaml } from './yaml/emit'
import { newNode, stringNode, TAG, type YamlNode } from './yaml/node'
import { nodeOf } from './yaml/value'

interface Container {
  readonly image?: string
  readonly network?: boolean
  readonly envs?: readonly string[]
}

const SPEC_ANNOTATIONS = ['config.kubernetes.io/function', 'config.k8s.io/function']
const ID = 'kustomize.config.k8s.io/id'
const INTERNAL = 'internal.config.kubernetes.io/'
const ITEM_ANNOTATIONS = [ID, 'config.kubernetes.io/index', `${INTERNAL}index`, `${INTERNAL}annotations-migration-resource-id`, `${INTERNAL}id`, 'config.k8s.io/id']

/** The container that the resource says it is the configuration of. */
export function containerOf(resource: Resource): Container | undefined {
  for (const key of SPEC_ANNOTATIONS) {
    const text = resource.annotations.get(key)
    if (text === undefined) continue
    const { container } = (readValue(text) ?? {}) as { container?: Container }
    if ((container?.image ?? '') !== '') return container
  }
  return undefined
}

/** Generates as well as transforms: the kustomization decides. */
export function functionPlugin(config: Resource, container: Container, settings: FunctionSettings, folder: string): { readonly generate: () => Resource[]; readonly transform: Transformer } {
  const call = (items: readonly Resource[]): Resource[] => {
    try {
      return invoke(config, items, dockerArguments(container, settings, folder), container, settings)
    } catch (error) {
      throw new BuildError(`couldn't execute function: ${messageOf(error)}`)
    }
  }
  const local = (): Resource => {
    const copy = config.copy()
    copy.mark(ANNOTATION.local, 'true')
    return copy
  }
  return {
    generate: () => call([local()]),
    transform: resources => update(resources, call(resources.items.map(identified))),
  }
}

/** With its name in an annotation, by which it is known again. */
function identified(resource: Resource): Resource {
  const { group, version, kind, name, namespace } = resource.id
  const copy = resource.copy()
  const lines = [['group', group], ['kind', kind], ['name', name], ['namespace', namespace], ['version', version]].filter(([, value]) => value !== '')
  copy.mark(ID, lines.map(([key, value]) => `${key}: ${value}\n`).join(''))
  return copy
}

function invoke(config: Resource, items: readonly Resource[], command: readonly string[], container: Container, settings: FunctionSettings): Resource[] {
  if (container.network === true && !settings.network) throw new BuildError('network required but not enabled with --network ')
  const numbered = items.map((item, i) => {
    const copy = item.copy()
    for (const [key, value] of [['config.kubernetes.io/index', i], [`${INTERNAL}index`, i], [`${INTERNAL}annotations-migration-resource-id`, i], [`${INTERNAL}id`, i + 1], ['config.k8s.io/id', i + 1]] as const) copy.mark(key, String(value))
    return blockOf(copy)
  })
  const functionConfig = config.copy()
  functionConfig.mark(ANNOTATION.local, 'true')
  const list = newNode('map', { tag: TAG.map, content: [
    stringNode('apiVersion'), stringNode('config.kubernetes.io/v1'), stringNode('kind'), stringNode('ResourceList'),
    stringNode('items'), newNode('list', { tag: TAG.list, content: numbered }), stringNode('functionConfig'), blockOf(functionConfig),
  ] satisfies YamlNode[] })
  const { stdout, stderr, failure } = runProgram('docker', command, settings.environment, emitYaml(list))
  if (failure !== undefined) throw new BuildError(stderr === '' ? failure : `${stderr.trimEnd()}: ${failure}`)
  const made = resourcesOf(stdout)
  for (const resource of made) resource.dropAnnotations(ITEM_ANNOTATIONS)
  return made
}

/** Whatever style the files have. */
const blockOf = (resource: Resource): YamlNode => nodeOf(resource.value())

function dockerArguments({ image = '', network, envs = [] }: Container, { asCurrentUser, mounts, env }: FunctionSettings, folder: string): string[] {
  const user = asCurrentUser ? `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}` : 'nobody'
  const pairs = [...envs, ...env]
  const valued = [...pairs.filter(pair => pair.includes('=')), 'LOG_TO_STDERR=true', 'STRUCTURED_RESULTS=true'].sort()
  return [
    'run', '--rm', '-i', '-a', 'STDIN', '-a', 'STDOUT', '-a', 'STDERR', '--network', network === true ? 'host' : 'none', '--user', user, '--security-opt=no-new-privileges',
    ...mounts.flatMap(mount => ['--mount', mountText(mount, folder)]),
    ...[...valued, ...pairs.filter(pair => !pair.includes('='))].flatMap(pair => ['-e', pair]), image,
  ]
}

function mountText(text: string, folder: string): string {
  const options = Object.fromEntries(text.split(',').map(part => part.split('=') as [string, string | undefined]))
  const from = options['src'] ?? options['source'] ?? ''
  const source = from.startsWith('/') ? from : join(folder, from)
  return `type=${options['type'] ?? ''},source=${source},target=${options['dst'] ?? options['target'] ?? ''}${options['rw'] === 'true' ? '' : ',readonly'}`
}

/** What came back takes the place of what it was made from; what did not come back is gone. upstream: UpdateResMapValues */
function update(resources: ResourceList, made: readonly Resource[]): void {
  const kept = new Set<Resource>()
  for (const next of made) {
    const old = resources.items.find(r => isIdEqual(r.id, next.id))
    if (old === undefined) {
      resources.append(next)
      kept.add(next)
    } else {
      old.node = next.node
      kept.add(old)
    }
  }
  resources.intersect(resources.items.filter(r => kept.has(r)).map(r => r.id))
}
