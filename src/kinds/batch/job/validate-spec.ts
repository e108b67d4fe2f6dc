/** What jobs and the templates of jobs have in common. upstream: pkg/apis/batch/validation validateJobSpec */
import type { Findings, Path } from '../../../base/findings'
import { validateDomainPrefixedPath } from '../../../base/validation'
import { internalOf } from '../../core/pod/template/internal'
import { validateTemplate } from '../../core/pod/template/workload'
import type { JobSpec } from '../../schema/types/batch.v1'
import { validateFailurePolicy, validateSuccessPolicy } from './policies'

const MAX_PARALLELISM = 100_000
const MAX_FAILED_INDEXES = 100_000
const MANY_COMPLETIONS = 100_000
const LIMIT_FOR_MANY = 10_000
const MAX_MANAGED_BY = 63
const MODES = ['NonIndexed', 'Indexed']

export function validateJobSpec(f: Findings, at: Path, spec: JobSpec, previous: JobSpec | undefined): void {
  for (const field of ['parallelism', 'completions', 'activeDeadlineSeconds', 'backoffLimit', 'ttlSecondsAfterFinished', 'backoffLimitPerIndex', 'maxFailedIndexes'] as const) f.nonnegative(at.child(field), spec[field])
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) f.required(at.child('backoffLimitPerIndex'), 'when maxFailedIndexes is specified')
  if (spec.managedBy !== undefined) {
    f.all(validateDomainPrefixedPath(spec.managedBy, at.child('managedBy').toString()))
    if (spec.managedBy.length > MAX_MANAGED_BY) f.tooLong(at.child('managedBy'), MAX_MANAGED_BY)
  }
  if (spec.completionMode !== undefined && !MODES.includes(spec.completionMode)) f.unsupported(at.child('completionMode'), spec.completionMode, MODES)
  if (spec.completionMode === 'Indexed') validateIndexed(f, at, spec)
  else if (spec.completionMode === undefined || spec.completionMode === 'NonIndexed') {
    for (const field of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const) if (spec[field] !== undefined) f.invalid(at.child(field), spec[field], 'requires indexed completion mode')
  }
  if (spec.podFailurePolicy !== undefined) validateFailurePolicy(f, at.child('podFailurePolicy'), spec)
  if (spec.successPolicy !== undefined) {
    if (spec.completionMode !== 'Indexed') f.invalid(at.child('successPolicy'), internalOf('core.SuccessPolicy', spec.successPolicy), 'requires indexed completion mode')
    else validateSuccessPolicy(f, at.child('successPolicy'), spec.successPolicy.rules ?? [], spec.completions ?? 0)
  }
  validateReplacement(f, at.child('podReplacementPolicy'), spec)
  validateTemplate(f, at.child('template'), spec.template, previous?.template)
  validateRestartPolicy(f, at.child('template').child('spec').child('restartPolicy'), spec)
}

function validateIndexed(f: Findings, at: Path, { completions, parallelism = 0, maxFailedIndexes, backoffLimitPerIndex }: JobSpec): void {
  if (completions === undefined) f.required(at.child('completions'), 'when completion mode is Indexed')
  if (parallelism > MAX_PARALLELISM) f.invalid(at.child('parallelism'), parallelism, `must be less than or equal to ${MAX_PARALLELISM} when completion mode is Indexed`)
  const failed = at.child('maxFailedIndexes')
  if (completions !== undefined && maxFailedIndexes !== undefined && maxFailedIndexes > completions) f.invalid(failed, maxFailedIndexes, 'must be less than or equal to completions')
  if (maxFailedIndexes !== undefined && maxFailedIndexes > MAX_FAILED_INDEXES) f.invalid(failed, maxFailedIndexes, `must be less than or equal to ${MAX_FAILED_INDEXES}`)
  if (completions === undefined || completions <= MANY_COMPLETIONS || backoffLimitPerIndex === undefined) return
  const tooMuch = `must be less than or equal to ${LIMIT_FOR_MANY} when completions are above ${MANY_COMPLETIONS} and used with backoff limit per index`
  if (maxFailedIndexes === undefined) f.required(failed, `must be specified when completions is above ${MANY_COMPLETIONS}`)
  if (parallelism > LIMIT_FOR_MANY) f.invalid(at.child('parallelism'), parallelism, tooMuch)
  if (maxFailedIndexes !== undefined && maxFailedIndexes > LIMIT_FOR_MANY) f.invalid(failed, maxFailedIndexes, tooMuch)
}

function validateReplacement(f: Findings, at: Path, { podReplacementPolicy, podFailurePolicy }: JobSpec): void {
  const supported = podFailurePolicy === undefined ? ['Failed', 'TerminatingOrFailed'] : ['Failed']
  if (podReplacementPolicy !== undefined && !supported.includes(podReplacementPolicy)) f.unsupported(at, podReplacementPolicy, supported)
}

/** Always is what the defaults give to a template that names no policy. */
function validateRestartPolicy(f: Findings, at: Path, { template, podFailurePolicy }: JobSpec): void {
  const policy = template?.spec?.restartPolicy ?? ''
  if (policy === '' || policy === 'Always') f.required(at, 'valid values: "OnFailure", "Never"')
  else if (policy !== 'OnFailure' && policy !== 'Never') f.unsupported(at, policy, ['OnFailure', 'Never'])
  else if (podFailurePolicy !== undefined && policy !== 'Never') f.invalid(at, policy, 'only "Never" is supported when podFailurePolicy is specified')
}
