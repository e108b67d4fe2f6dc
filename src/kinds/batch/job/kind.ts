/** Job: pods that run to their end. */
import { parseTime } from '../../../base/clock'
import { humanDuration } from '../../../base/duration'
import { isLabelValue } from '../../../base/validation'
import { age, defineKind, name } from '../../kind'
import { selectorColumn, templateColumns } from '../../core/pod/template/columns'
import { defaultPodTemplate, emptyTemplate } from '../../core/pod/template/defaults'
import { dropDisabled } from '../../core/pod/template/disabled'
import { nameWarning, templateWarnings } from '../../core/pod/template/workload'
import type { Job, JobSpec } from '../../schema/types/batch.v1'
import { CONTROLLER_UID, JOB_NAME, LEGACY_CONTROLLER_UID, LEGACY_JOB_NAME } from './labels'
import { validateJob, validateJobUpdate } from './validate'
import { validateJobStatusUpdate } from './validate-status'

const MAX_INT32 = 2147483647

export const job = defineKind<Job>({
  group: 'batch',
  version: 'v1',
  kind: 'Job',
  plural: 'jobs',
  singular: 'job',
  categories: ['all'],
  scope: 'Namespaced',
  subresources: { status: { validateUpdate: validateJobStatusUpdate } },

  applyDefaults: defaultJob,
  prepareForCreate(j) {
    j.status = {}
    if (j.spec.manualSelector !== true) generateSelector(j)
    // Upstream labels the job when it reads it back: what the validation refuses it refuses in the template only.
    if (isLabelValue(j.metadata.name ?? '').length === 0) labelAsTemplate(j)
    dropDisabled(j.spec.template.spec)
  },
  prepareForUpdate: j => dropDisabled(j.spec.template?.spec),
  validate: validateJob,
  validateUpdate: validateJobUpdate,
  *warnings(next, previous) {
    yield* nameWarning(next, previous)
    const { completionMode, completions = 0, parallelism = 0 } = next.spec
    if (completionMode === 'Indexed' && completions > 100_000 && parallelism > 10_000 && previous === undefined)
      yield 'In Indexed Job with a number of completions higher than 100000 and a parallelism higher than 10000, Kubernetes might not be able to track completedIndexes when a big number of indexes fail'
    yield* templateWarnings(next, previous)
  },
  fieldSelectors: { 'status.successful': j => String(j.status?.succeeded ?? 0) },

  columns: [
    name,
    { name: 'Status', type: 'string', description: 'How far the job is.', cell: j => statusText(j) },
    { name: 'Completions', type: 'string', description: 'Pods that succeeded of those that have to.', cell: j => completionsText(j) },
    { name: 'Duration', type: 'string', description: 'How long the job has been running, or took.', cell: (j, { nowMs }) => durationText(j, nowMs) },
    age,
    ...templateColumns<Job>(j => j.spec.template),
    selectorColumn<Job>(j => j.spec.selector),
  ],

  anchor: j => j.spec?.selector,
})

/** upstream: pkg/apis/batch/v1/defaults.go SetDefaults_Job */
function defaultJob(j: Job): void {
  j.status ??= {}
  const spec = (j.spec ??= { template: emptyTemplate() })
  defaultJobTemplate(spec)
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = spec.parallelism = 1
  spec.parallelism ??= 1
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : MAX_INT32
  labelAsTemplate(j)
  spec.completionMode ??= 'NonIndexed'
  spec.suspend ??= false
  spec.podReplacementPolicy ??= spec.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed'
  spec.manualSelector ??= false
}

/** What the template of a CronJob's jobs gets as well. */
export function defaultJobTemplate(spec: JobSpec): void {
  defaultPodTemplate((spec.template ??= emptyTemplate()))
  for (const rule of spec.podFailurePolicy?.rules ?? []) for (const condition of rule.onPodConditions ?? []) if ((condition.status ?? '') === '') condition.status = 'True'
}

/** A job without labels of its own wears those of its pods. */
function labelAsTemplate(j: Job): void {
  const labels = j.spec.template?.metadata?.labels
  if (labels !== undefined && Object.keys(j.metadata.labels ?? {}).length === 0) j.metadata.labels = labels
}

/** upstream: pkg/registry/batch/job/strategy.go generateSelector */
function generateSelector(j: Job): void {
  const { name: jobName = '', uid = '' } = j.metadata
  const metadata = (j.spec.template.metadata ??= {})
  const shared = metadata.labels !== undefined && metadata.labels === j.metadata.labels
  metadata.labels = { [CONTROLLER_UID]: uid, [JOB_NAME]: jobName, [LEGACY_CONTROLLER_UID]: uid, [LEGACY_JOB_NAME]: jobName, ...metadata.labels }
  if (shared) j.metadata.labels = { ...metadata.labels }
  const selector = (j.spec.selector ??= {})
  selector.matchLabels = { [CONTROLLER_UID]: uid, ...selector.matchLabels }
}

/** upstream: printJob */
function statusText({ metadata, status }: Job): string {
  const is = (type: string): boolean => status?.conditions?.some(c => c.type === type && c.status === 'True') === true
  if (is('Complete')) return 'Complete'
  if (is('Failed')) return 'Failed'
  if (metadata.deletionTimestamp !== undefined) return 'Terminating'
  return ['Suspended', 'FailureTarget'].find(is) ?? 'Running'
}

function completionsText({ spec, status }: Job): string {
  const succeeded = status?.succeeded ?? 0
  if (spec.completions !== undefined) return `${succeeded}/${spec.completions}`
  const parallelism = spec.parallelism ?? 0
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`
}

function durationText({ status }: Job, nowMs: number): string {
  const start = parseTime(status?.startTime)
  if (Number.isNaN(start)) return ''
  return humanDuration((status?.completionTime === undefined ? nowMs : parseTime(status.completionTime)) - start)
}
