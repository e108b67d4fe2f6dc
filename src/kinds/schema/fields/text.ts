/** Writes the FieldsV1 text of a new object in one pass, and of what an update changes: the hot path of every write. */
import { deepEqual } from '../../../base/equal'
import { zeroOf } from '../zero'
import { byBytes } from '../go-format'
import { type FieldInfo, Shape, type TypeInfo } from '../type-info'
import { atomOf, Atom, isAssociative, isEmptyMap, itemType, memberType } from './atoms'
import { compare, type Comparison } from './compare'
import { EMPTY, type FieldSet, quoted, setOfPaths } from './field-set'
import { compareElements, listElement } from './path-element'
import { NO_RESET, type ResetFields } from './reset-fields'

type Json = Record<string, unknown>

const STRIPPED_METADATA = ['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'clusterName', 'generation', 'managedFields', 'resourceVersion']
/** Fields that nobody owns. upstream: apimachinery/pkg/util/managedfields/internal/stripmeta.go */
export const STRIPPED: FieldSet = setOfPaths([['f:apiVersion'], ['f:kind'], ['f:metadata'], ...STRIPPED_METADATA.map(name => ['f:metadata', `f:${name}`])])
export const STRIPPED_NAMES: ReadonlySet<string> = new Set(STRIPPED_METADATA)

/** A field with what a writer needs of it. */
export interface Written {
  readonly field: FieldInfo
  readonly name: string
  /** `"f:name":` */
  readonly token: string
  /** Place in the canonical order of the struct's fields. */
  readonly rank: number
}
const writtenFields = new WeakMap<TypeInfo, ReadonlyMap<string, Written>>()

/** The fields of a struct by name. */
export function written(type: TypeInfo): ReadonlyMap<string, Written> {
  let byName = writtenFields.get(type)
  if (byName === undefined) {
    const names = type.fieldList.map(f => f.name).sort(byBytes)
    byName = new Map(type.fieldList.map(field => [field.name, { field, name: field.name, token: quoted(`f:${field.name}`), rank: names.indexOf(field.name) }]))
    writtenFields.set(type, byName)
  }
  return byName
}

/** Adds a field where it belongs. Structs have dozens of fields and objects a few of them: these are put in order, instead of asking for each. */
export function place(list: Written[], field: Written): void {
  let i = list.length
  for (; i > 0 && (list[i - 1] as Written).rank > field.rank; i--) list[i] = list[i - 1] as Written
  list[i] = field
}

/** The fields that a value has, in canonical order. */
function fieldsOf(type: TypeInfo, value: Json): readonly Written[] {
  const byName = written(type)
  const fields: Written[] = []
  for (const name in value) {
    const field = value[name] === undefined ? undefined : byName.get(name)
    if (field !== undefined) place(fields, field)
  }
  return fields
}

/**
 * What the writer of a new object owns, as canonical FieldsV1 text: all but the fields that nobody owns and those
 * that are reset (a create leaves `status` alone). Empty object text `{}` when that is nothing. Throws ElementError.
 */
export function fieldsV1TextOf(type: TypeInfo, object: Json, reset: ResetFields = NO_RESET): string {
  let out = ''
  if (reset.deep || type.shape !== Shape.Struct || type.preserveUnknown) return changedPathsText(type, zeroOf(type), object, reset.set)
  for (const { field, name, token } of fieldsOf(type, object)) {
    if (name === 'kind' || name === 'apiVersion' || reset.top.has(name)) continue
    const value = object[name]
    const text = name === 'metadata' ? metadataText(field.type, value as Json, reset) : field.alwaysWritten ? besideZero(field, value) : addedText(field.type, value)
    if (text !== '') out += out === '' ? token + text : `,${token}${text}`
  }
  return `{${out}}`
}

function metadataText(type: TypeInfo, metadata: Json, reset: ResetFields): string {
  let out = ''
  for (const { field, name, token } of fieldsOf(type, metadata)) if (!STRIPPED_NAMES.has(name) && !reset.metadata.has(name)) out += `${out === '' ? '' : ','}${token}${addedText(field.type, metadata[name])}`
  return out === '' ? '' : `{${out}}`
}

/** The text of a value where there was nothing. */
export function addedText(type: TypeInfo, value: unknown): string {
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
  for (const { field, name, token } of fieldsOf(type, value)) {
    const inner = addedText(field.type, value[name])
    out += out === '' ? token + inner : `,${token}${inner}`
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
    if (inner !== undefined) out += `${out === '' ? '' : ','}${quoted(`f:${key}`)}${addedText(inner, value[key])}`
  }
  return out
}

function itemsText(type: TypeInfo, list: readonly unknown[]): string {
  const inner = itemType(type)
  if (list.length === 1) return quoted(listElement(type, list[0])) + addedText(inner, list[0])
  const texts = new Map<string, string>()
  for (const item of list) {
    const element = listElement(type, item)
    texts.set(element, texts.has(element) ? '{}' : addedText(inner, item))
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
    for (const { field: inner, name, token } of fieldsOf(type, value as Json)) {
      const v = (value as Json)[name]
      const text = inner.alwaysWritten ? besideZero(inner, v) : addedText(inner.type, v)
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

/** What a comparison changes and removes, without the fields that nobody owns and those that are reset. */
export function changedSet({ added: fresh, modified, removed }: Comparison, reset: FieldSet): { readonly changed: FieldSet; readonly removed: FieldSet } {
  return { changed: modified.union(fresh).without(reset).difference(STRIPPED), removed: removed.without(reset).difference(STRIPPED) }
}

/** What `next` adds to or changes in `previous`, as canonical text, by way of sets. Throws ElementError. */
export function changedPathsText(type: TypeInfo, previous: unknown, next: unknown, reset: FieldSet = EMPTY): string {
  return changedSet(compare(type, previous, next), reset).changed.toText()
}
