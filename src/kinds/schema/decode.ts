/**
 * Makes of a client's JSON the object that the server stores: fields of the type only, in Go's order, values canonical, empty values
 * left out where Go's omitempty leaves them out. What is wrong is said in the words of Go's JSON decoder.
 * upstream: sigs.k8s.io/json, apimachinery/pkg/runtime/serializer/json
 */
import { goQuote } from '../../base/field'
import { canonicalQuantity, QUANTITY_FORMAT_WRONG } from '../../base/quantity'
import { canonicalBase64, canonicalMicroTime, canonicalTime, GoValueError } from './go-values'
import type { ParsedJson } from './json-text'
import { typeNamed } from './table'
import type { FieldInfo } from './type-info'
import { Shape, TypeInfo } from './type-info'
import { zeroField, zeroOf } from './zero'

type Json = Record<string, unknown>

export interface DecodeOptions {
  /** Collect unknown and duplicate fields (fieldValidation Warn or Strict). Default true. */
  readonly strict?: boolean
  /** What the parser of the text noted beside the value; without it no field is a duplicate and every number is plain. */
  readonly source?: ParsedJson
}

export interface Decoded {
  /** A new object that shares no container with the input, except values of which the API knows no type. Undefined after an error. */
  readonly object: Json | undefined
  /** Why the value is no such object: the whole text, without `… cannot be handled as a …`. */
  readonly error: string | undefined
  /** `unknown field "spec.x"`, `duplicate field "spec.y"`, in the order of the input, at most 100. */
  readonly strictErrors: readonly string[]
}

/** Fields whose value was an empty list or map: left out of the object, yet not absent to Go, which shows in a few messages. */
const EMPTIED = new WeakMap<object, readonly string[]>()

/** Whether the client gave an empty list or map here. Known of freshly decoded objects only. */
export const givenEmpty = (object: object, field: string): boolean => EMPTIED.get(object)?.includes(field) === true

/** A shallow copy that keeps what is known of the original's emptied fields. */
export function copyWithGiven<T extends object>(object: T): T {
  const copy = { ...object }
  const emptied = EMPTIED.get(object)
  if (emptied !== undefined) EMPTIED.set(copy, emptied)
  return copy
}

/** Decodes `value` as a `type` (an object of the table, or its name). Never throws for bad input. */
export function decode(type: TypeInfo | string, value: unknown, options: DecodeOptions = {}): Decoded {
  const decoder = new Decoder(options.strict ?? true, options.source)
  try {
    const object = decoder.value(typeof type === 'string' ? typeNamed(type) : type, value, false, undefined)
    if (decoder.firstError !== undefined) return { object: undefined, error: decoder.firstError, strictErrors: [] }
    return { object: object as Json, error: undefined, strictErrors: decoder.strictErrors }
  } catch (error) {
    if (error instanceof GoValueError) return { object: undefined, error: error.message, strictErrors: [] }
    throw error
  }
}

/** `strict decoding error: unknown field "spec.a", unknown field "spec.b"` */
export function strictDecodingError(strictErrors: readonly string[]): string {
  return `strict decoding error: ${strictErrors.join(', ')}`
}

/** `Pod in version "v1" cannot be handled as a Pod: …`; the version is the last part of the apiVersion. upstream: apiserver/pkg/endpoints/handlers transformDecodeError */
export function cannotBeHandled(apiVersion: string, kind: string, error: string): string {
  return `${kind} in version ${goQuote(apiVersion.slice(apiVersion.lastIndexOf('/') + 1))} cannot be handled as a ${kind}: ${error}`
}

const MAX_STRICT_ERRORS = 100

class Decoder {
  /** Go goes on after most errors and reports the first. */
  firstError: string | undefined
  readonly strictErrors: string[] = []
  private seen: Set<string> | undefined
  /** Where we are: fields of structs, keys of maps, indexes of lists. */
  private readonly stack: (FieldInfo | string | number)[] = []
  /** Decoded fields of the structs that are open, one slot a declared field, so that they come out in Go's order. */
  private readonly slots: unknown[] = []

  constructor(private readonly strict: boolean, private readonly source: ParsedJson | undefined) {}

