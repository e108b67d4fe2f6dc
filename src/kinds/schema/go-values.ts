/** Times and base64 as Go reads them from JSON: canonical text out, Go's own error messages when the text is wrong. */
import { goQuote } from '../../base/field'

/** Go's error of a value that its own decoder refuses; the message is complete. */
export class GoValueError extends Error {}

const RFC3339 = '2006-01-02T15:04:05Z07:00'
const RFC3339_MICRO = '2006-01-02T15:04:05.000000Z07:00'
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** The canonical text of a metav1.Time (UTC, whole seconds); throws GoValueError. `undefined` is Go's zero time. */
export function canonicalTime(text: string): string | undefined {
  if (isCanonicalTime(text)) return text
  return utcText(parseTimeAs(text, RFC3339, false), 0)
}

/** The canonical text of a metav1.MicroTime (UTC, six digits); throws GoValueError. `undefined` is Go's zero time. */
export function canonicalMicroTime(text: string): string | undefined {
  return utcText(parseTimeAs(text, RFC3339_MICRO, true), 6)
}

interface Parts {
  /** Seconds since the epoch, and microseconds. */
  seconds: number
  micros: number
}

/** Exactly `dddd-dd-ddTdd:dd:ddZ` with plain ranges: nearly all there are. */
function isCanonicalTime(text: string): boolean {
  if (text.length !== 20 || text.charCodeAt(19) !== 0x5a) return false
  for (let i = 0; i < 19; i++) {
    const c = text.charCodeAt(i)
    const separator = SEPARATORS.charCodeAt(i)
    if (separator === 0x64 ? c < 0x30 || c > 0x39 : c !== separator) return false
  }
  const month = Number(text.slice(5, 7))
  const day = Number(text.slice(8, 10))
  return month >= 1 && month <= 12 && day >= 1 && day <= 28 && text.slice(11, 13) < '24' && text.slice(14, 16) < '60' && text.slice(17, 19) < '60' && text.slice(0, 4) > '0001'
}
const SEPARATORS = 'dddd-dd-ddTdd:dd:dd'

/** upstream: Go's time.Parse for the two layouts that the API uses. */
function parseTimeAs(text: string, layout: string, micro: boolean): Parts {
  let rest = text
  const fail = (element: string, value = rest): never => {
    throw new GoValueError(`parsing time ${goQuote(text)} as ${goQuote(layout)}: cannot parse ${goQuote(value)} as ${goQuote(element)}`)
  }
  const range = (what: string): never => {
    throw new GoValueError(`parsing time ${goQuote(text)}: ${what} out of range`)
  }
  const take = (digits: number, element: string): number => {
    const found = rest.slice(0, digits)
    if (found.length < digits || !/^\d+$/.test(found)) fail(element)
    rest = rest.slice(digits)
    return Number(found)
  }
  const literal = (c: string): void => {
    if (rest[0] !== c) fail(c)
    rest = rest.slice(1)
  }
  const year = take(4, '2006')
  literal('-')
  const month = take(2, '01')
  if (month < 1 || month > 12) range('month')
  literal('-')
  const day = take(2, '02')
  literal('T')
  // Go takes one or two digits for an hour.
  const hourDigits = /^\d\d/.test(rest) ? 2 : 1
  const hour = take(hourDigits, '15')
  if (hour > 23) range('hour')
  literal(':')
  const minute = take(2, '04')
  if (minute > 59) range('minute')
  literal(':')
  const second = take(2, '05')
  if (second > 59) range('second')
  let micros = 0
  const fraction = /^[.,]\d+/.exec(rest)?.[0]
  if (micro) {
    if (rest.length < 7 || !/^[.,]\d{6}/.test(rest)) fail('.000000')
    micros = Number(rest.slice(1, 7))
    rest = rest.slice(7)
  } else if (fraction !== undefined) {
    micros = Number(fraction.slice(1, 7).padEnd(6, '0'))
    rest = rest.slice(fraction.length)
  }
  let offsetSeconds = 0
  if (rest[0] === 'Z') rest = rest.slice(1)
  else {
    const zone = /^([+-])(\d\d):(\d\d)/.exec(rest)
    if (zone === null) fail('Z07:00')
    const [, sign, hours, minutes] = zone as unknown as [string, string, string, string]
    if (Number(hours) > 24) range('time zone offset hour')
    if (Number(minutes) > 60) range('time zone offset minute')
    offsetSeconds = (Number(hours) * 3600 + Number(minutes) * 60) * (sign === '-' ? -1 : 1)
    rest = rest.slice(6)
  }
  if (rest !== '') throw new GoValueError(`parsing time ${goQuote(text)}: extra text: ${goQuote(rest)}`)
  if (day < 1 || day > (DAYS[month - 1] as number) + (month === 2 && isLeap(year) ? 1 : 0)) range('day')
  const date = Date.UTC(2000, month - 1, day, hour, minute, second)
  // Date.UTC reads years below 100 as 19xx; shifting by whole Gregorian cycles of 400 years avoids that.
  const cycleSeconds = 146_097 * 86_400
  const shifted = Date.UTC(((year % 400) + 400) % 400 + 2000, month - 1, day, hour, minute, second)
  const seconds = (Number.isNaN(date) ? NaN : shifted / 1000) + (Math.floor(year / 400) - 5) * cycleSeconds - offsetSeconds
  return { seconds, micros }
}

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
const ZERO_TIME_SECONDS = -62_135_596_800

