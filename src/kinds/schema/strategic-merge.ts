/**
 * Strategic merge patch: a merge patch that merges lists by key, with directives ($patch, $retainKeys, $setElementOrder,
 * $deleteFromPrimitiveList). Nothing that is given in is changed; what a patch leaves alone is shared with the original.
 * upstream: apimachinery/pkg/util/strategicpatch
 */
import { deepEqual } from '../../base/equal'
import { goFormat, goTypeName } from './go-format'
import { badArgument, badElementOrder, badPatchType, badPrimitiveList, badRetainKeys, goKind, isMap, type JsonMap, listMeta, listOfLists, mapMeta, noMergeKey, PatchError } from './patch-meta'
import type { TypeInfo } from './type-info'

export const DIRECTIVE = '$patch'
export const RETAIN_KEYS = '$retainKeys'
export const DELETE_FROM_LIST = '$deleteFromPrimitiveList'
export const SET_ELEMENT_ORDER = '$setElementOrder'

/** How two maps are merged. The server applies directives; a client that joins two patches keeps them. */
export interface MergeOptions {
  readonly applyDirectives: boolean
  /** Drop nulls of the patch that match nothing. */
  readonly dropNulls: boolean
}

const APPLY: MergeOptions = { applyDirectives: true, dropNulls: true }

/** The object after the patch, `original` itself if the patch changes nothing. Throws PatchError. */
export function applyStrategicMergePatch(type: TypeInfo, original: JsonMap, patch: unknown): JsonMap {
  if (!isMap(patch)) throw new PatchError('invalid JSON document', 'badRequest')
  return mergeMap(type, original, patch, APPLY)
}

/** Merges a patch into a map whose type is `type`. */
export function mergeMap(type: TypeInfo, original: JsonMap, patch: JsonMap, options: MergeOptions): JsonMap {
  if (Object.hasOwn(patch, DIRECTIVE)) return directiveResult(patch)
  const out: JsonMap = { ...original }
  const left: JsonMap = { ...patch }
  applyRetainKeys(out, left, options)
  for (const key of Object.keys(left)) if (key.startsWith(SET_ELEMENT_ORDER)) mergeOrdered(type, out, left, key, options)
  for (const key of Object.keys(left)) mergeKey(type, out, left[key], key, options)
  return sameMap(out, original) ? original : out
}

function sameMap(a: JsonMap, b: JsonMap): boolean {
  let count = 0
  for (const key in a) {
    if (a[key] !== b[key] || !Object.hasOwn(b, key)) return false
    count++
  }
  for (const _ in b) count--
  return count === 0
}

/** `$patch: replace` takes the rest of the patch as it is; `$patch: delete` empties the map. */
function directiveResult(patch: JsonMap): JsonMap {
  const { [DIRECTIVE]: directive, ...rest } = patch
  if (directive === 'replace') return rest
  if (directive === 'delete') return {}
  throw badPatchType(directive, patch)
}

/** $retainKeys names all the keys that may stay. */
function applyRetainKeys(out: JsonMap, patch: JsonMap, options: MergeOptions): void {
  if (!Object.hasOwn(patch, RETAIN_KEYS)) return
  const retained = patch[RETAIN_KEYS]
  delete patch[RETAIN_KEYS]
  if (!options.applyDirectives) {
    const other = out[RETAIN_KEYS]
    if (Object.hasOwn(out, RETAIN_KEYS) && !deepEqual(other, retained)) {
      throw new PatchError(`${goFormat(other)} and ${goFormat(retained)} are not deep equal: this may happen when calculating the 3-way diff patch`)
    }
    out[RETAIN_KEYS] = retained
    return
  }
  if (!Array.isArray(retained)) throw badRetainKeys()
  const keep = new Set<unknown>(retained)
  for (const key of Object.keys(patch)) {
    if (patch[key] === null || key.startsWith(DELETE_FROM_LIST) || key.startsWith(SET_ELEMENT_ORDER)) continue
    if (!keep.has(key)) throw badRetainKeys()
  }
  for (const key of Object.keys(out)) if (!keep.has(key)) delete out[key]
}

