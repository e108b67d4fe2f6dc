/** Brings the number of a Job's running pods to what it should be. upstream: pkg/controller/job/job_controller.go manageJob */
import { StatusError } from '../../base/status'
import type { Pod } from '../../kinds/schema/types/core.v1'
import { createPod, deletePod, isNamespaceTerminating } from '../pod-control/pod-control'
import { victims } from '../pod-control/victims'
import { remainingMs } from './backoff'
import { hasIndex, totalOf, type Intervals } from './intervals'
import { failuresBefore, finishedAtMs, hasFailed, indexOf, isIndexed, isPerIndex, newPod, onlyReplacesFailed } from './pods'
import type { Turn } from './turn'

/** upstream: MaxPodCreateDeletePerSync */
const BURST = 500

export interface Managed {
  readonly active: number
  readonly deleted: number
  /** When another pod may be made. */
  readonly waitMs?: number | undefined
  /** A refusal, to be thrown when the status is written. */
  readonly thrown?: unknown
}

export async function manage(turn: Turn): Promise<Managed> {
  const { job: j, active, terminating } = turn
  if (j.spec.suspend === true) return remove(turn, active)
  const wanted = wantedActive(turn)
  if (active.length > wanted) return remove(turn, surplus(turn, active.length - wanted))
  const missing = wanted - active.length - (onlyReplacesFailed(j) ? terminating : 0)
  return missing > 0 ? add(turn, Math.min(missing, BURST)) : { active: active.length, deleted: 0 }
}

/** How many pods should run now. */
export function wantedActive({ job: { spec }, active, succeeded, failedIndexes }: Pick<Turn, 'job' | 'active' | 'succeeded' | 'failedIndexes'>): number {
  const parallelism = spec.parallelism ?? 1
  // Without a number of completions no pod is made once one has succeeded.
  if (spec.completions === undefined) return succeeded > 0 ? Math.min(active.length, parallelism) : parallelism
  return Math.max(0, Math.min(spec.completions - succeeded - totalOf(failedIndexes), parallelism))
}

/** Pods whose index is done or has another go first. upstream: activePodsForRemoval */
function surplus({ job: j, active, succeededIndexes, nowMs }: Turn, count: number): readonly Pod[] {
  if (!isIndexed(j)) return victims(active, active, count, nowMs)
  const taken = new Set<number>()
  const spare: Pod[] = []
  const needed: Pod[] = []
  for (const p of active) {
    const index = indexOf(j, p)
    if (index === undefined || taken.has(index) || hasIndex(succeededIndexes, index)) spare.push(p)
    else {
      taken.add(index)
      needed.push(p)
    }
  }
  return [...spare, ...victims(needed, needed, Math.max(0, count - spare.length), nowMs)]
}

async function remove({ job: j, active, ctx }: Turn, victimsOf: readonly Pod[]): Promise<Managed> {
  const going = victimsOf.slice(0, BURST)
  for (const p of going) await deletePod(ctx, j, p)
  return { active: active.length - going.length, deleted: going.length }
}

async function add(turn: Turn, missing: number): Promise<Managed> {
  const { job: j, active, kept, backoff, nowMs, ctx } = turn
  const now = { active: active.length, deleted: 0 }
  let waitMs: number | undefined
  let indexes: (number | undefined)[] = Array.from({ length: missing }, () => undefined)
  if (!isPerIndex(j)) {
    const wait = backoff === undefined ? 0 : remainingMs(backoff.failures, backoff.lastFailureAtMs, nowMs)
    if (wait > 0) return { ...now, waitMs: wait }
    if (isIndexed(j)) indexes = pendingIndexes(turn, missing)
  } else {
    const free: number[] = []
    for (const i of pendingIndexes(turn, missing)) {
      const failed = kept.get(i)
      const wait = failed === undefined ? 0 : remainingMs(failuresBefore(failed) + 1, finishedAtMs(failed), nowMs)
      if (wait > 0) waitMs = Math.min(waitMs ?? Infinity, wait)
      else free.push(i)
    }
    indexes = free
  }
  let made = 0
  try {
    for (const index of indexes) {
      await createPod(ctx, j, newPod(j, index, index === undefined ? undefined : kept.get(index)))
      made++
    }
  } catch (e) {
    if (!(e instanceof StatusError)) throw e
    return { active: active.length + made, deleted: 0, thrown: isNamespaceTerminating(e) ? undefined : e }
  }
  return { active: active.length + made, deleted: 0, waitMs }
}

/** The first indexes for which nothing runs and nothing is decided. upstream: firstPendingIndexes */
export function pendingIndexes({ job: j, pods, succeededIndexes, failedIndexes }: Pick<Turn, 'job' | 'pods' | 'succeededIndexes' | 'failedIndexes'>, count: number): number[] {
  const busy = new Set<number>()
  for (const p of pods) {
    const index = indexOf(j, p)
    if (index === undefined || p.status?.phase === 'Succeeded' || hasFailed(j, p)) continue
    busy.add(index)
  }
  const found: number[] = []
  const over = (i: number): Intervals[number] | undefined => [...succeededIndexes, ...failedIndexes].find(([a, b]) => i >= a && i <= b)
  for (let i = 0; i < (j.spec.completions ?? 0) && found.length < count; i++) {
    const interval = over(i)
    // What is decided is passed over whole.
    if (interval !== undefined) i = interval[1]
    else if (!busy.has(i)) found.push(i)
  }
  return found
}
