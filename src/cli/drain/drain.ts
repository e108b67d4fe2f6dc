/** `kubectl drain`. upstream: kubectl/pkg/cmd/drain/drain.go, pkg/drain/drain.go */
import { durationText } from '../../base/duration'
import { ExitError, UsageError } from '../../base/errors'
import { LabelSelectorError, parseLabelSelector } from '../../base/label-selector'
import { StatusError } from '../../base/status'
import type { Pod } from '../../kinds/schema/types/core.v1'
import type { Session } from '../access'
import { SeveralErrors } from '../errors'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import { withDryRun } from '../print-flags'
import { nameText } from '../print/name'
import { resourceOf } from '../resource-of'
import type { NodeOptions } from './nodes'
import { cordon, toNodeOptions } from './nodes'
import type { PodRules } from './pods'
import { podsToRemove, terminatesTooLong } from './pods'

export interface Options extends NodeOptions {
  readonly session: Session
  readonly rules: PodRules
  readonly disableEviction: boolean
  /** -1: what the pod says. */
  readonly gracePeriod: number
  /** 0: as long as it takes. */
  readonly timeoutMs: number
}

const RETRY_MS = 5_000
/** Who gave no time-out waits until a budget allows the evictions; here a wait is a jump, which ends after this much of the cluster's time. */
const WITHOUT_TIMEOUT_MS = 600_000

/** Throws UsageError. */
export async function toOptions(invocation: Invocation<'drain'>, factory: Factory): Promise<Options> {
  const { flags } = invocation
  invocation.dryRun()
  factory.checkConfig()
  try {
    parseLabelSelector(flags['pod-selector'])
  } catch (error) {
    if (error instanceof LabelSelectorError) throw new UsageError('--pod-selector=<pod_selector> must be a valid label selector')
    throw error
  }
  return {
    ...(await toNodeOptions(invocation as Invocation, factory)),
    session: await factory.session(),
    rules: {
      force: flags.force,
      ignoreDaemonSets: flags['ignore-daemonsets'],
      deleteEmptyDirData: flags['delete-emptydir-data'],
      podSelector: flags['pod-selector'],
      chunkSize: flags['chunk-size'],
      skipTerminatingAfterSeconds: flags['skip-wait-for-delete-timeout'],
    },
    disableEviction: flags['disable-eviction'],
    gracePeriod: flags['grace-period'],
    timeoutMs: flags.timeout,
  }
}

export async function run(options: Options): Promise<void> {
  const { nodes, io, dryRun } = options
  await cordon(options, true)
  const fatal: unknown[] = []
  const remaining: string[] = []
  for (const { name, object } of nodes) {
    try {
      await drainNode(name, options)
      io.stdout(nameText(object, withDryRun('drained', dryRun)))
    } catch (error) {
      io.stderr(`error: unable to drain node ${JSON.stringify(name)} due to error: ${textOf(error)}, continuing command...\n`)
      fatal.push(...(error instanceof SeveralErrors ? error.errors : [error]))
      remaining.push(name)
    }
  }
  if (remaining.length > 0) io.stderr(`There are pending nodes to be drained:\n${remaining.map(name => ` ${name}\n`).join('')}`)
  if (fatal.length > 0) throw new SeveralErrors(fatal.map(e => new ExitError(messageOfOne(e), 1)))
}

const messageOfOne = (error: unknown): string => (error instanceof Error ? error.message : String(error))
/** upstream: utilerrors.Aggregate.Error */
function textOf(error: unknown): string {
  if (!(error instanceof SeveralErrors)) return messageOfOne(error)
  const texts = [...new Set(error.errors.map(messageOfOne))]
  return texts.length === 1 ? (texts[0] as string) : `[${texts.join(', ')}]`
}

async function drainNode(node: string, options: Options): Promise<void> {
  const { client, io, dryRun, session } = options
  const now = (): number => session.clock.now()
  const { pods, warning, errors } = await podsToRemove(client, node, options.rules, now)
  if (errors.length > 0) throw new SeveralErrors(errors)
  if (warning !== '') io.stderr(`Warning: ${warning}\n`)
  if (dryRun === 'client') {
    for (const { metadata: { namespace, name } } of pods) io.stdout(`evicting pod ${namespace}/${name} (dry run)\n`)
    return
  }
  try {
    await (options.disableEviction ? deletePods(pods, options) : evictPods(pods, options))
  } catch (error) {
    const pending = await podsToRemove(client, node, options.rules, now)
    if (pending.errors.length === 0 && pending.pods.length > 0) {
      io.stderr(`There are pending pods in node ${JSON.stringify(node)} when an error occurred: ${textOf(error)}\n${pending.pods.map(p => `pod/${p.metadata.name}\n`).join('')}`)
    }
    throw error
  }
}

/** A pod on its way out. */
interface Leaving {
  pod: Pod
  state: 'evict' | 'wait' | 'done'
  /** When to try again. */
  atMs: number
  /** A budget did not let it go. */
  refused?: boolean
}

