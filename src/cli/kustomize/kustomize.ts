/** `kubectl kustomize`, and what `-k` reads. upstream: kustomize/commands/build */
import { statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Clock } from '../../base/clock'
import { UsageError } from '../../base/errors'
import { yamlDocuments, yamlText } from '../../base/yaml/writer'
import { buildKustomization } from '../../kustomize/build'
import type { BuildOptions, BuiltResource } from '../../kustomize/build'
import { BuildError } from '../../kustomize/errors'
import type { Invocation } from '../invocation'
import type { IOStreams } from '../io-streams'
import { klogHeader } from '../klog'

export interface Options {
  readonly io: IOStreams
  readonly clock: Clock
  readonly folder: string
  /** A file, or a folder that gets a file a resource; '' is standard output. */
  readonly output: string
  readonly build: Pick<BuildOptions, 'unrestricted' | 'reorder' | 'managedByLabel' | 'helm' | 'functions'>
}

const NO_RESTRICTION = 'LoadRestrictionsNone'
const ROOT_ONLY = 'LoadRestrictionsRootOnly'

/** Throws UsageError. */
export function toOptions({ args, flags, changed }: Invocation<'kustomize'>, { io, clock }: Pick<Options, 'io' | 'clock'>): Options {
  if (args.length > 1) throw new UsageError('specify one path to kustomization.yaml')
  const restrictor = flags['load-restrictor']
  if (![ROOT_ONLY, NO_RESTRICTION, ''].includes(restrictor)) throw new UsageError(`illegal flag value --load-restrictor ${restrictor}; legal values: [${ROOT_ONLY} ${NO_RESTRICTION}]`)
  const { reorder } = flags
  if (reorder !== 'legacy' && reorder !== 'none') throw new UsageError(`illegal flag value --reorder ${reorder}; legal values: [legacy none]`)
  const plugins = flags['enable-alpha-plugins']
  return {
    io, clock, folder: args[0] ?? '.', output: flags.output,
    build: {
      unrestricted: restrictor === NO_RESTRICTION,
      ...(changed.has('reorder') ? { reorder } : {}),
      managedByLabel: flags['enable-managedby-label'] || io.env['KUSTOMIZE_ENABLE_MANAGEDBY_LABEL'] === 'on',
      helm: flags['enable-helm'] ? { command: flags['helm-command'], apiVersions: flags['helm-api-versions'], kubeVersion: flags['helm-kube-version'], debug: flags['helm-debug'], env: io.env } : undefined,
      functions: plugins ? { network: flags.network, asCurrentUser: flags['as-current-user'], mounts: flags.mount, env: flags.env, environment: io.env } : undefined,
    },
  }
}

export function run({ io, clock, folder, output, build }: Options): void {
  const resources = built(folder, io, clock, build)
  if (output === '') return io.stdout(documents(resources))
  const path = resolve(io.cwd, output)
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) writeEach(path, resources)
    else writeFileSync(path, documents(resources))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new UsageError(code === 'ENOENT' ? `open ${output}: no such file or directory` : code === 'EACCES' ? `open ${output}: permission denied` : message)
  }
}

/** The text of the folder's resources, as `-k` has them. Throws UsageError. */
export function kustomizedText(folder: string, io: IOStreams, clock: Clock): string {
  return documents(built(folder, io, clock, { unrestricted: false, reorder: 'legacy' }))
}

function built(folder: string, io: IOStreams, clock: Clock, options: Options['build']): BuiltResource[] {
  try {
    return buildKustomization(folder, { ...options, cwd: io.cwd, warn: line => io.stderr(`${line}\n`), log: line => io.stderr(`${klogHeader('I', clock.now())} log.go:244] ${line}\n`) })
  } catch (error) {
    if (error instanceof BuildError) throw new UsageError(error.message)
    throw error
  }
}

const documents = (resources: readonly BuiltResource[]): string => yamlDocuments(resources.map(r => r.object))

/** `apps_v1_deployment_web.yaml`, after the namespace where there are several. */
function writeEach(folder: string, resources: readonly BuiltResource[]): void {
  const namespaceOf = ({ id }: BuiltResource): string => (id.clusterScoped ? '' : id.namespace || 'default')
  const several = new Set(resources.map(namespaceOf).filter(n => n !== '')).size > 1
  for (const resource of resources) {
    const { group, version, kind, name } = resource.id
    const namespace = namespaceOf(resource)
    const gvk = [group, version, kind].filter(part => part !== '').join('_')
    const file = `${several && namespace !== '' ? `${namespace.toLowerCase()}_` : ''}${gvk.toLowerCase()}_${name.toLowerCase()}.yaml`
    writeFileSync(join(folder, file), yamlText(resource.object))
  }
}
