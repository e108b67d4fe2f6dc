/**
 * What an update changes and removes, written as FieldsV1 text in one pass over the parts that are not the same object: the text
 * alone decides who owns what (the apiserver remembers outcomes by it), so that an ordinary update builds no set.
 */
import { deepEqual } from '../../../base/equal'
import { byBytes } from '../go-format'
import { mapOf, Shape, type TypeInfo } from '../type-info'
import { Atom, atomOf, isEmptyMap, isOpen, memberType } from './atoms'
import { compare } from './compare'
import { type FieldSet, quoted } from './field-set'
import { compareElements, isKeyed, listElement, sameKeys } from './path-element'
import type { ResetFields } from './reset-fields'
import { addedText, changedSet, place, STRIPPED_NAMES, written, type Written } from './text'

type Json = Record<string, unknown>

/** Canonical texts; `{}` is nothing. */
export interface ChangeTexts {
  /** What is added or modified. */
  readonly changed: string
  readonly removed: string
}
export const NO_CHANGE: ChangeTexts = Object.freeze({ changed: '{}', removed: '{}' })

/** Without the fields that nobody owns and those that are reset. Throws ElementError. */
export function changeTexts(type: TypeInfo, previous: unknown, next: unknown, reset: ResetFields): ChangeTexts {
  if (previous === next) return NO_CHANGE
  if (reset.deep || type.shape !== Shape.Struct || type.preserveUnknown || !isPlain(previous) || !isPlain(next)) {
    const { changed, removed } = changedSet(compare(type, previous, next), reset.set)
    return changed.isEmpty && removed.isEmpty ? NO_CHANGE : { changed: changed.toText(), removed: removed.toText() }
  }
  const changed = structChange(type, previous, next, reset, true)
  const removed = removedInner
  removedInner = ''
  return changed === '' && removed === '' ? NO_CHANGE : { changed: `{${changed}}`, removed: `{${removed}}` }
}

const isPlain = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** What the last call removed, as the inside of a text: a second result without an object for each call. */
let removedInner = ''

/** The value is a leaf that differs: as the inside of a text no set can have. */
const LEAF = '\0'

/** The text of what changes inside a struct. At the top, what nobody owns is left out. */
function structChange(type: TypeInfo, left: Json, right: Json, reset: ResetFields | undefined, top: boolean): string {
  let changed = ''
  let removed = ''
  for (const { field, name, token } of otherFields(type, left, right)) {
    const l = left[name]
    const r = right[name]
    if (reset !== undefined && (top ? name === 'kind' || name === 'apiVersion' || reset.top.has(name) : STRIPPED_NAMES.has(name) || reset.metadata.has(name))) continue
    if (l === undefined) {
      if (!top || name !== 'metadata') changed += `${changed === '' ? '' : ','}${token}${addedText(field.type, r)}`
      else changed += metadataOnly(changed, token, field.type, {}, r as Json, reset)
      continue
    }
    if (r === undefined) {
      removed += `${removed === '' ? '' : ','}${token}${addedText(field.type, l)}`
      continue
    }
    const inner = top && name === 'metadata' && isPlain(l) && isPlain(r) ? structChange(field.type, l, r, reset, false) : valueChange(field.type, l, r)
    if (inner !== '') changed += `${changed === '' ? '' : ','}${token}${inner === LEAF ? '{}' : `{${inner}}`}`
    if (removedInner !== '') removed += `${removed === '' ? '' : ','}${token}{${removedInner}}`
  }
  removedInner = removed
  return changed
}

/** The fields that are not the same value, in canonical order. */
function otherFields(type: TypeInfo, left: Json, right: Json): readonly Written[] {
  const byName = written(type)
  let fields: Written[] | undefined
  for (const name in right) {
    const field = left[name] === right[name] ? undefined : byName.get(name)
    if (field !== undefined) place((fields ??= []), field)
  }
  for (const name in left) {
    const field = name in right || left[name] === undefined ? undefined : byName.get(name)
    if (field !== undefined) place((fields ??= []), field)
  }
  return fields ?? NO_FIELDS
}
const NO_FIELDS: readonly Written[] = Object.freeze([])

function metadataOnly(before: string, token: string, type: TypeInfo, left: Json, right: Json, reset: ResetFields | undefined): string {
  const inner = structChange(type, left, right, reset, false)
  removedInner = ''
  return inner === '' ? '' : `${before === '' ? '' : ','}${token}{${inner}}`
}

/** The inside of the text of what changes between two values that both exist, LEAF, or ''. */
function valueChange(type: TypeInfo, left: unknown, right: unknown): string {
  removedInner = ''
  if (isOpen(type)) return generic(type, left, right)
  const atom = atomOf(type, right)
  if (atom === Atom.Scalar || type.atomic) return deepEqual(left, right) ? '' : LEAF
  if (atom === Atom.List) return listChange(type, left, right)
  const [l, r] = [isPlain(left) ? left : undefined, isPlain(right) ? right : undefined]
  if ((l === undefined || isEmptyMap(l)) && (r === undefined || isEmptyMap(r))) return deepEqual(left, right) ? '' : LEAF
  if (type.shape === Shape.Struct && !type.preserveUnknown && type.fieldList.length > 0) return structChange(type, l ?? NOTHING, r ?? NOTHING, undefined, false)
  return mapChange(type, l ?? NOTHING, r ?? NOTHING)
}
const NOTHING: Json = Object.freeze({})

