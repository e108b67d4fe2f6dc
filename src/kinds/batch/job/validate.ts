/** The validation of jobs. upstream: pkg/apis/batch/validation ValidateJob, ValidateJobUpdate; pkg/registry/batch/job/strategy.go */
import { semanticEqual } from '../../../base/equal'
import type { FieldErrors } from '../../../base/field'
import { Findings, Path } from '../../../base/findings'
import { matchesLabels } from '../../../base/label-selector'
import { isDns1123Label } from '../../../base/validation'
import { internalOf, selectorValue } from '../../core/pod/template/internal'
import { validateFinalizerNames, validateMetadataAgain, validateMetadataUpdate } from '../../core/pod/template/metadata'
import { labelSelector } from '../../core/pod/template/validate-text'
import { mismatch, parsedSelector } from '../../core/pod/template/workload'
import type { Job, JobSpec } from '../../schema/types/batch.v1'
import type { Affinity, PodSpec, PodTemplateSpec } from '../../schema/types/core.v1'
import { CONTROLLER_UID, JOB_NAME, LEGACY_CONTROLLER_UID, LEGACY_JOB_NAME } from './labels'
import { validateJobSpec } from './validate-spec'

const SPEC = Path.of('spec')
const TEMPLATE = SPEC.child('template')

export function validateJob(job: Job): FieldErrors {
  const f = new Findings()
  validateFinalizerNames(f, job.metadata)
  validateWhole(f, job, undefined)
  return f.errors
}

/** Upstream validates the whole twice: as a job and as a change of one. */
export function validateJobUpdate(next: Job, previous: Job): FieldErrors {
  const f = new Findings()
  if (next.spec === previous.spec) {
    validateMetadataUpdate(f, next, previous)
    return f.errors
  }
  validateMetadataAgain(f, next.metadata)
  validateWhole(f, next, previous)
  validateMetadataUpdate(f, next, previous)
  validateSpec(f, next.spec, previous.spec)
  validateCompletions(f, next.spec, previous.spec)
  immutable(f, 'selector', next.spec, previous.spec, selectorValue(next.spec.selector))
  validateKept(f, next.spec.template, allowedTemplate(next.spec, previous), previous.spec.suspend === true)
  immutable(f, 'completionMode', next.spec, previous.spec, next.spec.completionMode ?? null)
  immutable(f, 'podFailurePolicy', next.spec, previous.spec, internalOf('core.PodFailurePolicy', next.spec.podFailurePolicy))
  immutable(f, 'backoffLimitPerIndex', next.spec, previous.spec, next.spec.backoffLimitPerIndex ?? null)
  immutable(f, 'managedBy', next.spec, previous.spec, next.spec.managedBy ?? null)
  immutable(f, 'successPolicy', next.spec, previous.spec, internalOf('core.SuccessPolicy', next.spec.successPolicy))
  return f.errors
}

function immutable(f: Findings, field: keyof JobSpec, next: JobSpec, previous: JobSpec, value: unknown): void {
  const same = (next[field] === undefined) === (previous[field] === undefined) && semanticEqual(next[field], previous[field])
  if (!same) f.invalid(SPEC.child(field), value, 'field is immutable')
}

function validateWhole(f: Findings, job: Job, previous: Job | undefined): void {
  validateGeneratedSelector(f, job, previous)
  validateSpec(f, job.spec, previous?.spec)
  const { completionMode, completions = 0 } = job.spec
  if (completionMode !== 'Indexed' || completions <= 0) return
  const hostname = `${job.metadata.name ?? ''}-${completions - 1}`
  if (isDns1123Label(hostname).length > 0) f.invalid(Path.of('metadata').child('name'), job.metadata.name ?? '', `will not able to create pod with invalid DNS label: ${hostname}`)
}

