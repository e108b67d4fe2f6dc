/** What may stand for an argument or a flag's value: types, names of objects, containers, ports, contexts. upstream: kubectl/pkg/util/completion */
import { readdirSync } from 'node:fs'
import type { KubeObject } from '../../kinds/kind'
import type { Pod, Service } from '../../kinds/schema/types/core.v1'
import { byCodePoint } from '../../base/go-text'
import { podOf } from '../exec/exec'
import type { Factory } from '../factory'
import { openKubeconfig } from '../kubeconfig/files'
import type { Section } from '../kubeconfig/model'
import type { Line } from './line'

/** Bits of what the shell is to do with the words. */
export const DEFAULT = 0
export const NO_SPACE = 2
export const NO_FILES = 4
/** The words are endings of files. */
export const BY_EXTENSION = 8

export interface Suggestions {
  /** Each with its text after a tab, if it has one. */
  readonly words: readonly string[]
  readonly directive: number
}

const WITHOUT_FILES = (words: readonly string[]): Suggestions => ({ words, directive: NO_FILES })

const SCALABLE = ['deployment', 'replicaset', 'replicationcontroller', 'statefulset']
const ROLLING = ['deployment', 'daemonset', 'statefulset']

/** Commands whose first argument is a type, then names; of the given types alone, if any. */
const TYPED: Readonly<Record<string, readonly string[] | 'all'>> = {
  annotate: 'all', debug: 'all', 'apply edit-last-applied': 'all', 'apply view-last-applied': 'all', delete: 'all', describe: 'all', edit: 'all', get: 'all', label: 'all', patch: 'all',
  autoscale: SCALABLE, scale: SCALABLE, expose: ['pod', 'service', 'replicationcontroller', 'deployment', 'replicaset'], taint: ['node'],
  'rollout history': ROLLING, 'rollout restart': ROLLING, 'rollout status': ROLLING, 'rollout undo': ROLLING, 'rollout pause': ['deployment'], 'rollout resume': ['deployment'],
  'set image': ['daemonsets', 'deployments', 'pods', 'cronjobs', 'replicasets', 'replicationcontrollers', 'statefulsets'],
}
/** They take one object. */
const NO_REPEAT = new Set(['rollout status', 'set image'])
/** Commands whose only argument is a name of this type. */
const NAMED: Readonly<Record<string, string>> = { cordon: 'node', uncordon: 'node', drain: 'node', 'top node': 'node', 'top pod': 'pod', 'create token': 'serviceaccount' }
const CONFIG: Readonly<Record<string, Section>> = {
  'config delete-cluster': 'clusters', 'config delete-context': 'contexts', 'config delete-user': 'users', 'config rename-context': 'contexts', 'config set-context': 'contexts', 'config use-context': 'contexts',
}
const WITH_PODS = ['daemonsets', 'deployments', 'pods', 'jobs', 'replicasets', 'replicationcontrollers', 'services', 'statefulsets']

/** undefined: the command has nothing to say of its arguments. Throws what the cluster throws. */
export async function argumentsOf(line: Line, factory: Factory): Promise<Suggestions | undefined> {
  const { command: { path }, args, word } = line
  const typed = TYPED[path]
  if (typed !== undefined) return typesAndNames(line, typed, factory)
  if (NAMED[path] !== undefined) return WITHOUT_FILES(args.length > 0 ? [] : await names(factory, NAMED[path], word))
  if (CONFIG[path] !== undefined) return WITHOUT_FILES(args.length > 0 ? [] : entries(factory, CONFIG[path], word))
  // After the one argument that is named beforehand cobra says nothing, not even that files would be wrong.
  if (path === 'completion' && args.length === 0) return WITHOUT_FILES(['bash', 'zsh', 'fish', 'powershell'].filter(s => s.startsWith(word)))
  if (path === 'attach' || path === 'exec' || path === 'logs' || path === 'port-forward') {
    if (args.length === 0) return pods(factory, word)
    if (path === 'logs' && args.length === 1) return WITHOUT_FILES(await containers(factory, args[0] as string, word))
    if (path === 'port-forward' && args.length === 1) return WITHOUT_FILES(await ports(factory, args[0] as string, word))
    return WITHOUT_FILES([])
  }
  if (path === 'cp') return { words: args.length > 0 ? [] : await copied(factory, word), directive: NO_SPACE }
  return undefined
}

