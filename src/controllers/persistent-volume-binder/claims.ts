/** Finds each claim its volume. upstream: pkg/controller/volume/persistentvolume/pv_controller.go syncClaim */
import { parseTime } from '../../base/clock'
import { deepEqual } from '../../base/equal'
import { defineController, type Context, type ReconcileResult, type Watch } from '../../client/controller'
import { tellOnce, toldBefore } from '../../client/tell-once'
import { persistentVolume } from '../../kinds/core/persistent-volume/kind'
import { BETA_CLASS, BIND_COMPLETED, BOUND_BY_CONTROLLER, candidatesFor, classOfClaim, classOfVolume, findMatchingVolume, isMeantFor, offersModes, SELECTED_NODE, sizeOf, UNBOUND, VOLUME } from '../../kinds/core/persistent-volume/matching'
import { persistentVolumeClaim } from '../../kinds/core/persistent-volume-claim/kind'
import { CLAIMS, claimsOf } from '../../kinds/core/pod/claims'
import { pod as podKind } from '../../kinds/core/pod/kind'
import { isFinished } from '../../kinds/core/pod/state'
import { newestDefaultClass, storageClass } from '../../kinds/storage/storage-class/kind'
import { keyOf } from '../../kinds/kind'
import type { PersistentVolume, PersistentVolumeClaim, Pod } from '../../kinds/schema/types/core.v1'
import type { StorageClass } from '../../kinds/schema/types/storage.v1'
import { bind, setClaimPhase } from './binding'
import { provision } from './provisioning'

/** So often upstream looks at everything again. upstream: --pvclaimbinder-sync-period */
const RESYNC_MS = 15_000

const isFree = ({ spec, status }: PersistentVolume): boolean => spec?.claimRef === undefined && status?.phase === 'Available'

/** A volume concerns its own claim, whoever names it, and when it is free all claims of its class that have none. */
const volumes: Watch<PersistentVolume> = {
  kind: persistentVolume,
  *keys({ type, object, previous }, lister) {
    for (const ref of [object.spec?.claimRef, previous?.spec?.claimRef]) if (ref !== undefined) yield `${ref.namespace}/${ref.name}`
    for (const c of lister.byIndex(persistentVolumeClaim, VOLUME, object.metadata.name)) yield keyOf(c)
    if (type === 'DELETED' || !isFree(object)) return
    if (previous !== undefined && isFree(previous) && deepEqual(previous.spec, object.spec) && deepEqual(previous.metadata.labels, object.metadata.labels)) return
    for (const c of lister.byIndex(persistentVolumeClaim, UNBOUND, classOfVolume(object))) yield keyOf(c)
  },
}

/** Claims of the class, and those that have none and may get it as their default. */
const classes: Watch<StorageClass> = {
  kind: storageClass,
  *keys({ object }, lister) {
    for (const name of [object.metadata.name, '']) for (const c of lister.byIndex(persistentVolumeClaim, UNBOUND, name)) yield keyOf(c)
  },
}

/** The first pod that waits for the claim changes what is told of it. */
const pods: Watch<Pod> = {
  kind: podKind,
  *keys({ type, object }) {
    if (type !== 'ADDED' || (object.spec.nodeName ?? '') !== '') return
    for (const c of claimsOf(object)) yield `${object.metadata.namespace}/${c.name}`
  },
}

export const persistentVolumeBinder = defineController<PersistentVolumeClaim>({
  name: 'persistent-volume-binder',
  reconciles: persistentVolumeClaim,
  concerns: ({ type }) => type !== 'DELETED',
  watches: [volumes as Watch<never>, classes as Watch<never>, pods as Watch<never>],
  reconcile: (claim, ctx) => (claim.metadata.annotations?.[BIND_COMPLETED] === undefined ? syncUnbound(claim, ctx) : syncBound(claim, ctx)),
})

async function syncUnbound(claim: PersistentVolumeClaim, ctx: Context): Promise<ReconcileResult | void> {
  if ((claim.spec.volumeName ?? '') !== '') return syncNamed(claim, ctx)
  const waits = ctx.lister.get(storageClass, classOfClaim(claim))?.volumeBindingMode === 'WaitForFirstConsumer'
  const volume = bestMatch(claim, waits, ctx)
  if (volume !== undefined) return bind(volume, claim, ctx)
  if (await assignDefaultClass(claim, ctx)) return
  let result: ReconcileResult | void = undefined
  if (waits && claim.metadata.annotations?.[SELECTED_NODE] === undefined) result = await tellWaiting(claim, ctx)
  else if (classOfClaim(claim) !== '') return provision(claim, ctx)
  else await tellOnce(ctx, claim, 'Normal', 'FailedBinding', 'no persistent volumes available for this claim and no storage class is set')
  await setClaimPhase(claim, 'Pending', undefined, ctx)
  return result
}