function validateSpec(f: Findings, spec: JobSpec, previous: JobSpec | undefined): void {
  validateJobSpec(f, SPEC, spec, previous)
  if (spec.selector === undefined) f.required(SPEC.child('selector'))
  else labelSelector(f, SPEC.child('selector'), spec.selector)
  const selector = parsedSelector(spec.selector)
  if (selector !== undefined && !matchesLabels(selector, spec.template?.metadata?.labels)) mismatch(f, TEMPLATE, spec.template)
}

function validateGeneratedSelector(f: Findings, { metadata, spec }: Job, previous: Job | undefined): void {
  if (spec.manualSelector === true || spec.selector === undefined) return
  const { uid = '', name = '' } = metadata
  if (uid === '') f.required(Path.of('metadata').child('uid'))
  const old = previous?.spec.template?.metadata?.labels
  const prefixed = previous === undefined || (old?.[JOB_NAME] !== undefined && old[CONTROLLER_UID] !== undefined)
  const expected: Record<string, string> = { [LEGACY_CONTROLLER_UID]: uid, [LEGACY_JOB_NAME]: name, ...(prefixed ? { [CONTROLLER_UID]: uid, [JOB_NAME]: name } : {}) }
  const labels = spec.template?.metadata?.labels
  const at = TEMPLATE.child('metadata').child('labels')
  for (const key in expected) {
    const actual = labels?.[key]
    if (actual === undefined) f.required(at.key(key), `must be '${expected[key]}'`)
    else if (actual !== expected[key]) f.invalid(at.key(key), labels, `must be '${expected[key]}'`)
  }
  const selector = parsedSelector(spec.selector)
  if (selector !== undefined && !matchesLabels(selector, expected)) f.invalid(SPEC.child('selector'), selectorValue(spec.selector), '`selector` not auto-generated')
}

/** An indexed job may grow or shrink as a whole. */
function validateCompletions(f: Findings, next: JobSpec, previous: JobSpec): void {
  if (next.completions === previous.completions) return
  if (next.completionMode !== 'Indexed') f.invalid(SPEC.child('completions'), next.completions ?? null, 'field is immutable')
  else if (next.completions !== undefined && next.completions !== next.parallelism) f.invalid(SPEC.child('completions'), next.completions, 'can only be modified in tandem with spec.parallelism')
}

/** Of a suspended job parts of the template may change: there the message is about the rest. */
function validateKept(f: Findings, next: PodTemplateSpec, kept: PodTemplateSpec, suspended: boolean): void {
  if (semanticEqual(next, kept)) return
  if (suspended && semanticEqual(next.metadata, kept.metadata)) f.invalid(TEMPLATE.child('spec'), internalOf('core.PodSpec', next.spec), 'field is immutable')
  else f.invalid(TEMPLATE, internalOf('core.PodTemplateSpec', next), 'field is immutable')
}

/** The stored template with what a suspended job may still change as it is asked for: where its pods go, and while none runs how much they need. */
function allowedTemplate({ template: next }: JobSpec, { spec, status }: Job): PodTemplateSpec {
  if (spec.suspend !== true) return spec.template
  const allowed: PodTemplateSpec = { ...spec.template, spec: { ...(spec.template.spec as PodSpec) } }
  const to = allowed.spec as PodSpec
  if (status?.startTime === undefined) {
    take(to, next.spec, 'nodeSelector', 'tolerations', 'schedulingGates')
    allowed.metadata = { ...spec.template.metadata }
    take(allowed.metadata, next.metadata, 'annotations', 'labels')
    to.affinity = { ...spec.template.spec?.affinity } as Affinity
    take(to.affinity, next.spec?.affinity, 'nodeAffinity')
  }
  if ((status?.active ?? 0) > 0) return allowed
  for (const field of ['containers', 'initContainers'] as const) {
    const list = next.spec?.[field]
    if (to[field] !== undefined && list?.length === to[field].length) to[field] = to[field].map((c, i) => take({ ...c }, list[i], 'resources'))
  }
  return allowed
}

function take<T extends object>(to: T, from: T | undefined, ...fields: (keyof T)[]): T {
  for (const field of fields) {
    if (from?.[field] === undefined) delete to[field]
    else to[field] = from[field]
  }
  return to
}
