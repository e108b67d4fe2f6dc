/** Runs pods until enough of them have succeeded, or too many failed. upstream: pkg/controller/job */
import { timestamp } from '../../base/clock'
import { deepEqual } from '../../base/equal'
import { selectorOfObject } from '../../base/label-selector'
import { defineController, ownedOrSelected, type Context, type ReconcileResult, type Watch } from '../../client/controller'
import { job as jobKind } from '../../kinds/batch/job/kind'
import { pod as podKind } from '../../kinds/core/pod/kind'
import { isActive, isReady, isTerminating } from '../../kinds/core/pod/state'
import { keyOf } from '../../kinds/kind'
import type { Job, JobCondition, JobStatus } from '../../kinds/schema/types/batch.v1'
import type { Pod } from '../../kinds/schema/types/core.v1'
import { claimPods, deletePod } from '../pod-control/pod-control'
import { recordAfter, type BackoffRecord } from './backoff'
import { condition, isFinishedJob, isTrue, metPolicy, untilDeadlineMs, withCondition } from './conditions'
import { parseIntervals, totalOf, withIndexes, type Intervals } from './intervals'
import { manage } from './manage'
import { failsIndex, hasFailed, indexOf, isIndexed, isPerIndex, isTracked, lastFailures, restartsExceedLimit, verdictOf } from './pods'
import { count } from './tracking'
import type { Turn } from './turn'

const OURS = 'kubernetes.io/job-controller'

const pods = ownedOrSelected(podKind, jobKind)

export const jobController = defineController<Job>({
  name: 'job-controller',
  reconciles: jobKind,
  watches: [pods as Watch<never>],

  async reconcile(object, ctx) {
    const { memory } = ctx
    if ((object.spec.managedBy ?? OURS) !== OURS) return
    if (isFinishedJob(object)) {
      if (memory.get(keyOf(object)) !== undefined) memory.delete(keyOf(object))
      return
    }
    const turn = await look(object, ctx)
    if (!deepEqual(memory.get(keyOf(object)), turn.backoff)) {
      if (turn.backoff === undefined) memory.delete(keyOf(object))
      else memory.put(keyOf(object), turn.backoff)
    }
    return act(turn)
  },

  async vanished(key, { memory }) {
    memory.delete(key)
  },
})

async function look(object: Job, ctx: Context): Promise<Turn> {
  const nowMs = ctx.clock.now()
  const { spec, status = {} } = object
  const all = await claimPods(ctx, jobKind, object, selectorOfObject(spec.selector))
  const started = status.startTime === undefined && spec.suspend !== true ? { ...object, status: { ...status, startTime: timestamp(nowMs) } } : object
  const uncounted = status.uncountedTerminatedPods ?? {}
  const pending = (p: Pod): boolean => isTracked(p) && uncounted.succeeded?.includes(p.metadata.uid as string) !== true && uncounted.failed?.includes(p.metadata.uid as string) !== true
  const newSucceeded = all.filter(p => pending(p) && p.status?.phase === 'Succeeded')
  const newFailed = all.filter(p => pending(p) && hasFailed(object, p))
  const completions = spec.completions ?? 0
  const succeededIndexes = isIndexed(object)
    ? withIndexes(parseIntervals(status.completedIndexes, completions), indexesOf(object, all.filter(p => p.status?.phase === 'Succeeded' && isTracked(p))))
    : []
  const failedIndexes = isPerIndex(object)
    ? withIndexes(parseIntervals(status.failedIndexes, completions), indexesOf(object, all.filter(p => isTracked(p) && hasFailed(object, p) && failsIndex(object, p))))
    : []
  const over = new Set([...indexesOfIntervals(succeededIndexes, all, object), ...indexesOfIntervals(failedIndexes, all, object)])
  const turn: Turn = {
    job: started,
    pods: all,
    active: all.filter(isActive),
    succeeded: isIndexed(object) ? totalOf(succeededIndexes) : (status.succeeded ?? 0) + newSucceeded.length + (uncounted.succeeded?.length ?? 0),
    succeededIndexes,
    failedIndexes,
    kept: isPerIndex(object) ? lastFailures(object, all, i => over.has(i)) : new Map(),
    backoff: recordAfter(ctx.memory.get<BackoffRecord>(keyOf(object)), newSucceeded, newFailed),
    ending: undefined,
    terminating: all.filter(isTerminating).length,
    nowMs,
    ctx,
  }
  const failed = (status.failed ?? 0) + newFailed.filter(p => verdictOf(object, p).counts).length + (uncounted.failed?.length ?? 0)
  turn.ending = endingOf(turn, failed)
  return turn
}

function* indexesOf(j: Job, from: readonly Pod[]): Iterable<number> {
  for (const p of from) {
    const index = indexOf(j, p)
    if (index !== undefined) yield index
  }
}

