/** Kubernetes quantities (`500m`, `1.5Gi`, `12e6`): exact decimal numbers that remember their family of suffixes. upstream: apimachinery/pkg/api/resource */

export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent'

/** mantissa × 10^scale; immutable but for the cached text. The mantissa is a bigint only where a number would not be exact. */
export interface Quantity {
  readonly mantissa: number | bigint
  readonly scale: number
  readonly format: QuantityFormat
  /** What String() answers, once known; Go keeps the text as written where it takes it for canonical. */
  text: string | undefined
}

/** A text that is no quantity; the message is the API server's. */
export class QuantityError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'QuantityError'
  }
}

export const QUANTITY_FORMAT_WRONG = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
export const QUANTITY_NUMBER_WRONG = "unable to parse numeric part of quantity"
export const QUANTITY_SUFFIX_WRONG = "unable to parse quantity's suffix"

const MAX_INT64 = 0x7fff_ffff_ffff_ffffn
const NANO = -9
const DECIMAL_SUFFIXES: Record<string, number> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }
const BINARY_SUFFIXES: Record<string, number> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 }
const DECIMAL_SUFFIX_OF: Record<number, string> = Object.fromEntries(Object.entries(DECIMAL_SUFFIXES).map(([s, e]) => [e, s]))
const BINARY_SUFFIX_OF = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']

const make = (mantissa: number | bigint, scale: number, format: QuantityFormat, text?: string): Quantity => ({ mantissa, scale, format, text })

/** A whole number of units. */
export const quantityOf = (value: number | bigint, format: QuantityFormat = 'DecimalSI'): Quantity => make(narrow(value), 0, format)
/** A number of thousandths. */
export const milliQuantityOf = (milli: number | bigint, format: QuantityFormat = 'DecimalSI'): Quantity => make(narrow(milli), -3, format)

/** The quantity of a JSON value (numbers are allowed, blanks around are dropped, as upstream's UnmarshalJSON). Throws QuantityError. */
export function quantityFromJson(value: string | number): Quantity {
  return parseQuantity(typeof value === 'number' ? numberText(value) : value.trim())
}
const numberText = (n: number): string => (Number.isSafeInteger(n) ? String(n) : String(n).replace('e+', 'e'))

/** Throws QuantityError with the API server's message. */
export function parseQuantity(text: string): Quantity {
  return parsePlain(text) ?? parseAny(text)
}

/** Whole numbers of up to 15 digits without a sign, bare or with m, Ki, Mi, Gi, Ti: nearly all there are. */
function parsePlain(text: string): Quantity | undefined {
  let n = 0
  let i = 0
  for (; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48
    if (digit < 0 || digit > 9) break
    n = n * 10 + digit
  }
  if (i === 0 || i > 15 || n === 0) return undefined
  const rest = text.length - i
  if (rest === 0) return make(n, 0, 'DecimalSI', n % 1000 === 0 ? undefined : text)
  if (rest === 1 && text.charCodeAt(i) === 109) return make(n, -3, 'DecimalSI', n % 1000 === 0 ? undefined : text)
  if (rest !== 2 || text.charCodeAt(i + 1) !== 105) return undefined
  const product = n * binaryUnit(text.charCodeAt(i))
  return Number.isSafeInteger(product) && product > 0 ? make(product, 0, 'BinarySI', n % 8 === 0 ? undefined : text) : undefined
}

/** The factor of a binary suffix's letter, 0 for those that do not stay exact or do not exist. */
function binaryUnit(letter: number): number {
  if (letter === 77) return 0x10_0000
  if (letter === 71) return 0x4000_0000
  if (letter === 75) return 0x400
  return letter === 84 ? 0x100_0000_0000 : 0
}

const SHAPE = /^([+-]?)0*(\d*)(\.\d*)?([eEinumkKMGTP]*[-+]?\d*)$/

function parseAny(text: string): Quantity {
  const match = text === '' ? null : SHAPE.exec(text)
  if (match === null) throw new QuantityError(QUANTITY_FORMAT_WRONG)
  const [, sign, whole = '', point, suffix = ''] = match
  // Upstream stops at once when nothing but a sign and zeros was written.
  if (whole === '' && point === undefined && suffix === '') return make(0, 0, 'DecimalSI', text === '0' ? '0' : undefined)
  const { base, exponent, format } = interpretSuffix(suffix)
  const num = whole === '' ? '0' : whole
  const decimals = point === undefined ? '' : point.slice(1)
  const digits = num + decimals
  const negative = sign === '-'
  if (base === 10) {
    const scale = exponent - decimals.length
    if (digits.length <= 18 && scale >= NANO) {
      const keeps = scale % 3 === 0 && !digits.endsWith('000') && digits[0] !== '0'
      return make(signed(integer(digits), negative), scale, format, keeps ? text : undefined)
    }
    return roundTiny(BigInt(digits), scale, negative, format)
  }
  const unscaled = BigInt(digits) << BigInt(exponent)
  const small = decimals === '' && digits.length <= 14 - Math.trunc((exponent * 3) / 10)
  if (!small && !/\d/.test(text)) throw new QuantityError(QUANTITY_NUMBER_WRONG)
  if (small && BigInt(digits) % 8n !== 0n) return make(signed(narrow(unscaled), negative), 0, format, text)
  return capBinary(unscaled, decimals.length, negative)
}

