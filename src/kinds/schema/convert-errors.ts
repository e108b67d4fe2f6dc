/**
 * What is wrong with a patched or merged object. The server makes it typed in another way than a request's text, and has other words
 * for the same mistakes. upstream: apimachinery/pkg/runtime/converter.go
 */
import { goQuote } from '../../base/field'
import { canonicalQuantity, QUANTITY_FORMAT_WRONG } from '../../base/quantity'
import { byBytes, goFormat } from './go-format'
import { canonicalBase64, canonicalMicroTime, canonicalTime } from './go-values'
import { Shape, type TypeInfo } from './type-info'

type Json = Record<string, unknown>

export interface ConversionErrors {
  /** The first error; the object is refused. */
  readonly error: string | undefined
  /** `unknown field "spec.foo"`, sorted: refused or warned of as the request's fieldValidation says. */
  readonly unknown: readonly string[]
}

/** Checks an object that a patch or an apply made against its type. */
export function conversionErrors(type: TypeInfo, object: Json): ConversionErrors {
  // Nearly all are right: that is seen without a word of where.
  if (converts(type, object)) return RIGHT
  const unknown: string[] = []
  const error = check(type, object, '', unknown)
  return { error, unknown: error === undefined ? unknown.sort(byBytes) : [] }
}

const RIGHT: ConversionErrors = { error: undefined, unknown: [] }

/** Whether `check` would find nothing; false also where that takes a closer look. */
function converts(type: TypeInfo, value: unknown): boolean {
  if (value === null || value === undefined) return true
  switch (type.shape) {
    case Shape.String:
      return typeof value === 'string'
    case Shape.Bool:
      return typeof value === 'boolean'
    case Shape.Int32:
    case Shape.Int64:
      return Number.isInteger(value) && Math.abs(value as number) < 2 ** 63
    case Shape.Float64:
      return typeof value === 'number'
    case Shape.List:
      if (!Array.isArray(value)) return false
      for (const item of value) if (!converts(type.element, item)) return false
      return true
    case Shape.Map:
      if (typeof value !== 'object' || Array.isArray(value)) return false
      for (const key in value) if (!converts(type.element, (value as Json)[key])) return false
      return true
    case Shape.Struct:
      if (typeof value !== 'object' || Array.isArray(value) || type.preserveUnknown) return false
      for (const key in value) {
        const field = type.fields.get(key)
        if (field === undefined || !converts(field.type, (value as Json)[key])) return false
      }
      return true
    default:
      return check(type, value, '', []) === undefined
  }
}

/** `patch: Invalid value: "map[…]": …`: the detail of the 422 (without a kind) that such a patch gets. `error` may be a strict decoding error. */
export const invalidPatch = (patchAsPrinted: unknown, error: string): string => `patch: Invalid value: ${goQuote(goFormat(patchAsPrinted))}: ${error}`

/** What kind of Go value a JSON value is held as. */
const kindOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'slice'
  if (typeof value === 'object') return 'map'
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) < 2 ** 63 ? 'int64' : 'float64'
  return typeof value === 'boolean' ? 'bool' : 'string'
}

function check(type: TypeInfo, value: unknown, path: string, unknown: string[]): string | undefined {
  if (value === null || value === undefined) return undefined
  const is = kindOf(value)
  switch (type.shape) {
    case Shape.String:
      if (is === 'string') return undefined
      return is === 'int64' ? `cannot convert int64 to ${type.goName}` : 'unrecognized type: string'
    case Shape.Bool:
      return is === 'bool' ? undefined : 'unrecognized type: bool'
    case Shape.Int32:
    case Shape.Int64:
    case Shape.Float64: {
      const kind = type.shape === Shape.Int32 ? 'int32' : type.shape === Shape.Int64 ? 'int64' : 'float64'
      if (is === 'int64' || (is === 'float64' && kind === 'float64')) return undefined
      return is === 'float64' ? `cannot convert float64 to ${type.goName}` : `unrecognized type: ${kind}`
    }
    case Shape.Bytes:
      if (is !== 'string') return `cannot restore slice from ${is}`
      return failure(() => canonicalBase64(value as string), 'error decoding from json: ')
    case Shape.Quantity:
      if (is !== 'string' && typeof value !== 'number') return QUANTITY_FORMAT_WRONG
      return failure(() => canonicalQuantity(value as string | number))
    case Shape.Time:
    case Shape.MicroTime:
      if (is !== 'string') return `json: cannot unmarshal ${jsonName(is)} into Go value of type string`
      return failure(() => (type.shape === Shape.Time ? canonicalTime(value as string) : canonicalMicroTime(value as string)))
    case Shape.IntOrString:
      if (is === 'string' || (is === 'int64' && Math.abs(value as number) <= 0x7fff_ffff)) return undefined
      return `json: cannot unmarshal ${is === 'int64' || is === 'float64' ? `number ${goFormat(value)}` : jsonName(is)} into Go value of type int32`
    case Shape.List:
      if (!Array.isArray(value)) return `cannot restore slice from ${is}`
      return first(value, (item, i) => check(type.element, item, `${path}[${i}]`, unknown))
    case Shape.Map:
      if (is !== 'map') return `cannot restore map from ${is}`
      return first(Object.values(value), item => check(type.element, item, path, unknown))
    case Shape.Struct:
      return is === 'map' ? checkStruct(type, value as Json, path, unknown) : `cannot restore struct from: ${is}`
    default:
      return undefined
  }
}

function checkStruct(type: TypeInfo, value: Json, path: string, unknown: string[]): string | undefined {
  const at = (name: string): string => (path === '' ? name : `${path}.${name}`)
  const error = first(type.fieldList, field => check(field.type, value[field.name], at(field.name), unknown))
  if (error === undefined && !type.preserveUnknown) {
    for (const key of Object.keys(value)) if (!type.fields.has(key)) unknown.push(`unknown field ${goQuote(at(key))}`)
  }
  return error
}

function first<T>(list: readonly T[], find: (item: T, i: number) => string | undefined): string | undefined {
  for (let i = 0; i < list.length; i++) {
    const error = find(list[i] as T, i)
    if (error !== undefined) return error
  }
  return undefined
}

function failure(run: () => unknown, prefix = ''): string | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    return prefix + (error as Error).message
  }
}

const JSON_NAMES: Record<string, string> = { slice: 'array', map: 'object', int64: 'number', float64: 'number' }
const jsonName = (kind: string): string => JSON_NAMES[kind] ?? kind

/** The object with its 32-bit numbers cut to 32 bits: what does not fit is not refused here. Shares what it does not change. */
export function cutIntegers(type: TypeInfo, value: unknown): unknown {
  if (typeof value === 'number') return type.shape === Shape.Int32 && Number.isInteger(value) && value !== (value | 0) ? Number(BigInt.asIntN(32, BigInt(value))) : value
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return type.shape === Shape.List ? value.map(item => cutIntegers(type.element, item)) : value
  if (type.shape !== Shape.Struct && type.shape !== Shape.Map) return value
  const out: Json = {}
  for (const key of Object.keys(value)) {
    const inner = type.shape === Shape.Map ? type.element : type.fields.get(key)?.type
    out[key] = inner === undefined ? (value as Json)[key] : cutIntegers(inner, (value as Json)[key])
  }
  return out
}
