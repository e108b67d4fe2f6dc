/** Who owns which fields after a create, an update or a patch. upstream: apimachinery/pkg/util/managedfields/internal, structured-merge-diff/merge */
import { byBytes } from '../go-format'
import type { TypeInfo } from '../type-info'
import { zeroOf } from '../zero'
import { changeTexts, type ChangeTexts, NO_CHANGE } from './change-text'
import { identityOf, type ManagedEntries, type ManagedEntry, NO_ENTRIES, sortedEntries } from './entries'
import { fieldSetOfText } from './field-set'
import { NO_RESET, type ResetFields } from './reset-fields'
import { fieldsV1TextOf } from './text'

type Json = Record<string, unknown>

/** Who writes. */
export interface Writer {
  /** The field manager's name; '' is `unknown`. */
  readonly manager: string
  readonly apiVersion: string
  /** '' for the resource itself. */
  readonly subresource: string
  /** RFC 3339, whole seconds. */
  readonly time: string
  readonly reset?: ResetFields
}

export interface UpdateInput extends Writer {
  readonly type: TypeInfo
  /** From `startingEntries`. */
  readonly entries: ManagedEntries
  /** The stored object, or undefined when it is created. */
  readonly previous: Json | undefined
  /** The object that will be stored, metadata.managedFields apart. */
  readonly next: Json
  /** Entries in other versions of the API compare the objects in theirs; undefined when the version is no longer served. Without it the paths count as the same. */
  readonly inVersion?: (apiVersion: string) => { type: TypeInfo; previous: Json; next: Json } | undefined
}

const MAX_UPDATE_MANAGERS = 10
const ANCIENT = 'ancient-changes'

/**
 * The entries after a write that is no apply: what it changes belongs to its writer from now on, to nobody else, and what it
 * removes to nobody. Returns `entries` itself when it changes nothing that anybody can own. Throws ElementError.
 */
export function updateManagers(input: UpdateInput): ManagedEntries {
  const { type, entries, previous, next, reset = NO_RESET } = input
  // An object whose ownership was never tracked, or was reset, stays so until the next apply.
  if (previous !== undefined && entries.length === 0) return NO_ENTRIES
  if (previous === undefined && entries.length === 0) {
    const fieldsV1 = fieldsV1TextOf(type, next, reset)
    return fieldsV1 === '{}' ? NO_ENTRIES : [{ ...selfOf(input), time: input.time, fieldsV1 }]
  }
  return managersAfter(input, changeTexts(type, previous ?? zeroOf(type), next, reset))
}

/** The entries after an update of a tracked object that changes this. Returns `entries` itself when they stay as they are. */
export function managersAfter(input: UpdateInput, change: ChangeTexts): ManagedEntries {
  const { entries } = input
  if (change === NO_CHANGE) return entries
  const self = selfOf(input)
  const outcome = ownership(entries, self, change, versionChanges(input))
  const out: ManagedEntry[] = []
  let changed = outcome.self !== undefined
  entries.forEach((entry, i) => {
    const text = outcome.others[i] as string
    if (text !== entry.fieldsV1) changed = true
    if (text !== '' && i !== outcome.selfAt) out.push(text === entry.fieldsV1 ? entry : { ...entry, fieldsV1: text })
  })
  if (!changed) return entries
  if (outcome.self !== undefined) out.push({ ...self, time: input.time, fieldsV1: outcome.self })
  return sortedEntries(capped(out))
}

type Self = Omit<ManagedEntry, 'time' | 'fieldsV1'>
const selfOf = ({ manager, apiVersion, subresource }: Writer): Self => ({ manager: manager === '' ? 'unknown' : manager, operation: 'Update', apiVersion, subresource })

/** The change as entries of other versions see it; null for a version that is gone. */
function versionChanges({ entries, apiVersion, inVersion, reset = NO_RESET }: UpdateInput): ReadonlyMap<string, ChangeTexts | null> | undefined {
  if (inVersion === undefined || entries.every(entry => entry.apiVersion === apiVersion)) return undefined
  const out = new Map<string, ChangeTexts | null>()
  for (const entry of entries) {
    if (entry.apiVersion === apiVersion || out.has(entry.apiVersion)) continue
    const view = inVersion(entry.apiVersion)
    out.set(entry.apiVersion, view === undefined ? null : changeTexts(view.type, view.previous, view.next, reset))
  }
  return out
}

interface Ownership {
  /** What each entry owns afterwards, '' for nothing. */
  readonly others: readonly string[]
  /** What the writer owns; undefined when it changed nothing. */
  readonly self: string | undefined
  /** The writer's own entry among the others, or -1. */
  readonly selfAt: number
}

function ownership(entries: ManagedEntries, self: Self, change: ChangeTexts, versions: ReadonlyMap<string, ChangeTexts | null> | undefined): Ownership {
  const selfId = identityOf(self)
  const others: string[] = []
  let selfAt = -1
  let own = fieldSetOfText(change.changed)
  const changesAnything = !own.isEmpty
  entries.forEach((entry, i) => {
    const seen = versions?.get(entry.apiVersion)
    let kept = ''
    if (seen !== null) {
      const set = fieldSetOfText(entry.fieldsV1)
      const { changed, removed } = seen ?? change
      const left = set.difference(fieldSetOfText(changed)).difference(fieldSetOfText(removed))
      kept = left.isEmpty ? '' : left.toText()
      if (identityOf(entry) === selfId) {
        if (changesAnything) {
          selfAt = i
          own = own.union(left)
        }
      }
    }
    others.push(kept)
  })
  return { others, self: changesAnything ? own.toText() : undefined, selfAt }
}

/** At most ten entries of updates: the oldest of a version join in one. upstream: capmanagers.go */
function capped(entries: ManagedEntry[]): ManagedEntry[] {
  const updates = entries.filter(entry => entry.operation === 'Update')
  if (updates.length <= MAX_UPDATE_MANAGERS) return entries
  const out = new Map(entries.map(entry => [identityOf(entry), entry]))
  const oldest = updates.sort((a, b) => byBytes(a.time ?? '', b.time ?? '') || byBytes(identityOf(a), identityOf(b)))
  const firsts = new Map<string, string>()
  let count = updates.length
  for (const entry of oldest) {
    if (count <= MAX_UPDATE_MANAGERS) break
    const bucket = { manager: ANCIENT, operation: 'Update', apiVersion: entry.apiVersion, subresource: '' } as const
    const bucketId = identityOf(bucket)
    const first = firsts.get(entry.apiVersion)
    if (first === undefined) {
      firsts.set(entry.apiVersion, identityOf(entry))
      continue
    }
    const joined = out.get(bucketId) ?? out.get(first)
    if (!out.has(bucketId)) out.delete(first)
    const fieldsV1 = fieldSetOfText(entry.fieldsV1).union(fieldSetOfText(joined?.fieldsV1 ?? '{}')).toText()
    out.set(bucketId, { ...bucket, time: entry.time, fieldsV1 })
    out.delete(identityOf(entry))
    count--
  }
  return [...out.values()]
}
