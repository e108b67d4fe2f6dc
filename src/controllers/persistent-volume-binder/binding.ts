/** Writing that a volume and a claim belong together, or no longer do. upstream: pkg/controller/volume/persistentvolume/pv_controller.go bind, unbindVolume */
import { compareQuantities, parseQuantity } from '../../base/quantity'
import { deepEqual } from '../../base/equal'
import type { Context } from '../../client/controller'
import { persistentVolume } from '../../kinds/core/persistent-volume/kind'
import { BIND_COMPLETED, BOUND_BY_CONTROLLER, isMeantFor } from '../../kinds/core/persistent-volume/matching'
import { persistentVolumeClaim } from '../../kinds/core/persistent-volume-claim/kind'
import type { ObjectReference, PersistentVolume, PersistentVolumeClaim, PersistentVolumeClaimStatus } from '../../kinds/schema/types/core.v1'

export type VolumePhase = 'Available' | 'Bound' | 'Released' | 'Failed'
export type ClaimPhase = 'Pending' | 'Bound' | 'Lost'

/** The claim as volumes name it. */
export const referenceTo = ({ metadata }: PersistentVolumeClaim): ObjectReference => ({
  kind: 'PersistentVolumeClaim',
  namespace: metadata.namespace as string,
  name: metadata.name,
  uid: metadata.uid as string,
  apiVersion: 'v1',
  resourceVersion: metadata.resourceVersion as string,
})

/** The volume first, then the claim: whatever is missing after a failure, the next look at the claim adds. */
export async function bind(volume: PersistentVolume, claim: PersistentVolumeClaim, ctx: Context): Promise<void> {
  const promised = await setVolumePhase(await promise(volume, claim, ctx), 'Bound', ctx)
  const bound = await nameVolume(claim, promised, ctx)
  await setClaimPhase(bound, 'Bound', promised, ctx)
}

async function promise(volume: PersistentVolume, claim: PersistentVolumeClaim, { client }: Context): Promise<PersistentVolume> {
  const ours = isMeantFor(volume, claim)
  if (ours && volume.spec?.claimRef?.uid === claim.metadata.uid) return volume
  const metadata = ours ? volume.metadata : annotated(volume.metadata, BOUND_BY_CONTROLLER)
  return client.update(persistentVolume, { ...volume, metadata, spec: { ...volume.spec, claimRef: referenceTo(claim) } })
}

async function nameVolume(claim: PersistentVolumeClaim, volume: PersistentVolume, { client }: Context): Promise<PersistentVolumeClaim> {
  const { name } = volume.metadata
  const chosen = claim.spec.volumeName !== name
  const completed = claim.metadata.annotations?.[BIND_COMPLETED] !== undefined
  if (!chosen && completed) return claim
  const metadata = annotated(chosen ? annotated(claim.metadata, BOUND_BY_CONTROLLER) : claim.metadata, BIND_COMPLETED)
  return client.update(persistentVolumeClaim, { ...claim, metadata, spec: { ...claim.spec, volumeName: name } })
}

function annotated<M extends { annotations?: Record<string, string> }>(metadata: M, key: string): M {
  return metadata.annotations?.[key] === undefined ? { ...metadata, annotations: { ...metadata.annotations, [key]: 'yes' } } : metadata
}

/** Writes nothing when the volume is in that phase. */
export async function setVolumePhase(volume: PersistentVolume, phase: VolumePhase, { client }: Context, message?: string): Promise<PersistentVolume> {
  if (volume.status?.phase === phase) return volume
  const { message: _, ...rest } = volume.status ?? {}
  return client.update(persistentVolume, { ...volume, status: { ...rest, phase, ...(message === undefined ? {} : { message }) } }, { subresource: 'status' })
}

/** `volume` undefined: the claim has none, and shows neither size nor modes. */
export async function setClaimPhase(claim: PersistentVolumeClaim, phase: ClaimPhase, volume: PersistentVolume | undefined, { client }: Context): Promise<PersistentVolumeClaim> {
  const status = claimStatus(claim, phase, volume)
  return deepEqual(status, claim.status) ? claim : client.update(persistentVolumeClaim, { ...claim, status }, { subresource: 'status' })
}

function claimStatus({ status = {} }: PersistentVolumeClaim, phase: ClaimPhase, volume: PersistentVolume | undefined): PersistentVolumeClaimStatus {
  if (volume === undefined) {
    const { accessModes: _, capacity: __, ...rest } = status
    return { ...rest, phase }
  }
  const { accessModes, capacity, volumeAttributesClassName } = volume.spec ?? {}
  const next: PersistentVolumeClaimStatus = { ...status, phase }
  if (accessModes !== undefined) next.accessModes = accessModes
  if (status.phase !== phase) {
    // Later the file system may be smaller than its volume, until somebody expands it.
    if (capacity !== undefined && !sameStorage(capacity.storage, status.capacity?.storage)) next.capacity = capacity
    if (volumeAttributesClassName !== undefined) next.currentVolumeAttributesClassName = volumeAttributesClassName
  }
  return next
}

const sameStorage = (a: string | undefined, b: string | undefined): boolean => a !== undefined && b !== undefined && compareQuantities(parseQuantity(a), parseQuantity(b)) === 0

/** Whom a person has promised the volume to keeps the promise; the controller takes back its own. */
export async function unbind(volume: PersistentVolume, ctx: Context): Promise<void> {
  const { [BOUND_BY_CONTROLLER]: chosen, ...annotations } = volume.metadata.annotations ?? {}
  const { claimRef, ...spec } = volume.spec ?? {}
  let next: PersistentVolume
  if (chosen === undefined) {
    const { uid: _, ...ref } = claimRef ?? {}
    next = { ...volume, spec: { ...spec, claimRef: ref } }
  } else {
    const { annotations: _, ...metadata } = volume.metadata
    next = { ...volume, metadata: Object.keys(annotations).length === 0 ? metadata : { ...metadata, annotations }, spec }
  }
  await setVolumePhase(await ctx.client.update(persistentVolume, next), 'Available', ctx)
}
