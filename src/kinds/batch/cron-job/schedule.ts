/** Cron schedules. upstream: github.com/robfig/cron/v3 ParseStandard */
import { goQuote } from '../../../base/field'
import { DurationError, parseDuration } from '../../../base/duration'

/** Minutes, hours, days of the month, months and days of the week, each as bits; a star says that a day field does not restrict. */
export interface CronFields {
  readonly minutes: number[]
  readonly hours: number[]
  readonly daysOfMonth: number[]
  readonly months: number[]
  readonly daysOfWeek: number[]
  readonly anyDayOfMonth: boolean
  readonly anyDayOfWeek: boolean
}
/** Or one run every so many milliseconds. */
export type CronSchedule = CronFields | { readonly everyMs: number }

export class ScheduleError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ScheduleError'
  }
}

interface Bounds {
  readonly min: number
  readonly max: number
  readonly names?: readonly string[]
}
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const BOUNDS: readonly Bounds[] = [{ min: 0, max: 59 }, { min: 0, max: 23 }, { min: 1, max: 31 }, { min: 1, max: 12, names: MONTHS }, { min: 0, max: 6, names: DAYS }]

const DESCRIPTORS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}

/** Reads a schedule; a leading `TZ=zone` or `CRON_TZ=zone` is passed over. Throws ScheduleError in upstream's words. */
export function parseSchedule(text: string): CronSchedule {
  if (text === '') throw new ScheduleError('empty spec string')
  let spec = text
  if (spec.startsWith('TZ=') || spec.startsWith('CRON_TZ=')) {
    const space = spec.indexOf(' ')
    if (space < 0) throw new ScheduleError(`provided bad location ${spec.slice(spec.indexOf('=') + 1)}: unknown time zone ${spec.slice(spec.indexOf('=') + 1)}`)
    spec = spec.slice(space).trim()
  }
  return spec.startsWith('@') ? parseDescriptor(spec) : parseFields(spec)
}

function parseDescriptor(descriptor: string): CronSchedule {
  const spec = DESCRIPTORS[descriptor]
  if (spec !== undefined) return parseFields(spec)
  if (!descriptor.startsWith('@every ')) throw new ScheduleError(`unrecognized descriptor: ${descriptor}`)
  try {
    // No finer than seconds, and no shorter than one.
    return { everyMs: Math.max(1000, Math.floor(parseDuration(descriptor.slice('@every '.length)) / 1000) * 1000) }
  } catch (e) {
    if (e instanceof DurationError) throw new ScheduleError(`failed to parse duration ${descriptor}: ${e.message}`)
    throw e
  }
}

function parseFields(spec: string): CronFields {
  const fields = spec.split(/\s+/).filter(f => f !== '')
  if (fields.length !== BOUNDS.length) throw new ScheduleError(`expected exactly ${BOUNDS.length} fields, found ${fields.length}: [${fields.join(' ')}]`)
  const read = fields.map((field, i) => parseField(field, BOUNDS[i] as Bounds))
  const [minutes, hours, daysOfMonth, months, daysOfWeek] = read.map(r => r.values) as [number[], number[], number[], number[], number[]]
  return { minutes, hours, daysOfMonth, months, daysOfWeek, anyDayOfMonth: read[2]?.star === true, anyDayOfWeek: read[4]?.star === true }
}

function parseField(field: string, bounds: Bounds): { values: number[]; star: boolean } {
  const values = new Set<number>()
  let star = false
  for (const range of field.split(',')) {
    if (range === '') continue
    const r = parseRange(range, bounds)
    star ||= r.star
    for (let n = r.start; n <= r.end; n += r.step) values.add(n)
  }
  return { values: [...values].sort((a, b) => a - b), star }
}

function parseRange(text: string, bounds: Bounds): { start: number; end: number; step: number; star: boolean } {
  const parts = text.split('/') as [string, ...string[]]
  const limits = parts[0].split('-') as [string, ...string[]]
  let { min: start, max: end } = bounds
  let star = limits[0] === '*' || limits[0] === '?'
  if (!star) {
    start = numberOrName(limits[0], bounds)
    if (limits.length > 2) throw new ScheduleError(`too many hyphens: ${text}`)
    end = limits[1] === undefined ? start : numberOrName(limits[1], bounds)
  }
  let step = 1
  if (parts.length > 2) throw new ScheduleError(`too many slashes: ${text}`)
  if (parts[1] !== undefined) {
    step = parseNumber(parts[1])
    if (limits.length === 1) end = bounds.max
    if (step > 1) star = false
  }
  if (start < bounds.min) throw new ScheduleError(`beginning of range (${start}) below minimum (${bounds.min}): ${text}`)
  if (end > bounds.max) throw new ScheduleError(`end of range (${end}) above maximum (${bounds.max}): ${text}`)
  if (start > end) throw new ScheduleError(`beginning of range (${start}) beyond end of range (${end}): ${text}`)
  if (step === 0) throw new ScheduleError(`step of range should be a positive number: ${text}`)
  return { start, end, step, star }
}

function numberOrName(text: string, { min, names }: Bounds): number {
  const index = names?.indexOf(text.toLowerCase()) ?? -1
  return index < 0 ? parseNumber(text) : index + min
}

function parseNumber(text: string): number {
  if (!/^[-+]?\d+$/.test(text)) throw new ScheduleError(`failed to parse int from ${text}: strconv.Atoi: parsing ${goQuote(text)}: invalid syntax`)
  const n = Number(text)
  if (n < 0) throw new ScheduleError(`negative number (${n}) not allowed: ${text}`)
  return n
}
