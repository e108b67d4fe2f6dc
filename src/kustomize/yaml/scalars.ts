/** What a plain scalar means to version 3 of Go's YAML library: words of YAML 1.2, numbers of both versions, dates. upstream: go.yaml.in/yaml/v3 resolve.go */
import { TAG } from './node'

/** Integers that a double does not hold are big ones; dates are the text that JSON gives them. */
export type ScalarValue = string | number | bigint | boolean | null

export interface Resolved {
  readonly tag: string
  readonly value: ScalarValue
}

const WORDS: ReadonlyMap<string, Resolved> = new Map<string, Resolved>([
  ...['true', 'True', 'TRUE'].map(w => [w, { tag: TAG.bool, value: true }] as const),
  ...['false', 'False', 'FALSE'].map(w => [w, { tag: TAG.bool, value: false }] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map(w => [w, { tag: TAG.null, value: null }] as const),
  ...['.nan', '.NaN', '.NAN'].map(w => [w, { tag: TAG.float, value: NaN }] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map(w => [w, { tag: TAG.float, value: Infinity }] as const),
  ...['-.inf', '-.Inf', '-.INF'].map(w => [w, { tag: TAG.float, value: -Infinity }] as const),
  ['<<', { tag: TAG.merge, value: '<<' }],
])
const LONGEST_WORD = 5
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/
const INTEGER = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|0[0-7]*|[1-9][0-9]*)$/

/** The meaning of a plain scalar. */
export function resolveScalar(text: string): Resolved {
  if (text.length <= LONGEST_WORD) {
    const word = WORDS.get(text)
    if (word !== undefined) return word
  }
  const c = text.charCodeAt(0)
  const numeric = (c >= 48 && c <= 57) || c === 43 || c === 45
  if (c === 46) return FLOAT.test(text) ? { tag: TAG.float, value: Number(text) } : asString(text)
  if (!numeric) return asString(text)
  return timestamp(text) ?? number(text.replaceAll('_', '')) ?? asString(text)
}

const asString = (value: string): Resolved => ({ tag: TAG.string, value })

function number(plain: string): Resolved | undefined {
  const match = INTEGER.exec(plain)
  if (match !== null) {
    const digits = match[2] as string
    const big = BigInt(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits)
    const value = match[1] === '-' ? -big : big
    if (value >= -(1n << 63n) && value < 1n << 64n) return { tag: TAG.int, value: Number.isSafeInteger(Number(value)) ? Number(value) : value }
  }
  return FLOAT.test(plain) && Number.isFinite(Number(plain)) ? { tag: TAG.float, value: Number(plain) } : undefined
}

const DATE = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})([.,]\d+)?(Z|[-+]\d\d:\d\d))|(?: (\d{1,2}):(\d{1,2}):(\d{1,2})([.,]\d+)?))?$/

/** Dates become what Go's JSON makes of a time. */
function timestamp(text: string): Resolved | undefined {
  const match = DATE.exec(text)
  if (match === null) return undefined
  const [, year, month, day, h1, m1, s1, f1, zone = 'Z', h2, m2, s2, f2] = match
  const [hour, minute, second, fraction] = [Number(h1 ?? h2 ?? 0), Number(m1 ?? m2 ?? 0), Number(s1 ?? s2 ?? 0), f1 ?? f2 ?? '']
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > daysIn(Number(year), Number(month))) return undefined
  if (hour > 23 || minute > 59 || second > 59) return undefined
  const two = (n: number | string | undefined): string => String(Number(n)).padStart(2, '0')
  const digits = fraction.slice(1, 10).replace(/0+$/, '')
  const offset = zone === '+00:00' || zone === '-00:00' ? 'Z' : zone
  return { tag: TAG.time, value: `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}${digits === '' ? '' : `.${digits}`}${offset}` }
}

const daysIn = (year: number, month: number): number => (month === 2 ? (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31)

const OLD_BOOLEAN = /^(y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/
const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/
/** Text that a reader of either version takes for text without quotes. */
export const isSafePlain = (text: string): boolean => resolveScalar(text).tag === TAG.string && !OLD_BOOLEAN.test(text) && !BASE_60.test(text)
