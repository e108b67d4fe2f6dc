/** Durations: Go's text (`1h2m3.5s`) read and written, and the short ages that tables and describe show. upstream: Go's time.ParseDuration, apimachinery/pkg/util/duration */
import { parseTime } from './clock'

/** The text is no duration; the message is Go's. */
export class DurationError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'DurationError'
  }
}

const UNIT_NS: Record<string, number> = { ns: 1, us: 1e3, 'µs': 1e3, 'μs': 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 }
/** Go counts nanoseconds in 63 bits. */
const MAX_NS = 2 ** 63
/** What binary fractions may be short of by a whole nanosecond. */
const SLACK_NS = 1e-5

/** Milliseconds of `300ms`, `-1.5h`, `2h45m`. Throws DurationError. */
export function parseDuration(text: string): number {
  const invalid = (): DurationError => new DurationError(`time: invalid duration ${quote(text)}`)
  const negative = text.startsWith('-')
  let rest = negative || text.startsWith('+') ? text.slice(1) : text
  if (rest === '0') return 0
  if (rest === '') throw invalid()
  let ns = 0
  while (rest !== '') {
    const number = /^(?:\d+\.?\d*|\.\d+)/.exec(rest)?.[0]
    if (number === undefined) throw invalid()
    rest = rest.slice(number.length)
    const unit = /^[^.0-9]+/.exec(rest)?.[0]
    if (unit === undefined) throw new DurationError(`time: missing unit in duration ${quote(text)}`)
    rest = rest.slice(unit.length)
    const factor = UNIT_NS[unit]
    if (factor === undefined) throw new DurationError(`time: unknown unit ${quote(unit)} in duration ${quote(text)}`)
    ns += Math.floor(Number(number) * factor + SLACK_NS)
    if (ns >= MAX_NS) throw invalid()
  }
  return (negative ? -ns : ns) / 1e6
}

/** The quoting of Go's time package: what is not printable ASCII, byte by byte. */
const quote = (text: string): string =>
  `"${[...Buffer.from(text)].map(b => (b === 0x22 || b === 0x5c ? `\\${String.fromCharCode(b)}` : b < 0x20 || b >= 0x80 ? `\\x${b.toString(16).padStart(2, '0')}` : String.fromCharCode(b))).join('')}"`

/** `1h2m3.5s`, `1.5ms`, `0s`: Go's Duration.String(). */
export function durationText(ms: number): string {
  const ns = Math.round(Math.abs(ms) * 1e6)
  const sign = ms < 0 && ns > 0 ? '-' : ''
  if (ns === 0) return '0s'
  if (ns < 1e3) return `${sign}${ns}ns`
  if (ns < 1e6) return `${sign}${decimal(ns, 1e3)}µs`
  if (ns < 1e9) return `${sign}${decimal(ns, 1e6)}ms`
  const minutes = Math.floor(ns / 60e9)
  const seconds = `${decimal(ns - minutes * 60e9, 1e9)}s`
  if (minutes === 0) return sign + seconds
  const hours = Math.floor(minutes / 60)
  return `${sign}${hours === 0 ? '' : `${hours}h`}${minutes % 60}m${seconds}`
}

/** units / unit with as many digits as it needs and no more. */
function decimal(units: number, unit: number): string {
  const whole = Math.floor(units / unit)
  const fraction = String(units - whole * unit).padStart(String(unit).length - 1, '0').replace(/0+$/, '')
  return fraction === '' ? String(whole) : `${whole}.${fraction}`
}

/** `45s`, `5m10s`, `3d4h`: two or three significant figures, as ages in tables. Clocks may differ by two seconds; beyond, `<invalid>`. */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000)
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 10) return pair(minutes, 'm', seconds % 60, 's')
  if (minutes < 180) return `${minutes}m`
  const hours = Math.floor(minutes / 60)
  if (hours < 8) return pair(hours, 'h', minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  const days = Math.floor(hours / 24)
  if (hours < 192) return pair(days, 'd', hours % 24, 'h')
  if (hours < 24 * 365 * 2) return `${days}d`
  const years = Math.floor(days / 365)
  return hours < 24 * 365 * 8 ? pair(years, 'y', days % 365, 'd') : `${years}y`
}

const pair = (large: number, unit: string, small: number, smallUnit: string): string => (small === 0 ? `${large}${unit}` : `${large}${unit}${small}${smallUnit}`)

/** `59s`, `59m`, `23h`, `364d`, `3y`: one figure. */
export function shortHumanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000)
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`
  const hours = Math.floor(seconds / 3600)
  if (hours < 24) return `${hours}h`
  return hours < 24 * 365 ? `${Math.floor(hours / 24)}d` : `${Math.floor(hours / 24 / 365)}y`
}

/** How long ago an RFC 3339 time was; `<unknown>` when there is none. upstream: printers' translateTimestampSince */
export function ageSince(time: string | null | undefined, nowMs: number): string {
  const ms = parseTime(time ?? undefined)
  return Number.isNaN(ms) ? '<unknown>' : humanDuration(nowMs - ms)
}
