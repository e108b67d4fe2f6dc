/** Writes the FieldsV1 text of a new object in one pass, and of what an update changes: the hot path of every write. */
import { deepEqual } from '../../../base/equal'
import { zeroOf } from '../decode'
import { byBytes } from '../go-format'
import { type FieldInfo, Shape, type TypeInfo } from '../type-info'
import { atomOf, Atom, isAssociative, isEmptyMap, itemType, memberType } from './atoms'
import { compare } from './compare'
import { type FieldSet, quoted, setOfPaths } from './field-set'
import { compareElements, listElement } from './path-element'

type Json = Record<string, unknown>

const STRIPPED_METADATA = ['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'clusterName', 'generation', 'managedFields', 'resourceVersion']
/** Fields that nobody owns. upstream: apimachinery/pkg/util/managedfields/internal/stripmeta.go */
export const STRIPPED: FieldSet = setOfPaths([['f:apiVersion'], ['f:kind'], ['f:metadata'], ...STRIPPED_METADATA.map(name => ['f:metadata', `f:${name}`])])
const STRIPPED_NAMES = new Set(STRIPPED_METADATA)

/** A field with what the writer needs of it, by name. */
interface Written {
  readonly field: FieldInfo
  readonly name: string
  /** `"f:name":` */
  readonly token: string
}
const writtenFields = new WeakMap<TypeInfo, readonly Written[]>()

function written(type: TypeInfo): readonly Written[] {
  let list = writtenFields.get(type)
  if (list === undefined) {
    list = type.fieldList.map(field => ({ field, name: field.name, token: quoted(`f:${field.name}`) })).sort((a, b) => byBytes(a.name, b.name))
    writtenFields.set(type, list)
  }
  return list
}

/**
 * What the writer of a new object owns, as canonical FieldsV1 text: all but the fields that nobody owns and those whose top-level
 * names are in `reset` (a create leaves `status` alone). Empty object text `{}` when that is nothing. Throws ElementError.
 */
export function fieldsV1TextOf(type: TypeInfo, object: Json, reset: readonly string[] = NOTHING): string {
  let out = ''
  if (type.shape !== Shape.Struct || type.preserveUnknown) return changedPathsText(type, {}, object, setOfPaths(reset.map(name => [`f:${name}`])))
  for (const { field, name, token } of written(type)) {
    const value = object[name]
    if (value === undefined || name === 'kind' || name === 'apiVersion' || reset.includes(name)) continue
    const text = name === 'metadata' ? metadataText(field.type, value as Json) : field.alwaysWritten ? besideZero(field, value) : added(field.type, value)
    if (text !== '') out += out === '' ? token + text : `,${token}${text}`
  }
  return `{${out}}`
}
const NOTHING: readonly string[] = []

function metadataText(type: TypeInfo, metadata: Json): string {
  let out = ''
  for (const { field, name, token } of written(type)) {
    const value = metadata[name]
    if (value === undefined || STRIPPED_NAMES.has(name)) continue
    out += `${out === '' ? '' : ','}${token}${added(field.type, value)}`
  }
  return out === '' ? '' : `{${out}}`
}

/** The text of a value where there was nothing. */
function added(type: TypeInfo, value: unknown): string {
  if (typeof value !== 'object' || value === null || type.atomic) return '{}'
  if (Array.isArray(value)) {
    const items = isAssociative(type) ? itemsText(type, value) : ''
    return items === '' ? '{}' : `{".":{},${items}}`
  }
  const inner = type.shape === Shape.Struct && !type.preserveUnknown && type.fieldList.length > 0 ? structText(type, value as Json) : mapText(type, value as Json)
  return inner === '' ? '{}' : `{".":{},${inner}}`
}

function structText(type: TypeInfo, value: Json): string {
  let out = ''
  for (const { field, name, token } of written(type)) {
    const inner = value[name]
    if (inner === undefined) continue
    out += out === '' ? token + added(field.type, inner) : `,${token}${added(field.type, inner)}`
  }
  return out
}

function mapText(type: TypeInfo, value: Json): string {
  const keys: string[] = []
  for (const key in value) if (value[key] !== undefined) keys.push(key)
  if (keys.length > 1) keys.sort(byBytes)
  let out = ''
  for (const key of keys) {
    const inner = memberType(type, key)
    if (inner !== undefined) out += `${out === '' ? '' : ','}${quoted(`f:${key}`)}${added(inner, value[key])}`
  }
  return out
}

function itemsText(type: TypeInfo, list: readonly unknown[]): string {
  const inner = itemType(type)
  if (list.length === 1) return quoted(listElement(type, list[0])) + added(inner, list[0])
  const texts = new Map<string, string>()
  for (const item of list) {
    const element = listElement(type, item)
    texts.set(element, texts.has(element) ? '{}' : added(inner, item))
  }
  let out = ''
  for (const element of [...texts.keys()].sort(compareElements)) out += `${out === '' ? '' : ','}${quoted(element)}${texts.get(element) as string}`
  return out
}

/** The text of a field that a zero object has, too: only what differs from zero. */
function besideZero(field: FieldInfo, value: unknown): string {
  const { type } = field
  if (type.shape === Shape.Struct && !field.pointer && !type.atomic && typeof value === 'object' && value !== null) {
    let out = ''
    for (const { field: inner, name, token } of written(type)) {
      const v = (value as Json)[name]
      if (v === undefined) continue
      const text = inner.alwaysWritten ? besideZero(inner, v) : added(inner.type, v)
      if (text !== '') out += out === '' ? token + text : `,${token}${text}`
    }
    return out === '' ? '' : `{${out}}`
  }
  if (value === null) return ''
  if (typeof value !== 'object') return value === zeroOf(type) && !field.pointer ? '' : '{}'
  const atom = atomOf(type, value)
  if (!type.atomic && atom === Atom.List && isAssociative(type) && (value as unknown[]).length > 0) return `{${itemsText(type, value as unknown[])}}`
  if (!type.atomic && atom === Atom.Map && !isEmptyMap(value)) {
    const inner = type.shape === Shape.Struct ? structText(type, value as Json) : mapText(type, value as Json)
    return inner === '' ? '' : `{${inner}}`
  }
  return deepEqual(value, field.pointer ? null : zeroOf(type)) ? '' : '{}'
}

/** What `next` adds to or changes in `previous`, as canonical text without the fields that nobody owns. Throws ElementError. */
export function changedPathsText(type: TypeInfo, previous: unknown, next: unknown, reset?: FieldSet): string {
  const { added: fresh, modified } = compare(type, previous, next)
  let set = modified.union(fresh)
  if (reset !== undefined) set = set.without(reset)
  return set.difference(STRIPPED).toText()
}