async function evictPods(pods: readonly Pod[], options: Options): Promise<void> {
  const { session, timeoutMs } = options
  const limitMs = timeoutMs > 0 ? timeoutMs : WITHOUT_TIMEOUT_MS
  const endMs = session.clock.now() + limitMs
  const leaving: Leaving[] = pods.map(pod => ({ pod, state: 'evict', atMs: 0 }))
  const errors: UsageError[] = []
  const step = async (): Promise<boolean> => {
    for (const one of leaving) {
      if (one.state === 'evict' && one.atMs <= session.clock.now()) await evict(one, options, endMs, limitMs, errors)
      if (one.state === 'wait') await lookAgain(one, options, true)
    }
    return leaving.every(l => l.state === 'done')
  }
  while (!(await step())) {
    // Who is to be tried again sleeps it out, whatever the time-out; who is gone soon is waited for until then.
    const retries = leaving.filter(l => l.state === 'evict').map(l => l.atMs)
    const leftMs = Math.max(0, (retries.length > 0 ? Math.min(...retries) : endMs) - session.clock.now())
    if (await session.waitUntil(async () => leaving.some(l => l.state === 'wait') && (await step()), leftMs)) break
    if (retries.length > 0 || session.clock.now() < endMs) continue
    for (const { pod: { metadata: { name, namespace } }, state } of leaving) {
      if (state === 'wait') errors.push(new UsageError(`error when waiting for pod ${JSON.stringify(name)} in namespace ${JSON.stringify(namespace)} to terminate: global timeout reached: ${durationText(limitMs)}`))
    }
    break
  }
  if (errors.length > 0) throw new SeveralErrors(errors)
}

async function evict(one: Leaving, options: Options, endMs: number, limitMs: number, errors: UsageError[]): Promise<void> {
  const { client, io, dryRun, session, gracePeriod } = options
  const { name, namespace } = one.pod.metadata
  const where = `pods/${JSON.stringify(name)} -n ${JSON.stringify(namespace)}`
  io.stdout(`evicting pod ${namespace}/${name}${dryRun === 'server' ? ' (server dry run)' : ''}\n`)
  if (session.clock.now() >= endMs) {
    one.state = 'done'
    errors.push(new UsageError(`error when evicting ${where}: global timeout reached: ${durationText(limitMs)}`))
    return
  }
  const eviction = {
    apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace },
    deleteOptions: { ...(gracePeriod >= 0 ? { gracePeriodSeconds: gracePeriod } : {}), ...(dryRun === 'server' ? { dryRun: ['All'] } : {}) },
  }
  // After a refusal the pod is looked at again; what goes wrong with that the eviction will tell.
  if (one.refused === true) one.pod = await client.get(resourceOf<Pod>('v1', 'Pod'), name, namespace).catch(() => one.pod)
  try {
    await client.createSubresource(resourceOf('v1', 'Pod'), one.pod, 'eviction', eviction)
    one.state = dryRun === 'server' ? 'done' : 'wait'
  } catch (error) {
    if (!(error instanceof StatusError)) throw error
    if (error.reason === 'NotFound') one.state = 'done'
    else if (error.reason === 'TooManyRequests') {
      io.stderr(`error when evicting ${where} (will retry after 5s): ${error.message}\n`)
      one.atMs = session.clock.now() + RETRY_MS
      one.refused = true
    } else {
      one.state = 'done'
      errors.push(new UsageError(`error when evicting ${where}: ${error.message}`))
    }
  }
}

/** Tells when the pod is gone. upstream: waitForDelete */
async function lookAgain(one: Leaving, { client, io, session, rules, dryRun }: Options, evicted: boolean): Promise<void> {
  const { name, namespace, uid } = one.pod.metadata
  try {
    const now = await client.get<Pod>(resourceOf<Pod>('v1', 'Pod'), name, namespace)
    if (now.metadata.uid === uid) {
      if (terminatesTooLong(now, rules.skipTerminatingAfterSeconds, session.clock.now())) {
        io.stdout(`pod ${JSON.stringify(name)} has DeletionTimestamp older than ${rules.skipTerminatingAfterSeconds} seconds, skipping\n`)
        one.state = 'done'
      }
      return
    }
  } catch (error) {
    if (!(error instanceof StatusError) || error.reason !== 'NotFound') throw error
  }
  one.state = 'done'
  io.stdout(nameText(one.pod, withDryRun(evicted ? 'evicted' : 'deleted', dryRun)))
}

async function deletePods(pods: readonly Pod[], options: Options): Promise<void> {
  const { client, session, dryRun, gracePeriod, timeoutMs } = options
  for (const pod of pods) {
    try {
      await client.delete(resourceOf<Pod>('v1', 'Pod'), pod, { dryRun: dryRun === 'server', ...(gracePeriod >= 0 ? { gracePeriodSeconds: gracePeriod } : {}) })
    } catch (error) {
      if (!(error instanceof StatusError) || error.reason !== 'NotFound') throw error
    }
  }
  if (dryRun === 'server') return
  const leaving: Leaving[] = pods.map(pod => ({ pod, state: 'wait', atMs: 0 }))
  const allGone = async (): Promise<boolean> => {
    for (const one of leaving) if (one.state === 'wait') await lookAgain(one, options, false)
    return leaving.every(l => l.state === 'done')
  }
  if (!(await session.waitUntil(allGone, timeoutMs > 0 ? timeoutMs : WITHOUT_TIMEOUT_MS))) throw new UsageError('context deadline exceeded')
}