/** `namespace/`, `pod:`, then files where there is anything else. upstream: cp.go NewCmdCp */
async function copied(factory: Factory, word: string): Promise<string[]> {
  if (/^[./~]/.test(word) || word.includes(':')) return []
  const slash = word.indexOf('/')
  if (slash > 0) {
    const namespace = word.slice(0, slash)
    const { infos } = await factory.builder().infos({ args: ['pod'], namespace, typeMeansAll: true, validate: false })
    return infos.map(i => `${namespace}/${i.name}:`).filter(text => text.startsWith(word))
  }
  const found = [...(await names(factory, 'namespace', word)).map(n => `${n}/`), ...(await names(factory, 'pod', word)).map(n => `${n}:`)]
  if (word === '') return [...found, './', '/']
  if (found.length === 0) return []
  return [...found, ...readdirSync(factory.io.cwd, { withFileTypes: true }).filter(f => f.name.startsWith(word)).map(f => (f.isDirectory() ? `${f.name}/` : f.name))]
}

const FORMATS = ['json', 'yaml', 'kyaml', 'name', 'go-template', 'go-template-file', 'template', 'templatefile', 'jsonpath', 'jsonpath-as-json', 'jsonpath-file', 'custom-columns', 'custom-columns-file', 'wide']

/** undefined: nothing is known of the flag's values. Throws what the cluster throws. */
export async function valuesOf({ command, valueOf, args, word }: Line, factory: Factory): Promise<Suggestions | undefined> {
  const name = valueOf?.name ?? ''
  // `config set-context` has flags of these names of its own.
  const isGlobal = command.globals.has(name)
  if (name === 'namespace') return WITHOUT_FILES(await names(factory, 'namespace', word))
  if (isGlobal && name === 'context') return WITHOUT_FILES(entries(factory, 'contexts', word))
  if (isGlobal && name === 'cluster') return WITHOUT_FILES(entries(factory, 'clusters', word))
  if (isGlobal && name === 'user') return WITHOUT_FILES(entries(factory, 'users', word))
  if (name === 'output' && command.path === 'get') return WITHOUT_FILES(FORMATS.filter(f => f.startsWith(word)))
  if (name === 'filename') return { words: ['json', 'yaml', 'yml'], directive: BY_EXTENSION }
  if (name === 'container' && command.path === 'exec') return WITHOUT_FILES(args.length > 0 ? await containers(factory, args[0] as string, word) : [])
  if (name === 'subresource') return WITHOUT_FILES(['status', 'scale', 'resize'])
  if (name === 'load-restrictor') return WITHOUT_FILES(['LoadRestrictionsNone', 'LoadRestrictionsRootOnly'])
  if (name === 'clusterrole' && command.path === 'create clusterrolebinding') return WITHOUT_FILES(await names(factory, 'clusterrole', word))
  return undefined
}