/** Of volumes that offer more access modes than are asked for, those with the fewest come first; of these the smallest. upstream: index.go findByClaim */
function bestMatch(claim: PersistentVolumeClaim, waits: boolean, { lister }: Context): PersistentVolume | undefined {
  const all = candidatesFor(claim, persistentVolume, (...at) => lister.byIndex(...at))
  const meant = all.find(v => isMeantFor(v, claim))
  if (meant !== undefined) return findMatchingVolume(claim, [meant], { waits })
  const byModes = new Map<string, PersistentVolume[]>()
  for (const v of all) {
    if (!offersModes(v, claim)) continue
    const modes = (v.spec?.accessModes ?? []).join()
    const same = byModes.get(modes)
    if (same === undefined) byModes.set(modes, [v])
    else same.push(v)
  }
  for (const [, volumes] of [...byModes].sort(([a], [b]) => a.split(',').length - b.split(',').length)) {
    const found = findMatchingVolume(claim, volumes, { waits })
    if (found !== undefined) return found
  }
  return undefined
}

/** A claim that was there before there was a default class gets it. upstream: assignDefaultStorageClass */
async function assignDefaultClass(claim: PersistentVolumeClaim, { client, lister }: Context): Promise<boolean> {
  if (claim.spec.storageClassName !== undefined || claim.metadata.annotations?.[BETA_CLASS] !== undefined) return false
  const found = newestDefaultClass(lister.list(storageClass))
  if (found === undefined) return false
  await client.update(persistentVolumeClaim, { ...claim, spec: { ...claim.spec, storageClassName: found.metadata.name } })
  return true
}

/** upstream: emitEventForUnboundDelayBindingClaim */
async function tellWaiting(claim: PersistentVolumeClaim, ctx: Context): Promise<ReconcileResult | void> {
  const { metadata } = claim
  const waiting = ctx.lister.byIndex(podKind, CLAIMS, `${metadata.namespace}/${metadata.name}`).filter(p => (p.spec.nodeName ?? '') === '' && !isFinished(p)).map(p => p.metadata.name)
  if (waiting.length === 0) return tellOnce(ctx, claim, 'Normal', 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding')
  // It is noticed with the next look at everything; mostly the pod has its node by then.
  const before = toldBefore(ctx, claim, 'WaitForFirstConsumer')
  const dueMs = before === undefined ? 0 : parseTime(before.lastTimestamp as string) + RESYNC_MS
  const nowMs = ctx.clock.now()
  if (nowMs < dueMs) return { requeueAfterMs: dueMs - nowMs }
  await tellOnce(ctx, claim, 'Normal', 'WaitForPodScheduled', `waiting for pod${waiting.length > 1 ? 's' : ''} ${waiting.join(',')} to be scheduled`)
}

/** The claim says which volume it wants. */
async function syncNamed(claim: PersistentVolumeClaim, ctx: Context): Promise<void> {
  const name = claim.spec.volumeName as string
  const volume = ctx.lister.get(persistentVolume, name)
  if (volume !== undefined) {
    if (volume.spec?.claimRef === undefined) {
      const mismatch = mismatchOf(volume, claim)
      if (mismatch === undefined) return bind(volume, claim, ctx)
      await tellOnce(ctx, claim, 'Warning', 'VolumeMismatch', `Cannot bind to requested volume "${name}": ${mismatch}`)
    } else if (isMeantFor(volume, claim)) return bind(volume, claim, ctx)
    else if (claim.metadata.annotations?.[BOUND_BY_CONTROLLER] === undefined) await tellOnce(ctx, claim, 'Warning', 'FailedBinding', `volume "${name}" already bound to a different claim.`)
  }
  await setClaimPhase(claim, 'Pending', undefined, ctx)
}

/** upstream: checkVolumeSatisfyClaim */
function mismatchOf(volume: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  if (sizeOf(volume.spec?.capacity) < sizeOf(claim.spec.resources?.requests)) return 'requested PV is too small'
  if (classOfVolume(volume) !== classOfClaim(claim)) return 'storageClassName does not match'
  if ((volume.spec?.volumeAttributesClassName ?? '') !== (claim.spec.volumeAttributesClassName ?? '')) return 'VolumeAttributesClass does not match'
  if ((volume.spec?.volumeMode ?? 'Filesystem') !== (claim.spec.volumeMode ?? 'Filesystem')) return 'incompatible volumeMode'
  return offersModes(volume, claim) ? undefined : 'incompatible accessMode'
}

/** upstream: syncBoundClaim */
async function syncBound(claim: PersistentVolumeClaim, ctx: Context): Promise<void> {
  const name = claim.spec.volumeName ?? ''
  if (name === '') return lose(claim, 'ClaimLost', 'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!', ctx)
  const volume = ctx.lister.get(persistentVolume, name)
  if (volume === undefined) return lose(claim, 'ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!', ctx)
  const uid = volume.spec?.claimRef?.uid
  if (volume.spec?.claimRef === undefined || uid === claim.metadata.uid) return bind(volume, claim, ctx)
  return lose(claim, 'ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly', ctx)
}

async function lose(claim: PersistentVolumeClaim, reason: string, message: string, ctx: Context): Promise<void> {
  if (claim.status?.phase === 'Lost') return
  await ctx.events.event(await setClaimPhase(claim, 'Lost', undefined, ctx), 'Warning', reason, message)
}
