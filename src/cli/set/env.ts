/** `kubectl set env`. upstream: kubectl/pkg/cmd/set/set_env.go, env/env_parse.go */
import { UsageError } from '../../base/errors'
import { goQuote } from '../../base/field'
import { isEnvVarName } from '../../base/validation'
import type { KubeObject } from '../../kinds/kind'
import type { EnvVar } from '../../kinds/schema/types/core.v1'
import { SeveralErrors } from '../errors'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import type { IOStreams } from '../io-streams'
import { createWarnings } from '../warnings'
import { splitEnvironment } from '../usage/checks'
import type { ChangeOptions } from './change'
import { changesOf, fetchAll, sendChanges } from './change'
import { referenceText, resolveReference } from './env-reference'
import { toChangeOptions } from './options'
import { selectContainers, withPodSpec } from './pod-spec'

export interface Options extends ChangeOptions {
  readonly io: IOStreams
  /** `A=1`, `B-`, `-` for standard input. */
  readonly params: readonly string[]
  /** Some of them came as arguments. */
  readonly givenAsArguments: boolean
  readonly from: string
  readonly keys: readonly string[]
  readonly prefix: string
  readonly containers: string
  readonly overwrite: boolean
  readonly list: boolean
  readonly resolve: boolean
}

/** Throws UsageError. */
export function toOptions(invocation: Invocation<'set env'>, factory: Factory): Options {
  const { flags, args } = invocation
  const { resources, environment } = splitEnvironment(args)
  // With --local only files count, whatever else is named.
  const common = toChangeOptions(invocation as Invocation, factory, { operation: 'env updated', failure: 'failed to patch env update to pod template: ', resources: flags.local ? [] : resources })
  return {
    ...common,
    io: factory.io,
    params: [...flags.env, ...environment],
    givenAsArguments: environment.length > 0,
    from: flags.from,
    keys: flags.keys,
    prefix: flags.prefix,
    containers: flags.containers,
    overwrite: flags.overwrite,
    list: flags.list,
    resolve: flags.resolve,
  }
}

export async function run(options: Options): Promise<void> {
  const warnings = createWarnings(options.io)
  const { set, remove } = await parseParams(options)
  const env = [...set, ...(await fromObjects(options, key => warnings.warn(key)))].map(e => ({ ...e, name: options.prefix + e.name }))
  const infos = await fetchAll(options)
  const listed: { object: KubeObject; container: string; env: readonly EnvVar[]; resources: unknown }[] = []
  const changes = changesOf(infos, object => withPodSpec(object, spec => {
    const containers = [...selectContainers(spec.containers, options.containers), ...selectContainers(spec.initContainers, options.containers)]
    if (containers.length === 0) return warnings.warn(`${object.kind}/${object.metadata.name} does not have any containers matching ${goQuote(options.containers)}`)
    for (const container of containers) {
      if (!options.overwrite) refuseOverwrites(container.env ?? [], env)
      const next = merged(container.env ?? [], env, remove)
      // Nothing is no list, as Go writes it.
      if (next.length > 0 || container.env !== undefined) container.env = next.length > 0 ? next : undefined as never
      listed.push({ object, container: container.name, env: next, resources: container.resources })
    }
  }))
  if (options.list) return printList(listed, options)
  // The server's answer is not shown when there was nothing to set. upstream: RunEnv
  const print = env.length === 0 && !options.givenAsArguments ? (): void => { throw new UsageError('at least one environment variable must be provided') } : options.print
  await sendChanges(changes, { ...options, print: options.local || options.dryRun === 'client' ? options.print : print })
}

/** upstream: parseIntoEnvVar */
async function parseParams({ params, io }: Options): Promise<{ set: EnvVar[]; remove: string[] }> {
  const set: EnvVar[] = []
  const remove: string[] = []
  for (const spec of params) {
    const equals = spec.indexOf('=')
    if (spec === '-') set.push(...(await readEnv(io)))
    else if (equals >= 0) {
      const name = spec.slice(0, equals)
      const problems = isEnvVarName(name)
      if (problems.length > 0) throw new UsageError(`${goQuote(name)} is not a valid key name: ${problems.join(';')}`)
      set.push({ name, value: spec.slice(equals + 1) })
    } else if (spec.endsWith('-')) remove.push(spec.slice(0, -1))
    else throw new UsageError(`unknown environment variable: ${spec}`)
  }
  if (remove.some(name => params.some(p => p.startsWith(`${name}=`)))) throw new UsageError('can not both modify and remove the same environment variable in the same command')
  return { set, remove }
}

