/** Makes strategic merge patches: from two documents, or from the last applied, the wanted and the live one as `kubectl apply` does. upstream: apimachinery/pkg/util/strategicpatch */
import { deepEqual } from '../../base/equal'
import { byBytes, goFormat, goTypeName } from './go-format'
import { isMap, type JsonMap, listMeta, mapMeta, PatchError } from './patch-meta'
import { DELETE_FROM_LIST, DIRECTIVE, elementKind, inOrderOf, keyOf, mapOf, mergeMap, RETAIN_KEYS, SET_ELEMENT_ORDER } from './strategic-merge'
import type { TypeInfo } from './type-info'

/** Whether a patch leaves something unchanged that it must not touch. */
export type Precondition = (patch: JsonMap) => boolean

/** upstream: mergepatch.RequireKeyUnchanged */
export const keyUnchanged = (key: string): Precondition => patch => !Object.hasOwn(patch, key)
/** upstream: mergepatch.RequireMetadataKeyUnchanged */
export const metadataKeyUnchanged = (key: string): Precondition => patch => !isMap(patch.metadata) || !Object.hasOwn(patch.metadata, key)

interface DiffOptions {
  readonly changes: boolean
  readonly deletions: boolean
  readonly elementOrder: boolean
  readonly retainKeys: boolean
}

/** The patch that makes `modified` of `original`; empty when they are equal. Throws PatchError. */
export function createTwoWayMergePatch(type: TypeInfo, original: JsonMap, modified: JsonMap, preconditions: readonly Precondition[] = []): JsonMap {
  const patch = diffMaps(type, original, modified, { changes: true, deletions: true, elementOrder: true, retainKeys: false })
  check(patch, preconditions)
  return patch
}

export interface ThreeWayOptions {
  /** False: fail when the live object changed differently what `modified` changes. */
  readonly overwrite: boolean
  readonly preconditions?: readonly Precondition[]
  /** Writes a map as YAML, for the text of a conflict. */
  readonly toYaml?: (value: unknown) => string
}

/**
 * The patch that brings `current` to `modified`: what differs is set, and what `original` (the last applied one) has and `modified`
 * lacks is deleted; what others added stays. Throws PatchError.
 */
export function createThreeWayMergePatch(type: TypeInfo, original: JsonMap, modified: JsonMap, current: JsonMap, options: ThreeWayOptions): JsonMap {
  const delta = diffMaps(type, current, modified, { changes: true, deletions: false, elementOrder: true, retainKeys: false })
  const deletions = diffMaps(type, original, modified, { changes: false, deletions: true, elementOrder: true, retainKeys: false })
  const patch = mergeMap(type, deletions, delta, { applyDirectives: false, dropNulls: false })
  check(patch, options.preconditions ?? [])
  if (!options.overwrite) {
    const changed = diffMaps(type, original, current, { changes: true, deletions: true, elementOrder: false, retainKeys: false })
    if (mapsConflict(type, patch, changed)) {
      const yaml = options.toYaml ?? ((value: unknown) => JSON.stringify(value))
      throw new PatchError(`patch:\n${yaml(patch)}\nconflicts with changes made from original to current:\n${yaml(changed)}\n`, 'conflict')
    }
  }
  return patch
}

function check(patch: JsonMap, preconditions: readonly Precondition[]): void {
  if (!preconditions.every(holds => holds(patch))) throw new PatchError(`precondition failed for: ${goFormat(patch)}`, 'precondition')
}

function diffMaps(type: TypeInfo, original: JsonMap, modified: JsonMap, options: DiffOptions): JsonMap {
  const patch: JsonMap = {}
  const retained: string[] = []
  for (const key of Object.keys(modified)) {
    const after = modified[key]
    if (options.retainKeys && after !== null) retained.push(key)
    if (!Object.hasOwn(original, key)) {
      if (options.changes) patch[key] = after
      continue
    }
    const before = original[key]
    if (key === DIRECTIVE) {
      if (typeof before !== 'string' || typeof after !== 'string') throw new PatchError(`invalid value for special key: ${DIRECTIVE}`)
      if (before !== after) patch[key] = after
    } else if (goTypeName(before) !== goTypeName(after)) {
      if (options.changes) patch[key] = after
    } else if (isMap(before)) diffMapField(type, key, before, after as JsonMap, patch, options)
    else if (Array.isArray(before)) diffListField(type, key, before, after as unknown[], patch, options)
    else if (options.changes && before !== after) patch[key] = after
  }
  if (options.deletions) for (const key of Object.keys(original)) if (!Object.hasOwn(modified, key)) patch[key] = null
  const clears = Object.keys(original).some(key => original[key] !== null && !Object.hasOwn(modified, key))
  if (retained.length > 0 && (Object.keys(patch).length > 0 || clears)) patch[RETAIN_KEYS] = retained.sort(byBytes)
  return patch
}