/** Those of the pods' indexes that lie in the intervals. */
function indexesOfIntervals(intervals: Intervals, from: readonly Pod[], j: Job): number[] {
  return [...indexesOf(j, from)].filter(i => intervals.some(([a, b]) => i >= a && i <= b))
}

/** Why the Job is at its end, if it is. upstream: syncJob */
export function endingOf({ job: j, pods: all, succeededIndexes, failedIndexes, nowMs }: Pick<Turn, 'job' | 'pods' | 'succeededIndexes' | 'failedIndexes' | 'nowMs'>, failed: number): JobCondition | undefined {
  const decided = isTrue(j, 'SuccessCriteriaMet') ?? isTrue(j, 'FailureTarget')
  if (decided !== undefined) return decided
  const failing = (reason: string, message: string): JobCondition => condition('FailureTarget', 'True', reason, message, nowMs)
  const { spec } = j
  if (spec.podFailurePolicy !== undefined) {
    const message = all.filter(p => hasFailed(j, p)).map(p => verdictOf(j, p).message).find(m => m !== undefined)
    if (message !== undefined) return failing('PodFailurePolicy', message)
  }
  if (failed > (spec.backoffLimit ?? 6) || restartsExceedLimit(j, all)) return failing('BackoffLimitExceeded', 'Job has reached the specified backoff limit')
  if ((untilDeadlineMs(j, nowMs) ?? 1) <= 0) return failing('DeadlineExceeded', 'Job was active longer than specified deadline')
  if (isPerIndex(j)) {
    if (spec.maxFailedIndexes !== undefined && totalOf(failedIndexes) > spec.maxFailedIndexes) return failing('MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes')
    if (totalOf(failedIndexes) > 0 && totalOf(failedIndexes) + totalOf(succeededIndexes) >= (spec.completions ?? 0)) return failing('FailedIndexes', 'Job has failed indexes')
  }
  const met = isIndexed(j) ? metPolicy(spec, succeededIndexes) : undefined
  return met === undefined ? undefined : condition('SuccessCriteriaMet', 'True', 'SuccessPolicy', met, nowMs)
}

async function act(turn: Turn): Promise<ReconcileResult | void> {
  const { ctx, nowMs } = turn
  let active = turn.active.length
  let waitMs: number | undefined
  let thrown: unknown
  if (turn.ending !== undefined) {
    for (const p of turn.active) await deletePod(ctx, turn.job, p)
    turn.terminating += active
    active = 0
  } else {
    if (turn.job.metadata.deletionTimestamp === undefined) {
      const done = await manage(turn)
      ;({ active, waitMs, thrown } = done)
      turn.terminating += done.deleted
    }
    const { completions } = turn.job.spec
    if (active === 0 && (completions === undefined ? turn.succeeded > 0 : turn.succeeded >= completions)) turn.ending = condition('SuccessCriteriaMet', 'True', 'CompletionsReached', 'Reached expected number of succeeded pods', nowMs)
    else if (turn.job.metadata.deletionTimestamp === undefined) await noteRest(turn)
  }
  await count(turn, statusNow(turn, active))
  if (thrown !== undefined) throw thrown
  const deadline = turn.ending === undefined ? untilDeadlineMs(turn.job, nowMs) : undefined
  const next = [waitMs, deadline].filter(t => t !== undefined)
  if (next.length > 0) return { requeueAfterMs: Math.max(0, Math.min(...next)) }
}

/** The Suspended condition, with its event; a job that goes on starts anew. */
async function noteRest(turn: Turn): Promise<void> {
  const { job: j, nowMs, ctx } = turn
  const suspended = j.spec.suspend === true
  const wished = suspended ? condition('Suspended', 'True', 'JobSuspended', 'Job suspended', nowMs) : condition('Suspended', 'False', 'JobResumed', 'Job resumed', nowMs)
  const before = j.status?.conditions ?? []
  const conditions = withCondition(before, wished)
  if (conditions === before) return
  turn.job = { ...j, status: { ...j.status, conditions: [...conditions], ...(suspended ? {} : { startTime: timestamp(nowMs) }) } }
  await ctx.events.event(j, 'Normal', suspended ? 'Suspended' : 'Resumed', suspended ? 'Job suspended' : 'Job resumed')
}

/** What is known besides the counts of ended pods. */
function statusNow({ job: j, pods: all, ending, terminating }: Turn, active: number): JobStatus {
  const { active: _, ...rest } = j.status ?? {}
  // Pods that were deleted just now are no longer counted as ready.
  const ready = active === 0 || ending !== undefined ? 0 : all.filter(p => isActive(p) && isReady(p)).length
  return { ...rest, ...(active > 0 ? { active } : {}), ready: Math.min(ready, active), terminating, uncountedTerminatedPods: rest.uncountedTerminatedPods ?? {} }
}
