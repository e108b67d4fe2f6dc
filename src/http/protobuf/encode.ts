/** Objects of the API as protocol buffers, as Go marshals them. upstream: apimachinery/pkg/runtime/serializer/protobuf, api's generated.pb.go */
import { Shape, type FieldInfo, type TypeInfo } from '../../kinds/schema/type-info'
import { typeNamed, typeOfKind } from '../../kinds/schema/table'
import { meaningsOf } from './numbering'
import { WireWriter } from './writer'

type Json = Record<string, unknown>

const MAGIC = Buffer.from('k8s\0')
const NOTHING: Json = Object.freeze({})

/** What stands at one number of a message: a field, or fields of the same object within a message of their own. */
type Part = { readonly number: number; readonly field: FieldInfo } | { readonly number: number; readonly within: readonly Part[] }

/** By message and type, highest numbers first: messages are written from their end. */
const plans = new Map<string, readonly Part[]>()

function planOf(shape: TypeInfo, numbering: string): readonly Part[] {
  const id = numbering === shape.name ? numbering : `${shape.name} ${numbering}`
  let plan = plans.get(id)
  if (plan === undefined) {
    plan = [...(meaningsOf(numbering) ?? [])]
      .sort(([a], [b]) => b - a)
      .flatMap(([number, meaning]): Part[] => {
        if ('within' in meaning) return [{ number, within: planOf(shape, meaning.within) }]
        const field = shape.fields.get(meaning.field)
        return field === undefined ? [] : [{ number, field }]
      })
    plans.set(id, plan)
  }
  return plan
}

/** Whether objects of this kind have a form in protocol buffers: built-in ones have. */
export const isEncodable = (apiVersion: string, kind: string): boolean => contentOf(apiVersion, kind) !== undefined

/** The object with what says its type, as it stands in a body. undefined for a kind that has no such form. */
export function encodeProtobuf(object: Json): Buffer | undefined {
  const { apiVersion, kind } = object as { apiVersion: string; kind: string }
  const content = contentOf(apiVersion, kind)
  if (content === undefined) return undefined
  return unknown(apiVersion, kind, out => content(out, object))
}

/** A frame of a watch: four bytes of length, then the event, bare, around the object. upstream: apimachinery/pkg/runtime/serializer/protobuf RawSerializer */
export function encodeEvent(type: string, object: Json): Buffer | undefined {
  const inner = encodeProtobuf(object)
  if (inner === undefined) return undefined
  const event = new WireWriter()
  const from = event.length
  event.bytes(1, inner)
  event.message(2, from)
  event.text(1, type)
  const bytes = event.finish()
  const size = Buffer.alloc(4)
  size.writeUInt32BE(bytes.length)
  return Buffer.concat([size, bytes])
}

/** The envelope of every body: what it is, and its bytes. */
function unknown(apiVersion: string, kind: string, content: (out: WireWriter) => void): Buffer {
  const out = new WireWriter()
  out.text(4, '')
  out.text(3, '')
  const raw = out.length
  content(out)
  out.message(2, raw)
  const typeMeta = out.length
  out.text(2, kind)
  out.text(1, apiVersion)
  out.message(1, typeMeta)
  out.raw(MAGIC)
  return out.finish()
}

type Content = (out: WireWriter, object: Json) => void

function contentOf(apiVersion: string, kind: string): Content | undefined {
  if (apiVersion.startsWith('meta.k8s.io/')) {
    if (kind === 'PartialObjectMetadata') return partial
    // The beta's list has its numbers the other way round.
    if (kind === 'PartialObjectMetadataList') return apiVersion === 'meta.k8s.io/v1beta1' ? listOf(2, 1) : listOf(1, 2)
  }
  const type = typeOfKind(apiVersion, kind)
  if (type === undefined || meaningsOf(type.name) === undefined) return undefined
  return (out, object) => message(out, planOf(type, type.name), object)
}

const partial: Content = (out, object) => struct(out, 1, typeNamed('meta.v1.ObjectMeta'), (object.metadata ?? NOTHING) as Json)

const listOf = (metadata: number, items: number): Content => (out, object) => {
  const writeMetadata = (): void => struct(out, metadata, typeNamed('meta.v1.ListMeta'), (object.metadata ?? NOTHING) as Json)
  if (metadata > items) writeMetadata()
  const all = (object.items ?? []) as Json[]
  for (let i = all.length - 1; i >= 0; i--) {
    const from = out.length
    partial(out, all[i] as Json)
    out.message(items, from)
  }
  if (metadata < items) writeMetadata()
}

function struct(out: WireWriter, number: number, type: TypeInfo, value: Json): void {
  const from = out.length
  message(out, planOf(type, type.name), value)
  out.message(number, from)
}

