/** JSON merge patches (RFC 7386): applied, made from two documents, and made three-way as `kubectl apply` needs for custom resources. upstream: gopkg.in/evanphx/json-patch.v4 merge.go, apimachinery/pkg/util/jsonmergepatch */
import { goValue } from './go-text'
import { deepEqual } from './equal'

export type JsonObject = Readonly<Record<string, unknown>>

/** The user's change and somebody's later change hit the same field; the message's two patches are for the caller to print (as YAML). */
export class MergePatchConflict extends Error {
  constructor(
    readonly patch: JsonObject,
    readonly deletions: JsonObject,
  ) {
    super('the patch conflicts with changes made from original to current')
    this.name = 'MergePatchConflict'
  }
}

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The document with the patch merged in: null deletes, lists are replaced whole. Neither argument changes. */
export function applyMergePatch(document: JsonObject, patch: JsonObject): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...document }
  for (const key in patch) {
    const value = patch[key]
    if (value === undefined) continue
    const current = merged[key]
    if (value === null) delete merged[key]
    else if (isObject(current)) merged[key] = isObject(value) ? applyMergePatch(current, value) : value
    else merged[key] = withoutNulls(value)
  }
  return merged
}

/** Nulls of maps dropped at any depth; those in lists stay. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (!isObject(value)) return value
  const kept: Record<string, unknown> = {}
  for (const key in value) if (value[key] !== null && value[key] !== undefined) kept[key] = withoutNulls(value[key])
  return kept
}

/** The merge patch that leads from one document to another. */
export function createMergePatch(original: JsonObject, modified: JsonObject): Record<string, unknown> {
  const patch: Record<string, unknown> = {}
  for (const key in modified) {
    const [before, after] = [original[key], modified[key]]
    if (after === undefined) continue
    if (isObject(before) && isObject(after)) {
      const inner = createMergePatch(before, after)
      if (Object.keys(inner).length > 0) patch[key] = inner
    } else if (before === undefined || !deepEqual(before, after)) patch[key] = after
  }
  for (const key in original) if (original[key] !== undefined && modified[key] === undefined) patch[key] = null
  return patch
}

/**
 * What leads from `current` to `modified`, deleting only what `original` (the last applied) had and `modified` no longer has.
 * Throws MergePatchConflict, and an Error when one of the preconditions says no of the patch.
 */
export function createThreeWayMergePatch(original: JsonObject, modified: JsonObject, current: JsonObject, preconditions: readonly ((patch: JsonObject) => boolean)[] = []): Record<string, unknown> {
  const changes = filterNulls(createMergePatch(current, modified), false)
  const deletions = filterNulls(createMergePatch(original, modified), true)
  if (conflicts(changes, deletions)) throw new MergePatchConflict(changes, deletions)
  const patch = applyMergePatch(deletions, changes)
  if (!preconditions.every(holds => holds(patch))) throw new Error(`precondition failed for: ${goValue(patch)}`)
  return patch
}

/** Only the nulls of a patch, or all but them. A map that was given empty is a value, not an empty patch. */
function filterNulls(patch: JsonObject, keepNulls: boolean): Record<string, unknown> {
  const kept: Record<string, unknown> = {}
  for (const key in patch) {
    const value = patch[key]
    if (value === null) {
      if (keepNulls) kept[key] = null
    } else if (isObject(value) && Object.keys(value).length > 0) {
      const inner = filterNulls(value, keepNulls)
      if (Object.keys(inner).length > 0) kept[key] = inner
    } else if (!keepNulls) kept[key] = value
  }
  return kept
}

/** Whether two patches set the same field to different values. upstream: mergepatch.HasConflicts */
export function conflicts(left: unknown, right: unknown): boolean {
  if (isObject(left)) {
    if (!isObject(right)) return true
    for (const key in left) if (right[key] !== undefined && conflicts(left[key], right[key])) return true
    return false
  }
  if (Array.isArray(left)) return !Array.isArray(right) || left.length !== right.length || left.some((v, i) => conflicts(v, right[i]))
  return left !== right
}

/** A precondition: the patch must not touch this key of the metadata. */
export const metadataKeyUnchanged = (key: string) => (patch: JsonObject): boolean => !isObject(patch.metadata) || patch.metadata[key] === undefined
/** A precondition: the patch must not touch this key. */
export const keyUnchanged = (key: string) => (patch: JsonObject): boolean => patch[key] === undefined
