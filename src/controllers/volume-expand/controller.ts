/** Makes volumes larger whose claims ask for more. upstream: pkg/controller/volume/expand, and kubernetes-csi/external-resizer for drivers that a node has */
import { parseTime, timestamp } from '../../base/clock'
import { defineController, type Context, type ReconcileResult } from '../../client/controller'
import { tellOnce } from '../../client/tell-once'
import { RESIZE_PENDING, RESIZING, wantsMore, withCondition, withoutConditions } from '../../kinds/core/persistent-volume-claim/resize'
import { persistentVolume } from '../../kinds/core/persistent-volume/kind'
import { sizeOf } from '../../kinds/core/persistent-volume/matching'
import { persistentVolumeClaim } from '../../kinds/core/persistent-volume-claim/kind'
import type { PersistentVolume, PersistentVolumeClaim } from '../../kinds/schema/types/core.v1'
import { csiNode } from '../../kinds/storage/csi-node/kind'

/** What a driver takes to make a volume larger. */
const RESIZING_MS = 2_000

export const volumeExpandController = defineController<PersistentVolumeClaim>({
  name: 'volume_expand',
  reconciles: persistentVolumeClaim,
  concerns: ({ type, object }) => type !== 'DELETED' && object.status?.phase === 'Bound' && wantsMore(object),

  async reconcile(claim, ctx) {
    if (claim.status?.phase !== 'Bound' || !wantsMore(claim)) return
    const volume = ctx.lister.get(persistentVolume, claim.spec.volumeName as string)
    if (volume === undefined || volume.spec?.claimRef?.uid !== claim.metadata.uid) return
    await tellOnce(ctx, claim, 'Normal', 'ExternalExpanding', 'waiting for an external controller to expand this PVC')
    const driver = volume.spec?.csi?.driver
    if (driver !== undefined && ctx.lister.list(csiNode).some(n => n.spec.drivers?.some(d => d.name === driver) === true)) return resize(claim, volume, ctx)
  },
})

/** First the volume, then (by the kubelet, unless it is a raw device) the file system on it. */
async function resize(claim: PersistentVolumeClaim, volume: PersistentVolume, ctx: Context): Promise<ReconcileResult | void> {
  const { client, clock, events } = ctx
  const wished = claim.spec.resources?.requests?.storage as string
  const nowMs = clock.now()
  const condition = (type: string): PersistentVolumeClaim | undefined => (claim.status?.conditions?.some(c => c.type === type) === true ? claim : undefined)
  const write = (next: PersistentVolumeClaim): Promise<PersistentVolumeClaim> => client.update(persistentVolumeClaim, next, { subresource: 'status' })
  if (sizeOf(volume.spec?.capacity) < sizeOf(claim.spec.resources?.requests)) {
    const begun = claim.status?.conditions?.find(c => c.type === RESIZING)
    if (begun === undefined) {
      await write(withCondition(claim, RESIZING, timestamp(nowMs)))
      await events.event(claim, 'Normal', 'Resizing', `External resizer is resizing volume ${volume.metadata.name}`)
      return { requeueAfterMs: RESIZING_MS }
    }
    const dueMs = parseTime(begun.lastTransitionTime as string) + RESIZING_MS
    if (nowMs < dueMs) return { requeueAfterMs: dueMs - nowMs }
    await client.update(persistentVolume, { ...volume, spec: { ...volume.spec, capacity: { ...volume.spec?.capacity, storage: wished } } })
  }
  if (volume.spec?.volumeMode === 'Block') {
    await write({ ...withoutConditions(claim), status: { ...withoutConditions(claim).status, capacity: { ...claim.status?.capacity, storage: wished } } })
    return void (await events.event(claim, 'Normal', 'VolumeResizeSuccessful', 'Resize volume succeeded'))
  }
  if (condition(RESIZE_PENDING) !== undefined) return
  await write(withCondition(withoutConditions(claim), RESIZE_PENDING, timestamp(nowMs), 'Waiting for user to (re-)start a pod to finish file system resize of volume on node.'))
  await events.event(claim, 'Normal', 'FileSystemResizeRequired', 'Require file system resize of volume on node')
}