/** Go writes what is no pointer even where it is zero, and of pointers, lists and maps what is there. */
function message(out: WireWriter, plan: readonly Part[], object: Json): void {
  for (const part of plan) {
    const { number } = part
    if ('within' in part) {
      const from = out.length
      message(out, part.within, object)
      out.message(number, from)
      continue
    }
    const { field } = part
    const value = object[field.name]
    if (value !== undefined && value !== null) write(out, number, field.type, value)
    else if (!field.pointer) writeZero(out, number, field.type)
  }
}

function writeZero(out: WireWriter, number: number, type: TypeInfo): void {
  switch (type.shape) {
    case Shape.List:
    case Shape.Map:
    case Shape.Bytes:
      return
    case Shape.String:
      return out.text(number, '')
    case Shape.Struct:
      return struct(out, number, type, NOTHING)
    case Shape.Any:
    case Shape.Time:
    case Shape.MicroTime:
      return out.text(number, '')
    case Shape.Quantity:
      return write(out, number, type, '0')
    default:
      return write(out, number, type, 0)
  }
}

function write(out: WireWriter, number: number, type: TypeInfo, value: unknown): void {
  switch (type.shape) {
    case Shape.String:
      return out.text(number, value as string)
    case Shape.Bool:
      return out.integer(number, value === true ? 1 : 0)
    case Shape.Int32:
    case Shape.Int64:
      return out.integer(number, value as number)
    case Shape.Float64:
      return out.double(number, value as number)
    case Shape.Bytes:
      return out.bytes(number, Buffer.from(value as string, 'base64'))
    case Shape.List:
      for (let i = (value as unknown[]).length - 1; i >= 0; i--) writeElement(out, number, type.element, (value as unknown[])[i])
      return
    case Shape.Map:
      return writeMap(out, number, type.element, value as Json)
    case Shape.Struct:
      return struct(out, number, type, value as Json)
    default: {
      const from = out.length
      writeSpecial(out, type, value)
      out.message(number, from)
    }
  }
}

/** A list within a list or map is a message that holds its items. */
function writeElement(out: WireWriter, number: number, element: TypeInfo, value: unknown): void {
  if (element.shape !== Shape.List) return write(out, number, element, value)
  const from = out.length
  write(out, 1, element, value ?? [])
  out.message(number, from)
}

/** Entries in the order of their keys' bytes. */
function writeMap(out: WireWriter, number: number, element: TypeInfo, value: Json): void {
  const keys = Object.keys(value).sort((a, b) => (a < b ? -1 : 1))
  for (let i = keys.length - 1; i >= 0; i--) {
    const key = keys[i] as string
    const from = out.length
    writeElement(out, 2, element, value[key])
    out.text(1, key)
    out.message(number, from)
  }
}

/** The content of messages whose form in JSON is no object. */
function writeSpecial(out: WireWriter, type: TypeInfo, value: unknown): void {
  switch (type.shape) {
    case Shape.Quantity:
      return out.text(1, String(value))
    case Shape.Time:
    case Shape.MicroTime:
      return writeTime(out, value as string, type.shape === Shape.MicroTime)
    case Shape.IntOrString:
      out.text(3, typeof value === 'string' ? value : '')
      out.integer(2, typeof value === 'number' ? value : 0)
      return out.integer(1, typeof value === 'string' ? 1 : 0)
    default:
      return writeAny(out, type, value)
  }
}

/** upstream: apimachinery/pkg/apis/meta/v1/time_proto.go: a time has no fractions, a MicroTime those that JSON shows. */
function writeTime(out: WireWriter, value: string, micro: boolean): void {
  const seconds = Math.floor(Date.parse(value) / 1000)
  const fraction = micro ? /\.(\d{1,6})/.exec(value)?.[1] : undefined
  out.integer(2, fraction === undefined ? 0 : Number(fraction.padEnd(9, '0')))
  out.integer(1, seconds)
}

/** JSON as it is, or one of a schema's values that may be of two kinds. upstream: apiextensions-apiserver/pkg/apis/apiextensions/v1/types_jsonschema.go */
function writeAny(out: WireWriter, type: TypeInfo, value: unknown): void {
  const schema = (given: unknown): void => struct(out, type.name === 'SchemaOrBool' ? 2 : 1, typeNamed('apiextensions.v1.JSONSchemaProps'), given as Json)
  switch (type.name) {
    case 'SchemaOrArray':
      if (!Array.isArray(value)) return schema(value)
      for (let i = value.length - 1; i >= 0; i--) struct(out, 2, typeNamed('apiextensions.v1.JSONSchemaProps'), value[i] as Json)
      return
    case 'SchemaOrStrings':
      if (!Array.isArray(value)) return schema(value)
      for (let i = value.length - 1; i >= 0; i--) out.text(2, value[i] as string)
      return
    case 'SchemaOrBool':
      if (typeof value !== 'boolean') schema(value)
      // A schema stands there only with leave for what it describes.
      return out.integer(1, value === false ? 0 : 1)
    default:
      return out.text(1, JSON.stringify(value))
  }
}
