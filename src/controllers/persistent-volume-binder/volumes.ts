/** Says of each volume whether it is free, bound or left behind, and reclaims it. upstream: pkg/controller/volume/persistentvolume/pv_controller.go syncVolume */
import { ignoringNotFound } from '../../base/status'
import { defineController, type Context, type Watch } from '../../client/controller'
import { tellOnce } from '../../client/tell-once'
import { persistentVolume } from '../../kinds/core/persistent-volume/kind'
import { CLAIM } from '../../kinds/core/persistent-volume/matching'
import { PROVISIONED_BY } from '../../kinds/core/persistent-volume/provisioning'
import { persistentVolumeClaim } from '../../kinds/core/persistent-volume-claim/kind'
import { keyOf } from '../../kinds/kind'
import type { PersistentVolume, PersistentVolumeClaim } from '../../kinds/schema/types/core.v1'
import { setVolumePhase, unbind } from './binding'

/** Volumes that this claim has, wants, or is promised. */
const claims: Watch<PersistentVolumeClaim> = {
  kind: persistentVolumeClaim,
  *keys({ type, object, previous }, lister) {
    if (type === 'MODIFIED' && object.spec.volumeName === previous?.spec.volumeName) return
    if ((object.spec.volumeName ?? '') !== '') yield object.spec.volumeName as string
    for (const v of lister.byIndex(persistentVolume, CLAIM, keyOf(object))) yield keyOf(v)
  },
}

export const persistentVolumePhases = defineController<PersistentVolume>({
  name: 'persistent-volume-phases',
  reconciles: persistentVolume,
  concerns: ({ type }) => type !== 'DELETED',
  watches: [claims as Watch<never>],

  async reconcile(volume, ctx) {
    const ref = volume.spec?.claimRef
    // Also one that is kept for a claim is free until that claim is there.
    if (ref === undefined || (ref.uid ?? '') === '') return void (await setVolumePhase(volume, 'Available', ctx))
    const named = ctx.lister.get(persistentVolumeClaim, ref.name as string, ref.namespace)
    const claim = named?.metadata.uid === ref.uid ? named : undefined
    if (claim === undefined) return release(volume, ctx)
    const chosen = claim.spec.volumeName ?? ''
    if (chosen === volume.metadata.name) return void (await setVolumePhase(volume, 'Bound', ctx))
    if (chosen === '') return tellModes(volume, claim, ctx)
    // Made for a claim that found another volume.
    if (volume.metadata.annotations?.[PROVISIONED_BY] !== undefined && volume.spec?.persistentVolumeReclaimPolicy === 'Delete') return release(volume, ctx)
    await unbind(volume, ctx)
  },
})

/** The claim binds itself, unless it cannot. */
async function tellModes(volume: PersistentVolume, claim: PersistentVolumeClaim, ctx: Context): Promise<void> {
  if ((volume.spec?.volumeMode ?? 'Filesystem') === (claim.spec.volumeMode ?? 'Filesystem')) return
  await tellOnce(ctx, volume, 'Warning', 'VolumeMismatch', `Cannot bind PersistentVolume to requested PersistentVolumeClaim "${claim.metadata.name}" due to incompatible volumeMode.`)
  await tellOnce(ctx, claim, 'Warning', 'VolumeMismatch', `Cannot bind PersistentVolume "${volume.metadata.name}" to requested PersistentVolumeClaim due to incompatible volumeMode.`)
}

/** A failure stays to be seen. */
async function release(given: PersistentVolume, ctx: Context): Promise<void> {
  const { phase } = given.status ?? {}
  const volume = phase === 'Released' || phase === 'Failed' ? given : await setVolumePhase(given, 'Released', ctx)
  const policy = volume.spec?.persistentVolumeReclaimPolicy
  if (volume.metadata.deletionTimestamp !== undefined) return
  if (policy === 'Delete') return remove(volume, ctx)
  if (policy === 'Recycle') return fail(volume, 'VolumeFailedRecycle', 'No recycler plugin found for the volume!', ctx)
}

/** upstream: deleteVolumeOperation. What a provisioner made it removes itself. */
async function remove(volume: PersistentVolume, ctx: Context): Promise<void> {
  const { name, uid, annotations } = volume.metadata
  if ((annotations?.[PROVISIONED_BY] ?? '') !== '') return
  const path = volume.spec?.hostPath?.path
  if (path === undefined) return fail(volume, 'VolumeFailedDelete', `error getting deleter volume plugin for volume "${name}": no deletable volume plugin matched`, ctx)
  if (!/^\/tmp\/.+/.test(path)) return fail(volume, 'VolumeFailedDelete', `host_path deleter only supports /tmp/.+ but received provided ${path}`, ctx)
  await ignoringNotFound(ctx.client.delete(persistentVolume, volume, { preconditions: { uid } }))
}

async function fail(volume: PersistentVolume, reason: string, message: string, ctx: Context): Promise<void> {
  if (volume.status?.phase === 'Failed') return
  await ctx.events.event(await setVolumePhase(volume, 'Failed', ctx, message), 'Warning', reason, message)
}
