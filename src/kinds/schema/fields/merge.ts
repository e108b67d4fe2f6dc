/** Merging and cutting objects by schema. Nothing given in is changed; what stays the same is shared. upstream: structured-merge-diff/typed merge.go, remove.go */
import { deepEqual } from '../../../base/equal'
import type { TypeInfo } from '../type-info'
import { asList, asMap, Atom, atomOf, isAssociative, isEmptyMap, itemType, memberType } from './atoms'
import { EMPTY, type FieldNode, type FieldSet, setOfNodes } from './field-set'
import { fieldElement, inStep, listElement } from './path-element'

type Json = Record<string, unknown>

/** `live` with everything that `config` says; lists of sets and maps are merged, in the order of `config` where it changes them. Throws ElementError. */
export function mergeTyped(type: TypeInfo, live: unknown, config: unknown): unknown {
  if (config === undefined || live === config) return live
  if (live === undefined) return merged(type, undefined, config)
  return merged(type, live, config)
}

function merged(type: TypeInfo, live: unknown, config: unknown): unknown {
  const atom = config === null ? atomOf(type, live) : atomOf(type, config)
  if (atom === Atom.Scalar) return config
  if (atom === Atom.List) {
    const [l, r] = [asList(live), asList(config)]
    if (!isAssociative(type) || ((l?.length ?? 0) === 0 && (r?.length ?? 0) === 0)) return leaf(live, config)
    return mergeItems(type, l ?? [], r ?? [])
  }
  const [l, r] = [asMap(live), asMap(config)]
  if (type.atomic || ((l === undefined || isEmptyMap(l)) && (r === undefined || isEmptyMap(r)))) return leaf(live, config)
  return mergeFields(type, l ?? {}, r ?? {})
}

const leaf = (live: unknown, config: unknown): unknown => (deepEqual(live, config) ? live : config)

function mergeFields(type: TypeInfo, live: Json, config: Json): Json {
  let out: Json | undefined
  for (const key in config) {
    if (config[key] === undefined) continue
    const inner = memberType(type, key)
    if (inner === undefined) continue
    const value = mergeTyped(inner, live[key], config[key])
    if (value === live[key]) continue
    out ??= { ...live }
    out[key] = value
  }
  return out ?? live
}

/** upstream: visitListItems. The items of `config` keep their order; those that only `live` has stay near their neighbours. */
function mergeItems(type: TypeInfo, live: readonly unknown[], config: readonly unknown[]): readonly unknown[] {
  const inner = itemType(type)
  if (inStep(type, live, config)) {
    const items = live.map((item, i) => mergeTyped(inner, item, config[i]))
    return items.every((item, i) => item === live[i]) ? live : items
  }
  const left = live.map(item => listElement(type, item))
  const right = config.map(item => listElement(type, item))
  const liveItems = new Map<string, unknown>()
  // Of an element that occurs twice none is merged with.
  left.forEach((element, i) => liveItems.set(element, liveItems.has(element) ? null : live[i]))
  const configItems = new Map(right.map((element, i) => [element, config[i]]))
  const shared = right.filter(element => liveItems.has(element))
  let nextShared = shared.shift()
  const done = new Set<string>()
  const out: unknown[] = []
  const take = (element: string): void => {
    done.add(element)
    const item = liveItems.get(element)
    out.push(mergeTyped(inner, item ?? undefined, configItems.get(element)))
  }
  for (let i = 0, j = 0; i < left.length || j < right.length; ) {
    const l = left[i]
    const r = right[j]
    if (l !== undefined && r !== undefined) {
      if (l === r) {
        take(l)
        i++
        j++
        nextShared = shared.shift()
        continue
      }
      if (configItems.has(l) && nextShared !== undefined && nextShared !== l) {
        i++
        continue
      }
    }
    if (l !== undefined) {
      if (!configItems.has(l)) {
        out.push(live[i])
        i++
        continue
      }
      if (done.has(l)) i++
    }
    if (r !== undefined) {
      take(r)
      j++
      if (nextShared === r) nextShared = shared.shift()
    }
  }
  return out.length === live.length && out.every((item, i) => item === live[i]) ? live : out
}

/** `value` without the members of `set`. What loses all its parts becomes null. */
export function removeItems(type: TypeInfo, value: unknown, set: FieldSet): unknown {
  if (set.isEmpty) return value
  const atom = atomOf(type, value)
  if (atom === Atom.Scalar) return value
  if (atom === Atom.List) {
    const list = asList(value)
    if (list === undefined || list.length === 0 || !isAssociative(type)) return null
    const out: unknown[] = []
    for (const item of list) {
      const found = set.find(listElement(type, item))
      if (found?.member === true) continue
      out.push(found === undefined ? item : removeItems(itemType(type), item, found.below))
    }
    return out.length > 0 ? out : null
  }
  const map = asMap(value)
  if (map === undefined || isEmptyMap(map) || type.atomic) return null
  const out: Json = {}
  for (const key in map) {
    const found = set.find(fieldElement(key))
    if (found === undefined) out[key] = map[key]
    else if (!found.member) out[key] = removeItems(memberType(type, key) as TypeInfo, map[key], found.below)
  }
  return isEmptyMap(out) ? null : out
}

/** The set with every named field of a struct that has paths below it. upstream: Set.EnsureNamedFieldsAreMembers */
export function withNamedFields(type: TypeInfo | undefined, set: FieldSet): FieldSet {
  if (set.isEmpty) return EMPTY
  let changed = false
  const nodes = set.nodes.map((node): FieldNode => {
    const kind = node.element[0]
    const name = node.element.slice(2)
    const named = kind === 'f' && type !== undefined && type.fields.has(name)
    const inner = type === undefined ? undefined : kind === 'f' ? memberType(type, name) : kind === 'k' ? itemType(type) : undefined
    const below = withNamedFields(inner, node.below)
    const member = node.member || (named && !node.below.isEmpty)
    if (below === node.below && member === node.member) return node
    changed = true
    return { element: node.element, member, below }
  })
  return changed ? setOfNodes(nodes) : set
}