function mapChange(type: TypeInfo, left: Json, right: Json): string {
  const keys: string[] = []
  for (const key in left) if (left[key] !== right[key]) keys.push(key)
  for (const key in right) if (left[key] === undefined && right[key] !== undefined) keys.push(key)
  if (keys.length > 1) keys.sort(byBytes)
  let changed = ''
  let removed = ''
  for (const key of keys) {
    const inner = memberType(type, key)
    if (inner === undefined) continue
    const [l, r] = [left[key], right[key]]
    const token = quoted(`f:${key}`)
    if (l === undefined) changed += `${changed === '' ? '' : ','}${token}${addedText(inner, r)}`
    else if (r === undefined) removed += `${removed === '' ? '' : ','}${token}${addedText(inner, l)}`
    else {
      const text = valueChange(inner, l, r)
      if (text !== '') changed += `${changed === '' ? '' : ','}${token}${text === LEAF ? '{}' : `{${text}}`}`
      if (removedInner !== '') removed += `${removed === '' ? '' : ','}${token}{${removedInner}}`
    }
  }
  removedInner = removed
  return changed
}

function listChange(type: TypeInfo, left: unknown, right: unknown): string {
  const [l, r] = [Array.isArray(left) ? (left as unknown[]) : NO_ITEMS, Array.isArray(right) ? (right as unknown[]) : NO_ITEMS]
  if (type.listType === 'atomic' || (l.length === 0 && r.length === 0)) return deepEqual(left, right) ? '' : LEAF
  if (type.listType === 'map' && l.length > 0 && r.length > 0 && isKeyed(type, l, FEW) && isKeyed(type, r, FEW)) return pairedChange(type, l, r)
  return generic(type, left, right)
}
const NO_ITEMS: readonly unknown[] = []
const FEW = 16

/** Each element with the one that has its keys; what has no partner is added or removed as a whole. */
function pairedChange(type: TypeInfo, left: readonly unknown[], right: readonly unknown[]): string {
  const parts: { element: string; changed: string; removed: string }[] = []
  const { element } = type
  let partners = 0
  for (let i = 0; i < right.length; i++) {
    const r = right[i] as Json
    const l = partnerOf(r, i, type, left)
    if (l !== undefined) partners++
    if (l === r) continue
    const text = l === undefined ? inside(addedText(element, r)) : valueChange(element, l, r)
    if (l === undefined) removedInner = ''
    if (text !== '' || removedInner !== '') parts.push({ element: listElement(type, r), changed: text, removed: removedInner })
  }
  for (let i = 0; partners < left.length && i < left.length; i++) {
    const l = left[i] as Json
    if (partnerOf(l, i, type, right) === undefined) parts.push({ element: listElement(type, l), changed: '', removed: inside(addedText(element, l)) })
  }
  if (parts.length > 1) parts.sort((a, b) => compareElements(a.element, b.element))
  let changed = ''
  let removed = ''
  for (const part of parts) {
    if (part.changed !== '') changed += `${changed === '' ? '' : ','}${quoted(part.element)}${part.changed === LEAF ? '{}' : `{${part.changed}}`}`
    if (part.removed !== '') removed += `${removed === '' ? '' : ','}${quoted(part.element)}${part.removed === LEAF ? '{}' : `{${part.removed}}`}`
  }
  removedInner = removed
  return changed
}

/** The element with the same keys, which most often stands at the same place. */
function partnerOf(item: Json, at: number, type: TypeInfo, list: readonly unknown[]): Json | undefined {
  const same = list[at] as Json | undefined
  if (same !== undefined && sameKeys(type, same, item)) return same
  for (const other of list) if (sameKeys(type, other, item)) return other as Json
  return undefined
}

const inside = (text: string): string => (text === '{}' ? LEAF : text.slice(1, -1))

/** The same by way of sets, for what is neither declared nor paired. */
function generic(type: TypeInfo, left: unknown, right: unknown): string {
  const holder = wrapperOf(type)
  const { added, modified, removed } = compare(holder, { x: left }, { x: right })
  removedInner = below(removed)
  const changed = modified.union(added)
  if (changed.isEmpty) return ''
  const inner = below(changed)
  if (inner === '') return LEAF
  return changed.nodes[0]?.member === true ? `".":{},${inner}` : inner
}

/** The inside of the text below `f:x`. */
function below(set: FieldSet): string {
  const node = set.nodes[0]
  return node === undefined || node.below.isEmpty ? '' : node.below.toText().slice(1, -1)
}

const wrappers = new WeakMap<TypeInfo, TypeInfo>()
function wrapperOf(type: TypeInfo): TypeInfo {
  let wrapper = wrappers.get(type)
  if (wrapper === undefined) wrappers.set(type, (wrapper = mapOf(type)))
  return wrapper
}
