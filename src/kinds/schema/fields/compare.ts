/** The field set of an object, and what differs between two objects. Parts that are the same object cost nothing. upstream: structured-merge-diff/typed */
import { deepEqual } from '../../../base/equal'
import type { TypeInfo } from '../type-info'
import { asList, asMap, Atom, atomOf, isAssociative, isEmptyMap, itemType, memberType } from './atoms'
import { EMPTY, type FieldNode, type FieldSet, setOfUnorderedNodes } from './field-set'
import { areDistinct, fieldElement, inStep, listElement } from './path-element'

type Json = Record<string, unknown>

/** The paths that an object mentions: leaves, items of lists, entries of maps, empty maps and nulls. Throws ElementError. */
export function setOf(type: TypeInfo, object: unknown): FieldSet {
  return mentioned(type, object).below
}

/** `member`: a leaf, which is in the set itself. */
function mentioned(type: TypeInfo, value: unknown): { member: boolean; below: FieldSet } {
  const atom = atomOf(type, value)
  if (atom === Atom.Scalar) return LEAF
  if (atom === Atom.List) {
    if (!isAssociative(type)) return LEAF
    return { member: false, below: listNodes(type, asList(value) ?? [], item => ({ member: true, below: mentioned(itemType(type), item).below })) }
  }
  if (type.atomic) return LEAF
  const map = asMap(value)
  if (map === undefined) return { member: false, below: EMPTY }
  const nodes: FieldNode[] = []
  for (const key in map) {
    const item = map[key]
    if (item === undefined) continue
    const inner = mentioned(memberType(type, key) as TypeInfo, item)
    const itemMap = asMap(item)
    const member = inner.member || item === null || (itemMap !== undefined && isEmptyMap(itemMap)) || !type.fields.has(key)
    if (member || !inner.below.isEmpty) nodes.push({ element: fieldElement(key), member, below: inner.below })
  }
  return { member: false, below: setOfUnorderedNodes(nodes) }
}
const LEAF = { member: true, below: EMPTY }

/** Nodes of a list's items; an element that occurs twice is in the set as a whole. */
function listNodes(type: TypeInfo, list: readonly unknown[], one: (item: unknown) => { member: boolean; below: FieldSet }): FieldSet {
  const elements = list.map(item => listElement(type, item))
  if (areDistinct(elements)) return setOfUnorderedNodes(elements.map((element, i) => ({ element, ...one(list[i]) })))
  const items = byElement(type, list)
  const nodes: FieldNode[] = []
  for (const [element, same] of items) nodes.push({ element, ...(same.length > 1 ? LEAF : one(same[0])) })
  return setOfUnorderedNodes(nodes)
}

/** Everything at and below a value, as the paths of something that is new or gone. */
function everything(type: TypeInfo, value: unknown): FieldSet {
  const atom = atomOf(type, value)
  if (atom === Atom.Scalar || type.atomic) return EMPTY
  if (atom === Atom.List) return isAssociative(type) ? listNodes(type, asList(value) ?? [], item => ({ member: true, below: everything(itemType(type), item) })) : EMPTY
  const nodes: FieldNode[] = []
  const map = asMap(value)
  for (const key in map) {
    const inner = memberType(type, key)
    if (inner !== undefined && map[key] !== undefined) nodes.push({ element: fieldElement(key), member: true, below: everything(inner, map[key]) })
  }
  return setOfUnorderedNodes(nodes)
}

export interface Comparison {
  readonly added: FieldSet
  readonly modified: FieldSet
  readonly removed: FieldSet
}

const SAME: Comparison = { added: EMPTY, modified: EMPTY, removed: EMPTY }

/** What `next` adds to, changes in and removes from `previous`. Throws ElementError for lists whose items have no place. */
export function compare(type: TypeInfo, previous: unknown, next: unknown): Comparison {
  if (previous === next) return SAME
  const level = new Level()
  compareParts(type, previous, next, level)
  return level.result()
}

class Level {
  private added: FieldNode[] | undefined
  private modified: FieldNode[] | undefined
  private removed: FieldNode[] | undefined