/** `TYPE NAME …` and `TYPE/NAME …`. upstream: resourceTypeAndNameCompletionFunc */
async function typesAndNames({ command: { path }, args, word }: Line, allowed: readonly string[] | 'all', factory: Factory): Promise<Suggestions> {
  const repeats = !NO_REPEAT.has(path)
  const [first] = args
  const allTypes = async (prefix: string): Promise<readonly string[]> => (allowed === 'all' ? types(factory, prefix) : allowed.filter(t => t.startsWith(prefix)))
  if (first !== undefined && !first.includes('/')) {
    if (!repeats && args.length > 1) return WITHOUT_FILES([])
    const given = new Set(args.slice(1))
    return WITHOUT_FILES((await names(factory, first, word)).filter(n => !given.has(n)))
  }
  const slash = word.indexOf('/')
  if (slash >= 0) {
    if (!repeats && first !== undefined) return WITHOUT_FILES([])
    const type = word.slice(0, slash)
    return WITHOUT_FILES((await names(factory, type, word.slice(slash + 1))).map(n => `${type}/${n}`).filter(n => !args.includes(n)))
  }
  if (first === undefined) return WITHOUT_FILES(await allTypes(word))
  return repeats ? { words: (await allTypes(word)).map(t => `${t}/`), directive: NO_FILES | NO_SPACE } : WITHOUT_FILES([])
}

/** Names of types as `api-resources -o name` has them; the last of a list by comma. */
async function types(factory: Factory, word: string): Promise<string[]> {
  const comma = word.lastIndexOf(',') + 1
  const wanted = [...(factory.glance()?.types() ?? (await factory.mapper()).resources.filter(r => r.verbs.includes('get')))].sort((a, b) => byCodePoint(a.group, b.group) || byCodePoint(a.plural, b.plural))
  const all = new Set(wanted.map(r => (r.group === '' ? r.plural : `${r.plural}.${r.group}`)))
  return [...all].filter(name => name.startsWith(word.slice(comma))).map(name => word.slice(0, comma) + name)
}

async function objects(factory: Factory, args: readonly string[]): Promise<readonly KubeObject[]> {
  const { name: namespace } = factory.namespace()
  const { infos } = await factory.builder().infos({ args, namespace, typeMeansAll: true, validate: false })
  return infos.map(i => i.object)
}

/** None where there is no such type or nobody answers. */
async function names(factory: Factory, type: string, prefix: string): Promise<string[]> {
  try {
    const all = factory.glance()?.names(type, factory.namespace().name) ?? (await objects(factory, [type])).map(o => o.metadata.name)
    return all.filter(n => n.startsWith(prefix))
  } catch {
    return []
  }
}

const entries = ({ io }: Factory, section: Section, prefix: string): string[] => [...openKubeconfig(io, '').starting()[section].keys()].filter(name => name.startsWith(prefix)).sort()

/** upstream: doPodResourceCompletion */
async function pods(factory: Factory, word: string): Promise<Suggestions> {
  const slash = word.indexOf('/')
  if (slash >= 0) return WITHOUT_FILES((await names(factory, word.slice(0, slash), word.slice(slash + 1))).map(n => `${word.slice(0, slash)}/${n}`))
  const found = await names(factory, 'pod', word)
  return { words: [...found, ...WITH_PODS.filter(t => t.startsWith(word)).map(t => `${t}/`)], directive: found.length === 0 ? NO_FILES | NO_SPACE : NO_FILES }
}

const pod = (factory: Factory, target: string): Promise<Pod> => podOf(target, [], 100, factory, '')

async function containers(factory: Factory, target: string, prefix: string): Promise<string[]> {
  const { spec } = await pod(factory, target)
  return [...(spec.initContainers ?? []), ...spec.containers].map(c => c.name).filter(n => n.startsWith(prefix))
}

/** `LOCAL:REMOTE`, the local one as far as it is typed. */
async function ports(factory: Factory, target: string, word: string): Promise<string[]> {
  const local = word === '' ? undefined : word.split(':')[0]
  const [type = '', name = ''] = target.includes('/') ? target.split('/') : ['pod', target]
  const all = ['service', 'services', 'svc'].includes(type)
    ? (await objects(factory, ['service', name])).flatMap(s => ((s as KubeObject as Service).spec?.ports ?? []).map(p => p.port))
    : (await pod(factory, target)).spec.containers.flatMap(c => (c.ports ?? []).map(p => p.containerPort))
  return all.map(port => `${local ?? port}:${port}`).filter(p => p.startsWith(word))
}