function mergeKey(type: TypeInfo, out: JsonMap, value: unknown, patchKey: string, options: MergeOptions): void {
  let key = patchKey
  const deletes = patchKey.startsWith(DELETE_FROM_LIST)
  if (deletes) {
    if (!options.applyDirectives) {
      out[patchKey] = value
      return
    }
    key = keyAfter(patchKey, DELETE_FROM_LIST)
  }
  if (value === null) {
    delete out[key]
    if (options.dropNulls) return
  }
  const current = out[key]
  const missing = !Object.hasOwn(out, key)
  if (missing || goTypeName(current) !== goTypeName(value) || !(isMap(value) || Array.isArray(value))) {
    if (deletes && (missing || goTypeName(current) !== goTypeName(value))) return
    put(out, key, withoutDirectives(options.dropNulls ? withoutNulls(value) : value))
    return
  }
  if (isMap(value)) {
    const meta = mapMeta(type, key)
    out[key] = meta.strategy === 'replace' ? shared(current, value) : mergeMap(meta.type, current as JsonMap, value, options)
  } else {
    const meta = listMeta(type, key)
    const merges = meta.strategy === 'merge' || deletes
    out[key] = shared(current, merges ? mergeList(meta.type, current as unknown[], value as unknown[], meta.mergeKey, options, deletes) : value)
  }
}

/** Stands for a value that a directive took away. */
export const GONE = Symbol('gone')

function put(out: JsonMap, key: string, value: unknown): void {
  if (value === GONE) delete out[key]
  else if (!deepEqual(out[key], value) || !Object.hasOwn(out, key)) out[key] = value
}

/** The current value where it equals the next, so that what did not change stays the same object. */
const shared = <T>(current: unknown, next: T): T => (deepEqual(current, next) ? (current as T) : next)

/** The field that a directive's key names: what follows `$setElementOrder/`. */
export function keyAfter(key: string, prefix: string): string {
  const slash = key.indexOf('/')
  if (slash < 0 || key.slice(0, slash) !== prefix) throw prefix === DELETE_FROM_LIST ? badPrimitiveList() : badElementOrder()
  return key.slice(slash + 1)
}

/** A value without the maps that carry a $patch directive; GONE if it is one itself. */
export function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter(v => v !== GONE)
  if (!isMap(value)) return value
  if (Object.hasOwn(value, DIRECTIVE)) return GONE
  const out: JsonMap = {}
  for (const key of Object.keys(value)) {
    const kept = withoutDirectives(value[key])
    if (kept !== GONE) out[key] = kept
  }
  return out
}

/** A value without the null fields of its maps. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (!isMap(value)) return value
  const out: JsonMap = {}
  for (const key of Object.keys(value)) if (value[key] !== null) out[key] = withoutNulls(value[key])
  return out
}

/** A list with a $setElementOrder beside it: merges and orders it at once, and takes both out of the patch. */
function mergeOrdered(type: TypeInfo, out: JsonMap, patch: JsonMap, orderKey: string, options: MergeOptions): void {
  const order = patch[orderKey]
  if (!options.applyDirectives) {
    if (Object.hasOwn(out, orderKey) && !deepEqual(out[orderKey], order)) throw badElementOrder()
    out[orderKey] = order
  }
  delete patch[orderKey]
  if (!Array.isArray(order)) throw badArgument('[]interface {}', order)
  const key = keyAfter(orderKey, SET_ELEMENT_ORDER)
  const hasCurrent = Object.hasOwn(out, key)
  const hasPatch = Object.hasOwn(patch, key)
  const current = hasCurrent ? listOf(out[key]) : []
  const patched = hasPatch ? listOf(patch[key]) : []
  const meta = listMeta(type, key)
  checkOrder(patched, order, meta.mergeKey)
  if (!hasCurrent && !hasPatch) return
  let merged: unknown[]
  if (!hasPatch) merged = current
  else if (!hasCurrent) merged = withoutDirectives(patched) as unknown[]
  else merged = meta.strategy === 'merge' ? mergeList(meta.type, current, patched, meta.mergeKey, options, false) : patched
  const [inOrder, others] = partition(merged, order, meta.mergeKey)
  const ofMaps = elementKind([current, patched]) === 'map'
  const serverOrder = ofMaps && hasCurrent && hasPatch && meta.strategy === 'merge' ? orderAfterDeletions(current, patched, meta.mergeKey) : current
  out[key] = shared(out[key], interleave(inOrder, others, order, serverOrder, meta.mergeKey, ofMaps))
  delete patch[key]
}

