/** Makes a Job at each time of a schedule, and clears away the finished ones. upstream: pkg/controller/cronjob/cronjob_controllerv2.go */
import { parseTime, timestamp } from '../../base/clock'
import { deepEqual } from '../../base/equal'
import { StatusError, isAlreadyExists, isNotFound } from '../../base/status'
import { defineController, owned, type Context, type ReconcileResult, type Watch } from '../../client/controller'
import { cronJob as cronJobKind } from '../../kinds/batch/cron-job/kind'
import { parseSchedule, ScheduleError, type CronSchedule } from '../../kinds/batch/cron-job/schedule'
import { job as jobKind } from '../../kinds/batch/job/kind'
import { controllerOf } from '../../kinds/kind'
import type { CronJob, CronJobStatus, Job } from '../../kinds/schema/types/batch.v1'
import type { ObjectReference } from '../../kinds/schema/types/core.v1'
import { controllerReference, isNamespaceTerminating } from '../pod-control/pod-control'
import { missedSince, nextTimeMs, offsetMs } from './next-time'

const SCHEDULED = 'batch.kubernetes.io/cronjob-scheduled-timestamp'
/** So much after its time a run is made. upstream: nextScheduleDelta */
const DELTA_MS = 100

interface Turn {
  readonly cron: CronJob
  readonly ctx: Context
  active: readonly ObjectReference[]
  lastScheduleTime: string | undefined
  lastSuccessfulTime: string | undefined
}

export const cronJobController = defineController<CronJob>({
  name: 'cronjob-controller',
  reconciles: cronJobKind,
  watches: [owned(jobKind, 'CronJob') as Watch<never>],

  async reconcile(cron, ctx) {
    const { active = [], lastScheduleTime, lastSuccessfulTime } = cron.status ?? {}
    const turn: Turn = { cron, ctx, active, lastScheduleTime, lastSuccessfulTime }
    const children = ctx.lister.byIndex(jobKind, 'owner', cron.metadata.uid as string).filter(j => controllerOf(j)?.uid === cron.metadata.uid)
    await cleanUp(turn, children)
    await review(turn, children)
    let result: ReconcileResult | void = undefined
    let thrown: unknown
    try {
      result = await run(turn)
    } catch (e) {
      thrown = e
    }
    await writeStatus(turn)
    if (thrown !== undefined) throw thrown
    return result
  },
})

type End = 'Complete' | 'Failed'
const endOf = (j: Job): End | undefined => j.status?.conditions?.find(c => (c.type === 'Complete' || c.type === 'Failed') && c.status === 'True')?.type as End | undefined

/** Keeps as many ended jobs as the limits allow, the newest. upstream: cleanupFinishedJobs */
async function cleanUp(turn: Turn, children: readonly Job[]): Promise<void> {
  const { failedJobsHistoryLimit, successfulJobsHistoryLimit } = turn.cron.spec
  for (const [end, limit] of [['Failed', failedJobsHistoryLimit], ['Complete', successfulJobsHistoryLimit]] as const) {
    if (limit === undefined) continue
    const ended = children.filter(j => endOf(j) === end && j.metadata.deletionTimestamp === undefined).sort(byStart)
    for (const j of ended.slice(0, Math.max(0, ended.length - limit))) await deleteJob(turn, j)
  }
}

function byStart(a: Job, b: Job): number {
  const start = (j: Job): number => parseTime(j.status?.startTime)
  const [x, y] = [start(a), start(b)]
  if (Number.isNaN(x) !== Number.isNaN(y)) return Number.isNaN(x) ? 1 : -1
  return x === y || Number.isNaN(x) ? (a.metadata.name < b.metadata.name ? -1 : 1) : x - y
}

async function deleteJob(turn: Turn, j: Job): Promise<void> {
  const { cron, ctx } = turn
  try {
    await ctx.client.delete(jobKind, j, { propagationPolicy: 'Background' })
  } catch (e) {
    if (isNotFound(e)) return
    if (e instanceof StatusError) await ctx.events.event(cron, 'Warning', 'FailedDelete', `Deleted job: ${e.message}`)
    throw e
  }
  turn.active = turn.active.filter(r => r.uid !== j.metadata.uid)
  await ctx.events.event(cron, 'Normal', 'SuccessfulDelete', `Deleted job ${j.metadata.name}`)
}

/** Which of the jobs that were running still are. */
async function review(turn: Turn, children: readonly Job[]): Promise<void> {
  const { cron, ctx } = turn
  for (const j of children) {
    const isActive = turn.active.some(r => r.uid === j.metadata.uid)
    const end = endOf(j)
    if (!isActive && end === undefined) await ctx.events.event(cron, 'Warning', 'UnexpectedJob', `Saw a job that the controller did not create or forgot: ${j.metadata.name}`)
    else if (isActive && end !== undefined) {
      turn.active = turn.active.filter(r => r.uid !== j.metadata.uid)
      await ctx.events.event(cron, 'Normal', 'SawCompletedJob', `Saw completed job: ${j.metadata.name}, condition: ${end}`)
    }
    const completed = end === 'Complete' ? j.status?.completionTime : undefined
    if (completed !== undefined && (turn.lastSuccessfulTime === undefined || parseTime(completed) > parseTime(turn.lastSuccessfulTime))) turn.lastSuccessfulTime = completed
  }
  for (const r of turn.active) {
    if (ctx.lister.get(jobKind, r.name as string, r.namespace)?.metadata.uid === r.uid) continue
    turn.active = turn.active.filter(other => other.uid !== r.uid)
    await ctx.events.event(cron, 'Normal', 'MissingJob', `Active job went missing: ${r.name}`)
  }
}

