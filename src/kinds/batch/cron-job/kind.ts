/** CronJob: makes jobs at the times of a schedule. */
import { ageSince } from '../../../base/duration'
import { Findings, Path } from '../../../base/findings'
import { age, defineKind, name } from '../../kind'
import { selectorValue } from '../../core/pod/template/internal'
import { selectorColumn, templateColumns } from '../../core/pod/template/columns'
import { emptyTemplate } from '../../core/pod/template/defaults'
import { dropDisabled } from '../../core/pod/template/disabled'
import { validateFinalizerNames, validateMetadataUpdate } from '../../core/pod/template/metadata'
import { oneOf } from '../../core/pod/template/validate-text'
import { podTemplateWarnings } from '../../core/pod/template/warnings'
import { nameWarning } from '../../core/pod/template/workload'
import type { CronJob, CronJobSpec } from '../../schema/types/batch.v1'
import { defaultJobTemplate } from '../job/kind'
import { validateJobSpec } from '../job/validate-spec'
import { parseSchedule, ScheduleError } from './schedule'

const SPEC = Path.of('spec')
const JOB_TEMPLATE = SPEC.child('jobTemplate').child('spec')
const MAX_NAME = 52

export const cronJob = defineKind<CronJob>({
  group: 'batch',
  version: 'v1',
  kind: 'CronJob',
  plural: 'cronjobs',
  singular: 'cronjob',
  shortNames: ['cj'],
  categories: ['all'],
  scope: 'Namespaced',
  subresources: { status: {} },

  applyDefaults: defaultCronJob,
  prepareForCreate(c) {
    c.status = {}
    dropDisabled(c.spec.jobTemplate.spec.template.spec)
  },
  prepareForUpdate: c => dropDisabled(c.spec.jobTemplate?.spec?.template?.spec),
  validate(c) {
    const f = new Findings()
    validateFinalizerNames(f, c.metadata)
    validateSpec(f, c.spec, undefined)
    const { name: given = '' } = c.metadata
    // Jobs are named after it with a time behind.
    if (given.length > MAX_NAME) f.invalid(Path.of('metadata').child('name'), given, `must be no more than ${MAX_NAME} characters`)
    return f.errors
  },
  validateUpdate(next, previous) {
    const f = new Findings()
    validateMetadataUpdate(f, next, previous)
    validateSpec(f, next.spec, previous.spec)
    return f.errors
  },
  *warnings(next, previous) {
    yield* nameWarning(next, previous)
    if (previous === undefined || previous.metadata.generation !== next.metadata.generation) yield* podTemplateWarnings(next.spec.jobTemplate.spec.template, JOB_TEMPLATE.child('template'))
    if (next.spec.schedule.includes('TZ')) yield 'CRON_TZ or TZ used in spec.schedule is not officially supported, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details'
  },

  columns: [
    name,
    { name: 'Schedule', type: 'string', description: 'When jobs are made, in cron\'s notation.', cell: c => c.spec.schedule },
    { name: 'Timezone', type: 'string', description: 'Whose clock counts.', cell: c => c.spec.timeZone ?? '<none>' },
    { name: 'Suspend', type: 'boolean', description: 'No jobs are made.', cell: c => (c.spec.suspend === undefined ? '<unset>' : c.spec.suspend ? 'True' : 'False') },
    { name: 'Active', type: 'integer', description: 'Jobs that are running.', cell: c => c.status?.active?.length ?? 0 },
    { name: 'Last Schedule', type: 'string', description: 'How long ago a job was made.', cell: (c, { nowMs }) => (c.status?.lastScheduleTime === undefined ? '<none>' : ageSince(c.status.lastScheduleTime, nowMs)) },
    age,
    ...templateColumns<CronJob>(c => c.spec.jobTemplate?.spec?.template),
    selectorColumn<CronJob>(c => c.spec.jobTemplate?.spec?.selector),
  ],
})

/** upstream: pkg/apis/batch/v1/defaults.go SetDefaults_CronJob */
function defaultCronJob(c: CronJob): void {
  c.status ??= {}
  const spec = (c.spec ??= { schedule: '', jobTemplate: undefined as never })
  const template = (spec.jobTemplate ??= { spec: undefined as never })
  template.metadata ??= {}
  defaultJobTemplate((template.spec ??= { template: emptyTemplate() }))
  if ((spec.concurrencyPolicy ?? '') === '') spec.concurrencyPolicy = 'Allow'
  spec.suspend ??= false
  spec.successfulJobsHistoryLimit ??= 3
  spec.failedJobsHistoryLimit ??= 1
}

const POLICIES = ['Allow', 'Forbid', 'Replace']

/** upstream: pkg/apis/batch/validation validateCronJobSpec */
function validateSpec(f: Findings, spec: CronJobSpec, previous: CronJobSpec | undefined): void {
  validateSchedule(f, SPEC.child('schedule'), spec, previous)
  f.nonnegative(SPEC.child('startingDeadlineSeconds'), spec.startingDeadlineSeconds)
  if (spec.timeZone !== undefined && spec.timeZone !== previous?.timeZone) validateTimeZone(f, SPEC.child('timeZone'), spec.timeZone)
  oneOf(f, SPEC.child('concurrencyPolicy'), spec.concurrencyPolicy, POLICIES)
  const job = spec.jobTemplate.spec
  validateJobSpec(f, JOB_TEMPLATE, job, previous?.jobTemplate.spec)
  if (job.selector !== undefined) f.invalid(JOB_TEMPLATE.child('selector'), selectorValue(job.selector), '`selector` will be auto-generated')
  if (job.manualSelector === true) f.unsupported(JOB_TEMPLATE.child('manualSelector'), true, ['nil', 'false'])
  f.nonnegative(SPEC.child('successfulJobsHistoryLimit'), spec.successfulJobsHistoryLimit)
  f.nonnegative(SPEC.child('failedJobsHistoryLimit'), spec.failedJobsHistoryLimit)
}

function validateSchedule(f: Findings, at: Path, { schedule = '', timeZone }: CronJobSpec, previous: CronJobSpec | undefined): void {
  if (schedule === '') return f.required(at)
  try {
    parseSchedule(schedule)
  } catch (e) {
    if (!(e instanceof ScheduleError)) throw e
    f.invalid(at, schedule, e.message)
  }
  if (!schedule.includes('TZ')) return
  if (previous?.schedule.includes('TZ') !== true) f.invalid(at, schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead')
  else if (timeZone !== undefined) f.invalid(at, schedule, 'cannot use both timeZone field and TZ or CRON_TZ in schedule')
}

const ZONE_PART = /^[A-Za-z.\-_0-9+]{1,14}$/

function validateTimeZone(f: Findings, at: Path, zone: string): void {
  if (zone === '') return f.invalid(at, zone, 'timeZone must be nil or non-empty string')
  const malformed = zone.split('/').some(part => part === '.' || part === '..' || part.startsWith('-') || !ZONE_PART.test(part))
  if (malformed) return f.invalid(at, zone, `unknown time zone ${zone}`)
  if (zone.toLowerCase() === 'local') f.invalid(at, zone, 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones')
  if (zone !== 'Local' && !isTimeZone(zone)) f.invalid(at, zone, `unknown time zone ${zone}`)
}

function isTimeZone(zone: string): boolean {
  if (!/^[A-Z]/.test(zone)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}