/**
 * The live order by which the server's own items are put in. Upstream deletes from the live list in place and appends into the room
 * that this leaves, so that a new item counts as live for each deleted one; items before it stay before it.
 */
function orderAfterDeletions(current: unknown[], patched: unknown[], mergeKey: string): unknown[] {
  const [remaining, items] = applyItemDirectives(current, patched, mergeKey)
  const room = current.length - remaining.length
  if (room <= 0) return current
  const added = items.filter(item => !remaining.some((other, i) => matches(other, i, mergeKey, keyOf(item, mergeKey))))
  return [...remaining, ...added.slice(0, room)]
}

function listOf(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw badArgument('[]interface {}', value)
  return value as unknown[]
}

/** The items of the patch must follow the order that is asked for. */
function checkOrder(patch: readonly unknown[], order: readonly unknown[], mergeKey: string): void {
  if (order.length === 0 || patch.length === 0) return
  const items = mergeKey === '' ? patch : patch.filter(item => mapOf(item)[DIRECTIVE] !== 'delete')
  let i = 0
  let j = 0
  while (i < items.length && j < order.length) {
    if (isMap(items[i]) && Object.hasOwn(items[i] as JsonMap, DIRECTIVE)) {
      i++
      continue
    }
    if (mergeKey === '' ? items[i] === order[j] : keyOf(items[i], mergeKey) === keyOf(order[j], mergeKey)) i++
    j++
  }
  if (i < items.length && j >= order.length) {
    throw new PatchError(`The order in patch list:\n${goFormat(patch)}\n doesn't match ${SET_ELEMENT_ORDER} list:\n${goFormat(order)}\n`)
  }
}

export function mapOf(item: unknown): JsonMap {
  if (!isMap(item)) throw badArgument('map[string]interface {}', item)
  return item
}

export function keyOf(item: unknown, mergeKey: string): unknown {
  const map = mapOf(item)
  if (!Object.hasOwn(map, mergeKey)) throw noMergeKey(map, mergeKey)
  return map[mergeKey]
}

/** Merges two lists whose strategy is merge, or deletes from a list of scalars. */
function mergeList(type: TypeInfo, original: unknown[], patch: unknown[], mergeKey: string, options: MergeOptions, deletes: boolean): unknown[] {
  if (original.length === 0 && patch.length === 0) return original
  const ofMaps = elementKind([original, patch]) === 'map'
  let current: unknown[] = original
  let items: unknown[] = patch
  let merged: unknown[]
  if (!ofMaps) {
    if (options.applyDirectives && deletes) {
      const gone = new Set(patch)
      return original.filter(item => !gone.has(item))
    }
    merged = [...new Set([...original, ...patch])]
  } else {
    if (mergeKey === '') throw new PatchError(`cannot merge lists without merge key for ${goKind(type)}`)
    ;[current, items] = applyItemDirectives(original, patch, mergeKey)
    merged = mergeItems(type, current, items, mergeKey, options)
  }
  const [inPatch, serverOnly] = partition(merged, items, mergeKey)
  return interleave(inPatch, serverOnly, items, current, mergeKey, ofMaps)
}

/** `$patch: delete` items take theirs out of the list; a `$patch: replace` item makes the patch the whole list. */
function applyItemDirectives(original: unknown[], patch: unknown[], mergeKey: string): [unknown[], unknown[]] {
  const items: unknown[] = []
  let current = original
  let replace = false
  for (const item of patch) {
    const map = item as JsonMap
    if (!Object.hasOwn(map, DIRECTIVE)) items.push(item)
    else if (map[DIRECTIVE] === 'delete') {
      const key = keyOf(map, mergeKey)
      current = current.filter((other, i) => !matches(other, i, mergeKey, key))
    } else if (map[DIRECTIVE] === 'replace') replace = true
    else if (map[DIRECTIVE] === 'merge') throw new PatchError('merging lists cannot yet be specified in the patch')
    else throw badPatchType(map[DIRECTIVE], map)
  }
  return replace ? [items, []] : [current, items]
}

function matches(item: unknown, i: number, mergeKey: string, key: unknown): boolean {
  if (!isMap(item)) throw new PatchError(`value for key ${i} is not a map`)
  return Object.hasOwn(item, mergeKey) && item[mergeKey] === key
}