function utcText({ seconds, micros }: Parts, digits: number): string | undefined {
  if (seconds === ZERO_TIME_SECONDS && micros === 0) return undefined
  const iso = new Date(seconds * 1000).toISOString()
  const whole = iso.slice(0, iso.length - 5)
  return digits === 0 ? `${whole}Z` : `${whole}.${String(micros).padStart(6, '0')}Z`
}

/** The canonical base64 of a []byte field (line breaks are dropped); throws GoValueError. upstream: Go's encoding/base64 */
export function canonicalBase64(text: string): string {
  let clean = text
  if (text.includes('\n') || text.includes('\r')) clean = text.replace(/[\r\n]/g, '')
  const bad = firstBadByte(clean)
  if (bad >= 0) {
    // Offsets count the line breaks that were dropped before.
    let offset = 0
    for (let seen = 0; offset < text.length; offset++) {
      if (text[offset] === '\n' || text[offset] === '\r') continue
      if (seen++ === bad) break
    }
    throw new GoValueError(`illegal base64 data at input byte ${offset}`)
  }
  // An unfinished group: Go names the first byte after the last whole one.
  if (clean.length % 4 !== 0) throw new GoValueError(`illegal base64 data at input byte ${text.length - (clean.length % 4)}`)
  return canonicalTail(clean)
}

/** The index at which Go's decoder gives up, or -1. */
function firstBadByte(text: string): number {
  const n = text.length
  for (let i = 0; i < n; i++) {
    const c = text.charCodeAt(i)
    if (BASE64[c] === 1) continue
    if (c !== 0x3d) return i
    const place = i % 4
    if (place < 2) return i
    if (place === 2) {
      if (i + 1 >= n) return n
      if (text.charCodeAt(i + 1) !== 0x3d) return i
      return i + 2 < n ? i + 2 : -1
    }
    return i + 1 < n ? i + 1 : -1
  }
  return -1
}

/** Go ignores the unused bits of the last character and writes them as zero. */
function canonicalTail(text: string): string {
  if (!text.endsWith('=')) return text
  const at = text.length - (text.endsWith('==') ? 3 : 2)
  const keep = text.endsWith('==') ? 0x30 : 0x3c
  const value = ALPHABET.indexOf(text[at] as string)
  return (value & keep) === value ? text : `${text.slice(0, at)}${ALPHABET[value & keep]}${text.slice(at + 1)}`
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const BASE64 = new Uint8Array(65536)
for (const c of ALPHABET) BASE64[c.charCodeAt(0)] = 1
