/** Values as Go templates see them: decoded JSON, where every number is a float64, and the ints that templates make themselves. */
import { goQuote } from '../../../base/field'
import { sortedKeys } from '../../../base/go-text'

/**
 * A Go value: undefined is reflect's invalid value. Numbers are float64, bigints are int. What was taken out of a map or
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

export const isMap = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v)

/** The dynamic type's name. */
export function typeName(v: unknown): string {
  if (typeof v === 'string') return 'string'
  if (typeof v === 'number') return 'float64'
  if (typeof v === 'bigint') return 'int'
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
  if (typeof v === 'number') return floatText(v)
  if (v === null || v === undefined) return '<nil>'
  if (Array.isArray(v)) return `[${v.map(valueText).join(' ')}]`
  if (isMap(v)) return `map[${sortedKeys(v).map(k => `${k}:${valueText(v[k])}`).join(' ')}]`
  return String(v)
}

/** `%#v` */
export function syntaxText(v: unknown): string {
  if (typeof v === 'string') return goQuote(v)
  if (v === null || v === undefined) return 'interface {}(nil)'
  if (Array.isArray(v)) return `[]interface {}{${v.map(syntaxText).join(', ')}}`
  if (isMap(v)) return `map[string]interface {}{${sortedKeys(v).map(k => `${goQuote(k)}:${syntaxText(v[k])}`).join(', ')}}`
  return valueText(v)
}
