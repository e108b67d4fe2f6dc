/** JSON values into typed records, with the complaints of Go's decoder. upstream: encoding/json */
import { sortedKeys } from '../base/go-text'
import { BuildError } from './errors'

/** A type of Go, as far as decoding goes. */
export type GoType = 'string' | 'bool' | 'int' | 'int64' | 'any' | { readonly list: GoType } | { readonly map: GoType } | StructType
export interface StructType {
  /** With its package: `types.Patch`. */
  readonly struct: string
  readonly fields: Readonly<Record<string, FieldType>>
}
/** `through`: the embedded structs on the way to the field. */
export type FieldType = GoType | { readonly type: GoType; readonly through: string }

interface Context {
  readonly strict: boolean
  readonly struct: string
  readonly path: readonly string[]
  error: string | undefined
}

/**
 * The value as the type has it: nulls and what does not fit left out; field names match whatever their case. Throws BuildError
 * with the first problem (`json: unknown field …` only where `strict`).
 */
export function decodeJson(value: unknown, type: StructType, strict: boolean): Record<string, unknown> {
  const context: Context = { strict, struct: '', path: [], error: undefined }
  const out = decode(value, type, context)
  if (context.error !== undefined) throw new BuildError(context.error)
  return (out ?? {}) as Record<string, unknown>
}

function decode(value: unknown, type: GoType, context: Context): unknown {
  if (value === null || value === undefined) return undefined
  if (type === 'any') return value
  if (typeof type === 'string') return decodeScalar(value, type, context)
  if ('list' in type) {
    if (!Array.isArray(value)) return mismatch(value, type, context)
    return value.map(v => decode(v, type.list, context) ?? zeroOf(type.list))
  }
  if (typeof value !== 'object' || Array.isArray(value)) return mismatch(value, type, context)
  const map = value as Record<string, unknown>
  return 'map' in type ? decodeMap(map, type.map, context) : decodeStruct(map, type, context)
}

const zeroOf = (type: GoType): unknown => (type === 'string' ? '' : type === 'bool' ? false : type === 'any' ? null : typeof type === 'string' ? 0 : {})

function decodeScalar(value: unknown, type: 'string' | 'bool' | 'int' | 'int64', context: Context): unknown {
  if (type === 'string') return typeof value === 'string' ? value : mismatch(value, type, context)
  if (type === 'bool') return typeof value === 'boolean' ? value : mismatch(value, type, context)
  if (typeof value === 'number' && Number.isInteger(value)) return value
  return mismatch(value, type, context)
}

function decodeMap(map: Record<string, unknown>, type: GoType, context: Context): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const key of sortedKeys(map)) out[key] = decode(map[key], type, context) ?? (type === 'string' ? '' : undefined)
  return out
}

function decodeStruct(map: Record<string, unknown>, type: StructType, context: Context): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const key of sortedKeys(map)) {
    const name = Object.hasOwn(type.fields, key) ? key : Object.keys(type.fields).find(f => f.toLowerCase() === key.toLowerCase())
    if (name === undefined) {
      if (context.strict) context.error ??= `json: unknown field ${JSON.stringify(key)}`
      continue
    }
    const field = type.fields[name] as FieldType
    const [fieldType, through] = typeof field === 'object' && 'through' in field ? [field.type, field.through.split('.')] : [field, []]
    const inner: Context = { strict: context.strict, struct: type.struct.replace(/^.*\./, ''), path: [...context.path, ...through, name], error: context.error }
    const value = decode(map[key], fieldType, inner)
    context.error = inner.error
    if (value !== undefined) out[name] = value
  }
  return out
}

function mismatch(value: unknown, type: GoType, context: Context): undefined {
  const whole = type === 'int' || type === 'int64'
  const what = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value === 'number' && whole ? `number ${value}` : typeof value
  const target = context.path.length === 0 ? 'Go value' : `Go struct field ${context.struct}.${context.path.join('.')}`
  context.error ??= `json: cannot unmarshal ${what} into ${target} of type ${typeName(type)}`
  return undefined
}

function typeName(type: GoType): string {
  if (typeof type === 'string') return type === 'any' ? 'interface {}' : type
  if ('list' in type) return `[]${typeName(type.list)}`
  return 'map' in type ? `map[string]${typeName(type.map)}` : type.struct
}
