/** Counts each ended pod once: noted in the status, let go, counted. upstream: pkg/controller/job/job_controller.go trackJobStatusAndRemoveFinalizers */
import { deepEqual } from '../../base/equal'
import { ignoringNotFound } from '../../base/status'
import { job as jobKind } from '../../kinds/batch/job/kind'
import { pod as podKind } from '../../kinds/core/pod/kind'
import type { Job, JobCondition, JobStatus } from '../../kinds/schema/types/batch.v1'
import type { Pod } from '../../kinds/schema/types/core.v1'
import { condition, withCondition } from './conditions'
import { intervalsText } from './intervals'
import { hasFailed, indexOf, isIndexed, isPerIndex, isTracked, TRACKING, verdictOf } from './pods'
import type { Turn } from './turn'

/** Writes `status` with the pods that ended; a Job of which nothing is left to wait for is finished. */
export async function count(turn: Turn, status: JobStatus): Promise<void> {
  const { ctx, pods, ending } = turn
  const { succeeded, failed, letGo } = noted(turn, status)
  let next: JobStatus = { ...status, uncountedTerminatedPods: lists(succeeded, failed) }
  if (isIndexed(turn.job)) next = withIndexes(turn, next)
  if (ending !== undefined) next = { ...next, conditions: [...withCondition(next.conditions ?? [], ending)] }
  let j = turn.job
  // One write less when nothing has to be remembered between the two.
  if (letGo.length > 0 && succeeded.length + failed.length > 0) j = await write(turn, j, next)
  for (const p of letGo) await ignoringNotFound(ctx.client.update(podKind, untracked(ctx.lister.get(podKind, p.metadata.name, p.metadata.namespace) ?? p)))
  const held = new Set(pods.filter(p => isTracked(p) && !letGo.includes(p)).map(p => p.metadata.uid as string))
  next = counted(next, held, isIndexed(turn.job))
  const end = ending === undefined ? undefined : terminal(ending, next, turn)
  if (end !== undefined) next = finished(next, end)
  await write(turn, j, next)
  if (end !== undefined) await (end.type === 'Complete' ? ctx.events.event(turn.job, 'Normal', 'Completed', 'Job completed') : ctx.events.event(turn.job, 'Warning', end.reason ?? '', end.message ?? ''))
}

/** The uids to count, and the pods that nothing keeps any more. */
function noted({ job: j, pods, kept, ending }: Turn, { uncountedTerminatedPods: before = {} }: JobStatus): { succeeded: string[]; failed: string[]; letGo: Pod[] } {
  const succeeded = [...(before.succeeded ?? [])]
  const failed = [...(before.failed ?? [])]
  const letGo: Pod[] = []
  const failing = ending?.type === 'FailureTarget'
  for (const p of pods) {
    if (!isTracked(p)) continue
    const uid = p.metadata.uid as string
    const index = isIndexed(j) ? indexOf(j, p) : undefined
    const lost = hasFailed(j, p) || (failing && p.status?.phase !== 'Succeeded')
    const stays = index !== undefined && ending === undefined && j.metadata.deletionTimestamp === undefined && kept.get(index) === p
    if (!stays && (lost || p.status?.phase === 'Succeeded' || j.metadata.deletionTimestamp !== undefined)) letGo.push(p)
    if (p.status?.phase === 'Succeeded') {
      // The completed indexes say already which succeeded.
      if (!isIndexed(j) && !succeeded.includes(uid) && !failed.includes(uid)) succeeded.push(uid)
    } else if (lost && !failed.includes(uid) && (!isIndexed(j) || index !== undefined) && (failing || verdictOf(j, p).counts)) failed.push(uid)
  }
  return { succeeded, failed, letGo }
}

function lists(succeeded: readonly string[], failed: readonly string[]): NonNullable<JobStatus['uncountedTerminatedPods']> {
  return { ...(succeeded.length > 0 ? { succeeded: [...succeeded] } : {}), ...(failed.length > 0 ? { failed: [...failed] } : {}) }
}

function withIndexes({ job: j, succeeded, succeededIndexes, failedIndexes }: Turn, status: JobStatus): JobStatus {
  const next = { ...status }
  if (succeeded > 0) next.succeeded = succeeded
  if (succeededIndexes.length > 0) next.completedIndexes = intervalsText(succeededIndexes)
  if (isPerIndex(j)) next.failedIndexes = intervalsText(failedIndexes)
  return next
}

/** What was noted and is let go becomes a number. */
function counted(status: JobStatus, held: ReadonlySet<string>, indexed: boolean): JobStatus {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {}
  const next: JobStatus = { ...status, uncountedTerminatedPods: lists(succeeded.filter(u => held.has(u)), failed.filter(u => held.has(u))) }
  const add = (field: 'succeeded' | 'failed', uids: readonly string[]): void => {
    const n = (status[field] ?? 0) + uids.filter(u => !held.has(u)).length
    if (n > 0) next[field] = n
  }
  if (!indexed) add('succeeded', succeeded)
  add('failed', failed)
  return next
}

/** The last condition, once every pod is counted and gone. upstream: enactJobFinished */
function terminal({ type, reason, message }: JobCondition, status: JobStatus, { nowMs }: Turn): JobCondition | undefined {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {}
  if (succeeded.length + failed.length > 0 || (status.terminating ?? 0) > 0 || (status.active ?? 0) > 0) return undefined
  return condition(type === 'FailureTarget' ? 'Failed' : 'Complete', 'True', reason ?? '', message ?? '', nowMs)
}

function finished(status: JobStatus, end: JobCondition): JobStatus {
  return { ...status, conditions: [...withCondition(status.conditions ?? [], end)], ...(end.type === 'Complete' ? { completionTime: end.lastTransitionTime as string } : {}) }
}

export function untracked(p: Pod): Pod {
  const { finalizers = [], ...metadata } = p.metadata
  const rest = finalizers.filter(f => f !== TRACKING)
  return { ...p, metadata: rest.length === 0 ? metadata : { ...metadata, finalizers: rest } }
}

async function write({ ctx }: Turn, j: Job, status: JobStatus): Promise<Job> {
  const stored = ctx.lister.get(jobKind, j.metadata.name, j.metadata.namespace)
  return deepEqual(status, stored?.status) ? j : ctx.client.update(jobKind, { ...j, status }, { subresource: 'status' })
}
