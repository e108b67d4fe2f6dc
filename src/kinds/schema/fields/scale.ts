/** managedFields of a resource as its scale subresource shows them, and back. upstream: apimachinery/pkg/util/managedfields/scalehandler.go */
import { identityOf, type ManagedEntries, type ManagedEntry, sortedEntries } from './entries'
import { fieldSetOfText, setOfPaths } from './field-set'

const SCALE_VERSION = 'autoscaling/v1'
const SCALE_REPLICAS = ['f:spec', 'f:replicas']
const SCALE_TEXT = setOfPaths([SCALE_REPLICAS]).toText()

/** Where each served version of the resource keeps its replicas, as elements (`['f:spec', 'f:replicas']`); undefined when it has no scale. */
export type ReplicasPaths = Readonly<Record<string, readonly string[] | undefined>>

/** The entries of those who own the replicas, as entries of a Scale. */
export function toScaleEntries(entries: ManagedEntries, paths: ReplicasPaths): ManagedEntries {
  const out: ManagedEntry[] = []
  for (const entry of entries) {
    const path = paths[entry.apiVersion]
    if (path !== undefined && fieldSetOfText(entry.fieldsV1).has(path)) out.push({ ...entry, apiVersion: SCALE_VERSION, fieldsV1: SCALE_TEXT })
  }
  return sortedEntries(out)
}

/** The entries of the resource after a write to its scale left `scale`. `apiVersion`: the resource's. */
export function fromScaleEntries(entries: ManagedEntries, scale: ManagedEntries, apiVersion: string, paths: ReplicasPaths): ManagedEntries {
  const left = new Map(scale.map(entry => [scaleIdentity(entry), entry]))
  const out: ManagedEntry[] = []
  for (const entry of entries) {
    if (!(entry.apiVersion in paths)) continue
    const path = paths[entry.apiVersion]
    const set = fieldSetOfText(entry.fieldsV1)
    if (path === undefined || !set.has(path)) {
      out.push(entry)
      continue
    }
    const id = scaleIdentity(entry)
    if (left.has(id)) {
      left.delete(id)
      out.push(entry)
      continue
    }
    const rest = set.difference(setOfPaths([path]))
    if (!rest.isEmpty) out.push({ ...entry, fieldsV1: rest.toText() })
  }
  const own = paths[apiVersion]
  const times = new Map(entries.map(entry => [identityOf(entry), entry.time]))
  for (const entry of left.values()) {
    if (own === undefined || !fieldSetOfText(entry.fieldsV1).has(SCALE_REPLICAS)) continue
    // The time is looked up under the Scale's version, as upstream does: new owners have none.
    out.push({ ...entry, apiVersion, time: times.get(identityOf(entry)), fieldsV1: setOfPaths([own]).toText() })
  }
  return sortedEntries(out)
}

/** Entries of the resource and of its scale differ in their version only. */
const scaleIdentity = (entry: ManagedEntry): string => identityOf({ ...entry, apiVersion: SCALE_VERSION })
