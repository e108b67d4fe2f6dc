/** `kubectl logs`: from flags to what to read of which object. upstream: kubectl/pkg/cmd/logs Complete, Validate */
import { parseTime } from '../../base/clock'
import { UsageError } from '../../base/errors'
import { StatusError } from '../../base/status'
import type { Pod } from '../../kinds/schema/types/core.v1'
import { apiVersionOf, type KubeObject } from '../../kinds/kind'
import type { Session } from '../access'
import { messageOf, SeveralErrors } from '../errors'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import type { IOStreams } from '../io-streams'
import type { Info } from '../resource-builder/info'

/** Query options of pods/log. */
export interface LogQuery {
  readonly container: string
  readonly follow: boolean
  readonly previous: boolean
  readonly timestamps: boolean
  readonly sinceSeconds: number | undefined
  readonly sinceTime: string | undefined
  readonly tailLines: number | undefined
  readonly limitBytes: number | undefined
  /** Not sent unless true. */
  readonly insecureSkipTLSVerifyBackend: true | undefined
}

export interface Options {
  readonly session: Session
  readonly io: IOStreams
  readonly target: { readonly pods: readonly Pod[] } | { readonly workload: Info & { readonly object: KubeObject } }
  readonly query: LogQuery
  readonly allContainers: boolean
  readonly allPods: boolean
  readonly prefix: boolean
  readonly ignoreErrors: boolean
  readonly maxRequests: number
  readonly timeoutMs: number
}

type LogsFlags = Invocation<'logs'>['flags']
const SELECTED_TAIL = 10

/** Throws UsageError, StatusError. */
export async function toOptions({ args, flags, changed }: Invocation<'logs'>, factory: Factory): Promise<Options> {
  const query = queryOf(flags, args[1] ?? flags.container, changed.has('tail'))
  const target = await targetOf(args[0], flags.selector, factory)
  if ('pods' in target && flags.selector !== '' && target.pods.length === 0) factory.io.stderr(`No resources found in ${factory.namespace().name} namespace.\n`)
  check(flags, query, changed.has('container') && args.length === 2)
  return {
    session: await factory.session(), io: factory.io, target, query,
    allContainers: flags['all-containers'], allPods: flags['all-pods'], prefix: flags.prefix || flags['all-pods'],
    ignoreErrors: flags['ignore-errors'], maxRequests: flags['max-log-requests'], timeoutMs: flags['pod-running-timeout'],
  }
}

function queryOf(flags: LogsFlags, container: string, tailGiven: boolean): LogQuery {
  const time = flags['since-time']
  if (time !== '' && Number.isNaN(parseTime(time))) throw new UsageError(`parsing time ${JSON.stringify(time)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(time)} as "2006"`)
  return {
    container, follow: flags.follow, previous: flags.previous, timestamps: flags.timestamps,
    sinceSeconds: flags.since === 0 ? undefined : Math.sign(flags.since) * Math.round(Math.abs(flags.since) / 1000),
    sinceTime: time === '' ? undefined : time,
    tailLines: flags.selector !== '' && !tailGiven ? SELECTED_TAIL : flags.tail === -1 ? undefined : flags.tail,
    limitBytes: flags['limit-bytes'] === 0 ? undefined : flags['limit-bytes'],
    insecureSkipTLSVerifyBackend: flags['insecure-skip-tls-verify-backend'] || undefined,
  }
}

async function targetOf(argument: string | undefined, selector: string, factory: Factory): Promise<Options['target']> {
  const namespace = factory.namespace().name
  const query = argument === undefined ? { args: ['pods'], labelSelector: selector, namespace, singleType: true } : { args: [argument], defaultType: 'pods', namespace, singleType: true }
  const { infos, errors } = await factory.builder().infos(query)
  if (errors.length > 0) throw errors.length === 1 ? inNamespace(errors[0], namespace) : new SeveralErrors(errors)
  if (argument === undefined) return { pods: infos.map(i => i.object as Pod) }
  const [one] = infos
  if (one === undefined || infos.length > 1) throw new UsageError('expected a resource')
  return apiVersionOf(one.resource) === 'v1' && one.resource.kind === 'Pod' ? { pods: [one.object as Pod] } : { workload: one }
}

const inNamespace = (error: unknown, namespace: string): unknown =>
  error instanceof StatusError && error.reason === 'NotFound' ? new UsageError(`error from server (NotFound): ${messageOf(error).replace(/^Error from server \(NotFound\): /, '')} in namespace ${JSON.stringify(namespace)}`) : error

function check(flags: LogsFlags, query: LogQuery, containerTwice: boolean): void {
  const fail = (message: string): never => {
    throw new UsageError(message)
  }
  if (flags['since-time'] !== '' && flags.since !== 0) fail('at most one of `sinceTime` or `sinceSeconds` may be specified')
  if (flags['all-containers'] && query.container !== '') fail(`--all-containers=true should not be specified with container name ${query.container}`)
  if (containerTwice) fail('only one of -c or an inline [CONTAINER] arg is allowed')
  if (flags['limit-bytes'] < 0) fail('--limit-bytes must be greater than 0')
  if ((query.sinceSeconds ?? 0) < 0) fail('--since must be greater than 0')
  if ((query.tailLines ?? 0) < -1) fail('--tail must be greater than or equal to -1')
}
