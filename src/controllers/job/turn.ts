/** What one look at a Job finds out, for those that act on it. */
import type { Context } from '../../client/controller'
import type { Job, JobCondition } from '../../kinds/schema/types/batch.v1'
import type { Pod } from '../../kinds/schema/types/core.v1'
import type { BackoffRecord } from './backoff'
import type { Intervals } from './intervals'

export interface Turn {
  /** With the start time and the conditions of this turn. */
  job: Job
  readonly pods: readonly Pod[]
  readonly active: readonly Pod[]
  readonly succeeded: number
  readonly succeededIndexes: Intervals
  readonly failedIndexes: Intervals
  /** By index, the failed pod that stays until its successor is there. */
  readonly kept: ReadonlyMap<number, Pod>
  readonly backoff: BackoffRecord | undefined
  /** FailureTarget or SuccessCriteriaMet. */
  ending: JobCondition | undefined
  terminating: number
  readonly nowMs: number
  readonly ctx: Context
}