function diffMapField(type: TypeInfo, key: string, before: JsonMap, after: JsonMap, patch: JsonMap, options: DiffOptions): void {
  const meta = metaUnlessEqual(() => mapMeta(type, key), before, after)
  if (meta === undefined) return
  if (meta.strategy === 'replace') {
    if (options.changes) patch[key] = after
    return
  }
  const inner = diffMaps(meta.type, before, after, { ...options, retainKeys: meta.retainKeys })
  if (Object.keys(inner).length > 0) patch[key] = inner
}

function diffListField(type: TypeInfo, key: string, before: unknown[], after: unknown[], patch: JsonMap, options: DiffOptions): void {
  const meta = metaUnlessEqual(() => listMeta(type, key), before, after)
  if (meta === undefined) return
  if (meta.strategy !== 'merge') {
    if (options.changes && !deepEqual(before, after)) patch[key] = after
    return
  }
  const { items, deletions, order } = diffLists(meta.type, before, after, meta.mergeKey, { ...options, retainKeys: meta.retainKeys })
  if (items.length > 0) patch[key] = items
  if (deletions.length > 0) patch[`${DELETE_FROM_LIST}/${key}`] = deletions
  if (order.length > 0) patch[`${SET_ELEMENT_ORDER}/${key}`] = order
}

/** A field that the type lacks is no matter where nothing changed. */
function metaUnlessEqual<T>(meta: () => T, before: unknown, after: unknown): T | undefined {
  try {
    return meta()
  } catch (error) {
    if (deepEqual(before, after)) return undefined
    throw error
  }
}

interface ListDiff {
  items: unknown[]
  deletions: unknown[]
  order: unknown[]
}

function diffLists(type: TypeInfo, before: unknown[], after: unknown[], mergeKey: string, options: DiffOptions): ListDiff {
  if (before.length === 0) return { items: options.changes ? after : [], deletions: [], order: [] }
  const ofMaps = elementKind([before, after]) === 'map'
  if (!ofMaps) {
    const { added, deleted } = diffScalars(before, after, options)
    const items = inOrderOf(added, after, mergeKey, false)
    // upstream sorts the original in place before it compares it.
    const changed = !deepEqual(sortedScalars(before), after)
    const order = options.elementOrder && ((options.deletions && deleted.length > 0) || (options.changes && changed)) ? after : []
    return { items, deletions: deleted, order }
  }
  const { patches, deletions } = diffListsOfMaps(type, before, after, mergeKey, options)
  const items = [...inOrderOf(patches, after, mergeKey, true), ...deletions]
  const sameOrder = before.length === after.length && after.every((item, i) => keyOf(before[i], mergeKey) === keyOf(item, mergeKey))
  const changed = options.changes && (items.length > 0 || !sameOrder)
  const wantsOrder = options.elementOrder && (changed || (options.deletions && items.length > 0))
  return { items, deletions: [], order: wantsOrder ? after.map(item => ({ [mergeKey]: mapOf(item)[mergeKey] })) : [] }
}

const sortedScalars = (list: readonly unknown[]): unknown[] => [...list].sort((a, b) => byBytes(goFormat(a), goFormat(b)))

/** What one sorted list has and the other lacks, repetitions counted. */
function diffScalars(before: readonly unknown[], after: readonly unknown[], options: DiffOptions): { added: unknown[]; deleted: unknown[] } {
  const [left, right] = [sortedScalars(before), sortedScalars(after)]
  const added: unknown[] = []
  const deleted: unknown[] = []
  let i = 0
  let j = 0
  while (i < left.length || j < right.length) {
    const order = i >= left.length ? 1 : j >= right.length ? -1 : byBytes(goFormat(left[i]), goFormat(right[j]))
    if (order === 0) {
      i++
      j++
    } else if (order > 0) {
      if (options.changes) added.push(right[j])
      j++
    } else {
      if (options.deletions && !deleted.includes(left[i])) deleted.push(left[i])
      i++
    }
  }
  return { added, deleted }
}