  /** `pointer`: null means absent. `numberText`: the number as it was written, where that matters. */
  value(type: TypeInfo, value: unknown, pointer: boolean, numberText: string | undefined): unknown {
    if (value === null || value === undefined) return pointer ? undefined : zeroOf(type)
    switch (type.shape) {
      case Shape.String:
        return typeof value === 'string' ? value : this.mismatch(type, value)
      case Shape.Struct:
        return typeof value === 'object' && !Array.isArray(value) ? this.struct(type, value as Json) : this.mismatch(type, value)
      case Shape.List:
        return Array.isArray(value) ? this.list(type, value) : this.mismatch(type, value)
      case Shape.Map:
        return typeof value === 'object' && !Array.isArray(value) ? this.map(type, value as Json) : this.mismatch(type, value)
      case Shape.Bool:
        return typeof value === 'boolean' ? value : this.mismatch(type, value)
      case Shape.Int32:
      case Shape.Int64:
        return this.integer(type, value, numberText)
      case Shape.Float64:
        return typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : this.mismatch(type, value)
      case Shape.Bytes:
        return this.bytes(type, value)
      case Shape.Quantity:
        return quantity(value)
      case Shape.Time:
      case Shape.MicroTime:
        if (typeof value !== 'string') return this.abort(value, 'string')
        return (type.shape === Shape.Time ? canonicalTime(value) : canonicalMicroTime(value)) ?? null
      case Shape.IntOrString:
        if (typeof value === 'string') return value
        return isInteger(value, numberText) && inInt32(value as number) ? value : this.abort(value, 'int32', numberText)
      default:
        return this.any(type, value)
    }
  }

  private struct(type: TypeInfo, input: Json): Json {
    const { slots, stack, source } = this
    const { fieldList } = type
    const base = slots.length
    const count = fieldList.length
    for (let i = 0; i < count; i++) slots.push(undefined)
    const entries = source?.repeated?.get(input)
    let emptied: string[] | undefined
    if (entries !== undefined) this.repeatedFields(type, entries, base)
    else {
      const numberTexts = source?.numberTexts?.get(input)
      for (const key in input) {
        const field = type.fields.get(key)
        if (field === undefined) {
          if (this.strict) this.strictError('unknown field', key)
          continue
        }
        stack.push(field)
        const value = this.field(field, input[key], numberTexts?.get(key))
        slots[base + field.index] = value
        if (value === undefined && typeof input[key] === 'object' && input[key] !== null) (emptied ??= []).push(key)
        stack.pop()
      }
    }
    const out: Json = {}
    if (emptied !== undefined) EMPTIED.set(out, emptied)
    for (let i = 0; i < count; i++) {
      const value = slots[base + i]
      if (value !== undefined) out[(fieldList[i] as FieldInfo).name] = value
      else if ((fieldList[i] as FieldInfo).alwaysWritten) out[(fieldList[i] as FieldInfo).name] = zeroField(fieldList[i] as FieldInfo)
    }
    slots.length = base
    return out
  }

  /** The fields of an object in which one is repeated: each is decoded, the last stays. */
  private repeatedFields(type: TypeInfo, entries: readonly (readonly [string, unknown])[], base: number): void {
    const seen = new Set<string>()
    for (const [key, value] of entries) {
      const field = type.fields.get(key)
      if (field === undefined) {
        if (this.strict) this.strictError('unknown field', key)
        continue
      }
      if (seen.has(key)) {
        if (this.strict) this.strictError('duplicate field', key)
      } else seen.add(key)
      this.stack.push(field)
      this.slots[base + field.index] = this.field(field, value, undefined)
      this.stack.pop()
    }
  }

  /** A field's value, undefined where it is left out. */
  private field(field: FieldInfo, input: unknown, numberText: string | undefined): unknown {
    const { type } = field
    const value = this.value(type, input, field.pointer, numberText)
    if (field.pointer || value === undefined) return value
    const shape = type.shape
    if (shape === Shape.List) return (value as unknown[]).length === 0 ? undefined : value
    if (shape === Shape.Map) return isEmptyObject(value as object) ? undefined : value
    if (!field.omitEmpty) return value
    if (value === '' || value === 0 || value === false) return undefined
    return value === null && field.omitZero ? undefined : value
  }

  private list(type: TypeInfo, input: readonly unknown[]): unknown[] {
    const { element, nullable } = type
    const texts = this.source?.numberTexts?.get(input)
    const out: unknown[] = new Array(input.length)
    for (let i = 0; i < input.length; i++) {
      this.stack.push(i)
      out[i] = this.value(element, input[i], nullable, texts?.get(i)) ?? null
      this.stack.pop()
    }
    return out
  }

  private map(type: TypeInfo, input: Json): Json {
    const { element, nullable } = type
    const texts = this.source?.numberTexts?.get(input)
    const out: Json = {}
    const entries = this.source?.repeated?.get(input)
    if (entries !== undefined && this.strict) {
      const seen = new Set<string>()
      for (const [key] of entries) {
        if (seen.has(key)) this.strictError('duplicate field', key)
        seen.add(key)
      }
    }
    for (const key in input) {
      this.stack.push(key)
      const value = this.value(element, input[key], nullable, texts?.get(key)) ?? null
      if (key === '__proto__') Object.defineProperty(out, key, { value, enumerable: true, configurable: true, writable: true })
      else out[key] = value
      this.stack.pop()
    }
    return out
  }

  private integer(type: TypeInfo, given: unknown, numberText: string | undefined): unknown {
    // Fields of types that are known here are numbers of JavaScript's.
    const value = typeof given === 'bigint' ? Number(given) : given
    if (typeof value !== 'number') return this.mismatch(type, value)
    if (isInteger(value, numberText) && (type.shape === Shape.Int64 ? inInt64(value, numberText) : inInt32(value))) return value
    return this.fail(`number ${numberText ?? numberJson(value)}`, type.goName)
  }