async function readEnv(io: IOStreams): Promise<EnvVar[]> {
  const chunks: Uint8Array[] = []
  for await (const chunk of io.stdin) chunks.push(chunk)
  const lines = Buffer.concat(chunks).toString('utf8').split('\n').map(line => (line.includes('#') ? line.slice(0, line.indexOf('#')) : line))
  return lines.filter(line => line.includes('=')).map(line => ({ name: line.slice(0, line.indexOf('=')), value: line.slice(line.indexOf('=') + 1) }))
}

/** Variables that refer to the keys of what --from names. */
async function fromObjects({ from, keys, builder, query, local }: Options, warn: (text: string) => void): Promise<EnvVar[]> {
  if (from === '') return []
  const infos = await fetchAll({ builder, query: { ...query, args: local ? [] : [from] } })
  return infos.flatMap(({ object }) => {
    if (object.kind !== 'Secret' && object.kind !== 'ConfigMap') throw new UsageError('unsupported resource specified in --from')
    const data = (object as { data?: Record<string, string> }).data ?? {}
    return Object.keys(data).sort().filter(key => keys.length === 0 || keys.includes(key)).map((key): EnvVar => {
      const name = key.replace(/[^a-zA-Z0-9_]/g, '_').toUpperCase()
      if (name !== key) warn(`key ${key} transferred to ${name}`)
      const ref = { name: object.metadata.name, key }
      return { name, valueFrom: object.kind === 'Secret' ? { secretKeyRef: ref } : { configMapKeyRef: ref } }
    })
  })
}

function refuseOverwrites(existing: readonly EnvVar[], env: readonly EnvVar[]): void {
  for (const { name, value = '' } of env) {
    const current = existing.find(e => e.name === name)
    if (current !== undefined && (current.value ?? '') !== value) throw new Error(`'${name}' already has a value (${current.value ?? ''}), and --overwrite is false`)
  }
}

/** upstream: updateEnv */
function merged(existing: readonly EnvVar[], env: readonly EnvVar[], remove: readonly string[]): EnvVar[] {
  const covered = new Set(remove)
  const out: EnvVar[] = []
  for (const e of existing) {
    if (covered.has(e.name)) continue
    const newer = env.find(n => n.name === e.name)
    if (newer !== undefined) covered.add(e.name)
    out.push(newer ?? e)
  }
  for (const e of env) {
    if (covered.has(e.name)) continue
    covered.add(e.name)
    out.push(e)
  }
  return out
}

async function printList(listed: readonly { object: KubeObject; container: string; env: readonly EnvVar[]; resources: unknown }[], options: Options): Promise<void> {
  const { io, resolve, query } = options
  const errors: unknown[] = []
  for (const { object, container, env, resources } of listed) {
    io.stdout(`# ${object.kind} ${object.metadata.name}, container ${container}\n`)
    const failed = new Map<string, string[]>()
    for (const { name, value = '', valueFrom } of env) {
      if (valueFrom === undefined) {
        io.stdout(`${name}=${value}\n`)
        continue
      }
      if (resolve) {
        try {
          io.stdout(`${name}=${await resolveReference(valueFrom, { client: await options.client(), namespace: query.namespace, object, resources: resources as never })}\n`)
          continue
        } catch (error) {
          const { message } = error as Error
          failed.set(message, [...(failed.get(message) ?? []), name])
        }
      }
      io.stdout(`# ${name} from ${referenceText(valueFrom)}\n`)
    }
    for (const line of [...failed].map(([message, names]) => `error retrieving reference for ${names.sort().join(', ')}: ${message}`).sort()) io.stderr(`${line}\n`)
    if (failed.size > 0) errors.push(new UsageError('failed to retrieve valueFrom references'))
  }
  if (errors.length > 1) throw new SeveralErrors(errors)
}
