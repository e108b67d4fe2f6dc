/** How long a Job waits after failures before it makes another pod. Pure. upstream: pkg/controller/job/backoff_utils.go */
import type { Pod } from '../../kinds/schema/types/core.v1'
import { finishedAtMs } from './pods'

const FIRST_MS = 10_000
const MOST_MS = 600_000

export interface BackoffRecord {
  readonly failures: number
  readonly lastFailureAtMs: number
}

/** The record after these pods ended; a success ends the count of what failed before it. */
export function recordAfter(before: BackoffRecord | undefined, succeeded: readonly Pod[], failed: readonly Pod[]): BackoffRecord | undefined {
  if (succeeded.length === 0 && failed.length === 0) return before
  const ends = failed.map(finishedAtMs)
  if (succeeded.length === 0) return { failures: (before?.failures ?? 0) + ends.length, lastFailureAtMs: Math.max(before?.lastFailureAtMs ?? 0, ...ends) }
  const lastSuccess = Math.max(...succeeded.map(finishedAtMs))
  const after = ends.filter(e => e > lastSuccess)
  return after.length === 0 ? undefined : { failures: after.length, lastFailureAtMs: Math.max(...after) }
}

/** 10 s, doubled with every failure, 10 min at most. */
export function remainingMs(failures: number, lastFailureAtMs: number, nowMs: number): number {
  if (failures === 0) return 0
  const wait = Math.min(FIRST_MS * 2 ** Math.min(failures - 1, 10), MOST_MS)
  return Math.max(0, lastFailureAtMs + wait - nowMs)
}
