/** Conditions by which a Job ends or rests. Pure. upstream: pkg/controller/job/job_controller.go, success_policy.go */
import { parseTime, timestamp } from '../../base/clock'
import type { Job, JobCondition, JobSpec } from '../../kinds/schema/types/batch.v1'
import { hasIndex, parseIntervals, totalOf, type Intervals } from './intervals'

export const isTrue = (j: Job, type: string): JobCondition | undefined => j.status?.conditions?.find(c => c.type === type && c.status === 'True')

export const isFinishedJob = (j: Job): boolean => isTrue(j, 'Complete') !== undefined || isTrue(j, 'Failed') !== undefined

export function condition(type: string, status: string, reason: string, message: string, nowMs: number): JobCondition {
  const now = timestamp(nowMs)
  return { type, status, lastProbeTime: now, lastTransitionTime: now, reason, message }
}

/** With the condition; itself when it says the same already. A condition that never was is not made to say False. upstream: ensureJobConditionStatus */
export function withCondition(conditions: readonly JobCondition[], wished: JobCondition): readonly JobCondition[] {
  const known = conditions.find(c => c.type === wished.type)
  if (known === undefined) return wished.status === 'False' ? conditions : [...conditions, wished]
  if (known.status === wished.status && known.reason === wished.reason && known.message === wished.message) return conditions
  return conditions.map(c => (c === known ? wished : c))
}

/** The message of the first rule of the success policy that is met. upstream: matchSuccessPolicy */
export function metPolicy({ successPolicy, completions = 0 }: JobSpec, succeeded: Intervals): string | undefined {
  for (const [i, { succeededIndexes, succeededCount }] of (successPolicy?.rules ?? []).entries()) {
    let there = totalOf(succeeded)
    let needed = succeededCount ?? Infinity
    if (succeededIndexes !== undefined) {
      const asked = parseIntervals(succeededIndexes, completions)
      there = 0
      for (const [first, last] of asked) for (let n = first; n <= last; n++) if (hasIndex(succeeded, n)) there++
      needed = succeededCount ?? totalOf(asked)
    }
    if (there >= needed) return `Matched rules at index ${i}`
  }
  return undefined
}

/** Milliseconds until the Job has been active for too long; undefined without a deadline, and while it rests. */
export function untilDeadlineMs({ spec, status }: Job, nowMs: number): number | undefined {
  if (spec.activeDeadlineSeconds === undefined || spec.suspend === true || status?.startTime === undefined) return undefined
  return parseTime(status.startTime) + spec.activeDeadlineSeconds * 1000 - nowMs
}
