/** When a schedule fires, on the clock of a time zone. upstream: github.com/robfig/cron/v3 SpecSchedule.Next, ConstantDelaySchedule.Next */
import type { CronFields, CronSchedule } from '../../kinds/batch/cron-job/schedule'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** A schedule that never fires (February 30th) is given up after so many years. */
const YEARS_MAX = 5

const formats = new Map<string, Intl.DateTimeFormat>()

/** What the zone's clock is ahead of UTC at an instant, in ms. */
export function offsetMs(zone: string | undefined, atMs: number): number {
  if (zone === undefined || zone === 'UTC' || zone === 'Etc/UTC') return 0
  let format = formats.get(zone)
  if (format === undefined) formats.set(zone, (format = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' })))
  const parts: Record<string, number> = {}
  for (const { type, value } of format.formatToParts(atMs)) parts[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(atMs / 1000) * 1000
}

/** The first instant after `afterMs`, in epoch ms; undefined when there is none for years. */
export function nextTimeMs(schedule: CronSchedule, afterMs: number, zone: string | undefined): number | undefined {
  if ('everyMs' in schedule) return Math.floor((afterMs + schedule.everyMs) / 1000) * 1000
  let at = Math.floor(afterMs / MINUTE_MS) * MINUTE_MS + MINUTE_MS
  const end = afterMs + YEARS_MAX * 366 * DAY_MS
  // Bounded by the days of those years, and the hours and minutes of one day.
  while (at < end) {
    const local = new Date(at + offsetMs(zone, at))
    const midnight = Date.UTC(local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate())
    if (!schedule.months.includes(local.getUTCMonth() + 1)) at = later(at, instantOf(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + 1, 1), zone))
    else if (!isDay(schedule, local)) at = later(at, instantOf(midnight + DAY_MS, zone))
    else if (!schedule.hours.includes(local.getUTCHours())) at += (60 - local.getUTCMinutes()) * MINUTE_MS
    else {
      const minute = schedule.minutes.find(m => m >= local.getUTCMinutes())
      if (minute === local.getUTCMinutes()) return at
      at += ((minute ?? 60) - local.getUTCMinutes()) * MINUTE_MS
    }
  }
  return undefined
}

const later = (at: number, to: number): number => Math.max(at + MINUTE_MS, to)

/** The instant at which the zone's clock shows this. */
function instantOf(localMs: number, zone: string | undefined): number {
  const guess = localMs - offsetMs(zone, localMs)
  return localMs - offsetMs(zone, guess)
}

/** Either day field suffices when both restrict; a star leaves it to the other. */
function isDay({ daysOfMonth, daysOfWeek, anyDayOfMonth, anyDayOfWeek }: CronFields, local: Date): boolean {
  const ofMonth = daysOfMonth.includes(local.getUTCDate())
  const ofWeek = daysOfWeek.includes(local.getUTCDay())
  return anyDayOfMonth || anyDayOfWeek ? ofMonth && ofWeek : ofMonth || ofWeek
}

export interface Missed {
  /** The last instant that has come, if any. */
  readonly lastMs: number | undefined
  /** More than a hundred have. */
  readonly many: boolean
}

/** What has come between two instants, the later one included. upstream: mostRecentScheduleTime */
export function missedSince(schedule: CronSchedule, afterMs: number, nowMs: number, zone: string | undefined): Missed {
  const first = nextTimeMs(schedule, afterMs, zone)
  if (first === undefined || first > nowMs) return { lastMs: undefined, many: false }
  const second = nextTimeMs(schedule, first, zone)
  if (second === undefined || second > nowMs) return { lastMs: first, many: false }
  const many = Math.floor((nowMs - first) / (second - first)) + 1 > 100
  if ('everyMs' in schedule) return { lastMs: first + Math.floor((nowMs - first) / schedule.everyMs) * schedule.everyMs, many }
  // Looked for from the end, in windows that grow: what was missed may be years.
  for (let window = Math.max(second - first, MINUTE_MS) * 2; ; window *= 4) {
    const from = Math.max(afterMs, nowMs - window)
    let last: number | undefined
    for (let t = nextTimeMs(schedule, from, zone); t !== undefined && t <= nowMs; t = nextTimeMs(schedule, t, zone)) last = t
    if (last !== undefined || from === afterMs) return { lastMs: last ?? first, many }
  }
}