/** Makes the job whose time has come, unless something is against it. upstream: syncCronJob */
async function run(turn: Turn): Promise<ReconcileResult | void> {
  const { cron, ctx } = turn
  const { spec, metadata } = cron
  if (metadata.deletionTimestamp !== undefined) return
  const zone = spec.timeZone
  if (spec.suspend === true) return
  const schedule = await readSchedule(turn)
  if (schedule === undefined) return
  const nowMs = ctx.clock.now()
  const deadlineMs = spec.startingDeadlineSeconds === undefined ? undefined : spec.startingDeadlineSeconds * 1000
  const since = parseTime(turn.lastScheduleTime ?? metadata.creationTimestamp)
  const { lastMs, many } = missedSince(schedule, deadlineMs === undefined ? since : Math.max(since, nowMs - deadlineMs), nowMs, zone)
  if (many) await ctx.events.event(cron, 'Warning', 'TooManyMissedTimes', 'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew')
  const nextMs = nextTimeMs(schedule, nowMs, zone)
  const result = nextMs === undefined ? undefined : { requeueAfterMs: nextMs - nowMs + DELTA_MS }
  if (lastMs === undefined) return result
  if (deadlineMs !== undefined && lastMs + deadlineMs < nowMs) {
    await ctx.events.event(cron, 'Warning', 'MissSchedule', `Missed scheduled time to start a job: ${rfc1123(lastMs)}`)
    return result
  }
  const name = `${metadata.name}-${Math.floor(lastMs / 60_000)}`
  if (turn.active.some(r => r.name === name) || parseTime(turn.lastScheduleTime) === lastMs) return result
  if (spec.concurrencyPolicy === 'Forbid' && turn.active.length > 0) {
    await ctx.events.event(cron, 'Normal', 'JobAlreadyActive', 'Not starting job because prior execution is running and concurrency policy is Forbid')
    return result
  }
  if (spec.concurrencyPolicy === 'Replace') {
    for (const r of turn.active) {
      const j = ctx.lister.get(jobKind, r.name as string, r.namespace)
      if (j !== undefined) await deleteJob(turn, j)
    }
  }
  await start(turn, name, lastMs)
  return result
}

async function readSchedule({ cron, ctx }: Turn): Promise<CronSchedule | undefined> {
  try {
    return parseSchedule(cron.spec.schedule)
  } catch (e) {
    if (!(e instanceof ScheduleError)) throw e
    await ctx.events.event(cron, 'Warning', 'UnparseableSchedule', `unparseable schedule: ${JSON.stringify(cron.spec.schedule)} : ${e.message}`)
    return undefined
  }
}

async function start(turn: Turn, name: string, scheduledMs: number): Promise<void> {
  const { cron, ctx } = turn
  let made: Job
  try {
    made = await ctx.client.create(jobKind, jobOf(cron, name, scheduledMs))
  } catch (e) {
    if (!(e instanceof StatusError)) throw e
    if (isNamespaceTerminating(e)) return
    const there = isAlreadyExists(e) ? ctx.lister.get(jobKind, name, cron.metadata.namespace) : undefined
    if (there === undefined) {
      await ctx.events.event(cron, 'Warning', 'FailedCreate', `Error creating job: ${e.message}`)
      throw e
    }
    // Somebody else's, or one that is over: its time has been used.
    if (controllerOf(there)?.uid !== cron.metadata.uid) throw e
    turn.lastScheduleTime = timestamp(scheduledMs)
    return
  }
  await ctx.events.event(cron, 'Normal', 'SuccessfulCreate', `Created job ${name}`)
  const { uid, namespace, resourceVersion } = made.metadata
  turn.active = [...turn.active, { kind: 'Job', namespace, name, uid, apiVersion: 'batch/v1', resourceVersion } as ObjectReference]
  turn.lastScheduleTime = timestamp(scheduledMs)
}

/** upstream: getJobFromTemplate2 */
export function jobOf(cron: CronJob, name: string, scheduledMs: number): Job {
  const { metadata, spec } = cron.spec.jobTemplate
  return {
    metadata: {
      name,
      namespace: cron.metadata.namespace as string,
      ...(metadata?.labels === undefined ? {} : { labels: metadata.labels }),
      annotations: { ...metadata?.annotations, [SCHEDULED]: zoned(scheduledMs, cron.spec.timeZone) },
      ownerReferences: [controllerReference(cronJobKind, cron)],
    },
    spec: spec as Job['spec'],
  }
}

/** RFC 3339 on the zone's clock: `2026-01-01T04:30:00+01:00`. */
function zoned(ms: number, zone: string | undefined): string {
  const offset = offsetMs(zone, ms)
  if (offset === 0) return timestamp(ms)
  const minutes = Math.abs(offset) / 60_000
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${timestamp(ms + offset).slice(0, -1)}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

/** time.RFC1123Z in UTC: `Thu, 01 Jan 2026 00:00:00 +0000`. */
const rfc1123 = (ms: number): string => new Date(ms).toUTCString().replace('GMT', '+0000')

async function writeStatus({ cron, ctx, active, lastScheduleTime, lastSuccessfulTime }: Turn): Promise<void> {
  const status: CronJobStatus = {
    ...(active.length === 0 ? {} : { active: [...active] }),
    ...(lastScheduleTime === undefined ? {} : { lastScheduleTime }),
    ...(lastSuccessfulTime === undefined ? {} : { lastSuccessfulTime }),
  }
  if (!deepEqual(status, cron.status ?? {})) await ctx.client.update(cronJobKind, { ...cron, status }, { subresource: 'status' })
}
