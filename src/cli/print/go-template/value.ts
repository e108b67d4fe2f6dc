/** Values as Go templates see them: decoded JSON, where whole numbers are int64, and the numbers that templates make themselves. */
import { Float64 } from '../../../base/exact-json'
import { goQuote } from '../../../base/field'
import { sortedKeys } from '../../../base/go-text'

/**
 * A Go value: undefined is reflect's invalid value. A number is one of the data, int64 or float64; a bigint is an int. What was taken out of a map or
 * list is `boxed`: its static type is interface{}, which error messages tell.
 */
export interface Val {
  readonly v: unknown
  readonly boxed: boolean
}

export const concrete = (v: unknown): Val => ({ v, boxed: false })
export const boxed = (v: unknown): Val => ({ v: v ?? null, boxed: true })

/** What is inside an interface; a nil one holds nothing. */
export function unboxed(value: Val | undefined): Val | undefined {
  if (value === undefined || !value.boxed) return value
  return value.v === null ? undefined : concrete(value.v)
}

/** A uint8: what indexing a text gives. */
export class Byte {
  constructor(readonly n: number) {}
}

/** An int64 of an object that is no number of JavaScript's. Integers of the template itself are bigints. */
export class Int64 {
  constructor(readonly n: bigint) {}
}

/** The object as it is once it has been written as JSON and read. */
export function decoded(value: unknown): unknown {
  if (typeof value === 'bigint') return new Int64(value)
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Float64) return value.n === 0 ? 0 : value.n
  if (Array.isArray(value)) return value.map(decoded)
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, decoded(inner)]))
}

/** A complex128. */
export class Complex {
  constructor(
    readonly re: number,
    readonly im: number,
  ) {}
}

export const isMap = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v) && !(v instanceof Float64) && !(v instanceof Byte) && !(v instanceof Int64) && !(v instanceof Complex)

/** The value of an int, int64 or uint8, undefined for anything else. */
export const integerOf = (v: unknown): bigint | undefined => (typeof v === 'bigint' ? v : v instanceof Int64 ? v.n : v instanceof Byte ? BigInt(v.n) : typeof v === 'number' && Number.isInteger(v) && v >= -(2 ** 63) && v < 2 ** 63 ? BigInt(v) : undefined)

/** The value of a float64, undefined for anything else. */
export const floatOf = (v: unknown): number | undefined => (v instanceof Float64 ? v.n : typeof v === 'number' && integerOf(v) === undefined ? v : undefined)

/** The dynamic type's name. */
export function typeName(v: unknown): string {
  if (typeof v === 'string') return 'string'
  if (typeof v === 'number') return integerOf(v) === undefined ? 'float64' : 'int64'
  if (v instanceof Float64) return 'float64'
  if (v instanceof Byte) return 'uint8'
  if (v instanceof Complex) return 'complex128'
  if (typeof v === 'bigint') return 'int'
  if (v instanceof Int64) return 'int64'
  if (typeof v === 'boolean') return 'bool'
  if (v === null || v === undefined) return '<nil>'
  return Array.isArray(v) ? '[]interface {}' : 'map[string]interface {}'
}

/** The static type's name, as error messages about fields give it. */
export const staticTypeName = (value: Val): string => (value.boxed ? 'interface {}' : typeName(value.v))

/** Neither empty, nor nil, nor zero, nor false. */
export function isTrue(value: Val | undefined): boolean {
  const v = unboxed(value)?.v
  if (v === undefined || v === null) return false
  if (typeof v === 'string' || Array.isArray(v)) return v.length > 0
  if (v instanceof Float64 || v instanceof Byte) return v.n !== 0
  if (v instanceof Int64) return true
  if (v instanceof Complex) return v.re !== 0 || v.im !== 0
  return typeof v === 'object' ? Object.keys(v).length > 0 : Boolean(v)
}

/** `%g` with the fewest digits. */
export function floatText(n: number): string {
  if (!Number.isFinite(n)) return Number.isNaN(n) ? 'NaN' : n > 0 ? '+Inf' : '-Inf'
  if (n === 0) return Object.is(n, -0) ? '-0' : '0'
  const [digits = '', exponent = '0'] = n.toExponential().split('e')
  const power = Number(exponent)
  if (power >= -4 && power < 6) return String(n)
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}

/** `%v` */
export function valueText(v: unknown): string {
  if (typeof v === 'string') return v
  if (typeof v === 'number') return integerOf(v)?.toString() ?? floatText(v)
  if (v instanceof Float64) return floatText(v.n)
  if (v instanceof Byte || v instanceof Int64) return String(v.n)
  if (v instanceof Complex) return complexText(v, floatText)
  if (v === null || v === undefined) return '<nil>'
  if (Array.isArray(v)) return `[${v.map(valueText).join(' ')}]`
  if (isMap(v)) return `map[${sortedKeys(v).map(k => `${k}:${valueText(v[k])}`).join(' ')}]`
  return String(v)
}

/** `(1+2i)`, its parts as `text` writes them without a sign. */
export const complexText = ({ re, im }: Complex, text: (size: number) => string): string => `(${re < 0 ? '-' : ''}${text(Math.abs(re))}${im < 0 || Object.is(im, -0) ? '-' : '+'}${text(Math.abs(im))}i)`

/** `%#v` */
export function syntaxText(v: unknown): string {
  if (typeof v === 'string') return goQuote(v)
  if (v instanceof Byte) return `0x${v.n.toString(16)}`
  if (v === null || v === undefined) return 'interface {}(nil)'
  if (Array.isArray(v)) return `[]interface {}{${v.map(syntaxText).join(', ')}}`
  if (isMap(v)) return `map[string]interface {}{${sortedKeys(v).map(k => `${goQuote(k)}:${syntaxText(v[k])}`).join(', ')}}`
  return valueText(v)
}