function interpretSuffix(suffix: string): { base: 10 | 2; exponent: number; format: QuantityFormat } {
  const decimal = DECIMAL_SUFFIXES[suffix]
  if (decimal !== undefined) return { base: 10, exponent: decimal, format: 'DecimalSI' }
  const binary = BINARY_SUFFIXES[suffix]
  if (binary !== undefined) return { base: 2, exponent: binary, format: 'BinarySI' }
  // Upstream reads 64 bits and keeps 32 of them.
  const exponent = /^[eE][-+]?\d+$/.test(suffix) ? BigInt(suffix.slice(suffix[1] === '+' ? 2 : 1)) : undefined
  if (exponent !== undefined && BigInt.asIntN(64, exponent) === exponent) return { base: 10, exponent: Number(BigInt.asIntN(32, exponent)), format: 'DecimalExponent' }
  throw new QuantityError(QUANTITY_SUFFIX_WRONG)
}

/** Whoever wants a little gets a little: finer than a billionth is rounded up, away from zero. */
function roundTiny(unscaled: bigint, scale: number, negative: boolean, format: QuantityFormat): Quantity {
  if (unscaled === 0n || scale >= NANO) return make(signed(narrow(unscaled), negative), scale, format)
  return make(signed(narrow(divideUp(unscaled, pow10(NANO - scale))), negative), NANO, format)
}

function capBinary(unscaled: bigint, decimals: number, negative: boolean): Quantity {
  const limit = MAX_INT64 * pow10(decimals)
  if (unscaled > limit) return make(signed(narrow(MAX_INT64), negative), 0, 'BinarySI')
  const belowOne = unscaled > 0n && unscaled < pow10(decimals)
  return roundTiny(unscaled, -decimals, negative, belowOne ? 'DecimalSI' : 'BinarySI')
}

/** The canonical text: no fraction, the largest suffix that loses nothing, in the quantity's own family. */
export function quantityText(q: Quantity): string {
  return (q.text ??= canonicalText(q))
}

/** The canonical form of a text; throws QuantityError. */
export const canonicalQuantity = (text: string | number): string => quantityText(quantityFromJson(text))

function canonicalText(q: Quantity): string {
  if (isZeroQuantity(q)) return '0'
  const { mantissa, scale } = q
  let { format } = q
  if (format === 'BinarySI') {
    const whole = wholeOf(q)
    // Small or fractional amounts would lose precision in powers of 1024.
    if (whole !== undefined && (whole >= 1024 || whole <= -1024)) return base1024Text(whole)
    format = 'DecimalSI'
  }
  let [amount, exponent] = withoutTens(mantissa, scale)
  for (; exponent % 3 !== 0; exponent--) amount = times(amount, 10)
  if (format === 'DecimalSI') return `${amount}${DECIMAL_SUFFIX_OF[exponent] ?? ''}`
  return exponent === 0 ? String(amount) : `${amount}e${exponent}`
}

function withoutTens(mantissa: number | bigint, scale: number): [number | bigint, number] {
  let amount = mantissa
  let exponent = scale
  if (typeof amount === 'number') for (; amount % 10 === 0; exponent++) amount /= 10
  else for (; amount % 10n === 0n; exponent++) amount /= 10n
  return [amount, exponent]
}

function base1024Text(whole: number | bigint): string {
  let amount = whole
  let power = 0
  if (typeof amount === 'number') for (; amount % 1024 === 0; power++) amount /= 1024
  else for (; amount % 1024n === 0n; power++) amount /= 1024n
  return `${amount}${BINARY_SUFFIX_OF[power] ?? ''}`
}

/** The quantity as a whole number, undefined when it has a fraction. */
function wholeOf({ mantissa, scale }: Quantity): number | bigint | undefined {
  if (scale === 0) return mantissa
  if (scale > 0) return narrow(BigInt(mantissa) * pow10(scale))
  const unit = pow10(-scale)
  const big = BigInt(mantissa)
  return big % unit === 0n ? narrow(big / unit) : undefined
}

export const isZeroQuantity = (q: Quantity): boolean => q.mantissa === 0 || q.mantissa === 0n
export const quantitySign = (q: Quantity): -1 | 0 | 1 => (isZeroQuantity(q) ? 0 : q.mantissa > 0 ? 1 : -1)