  private bytes(type: TypeInfo, value: unknown): unknown {
    if (typeof value !== 'string') return this.mismatch(type, value)
    try {
      return canonicalBase64(value)
    } catch (error) {
      this.firstError ??= (error as Error).message
      return undefined
    }
  }

  private any(type: TypeInfo, value: unknown): unknown {
    if (!type.name.startsWith('SchemaOr')) return value
    // The JSON Schema of a CRD says some things in two ways; each decodes by itself, without strictness.
    const schema = (v: unknown): unknown => {
      const inner = decode('apiextensions.v1.JSONSchemaProps', v, { strict: false })
      if (inner.error === undefined) return inner.object
      const [, what, goName] = /^json: cannot unmarshal (.*) into Go (?:struct field \S+|value) of type (.*)$/.exec(inner.error) ?? []
      throw new GoValueError(what === undefined ? inner.error : this.typeError(what, goName as string))
    }
    if (typeof value === 'object' && !Array.isArray(value)) return schema(value)
    if (type.name === 'SchemaOrBool') {
      if (typeof value === 'boolean') return value
      throw new GoValueError('boolean or JSON schema expected')
    }
    if (!Array.isArray(value)) return null
    return type.name === 'SchemaOrArray' ? value.map(schema) : this.list(typeNamed('[]string'), value)
  }

  /** Notes that Go's type does not take this JSON. */
  private mismatch(type: TypeInfo, value: unknown): undefined {
    return this.fail(jsonKind(value), type.goName)
  }

  private fail(what: string, goName: string): undefined {
    this.firstError ??= this.typeError(what, goName)
    return undefined
  }

  /** Errors of values that decode themselves end the whole decoding at once, even after an earlier error. */
  private abort(value: unknown, goName: string, numberText?: string): never {
    const what = typeof value === 'number' && goName === 'int32' ? `number ${numberText ?? numberJson(value)}` : jsonKind(value)
    throw new GoValueError(this.typeError(what, goName))
  }

  private typeError(what: string, goName: string): string {
    let owner: string | undefined
    let path = ''
    for (const step of this.stack) {
      if (typeof step !== 'object') continue
      owner = step.ownerGoStruct
      path += `.${step.embeddedIn === '' ? '' : `${step.embeddedIn}.`}${step.name}`
    }
    if (owner === undefined) return `json: cannot unmarshal ${what} into Go value of type ${goName}`
    return `json: cannot unmarshal ${what} into Go struct field ${owner}${path} of type ${goName}`
  }

  private strictError(kind: string, key: string): void {
    if (this.strictErrors.length >= MAX_STRICT_ERRORS) return
    let path = ''
    for (const step of this.stack) {
      if (typeof step === 'number') path += `[${step}]`
      else path += `${path === '' ? '' : '.'}${typeof step === 'string' ? step : step.name}`
    }
    const text = `${kind} ${goQuote(path === '' ? key : `${path}.${key}`)}`
    this.seen ??= new Set()
    if (this.seen.has(text)) return
    this.seen.add(text)
    this.strictErrors.push(text)
  }
}

/** What Go's decoder calls a JSON value. */
function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : typeof value
}

const isInteger = (value: unknown, numberText: string | undefined): boolean => Number.isInteger(value) && (numberText === undefined || /^-?\d+$/.test(numberText))
const inInt32 = (n: number): boolean => n >= -0x8000_0000 && n <= 0x7fff_ffff
function inInt64(n: number, numberText: string | undefined): boolean {
  if (Number.isSafeInteger(n)) return true
  const exact = BigInt(numberText ?? n)
  return exact >= -(1n << 63n) && exact < 1n << 63n
}
/** A number as Go's encoder writes it. */
const numberJson = (n: number): string => (Math.abs(n) >= 1e21 || (n !== 0 && Math.abs(n) < 1e-6) ? String(n) : Number.isInteger(n) ? BigInt(n).toString() : String(n))

function isEmptyObject(value: object): boolean {
  for (const _ in value) return false
  return true
}

/** Canonical texts of quantities seen before: a cluster has few different ones. Bounded. */
const quantities = new Map<string, string>()
const MAX_QUANTITIES = 2_000

function quantity(given: unknown): string {
  const value = typeof given === 'bigint' ? String(given) : given
  if (typeof value === 'string') {
    const known = quantities.get(value)
    if (known !== undefined) return known
  } else if (typeof value !== 'number') throw new GoValueError(QUANTITY_FORMAT_WRONG)
  let canonical: string
  try {
    canonical = canonicalQuantity(value)
  } catch (error) {
    throw new GoValueError((error as Error).message)
  }
  if (typeof value === 'string') {
    if (quantities.size >= MAX_QUANTITIES) quantities.clear()
    quantities.set(value, canonical)
  }
  return canonical
}
