/** Claims of a StatefulSet's pods: made with them, and owned by whoever's end should end them. upstream: pkg/controller/statefulset/stateful_pod_control.go, stateful_set_utils.go */
import { StatusError, isNotFound } from '../../base/status'
import type { Context } from '../../client/controller'
import { statefulSet } from '../../kinds/apps/stateful-set/kind'
import { persistentVolumeClaim } from '../../kinds/core/persistent-volume-claim/kind'
import { pod as podKind } from '../../kinds/core/pod/kind'
import type { OwnerReference } from '../../kinds/kind'
import type { StatefulSet } from '../../kinds/schema/types/apps.v1'
import type { PersistentVolumeClaim, Pod } from '../../kinds/schema/types/core.v1'
import { controllerReference } from '../pod-control/pod-control'
import { claimsFor, isInRange, ordinalOf } from './identity'

const isOf = (r: OwnerReference, kind: string, name: string): boolean => r.kind === kind && r.name === name

/** A claim that waits for the end of an earlier pod of this name. upstream: PodClaimIsStale */
export function hasStaleClaim(set: StatefulSet, pod: string, { lister }: Context): boolean {
  return claimsFor(set, pod).some(c => lister.get(persistentVolumeClaim, c.metadata.name, c.metadata.namespace)?.metadata.ownerReferences?.some(r => isOf(r, 'Pod', pod)) === true)
}

/** Makes the claims that are missing; throws what the server refuses. upstream: createMissingPersistentVolumeClaims */
export async function createClaims(set: StatefulSet, p: Pod, ctx: Context): Promise<void> {
  const { client, lister, events } = ctx
  for (const c of claimsFor(set, p.metadata.name)) {
    const there = lister.get(persistentVolumeClaim, c.metadata.name, c.metadata.namespace)
    if (there?.metadata.deletionTimestamp !== undefined) throw new Error(`pvc ${c.metadata.name} is being deleted`)
    if (there !== undefined) continue
    try {
      const ownerReferences = ownersOf(set, p, [])
      await client.create(persistentVolumeClaim, ownerReferences.length === 0 ? c : { ...c, metadata: { ...c.metadata, ownerReferences } })
    } catch (e) {
      if (!(e instanceof StatusError)) throw e
      await events.event(set, 'Warning', 'FailedCreate', `Create Claim ${c.metadata.name} for Pod ${p.metadata.name} in StatefulSet ${set.metadata.name} failed error: ${e.message}`)
      throw e
    }
    await events.event(set, 'Normal', 'SuccessfulCreate', `Create Claim ${c.metadata.name} Pod ${p.metadata.name} in StatefulSet ${set.metadata.name} success`)
  }
}

/** Brings the owners of a pod's claims in line with the retention policy. upstream: UpdatePodClaimForRetentionPolicy */
export async function keepClaims(set: StatefulSet, p: Pod, { client, lister }: Context): Promise<void> {
  if (p.metadata.uid === undefined) return
  for (const { metadata } of claimsFor(set, p.metadata.name)) {
    const c = lister.get(persistentVolumeClaim, metadata.name, metadata.namespace)
    const next = c === undefined ? undefined : withOwners(set, p, c)
    if (next === undefined || next === c) continue
    try {
      await client.update(persistentVolumeClaim, next)
    } catch (e) {
      if (!isNotFound(e)) throw e
    }
  }
}

/** The claim with the owners that it should have; itself when it has them, or when another controller owns it. */
export function withOwners(set: StatefulSet, p: Pod, c: PersistentVolumeClaim): PersistentVolumeClaim {
  const before = c.metadata.ownerReferences ?? []
  if (before.some(r => r.controller === true && r.uid !== set.metadata.uid && r.uid !== p.metadata.uid)) return c
  const after = ownersOf(set, p, before)
  if (after.length === before.length && after.every((r, i) => r.uid === before[i]?.uid)) return c
  const { ownerReferences: _, ...metadata } = c.metadata
  return { ...c, metadata: after.length === 0 ? metadata : { ...metadata, ownerReferences: after } }
}

/** upstream: updateClaimOwnerRefForSetAndPod */
function ownersOf(set: StatefulSet, p: Pod, before: readonly OwnerReference[]): OwnerReference[] {
  const { whenDeleted = 'Retain', whenScaled = 'Retain' } = set.spec?.persistentVolumeClaimRetentionPolicy ?? {}
  const scaledDown = !isInRange(set, ordinalOf(p))
  const byPod = whenScaled === 'Delete' && scaledDown && p.metadata.uid !== undefined
  const bySet = whenDeleted === 'Delete' && !byPod
  const wanted: OwnerReference[] = before.filter(r => (r.uid === set.metadata.uid ? bySet : r.uid === p.metadata.uid ? byPod : true))
  if (bySet && !wanted.some(r => r.uid === set.metadata.uid)) wanted.push(controllerReference(statefulSet, set))
  if (byPod && !wanted.some(r => r.uid === p.metadata.uid)) wanted.push(controllerReference(podKind, p))
  return wanted
}
