/** Bodies that clients send as protocol buffers, as the JSON that they stand for. upstream: apimachinery/pkg/runtime/serializer/protobuf */
import { Shape, type TypeInfo } from '../../kinds/schema/type-info'
import { typeNamed, typeOfKind } from '../../kinds/schema/table'
import { meaningsOf } from './numbering'
import { readFields } from './wire'

type Json = Record<string, unknown>

const MAGIC = Buffer.from('k8s\0')

/** Throws an Error for what is no such body, or of a type that is not known. */
export function decodeProtobuf(body: Uint8Array): Json {
  if (Buffer.compare(body.subarray(0, MAGIC.length), MAGIC) !== 0) throw new Error('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]')
  let [apiVersion, kind] = ['', '']
  let raw: Uint8Array = new Uint8Array()
  let contentType = ''
  for (const { number, value } of readFields(body.subarray(MAGIC.length))) {
    if (number === 1) for (const meta of readFields(value as Uint8Array)) {
      if (meta.number === 1) apiVersion = text(meta.value)
      else if (meta.number === 2) kind = text(meta.value)
    }
    else if (number === 2) raw = value as Uint8Array
    else if (number === 4) contentType = text(value)
  }
  if (contentType === 'application/json') return JSON.parse(Buffer.from(raw).toString('utf8')) as Json
  const type = kind === 'DeleteOptions' ? typeNamed('meta.v1.DeleteOptions') : typeOfKind(apiVersion, kind)
  if (type === undefined || meaningsOf(type.name) === undefined) throw new Error(`no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`)
  return { apiVersion, kind, ...message(type, type.name, raw) }
}

const text = (value: bigint | Uint8Array): string => (typeof value === 'bigint' ? String(value) : Buffer.from(value).toString('utf8'))

/** `shape` says what the fields are, `numbering` names the message that they came in. */
function message(shape: TypeInfo, numbering: string, bytes: Uint8Array, into: Json = {}): Json {
  const meanings = meaningsOf(numbering)
  for (const { number, value } of readFields(bytes)) {
    const meaning = meanings?.get(number)
    if (meaning === undefined) continue
    if ('within' in meaning) {
      message(shape, meaning.within, value as Uint8Array, into)
      continue
    }
    const field = shape.fields.get(meaning.field)
    if (field === undefined) continue
    const { type } = field
    if (type.shape === Shape.List) (into[field.name] ??= []) as unknown[], (into[field.name] as unknown[]).push(valueOf(type.element, value))
    else if (type.shape === Shape.Map) {
      const [key, entry] = entryOf(type, value as Uint8Array)
      ;((into[field.name] ??= {}) as Json)[key] = entry
    } else {
      const decoded = valueOf(type, value)
      // Go writes the zero values of fields that JSON leaves out.
      if (decoded === undefined || (!field.pointer && field.omitEmpty && isZero(decoded))) continue
      into[field.name] = decoded
    }
  }
  return into
}

const isZero = (v: unknown): boolean => v === '' || v === 0 || v === false

/** undefined for a time that is none. */
function valueOf(type: TypeInfo, value: bigint | Uint8Array): unknown {
  const bytes = typeof value === 'bigint' ? new Uint8Array() : value
  switch (type.shape) {
    case Shape.String:
      return text(value)
    case Shape.Bool:
      return value !== 0n
    case Shape.Int32:
    case Shape.Int64:
      return Number(BigInt.asIntN(64, value as bigint))
    case Shape.Float64: {
      const buffer = Buffer.alloc(8)
      buffer.writeBigUInt64LE(value as bigint)
      return buffer.readDoubleLE()
    }
    case Shape.Bytes:
      return Buffer.from(bytes).toString('base64')
    case Shape.Quantity:
      return text(part(bytes, 1) ?? new Uint8Array())
    case Shape.Time:
    case Shape.MicroTime:
      return timeOf(bytes, type.shape === Shape.MicroTime)
    case Shape.IntOrString:
      return (part(bytes, 1) ?? 0n) === 0n ? Number(BigInt.asIntN(64, (part(bytes, 2) ?? 0n) as bigint)) : text(part(bytes, 3) ?? new Uint8Array())
    case Shape.Any:
      return anyOf(type, bytes)
    case Shape.List:
      // A list within a map is a message that holds its items.
      return [...readFields(bytes)].map(f => valueOf(type.element, f.value))
    case Shape.Map:
      return Object.fromEntries([...readFields(bytes)].map(f => entryOf(type, f.value as Uint8Array)))
    default:
      return message(type, type.name, bytes)
  }
}

/** JSON as it is, or one of a schema's values that may be of two kinds. */
function anyOf({ name }: TypeInfo, bytes: Uint8Array): unknown {
  const schema = (given: bigint | Uint8Array): unknown => valueOf(typeNamed('apiextensions.v1.JSONSchemaProps'), given)
  const [first, second] = [part(bytes, 1), part(bytes, 2)]
  switch (name) {
    case 'SchemaOrArray':
      return first !== undefined ? schema(first) : [...readFields(bytes)].map(f => schema(f.value))
    case 'SchemaOrStrings':
      return first !== undefined ? schema(first) : [...readFields(bytes)].map(f => text(f.value))
    case 'SchemaOrBool':
      return second !== undefined ? schema(second) : first === 1n
    default:
      return first === undefined ? undefined : JSON.parse(text(first))
  }
}

function part(bytes: Uint8Array, wanted: number): bigint | Uint8Array | undefined {
  let found: bigint | Uint8Array | undefined
  for (const { number, value } of readFields(bytes)) if (number === wanted) found = value
  return found
}

function entryOf(type: TypeInfo, bytes: Uint8Array): readonly [string, unknown] {
  const value = part(bytes, 2)
  const empty = type.element.shape === Shape.Bool || type.element.shape === Shape.Int32 || type.element.shape === Shape.Int64 ? 0n : new Uint8Array()
  return [text(part(bytes, 1) ?? new Uint8Array()), valueOf(type.element, value ?? empty)]
}

function timeOf(bytes: Uint8Array, micro: boolean): string | undefined {
  const seconds = BigInt.asIntN(64, (part(bytes, 1) ?? 0n) as bigint)
  const nanos = Number((part(bytes, 2) ?? 0n) as bigint)
  // The zero time, and no time at all.
  if (seconds === -62135596800n || (seconds === 0n && nanos === 0)) return undefined
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19)
  return micro ? `${whole}.${String(Math.floor(nanos / 1000)).padStart(6, '0')}Z` : `${whole}Z`
}