function diffListsOfMaps(type: TypeInfo, before: readonly unknown[], after: readonly unknown[], mergeKey: string, options: DiffOptions): { patches: unknown[]; deletions: unknown[] } {
  const byKey = (list: readonly unknown[]): { map: JsonMap; key: unknown; text: string }[] =>
    list.map(item => ({ map: mapOf(item), key: keyOf(item, mergeKey), text: goFormat(mapOf(item)[mergeKey]) })).sort((a, b) => byBytes(a.text, b.text))
  const [left, right] = [byKey(before), byKey(after)]
  const patches: unknown[] = []
  const deletions: unknown[] = []
  let i = 0
  let j = 0
  while (i < left.length || j < right.length) {
    const l = left[i]
    const r = right[j]
    const order = l === undefined ? 1 : r === undefined ? -1 : byBytes(l.text, r.text)
    if (order === 0 && l !== undefined && r !== undefined) {
      const inner = diffMaps(type, l.map, r.map, options)
      if (Object.keys(inner).length > 0) patches.push({ ...inner, [mergeKey]: r.key })
      i++
      j++
    } else if (order > 0) {
      if (options.changes) patches.push(r?.map)
      j++
    } else {
      if (options.deletions) deletions.push({ [mergeKey]: l?.key, [DIRECTIVE]: 'delete' })
      i++
    }
  }
  return { patches, deletions }
}

/** Whether two patches set the same thing differently. */
function mapsConflict(type: TypeInfo, left: JsonMap, right: JsonMap): boolean {
  // Upstream goes through a map in random order and fails at a directive's key, which is no field; fields first finds the conflict.
  const keys = Object.keys(left).filter(key => key !== DIRECTIVE && key !== RETAIN_KEYS && Object.hasOwn(right, key))
  for (const key of [...keys.filter(k => !k.startsWith('$')), ...keys.filter(k => k.startsWith('$'))]) {
    const value = left[key]
    const meta = isMap(value) ? mapMeta(type, key) : Array.isArray(value) ? listMeta(type, key) : undefined
    if (valuesConflict(meta?.type, value, right[key], meta?.strategy ?? '', meta?.mergeKey ?? '')) return true
  }
  return false
}

function valuesConflict(type: TypeInfo | undefined, left: unknown, right: unknown, strategy: string, mergeKey: string): boolean {
  if (isMap(left)) {
    if (!isMap(right)) return true
    if (left[DIRECTIVE] !== right[DIRECTIVE]) return true
    return strategy !== 'replace' && mapsConflict(type as TypeInfo, left, right)
  }
  if (Array.isArray(left)) return !Array.isArray(right) || listsConflict(type as TypeInfo, left, right, strategy, mergeKey)
  return left !== right
}

function listsConflict(type: TypeInfo, left: readonly unknown[], right: readonly unknown[], strategy: string, mergeKey: string): boolean {
  const ofMaps = elementKind([left, right]) === 'map'
  if (strategy === 'merge') {
    if (!ofMaps) return false
    const others = new Map(right.map(item => [goFormat(keyIn(item, mergeKey)), item]))
    return left.some(item => {
      const other = others.get(goFormat(keyIn(item, mergeKey)))
      return other !== undefined && valuesConflict(type, item, other, '', '')
    })
  }
  if (left.length !== right.length) return true
  const [a, b] = ofMaps ? [left, right] : [sortedScalars([...new Set(left)]), sortedScalars([...new Set(right)])]
  return a.some((item, i) => valuesConflict(type, item, b[i], '', ''))
}

function keyIn(item: unknown, mergeKey: string): unknown {
  const map = mapOf(item)
  if (!Object.hasOwn(map, mergeKey)) throw new PatchError(`cannot find merge key \`${mergeKey}\` in merging list element:${goFormat(map)}`)
  return map[mergeKey]
}
