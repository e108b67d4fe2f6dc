/** What a job's status may say and how it may change. upstream: pkg/apis/batch/validation validateJobStatus, ValidateJobStatusUpdate */
import { parseTime } from '../../../base/clock'
import type { FieldErrors } from '../../../base/field'
import { Findings, Path } from '../../../base/findings'
import type { Job, JobStatus } from '../../schema/types/batch.v1'
import { countIndexes } from './index-intervals'

const STATUS = Path.of('status')
const CONDITIONS = STATUS.child('conditions')

const isTrue = (status: JobStatus, type: string): boolean => status.conditions?.some(c => c.type === type && c.status === 'True') === true
const isFinished = (status: JobStatus): boolean => isTrue(status, 'Complete') || isTrue(status, 'Failed')

export function validateJobStatusUpdate(next: Job, previous: Job): FieldErrors {
  const f = new Findings()
  const status = next.status ?? {}
  const before = previous.status ?? {}
  for (const field of ['active', 'succeeded', 'failed', 'ready', 'terminating'] as const) f.nonnegative(STATUS.child(field), status[field])
  validateUncounted(f, status)
  validateConditions(f, status, next)
  validateTimes(f, status)
  validateFinished(f, status)
  validateIndexes(f, status, next)
  if ((status.ready ?? 0) > (status.active ?? 0)) f.invalid(STATUS.child('ready'), status.ready, 'cannot set more ready pods than active')
  validateTransition(f, next, status, before)
  return f.errors
}

function validateUncounted(f: Findings, { uncountedTerminatedPods: pods }: JobStatus): void {
  const seen = new Set<string>()
  for (const field of ['succeeded', 'failed'] as const) {
    pods?.[field]?.forEach((uid, i) => {
      const at = STATUS.child('uncountedTerminatedPods').child(field).at(i)
      if (uid === '') f.invalid(at, uid, 'must not be empty')
      else if (seen.has(uid)) f.duplicate(at, uid)
      seen.add(uid)
    })
  }
}

function validateConditions(f: Findings, status: JobStatus, { spec }: Job): void {
  const [complete, failed, target, criteria] = ['Complete', 'Failed', 'FailureTarget', 'SuccessCriteriaMet'].map(t => isTrue(status, t))
  const refuse = (detail: string): void => f.invalid(CONDITIONS, undefined, detail)
  if (complete && failed) refuse('cannot set Complete=True and Failed=true conditions')
  if (complete && target) refuse('cannot set Complete=True and FailureTarget=true conditions')
  if (failed && !target) refuse('cannot set Failed=True condition without the FailureTarget=true condition')
  if (complete && !criteria) refuse('cannot set Complete=True condition without the SuccessCriteriaMet=true condition')
  if (criteria && failed) refuse('cannot set SuccessCriteriaMet=True and Failed=true conditions')
  if (criteria && target) refuse('cannot set SuccessCriteriaMet=True and FailureTarget=true conditions')
  if (spec.successPolicy !== undefined && complete && !criteria) refuse('cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True')
}

function validateTimes(f: Findings, status: JobStatus): void {
  const at = STATUS.child('completionTime')
  const complete = isTrue(status, 'Complete')
  const { completionTime, startTime } = status
  if (completionTime !== undefined && !complete) f.invalid(at, completionTime, 'cannot set completionTime when there is no Complete=True condition')
  if (completionTime === undefined && complete) f.required(at, 'completionTime is required for Complete jobs')
  if (completionTime !== undefined && startTime !== undefined && parseTime(completionTime) < parseTime(startTime)) f.invalid(at, completionTime, 'completionTime cannot be set before startTime')
}

function validateFinished(f: Findings, status: JobStatus): void {
  if (!isFinished(status)) return
  const { active = 0, terminating = 0, startTime, uncountedTerminatedPods: pods } = status
  if (active > 0) f.invalid(STATUS.child('active'), active, 'active>0 is invalid for finished job')
  if (startTime === undefined) f.required(STATUS.child('startTime'), 'startTime is required for finished job')
  if ((pods?.failed?.length ?? 0) + (pods?.succeeded?.length ?? 0) > 0)
    f.invalid(STATUS.child('uncountedTerminatedPods'), { Succeeded: pods?.succeeded ?? null, Failed: pods?.failed ?? null }, 'uncountedTerminatedPods needs to be empty for finished job')
  if (terminating > 0) f.invalid(STATUS.child('terminating'), terminating, 'terminating>0 is invalid for finished job')
}

function validateIndexes(f: Findings, { completedIndexes = '', failedIndexes }: JobStatus, { spec }: Job): void {
  if (spec.completions !== undefined) {
    const counted = countIndexes(completedIndexes, spec.completions)
    if (typeof counted === 'string') f.invalid(STATUS.child('completedIndexes'), completedIndexes, `error parsing completedIndexes: ${counted}`)
    const failed = countIndexes(failedIndexes ?? '', spec.completions)
    if (spec.backoffLimitPerIndex !== undefined && typeof failed === 'string') f.invalid(STATUS.child('failedIndexes'), failedIndexes, `error parsing failedIndexes: ${failed}`)
  }
  if (completedIndexes !== '' && spec.completionMode !== 'Indexed') f.invalid(STATUS.child('completedIndexes'), completedIndexes, 'cannot set non-empty completedIndexes when non-indexed completion mode')
  if (spec.backoffLimitPerIndex === undefined && failedIndexes !== undefined) f.invalid(STATUS.child('failedIndexes'), failedIndexes, 'cannot set non-null failedIndexes when backoffLimitPerIndex is null')
}

function validateTransition(f: Findings, { spec }: Job, status: JobStatus, before: JobStatus): void {
  for (const type of ['Failed', 'Complete', 'FailureTarget']) if (isTrue(before, type) && !isTrue(status, type)) f.invalid(CONDITIONS, undefined, `cannot disable the terminal ${type}=True condition`)
  if ((status.failed ?? 0) < (before.failed ?? 0)) f.invalid(STATUS.child('failed'), status.failed ?? 0, 'cannot decrease the failed counter')
  const elastic = spec.completionMode === 'Indexed' && spec.completions !== undefined && spec.completions === spec.parallelism
  if (!elastic && (status.succeeded ?? 0) < (before.succeeded ?? 0)) f.invalid(STATUS.child('succeeded'), status.succeeded ?? 0, 'cannot decrease the succeeded counter')
  if (status.completionTime !== undefined && before.completionTime !== undefined && status.completionTime !== before.completionTime) f.invalid(STATUS.child('completionTime'), status.completionTime, 'completionTime cannot be mutated')
  if (before.startTime !== undefined && before.startTime !== status.startTime && spec.suspend !== true) f.required(STATUS.child('startTime'), 'startTime cannot be removed for unsuspended job')
  if (isTrue(before, 'SuccessCriteriaMet') && !isTrue(status, 'SuccessCriteriaMet')) f.invalid(CONDITIONS, undefined, 'cannot disable the SuccessCriteriaMet=True condition')
  if (isTrue(before, 'Complete') && !isTrue(before, 'SuccessCriteriaMet') && isTrue(status, 'SuccessCriteriaMet')) f.invalid(CONDITIONS, undefined, 'cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions')
}
