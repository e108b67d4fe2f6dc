/** A float64 in the notations of Go's verbs, correctly rounded: ties go to the even digit, where JavaScript's own methods round them up. upstream: Go's strconv/ftoa.go */

/** `0.digits × 10^point`, exactly; no digits for nought. */
interface Decimal {
  readonly digits: string
  readonly point: number
}

/** Mantissa and exponent: the number is the product of the first with two to the power of the second. */
function parts(size: number): { mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, size)
  const bits = view.getBigUint64(0)
  const biased = Number((bits >> 52n) & 0x7ffn)
  const fraction = bits & ((1n << 52n) - 1n)
  return biased === 0 ? { mantissa: fraction, exponent: -1074 } : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 }
}

function exactly(size: number): Decimal {
  const { mantissa, exponent } = parts(size)
  if (mantissa === 0n) return { digits: '', point: 0 }
  const all = (exponent >= 0 ? mantissa << BigInt(exponent) : mantissa * 5n ** BigInt(-exponent)).toString()
  return trimmed(all, all.length + Math.min(exponent, 0))
}

const trimmed = (digits: string, point: number): Decimal => {
  const kept = digits.replace(/0+$/, '')
  return kept === '' ? { digits: '', point: 0 } : { digits: kept, point }
}

/** At most so many digits. */
function rounded({ digits, point }: Decimal, count: number): Decimal {
  if (count >= digits.length) return { digits, point }
  if (count < 0) return { digits: '', point: 0 }
  const [kept, next, rest] = [digits.slice(0, count), digits.charCodeAt(count) - 48, digits.slice(count + 1)]
  const odd = count > 0 && kept.charCodeAt(count - 1) % 2 === 1
  const up = next > 5 || (next === 5 && (rest !== '' || odd))
  if (!up) return trimmed(kept, point)
  const raised = (BigInt(kept === '' ? '0' : kept) + 1n).toString()
  return trimmed(raised, point + Math.max(0, raised.length - Math.max(count, 0)))
}

const twoDigits = (power: number): string => `${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`

function scientific({ digits, point }: Decimal, precision: number): string {
  const all = digits.padEnd(precision + 1, '0')
  return `${all[0]}${precision > 0 ? `.${all.slice(1, precision + 1)}` : ''}e${twoDigits(digits === '' ? 0 : point - 1)}`
}

function fixed({ digits, point }: Decimal, precision: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0'
  const fraction = '0'.repeat(Math.max(0, -point)) + digits.slice(Math.max(0, point))
  return precision > 0 ? `${whole}.${fraction.slice(0, precision).padEnd(precision, '0')}` : whole
}

/** `%.3e` */
export const scientificText = (size: number, precision: number): string => scientific(rounded(exactly(size), precision + 1), precision)

/** `%.2f` */
export function fixedText(size: number, precision: number): string {
  const decimal = exactly(size)
  return fixed(rounded(decimal, decimal.point + precision), precision)
}

/** `%.4g`: the shorter of both, without trailing noughts. */
export function generalText(size: number, precision: number): string {
  const wanted = Math.max(precision, 1)
  const decimal = rounded(exactly(size), wanted)
  const count = decimal.digits.length
  const limit = wanted > count && count >= decimal.point ? count : wanted
  const power = decimal.point - 1
  if (count > 0 && (power < -4 || power >= limit)) return scientific(decimal, Math.min(wanted, count) - 1)
  return fixed(decimal, Math.max(count - decimal.point, 0))
}

/** `%x`: `0x1.8p+00`; as many digits as there are when the precision is undefined. */
export function hexText(size: number, precision: number | undefined): string {
  let { mantissa, exponent } = parts(size)
  if (mantissa === 0n) return `0x0${precision === undefined || precision === 0 ? '' : `.${'0'.repeat(precision)}`}p+00`
  while (mantissa < 1n << 52n) [mantissa, exponent] = [mantissa << 1n, exponent - 1]
  // One digit before the point, thirteen behind it.
  if (precision !== undefined && precision < 13) {
    const dropped = BigInt(4 * (13 - precision))
    const half = 1n << (dropped - 1n)
    const low = mantissa & ((1n << dropped) - 1n)
    mantissa >>= dropped
    if (low > half || (low === half && (mantissa & 1n) === 1n)) mantissa++
    mantissa <<= dropped
    if (mantissa >= 1n << 53n) [mantissa, exponent] = [mantissa >> 1n, exponent + 1]
  }
  const all = (mantissa & ((1n << 52n) - 1n)).toString(16).padStart(13, '0')
  const fraction = precision === undefined ? all.replace(/0+$/, '') : all.padEnd(precision, '0').slice(0, precision)
  return `0x1${fraction === '' ? '' : `.${fraction}`}p${twoDigits(exponent + 52)}`
}

/** `%b`: `4503599627370496p-52` */
export function binaryText(size: number): string {
  const { mantissa, exponent } = parts(size)
  return `${mantissa}p${exponent < 0 ? '' : '+'}${exponent}`
}