/** a + b in the format of a, or of b when a is zero. */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  const format = isZeroQuantity(a) ? b.format : a.format
  if (isZeroQuantity(b)) return make(a.mantissa, a.scale, format)
  if (isZeroQuantity(a)) return make(b.mantissa, b.scale, format)
  const scale = Math.min(a.scale, b.scale)
  const x = atScale(a, scale)
  const y = atScale(b, scale)
  if (typeof x === 'number' && typeof y === 'number' && Number.isSafeInteger(x + y)) return make(x + y, scale, format)
  return make(narrow(BigInt(x) + BigInt(y)), scale, format)
}

/** a − b in the format of a, or of b when a is zero. */
export const subtractQuantities = (a: Quantity, b: Quantity): Quantity => addQuantities(a, negateQuantity(b))
export const negateQuantity = (q: Quantity): Quantity => make(isZeroQuantity(q) ? 0 : -q.mantissa, q.scale, q.format)

export function compareQuantities(a: Quantity, b: Quantity): -1 | 0 | 1 {
  const scale = Math.min(a.scale, b.scale)
  const x = atScale(a, scale)
  const y = atScale(b, scale)
  return x < y ? -1 : x > y ? 1 : 0
}

/** The mantissa for a scale no larger than the quantity's own. */
function atScale(q: Quantity, scale: number): number | bigint {
  if (q.scale === scale) return q.mantissa
  const factor = q.scale - scale
  if (typeof q.mantissa === 'number' && factor <= 15) {
    const product = q.mantissa * 10 ** factor
    if (Number.isSafeInteger(product)) return product
  }
  return BigInt(q.mantissa) * pow10(factor)
}

/** Units, rounded up away from zero; exact up to 2^53. */
export const quantityValue = (q: Quantity): number => Number(scaledValue(q, 0))
/** Thousandths, rounded up away from zero; exact up to 2^53. */
export const quantityMilliValue = (q: Quantity): number => Number(scaledValue(q, -3))
/** q / 10^scale rounded up away from zero, exact. */
export function scaledValue(q: Quantity, scale: number): number | bigint {
  if (q.scale >= scale) return atScale(q, scale)
  return roundedUp(q.mantissa, scale - q.scale)
}

/** At most this precision (−3: thousandths), rounding up away from zero; the same quantity when it is no finer. upstream: Quantity.RoundUp */
export function roundUpQuantity(q: Quantity, scale: number): Quantity {
  return q.scale >= scale ? q : make(roundedUp(q.mantissa, scale - q.scale), scale, q.format)
}

/** The number nearest to the quantity, for ratios. */
export const quantityAsFloat = (q: Quantity): number => (q.scale < 0 ? Number(q.mantissa) / 10 ** -q.scale : Number(q.mantissa) * 10 ** q.scale)

function roundedUp(mantissa: number | bigint, tens: number): number | bigint {
  if (typeof mantissa === 'number' && tens <= 15) {
    const quotient = mantissa / 10 ** tens
    return mantissa < 0 ? Math.floor(quotient) : Math.ceil(quotient)
  }
  const big = BigInt(mantissa)
  return narrow(big < 0n ? -divideUp(-big, pow10(tens)) : divideUp(big, pow10(tens)))
}

/** Units of a text, rounded up: bytes of `64Mi`. Throws QuantityError. */
export const valueOfQuantity = (text: string | number): number => quantityValue(quantityFromJson(text))
/** Thousandths of a text, rounded up: 250 of `250m` and of `0.25`. Throws QuantityError. */
export const milliValueOfQuantity = (text: string | number): number => quantityMilliValue(quantityFromJson(text))
/** Whether two texts mean the same amount. Throws QuantityError. */
export const equalQuantities = (a: string | number, b: string | number): boolean => compareQuantities(quantityFromJson(a), quantityFromJson(b)) === 0

const integer = (digits: string): number | bigint => (digits.length <= 15 ? Number(digits) : narrow(BigInt(digits)))
const signed = (n: number | bigint, negative: boolean): number | bigint => (negative && n > 0 ? -n : n)
const divideUp = (n: bigint, by: bigint): bigint => (n + by - 1n) / by
/** Bounded: an absurd exponent (`1e1000000000`) must not eat the memory, and no longer matters to any comparison that does. */
const pow10 = (exponent: number): bigint => 10n ** BigInt(Math.min(exponent, MAX_POWER))
const MAX_POWER = 4096

/** A number where that is exact. */
function narrow(n: number | bigint): number | bigint {
  if (typeof n === 'number') return n
  return n <= 0x1f_ffff_ffff_ffffn && n >= -0x1f_ffff_ffff_ffffn ? Number(n) : n
}

function times(n: number | bigint, by: number): number | bigint {
  if (typeof n === 'bigint') return n * BigInt(by)
  return Number.isSafeInteger(n * by) ? n * by : BigInt(n) * BigInt(by)
}
