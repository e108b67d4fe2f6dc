/**
 * JSON whose integers keep their digits: those that a number of JavaScript's cannot hold, and an int64 of Go's can, are bigints in
 * objects. Whoever writes JSON otherwise rounds them.
 */

/** A float64, also where it is whole: `1e6`, `1.0`. Only of files whose objects are shown and not sent. */
export class Float64 {
  constructor(readonly n: number) {}

  toJSON(): number {
    return this.n
  }

  /** As encoding/json writes it. */
  get json(): string {
    return Object.is(this.n, -0) ? '-0' : String(this.n)
  }
}

const MAX_INT64 = 2n ** 63n - 1n
const MARK = '\u0000#'
const MARKED = /"\\u0000#(-?\d+)"/g
/** Begins a text with such integers, so that reading others costs nothing. */
const FLAG = ' '

let exact = false
let met = false

Object.defineProperty(BigInt.prototype, 'toJSON', {
  configurable: true,
  value(this: bigint): string | number {
    if (!exact) return Number(this)
    met = true
    return `${MARK}${String(this)}`
  },
})

/** The integer as Go decodes it: a number where that is the same, a bigint where it fits an int64, else the nearest float. */
export function integerOf(digits: string): number | bigint {
  const value = Number(digits)
  if (Number.isSafeInteger(value)) return value
  const whole = BigInt(digits)
  return whole <= MAX_INT64 && whole >= -MAX_INT64 - 1n ? whole : value
}

/** As JSON.stringify without an indent; integers with all their digits. */
export const writeJson = (value: unknown): string => written(value, '')

/** The same for keeping: readKept knows at once whether there are such integers. */
export const keptJson = (value: unknown): string => written(value, FLAG)

function written(value: unknown, flag: string): string {
  exact = true
  met = false
  try {
    const text = JSON.stringify(value)
    return met ? flag + text.replace(MARKED, '$1') : text
  } finally {
    exact = false
  }
}

/** Reads what keptJson wrote. */
export const readKept = (text: string): unknown => (text.startsWith(FLAG) ? readExact(text) : JSON.parse(text))

/** Reads JSON of others. Throws SyntaxError. */
export const readJson = (text: string): unknown => (/[:,[\s]-?\d{16}/.test(text) ? readExact(text) : JSON.parse(text))

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g

function readExact(text: string): unknown {
  const marked = text.replace(TOKEN, token => (token.length < 16 || token.startsWith('"') || /[.eE]/.test(token) || typeof integerOf(token) === 'number' ? token : `"\\u0000#${token}"`))
  return JSON.parse(marked, (_, value: unknown) => (typeof value === 'string' && value.startsWith(MARK) && /^-?\d+$/.test(value.slice(MARK.length)) ? BigInt(value.slice(MARK.length)) : value))
}
