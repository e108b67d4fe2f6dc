/** Server-side apply: merging a configuration into an object, taking out what its manager gave up, and the conflicts with others. upstream: structured-merge-diff/merge */
import { deepEqual } from '../../../base/equal'
import type { TypeInfo } from '../type-info'
import { compare, setOf } from './compare'
import { EMPTY, type FieldSet } from './field-set'
import { mergeTyped, removeItems, withNamedFields } from './merge'

type Json = Record<string, unknown>

/** What a manager owns, in which version of the API. */
export interface Owned {
  readonly apiVersion: string
  readonly applied: boolean
  readonly set: FieldSet
}

/** Fields that somebody else owns and the configuration would change. */
export interface OwnerConflict {
  /** The owner's id. */
  readonly owner: string
  readonly set: FieldSet
}

export interface ApplyInput {
  readonly type: TypeInfo
  readonly live: Json
  readonly config: Json
  readonly apiVersion: string
  /** By an id of the manager; the applying one is `manager`. */
  readonly owners: ReadonlyMap<string, Owned>
  readonly manager: string
  readonly force: boolean
  /** Fields that this resource or subresource resets, which an apply therefore never owns. */
  readonly reset: FieldSet
}

export interface Applied {
  /** The merged object before defaults; `live` itself when nothing changes. */
  readonly object: Json
  readonly owners: ReadonlyMap<string, Owned>
}

/** Applies, or says with what it conflicts (sorted by owner). Throws ElementError. */
export function applyTyped(input: ApplyInput): Applied | { readonly conflicts: readonly OwnerConflict[] } {
  const { type, live, config, apiVersion, manager, reset } = input
  const merged = mergeTyped(type, live, config) as Json
  const owners = new Map(input.owners)
  const last = owners.get(manager)
  const set = setOf(type, config).without(reset)
  owners.set(manager, { apiVersion, applied: true, set })
  const object = prune(type, merged, owners, last, set)
  const conflicts = takeOver({ type, previous: live, next: object, owners, self: manager, force: input.force, reset })
  if (conflicts.length > 0) return { conflicts }
  return { object: deepEqual(object, live) ? live : object, owners }
}

/** Takes out what the manager applied before and does not now, unless somebody else has it. */
function prune(type: TypeInfo, merged: Json, owners: ReadonlyMap<string, Owned>, last: Owned | undefined, now: FieldSet): Json {
  if (last === undefined || last.set.isEmpty) return merged
  // Nothing was given up: all of it, and so what holds it, would be put back.
  if (last.set.difference(now).isEmpty) return merged
  const lastNamed = withNamedFields(type, last.set)
  let pruned = removeItems(type, merged, lastNamed)
  let managed = EMPTY
  for (const owned of owners.values()) managed = managed.union(owned.set)
  // What others (or the new configuration) own goes back in, and so does what the manager never owned.
  const mergedNamed = withNamedFields(type, setOf(type, merged))
  const named = (value: unknown): FieldSet => withNamedFields(type, setOf(type, value))
  pruned = removeItems(type, merged, mergedNamed.difference(named(pruned).union(withNamedFields(type, managed))))
  return removeItems(type, merged, mergedNamed.difference(named(pruned)).intersection(lastNamed)) as Json
}

export interface Change {
  readonly type: TypeInfo
  readonly previous: unknown
  readonly next: unknown
  /** Changed in place. */
  readonly owners: Map<string, Owned>
  readonly self: string
  readonly force: boolean
  readonly reset: FieldSet
}

/** Takes what changed away from the owners besides `self`; without `force`, changes nothing and returns the conflicts. upstream: Updater.update */
function takeOver({ type, previous, next, owners, self, force, reset }: Change): OwnerConflict[] {
  const difference = compare(type, previous, next)
  const changed = difference.modified.union(difference.added).without(reset)
  const removed = difference.removed.without(reset)
  const lost: OwnerConflict[] = []
  for (const [owner, { set }] of owners) {
    if (owner === self) continue
    const taken = set.intersection(changed)
    if (!taken.isEmpty) lost.push({ owner, set: taken })
  }
  if (!force && lost.length > 0) {
    return lost.sort((a, b) => (a.owner < b.owner ? -1 : 1))
  }
  const taken = new Map(lost.map(({ owner, set }) => [owner, set]))
  for (const [owner, owned] of owners) {
    let { set } = owned
    if (owner !== self) set = set.difference(taken.get(owner) ?? EMPTY).difference(removed)
    if (set.isEmpty) owners.delete(owner)
    else if (set !== owned.set) owners.set(owner, { ...owned, set })
  }
  return []
}