  add(element: string, member: boolean, below: FieldSet): void {
    ;(this.added ??= []).push({ element, member, below })
  }
  modify(element: string, member: boolean, below: FieldSet): void {
    ;(this.modified ??= []).push({ element, member, below })
  }
  remove(element: string, member: boolean, below: FieldSet): void {
    ;(this.removed ??= []).push({ element, member, below })
  }
  /** Puts what differs inside an element under it. */
  nest(element: string, { added, modified, removed }: Comparison, selfModified = false): void {
    if (!added.isEmpty) this.add(element, false, added)
    if (!modified.isEmpty || selfModified) this.modify(element, selfModified, modified)
    if (!removed.isEmpty) this.remove(element, false, removed)
  }
  result(): Comparison {
    if (this.added === undefined && this.modified === undefined && this.removed === undefined) return SAME
    const set = (nodes: FieldNode[] | undefined): FieldSet => (nodes === undefined ? EMPTY : setOfUnorderedNodes(nodes))
    return { added: set(this.added), modified: set(this.modified), removed: set(this.removed) }
  }
}

/** Compares the value at an element; undefined is absent. */
function compareAt(type: TypeInfo, element: string, left: unknown, right: unknown, level: Level): void {
  if (left === right) return
  if (left === undefined) return level.add(element, true, everything(type, right))
  if (right === undefined) return level.remove(element, true, everything(type, left))
  const inner = new Level()
  const modified = compareParts(type, left, right, inner)
  level.nest(element, inner.result(), modified)
}

/** Compares the parts of two values that both exist; true when they are leaves that differ. */
function compareParts(type: TypeInfo, left: unknown, right: unknown, level: Level): boolean {
  const [a, b] = [atomOf(type, left), atomOf(type, right)]
  const modified = a !== b && left !== null && right !== null ? compareAs(a, type, left, right, level) : false
  return compareAs(b === Atom.Map && right === null ? a : b, type, left, right, level) || modified
}

function compareAs(atom: Atom, type: TypeInfo, left: unknown, right: unknown, level: Level): boolean {
  if (atom === Atom.Scalar) return !sameLeaf(left, right)
  if (atom === Atom.List) {
    const [l, r] = [asList(left), asList(right)]
    if (!isAssociative(type) || ((l?.length ?? 0) === 0 && (r?.length ?? 0) === 0)) return !sameLeaf(left, right)
    compareItems(type, l ?? [], r ?? [], level)
    return false
  }
  const [l, r] = [asMap(left), asMap(right)]
  if (type.atomic || ((l === undefined || isEmptyMap(l)) && (r === undefined || isEmptyMap(r)))) return !sameLeaf(left, right)
  compareFields(type, l ?? {}, r ?? {}, level)
  return false
}

/** null is no empty map here: upstream keeps them apart. */
const sameLeaf = (a: unknown, b: unknown): boolean => deepEqual(a, b)

function compareFields(type: TypeInfo, left: Json, right: Json, level: Level): void {
  for (const key in left) {
    if (left[key] === right[key]) continue
    const inner = memberType(type, key)
    if (inner !== undefined) compareAt(inner, fieldElement(key), left[key], right[key], level)
  }
  for (const key in right) {
    if (left[key] !== undefined || right[key] === undefined) continue
    const inner = memberType(type, key)
    if (inner !== undefined) compareAt(inner, fieldElement(key), undefined, right[key], level)
  }
}

function compareItems(type: TypeInfo, left: readonly unknown[], right: readonly unknown[], level: Level): void {
  const inner = itemType(type)
  if (inStep(type, left, right)) {
    left.forEach((item, i) => {
      if (item !== right[i]) compareAt(inner, listElement(type, item), item, right[i], level)
    })
    return
  }
  const [l, r] = [byElement(type, left), byElement(type, right)]
  for (const [element, items] of l) compareSame(inner, element, items, r.get(element) ?? NO_ITEMS, level)
  for (const [element, items] of r) if (!l.has(element)) compareSame(inner, element, NO_ITEMS, items, level)
}
const NO_ITEMS: readonly unknown[] = []

function byElement(type: TypeInfo, list: readonly unknown[]): Map<string, unknown[]> {
  const out = new Map<string, unknown[]>()
  for (const item of list) {
    const element = listElement(type, item)
    const known = out.get(element)
    if (known === undefined) out.set(element, [item])
    else known.push(item)
  }
  return out
}

/** Items of one element: repeated ones count as one leaf. */
function compareSame(type: TypeInfo, element: string, left: readonly unknown[], right: readonly unknown[], level: Level): void {
  if (left.length <= 1 && right.length <= 1) compareAt(type, element, left[0], right[0], level)
  else if (left.length >= 2 && right.length >= 2) {
    if (!deepEqual(left, right)) level.modify(element, true, EMPTY)
  } else if (left.length >= 2) {
    if (right.length > 0) level.add(element, true, everything(type, right[0]))
    level.remove(element, true, EMPTY)
  } else {
    if (left.length > 0) level.remove(element, true, everything(type, left[0]))
    level.add(element, true, EMPTY)
  }
}