function mergeItems(type: TypeInfo, original: unknown[], patch: unknown[], mergeKey: string, options: MergeOptions): unknown[] {
  const out = [...original]
  for (const item of patch) {
    const key = keyOf(item, mergeKey)
    const at = out.findIndex((other, i) => matches(other, i, mergeKey, key))
    if (at < 0) out.push(item)
    else out[at] = mergeMap(type, out[at] as JsonMap, item as JsonMap, options)
  }
  return out
}

/** Splits a list into the items that `by` names and the others. */
function partition(items: readonly unknown[], by: readonly unknown[], mergeKey: string): [unknown[], unknown[]] {
  const named: unknown[] = []
  const others: unknown[] = []
  if (mergeKey === '') {
    const set = new Set(by)
    for (const item of items) (set.has(item) ? named : others).push(item)
    return [named, others]
  }
  for (const item of items) {
    const key = keyOf(item, mergeKey)
    const found = by.some((other, i) => matches(other, i, mergeKey, key))
    ;(found ? named : others).push(item)
  }
  return [named, others]
}

/** The items of the patch in their order, with what only the server has put in by the order that it had there. */
function interleave(patch: unknown[], serverOnly: unknown[], patchOrder: readonly unknown[], serverOrder: readonly unknown[], mergeKey: string, ofMaps: boolean): unknown[] {
  const right = inOrderOf(patch, patchOrder, mergeKey, ofMaps)
  const left = inOrderOf(serverOnly, serverOrder, mergeKey, ofMaps)
  const out: unknown[] = []
  let i = 0
  let j = 0
  while (i < left.length || j < right.length) {
    if (i >= left.length) out.push(right[j++])
    else if (j >= right.length) out.push(left[i++])
    else {
      const l = indexIn(serverOrder, left[i], mergeKey, ofMaps)
      const r = indexIn(serverOrder, right[j], mergeKey, ofMaps)
      out.push(l >= 0 && r >= 0 && l < r ? left[i++] : right[j++])
    }
  }
  return out
}

function indexIn(list: readonly unknown[], item: unknown, mergeKey: string, ofMaps: boolean): number {
  const value = (v: unknown): unknown => (!ofMaps ? v : isMap(v) ? (v[mergeKey] ?? null) : null)
  const wanted = value(item)
  return list.findIndex(other => value(other) === wanted)
}

/** Sorts by the place in `order`, deletions last. An item that `order` lacks goes before its neighbours, as upstream's comparison has it. */
export function inOrderOf(items: readonly unknown[], order: readonly unknown[], mergeKey: string, ofMaps: boolean): unknown[] {
  if (ofMaps) for (const item of [...items, ...order]) keyOf(item, mergeKey)
  const isDeletion = (item: unknown): boolean => ofMaps && (item as JsonMap)[DIRECTIVE] === 'delete'
  const kept = items.filter(item => !isDeletion(item)).map(item => ({ item, at: indexIn(order, item, mergeKey, ofMaps) }))
  // An insertion sort: the comparison is no order when something is missing, and this is what upstream's sort does with it.
  for (let i = 1; i < kept.length; i++) {
    for (let j = i; j > 0; j--) {
      const [a, b] = [kept[j], kept[j - 1]] as [{ item: unknown; at: number }, { item: unknown; at: number }]
      if (a.at >= 0 && b.at >= 0 && a.at >= b.at) break
      kept[j] = b
      kept[j - 1] = a
    }
  }
  return [...kept.map(k => k.item), ...items.filter(isDeletion)]
}

/** What the items of lists are, all of one type; throws when they are not, and for lists of lists. */
export function elementKind(lists: readonly (readonly unknown[])[]): 'map' | 'scalar' {
  let found: string | undefined
  for (const list of lists) {
    for (const item of list) {
      const name = goTypeName(item)
      if (name === '[]interface {}') throw found === undefined ? listOfLists() : mixedTypes(lists)
      if (found !== undefined && found !== name) throw mixedTypes(lists)
      found = name
    }
  }
  if (found === undefined) throw new PatchError('no elements in any of the given slices')
  return found === 'map[string]interface {}' ? 'map' : 'scalar'
}
const mixedTypes = (lists: readonly (readonly unknown[])[]): PatchError => new PatchError(`list element types are not identical: ${goFormat(lists)}`)
