/** Says which volumes are attached to which nodes, for drivers that want it. upstream: pkg/controller/volume/attachdetach, pkg/volume/csi/csi_attacher.go */
import { createHash } from 'node:crypto'
import { parseTime } from '../../base/clock'
import { ignoringNotFound, isAlreadyExists } from '../../base/status'
import { defineController, NO_KEYS, type Context, type ReconcileResult, type Watch } from '../../client/controller'
import { tellOnce } from '../../client/tell-once'
import { node as nodes } from '../../kinds/core/node/kind'
import { persistentVolume } from '../../kinds/core/persistent-volume/kind'
import { persistentVolumeClaim } from '../../kinds/core/persistent-volume-claim/kind'
import { CLAIMS, claimsOf } from '../../kinds/core/pod/claims'
import { pod as podKind } from '../../kinds/core/pod/kind'
import { isFinished } from '../../kinds/core/pod/state'
import type { PersistentVolume, PersistentVolumeClaim, Pod } from '../../kinds/schema/types/core.v1'
import type { CSINode, VolumeAttachment } from '../../kinds/schema/types/storage.v1'
import { csiNode } from '../../kinds/storage/csi-node/kind'
import { isAttachable } from '../../kinds/storage/volume-attachment/attachable'
import { NODE, VOLUME, volumeAttachment } from '../../kinds/storage/volume-attachment/kind'
import { isNodeReady } from '../../kinds/core/node/state'

/** How long a driver is waited for. upstream: csiTimeout */
const ATTACH_TIMEOUT_MS = 120_000
/** A node that does not answer keeps its volumes so long. upstream: maxWaitForUnmountDuration */
const UNMOUNT_MS = 360_000

/** Volumes of pods that come to a node or leave it. */
const pods: Watch<Pod> = {
  kind: podKind,
  keys({ type, object, previous }, lister) {
    if ((object.spec.nodeName ?? '') === '') return NO_KEYS
    if (type === 'MODIFIED' && previous?.spec.nodeName === object.spec.nodeName && isFinished(object) === (previous !== undefined && isFinished(previous))) return NO_KEYS
    const volumes = claimsOf(object).map(({ name }) => lister.get(persistentVolumeClaim, name, object.metadata.namespace)?.spec.volumeName ?? '')
    return volumes.filter(v => v !== '')
  },
}
const claims: Watch<PersistentVolumeClaim> = { kind: persistentVolumeClaim, keys: ({ object, previous }) => ((object.spec.volumeName ?? '') === '' || object.status?.phase === previous?.status?.phase ? [] : [object.spec.volumeName as string]) }
const attachments: Watch<VolumeAttachment> = { kind: volumeAttachment, keys: ({ object }) => (object.spec.source.persistentVolumeName === undefined ? [] : [object.spec.source.persistentVolumeName]) }
/** A driver that a node has now may attach what waits for it. */
const drivers: Watch<CSINode> = {
  kind: csiNode,
  *keys({ type, object }, lister) {
    if (type !== 'DELETED') for (const a of lister.byIndex(volumeAttachment, NODE, object.metadata.name)) if (a.spec.source.persistentVolumeName !== undefined) yield a.spec.source.persistentVolumeName
  },
}

export const attachDetachController = defineController<PersistentVolume>({
  name: 'attachdetach-controller',
  reconciles: persistentVolume,
  concerns: ({ type, object, previous }) => type !== 'DELETED' && object.spec?.csi !== undefined && object.spec.claimRef?.uid !== previous?.spec?.claimRef?.uid,
  watches: [pods as Watch<never>, claims as Watch<never>, attachments as Watch<never>, drivers as Watch<never>],

  async reconcile(volume, ctx) {
    const driver = volume.spec?.csi?.driver
    if (driver === undefined) return
    const there = ctx.lister.byIndex(volumeAttachment, VOLUME, volume.metadata.name)
    const wanted = isAttachable(driver, (...at) => ctx.lister.get(...at)) ? usersByNode(volume, ctx) : new Map<string, Pod[]>()
    if (there.length === 0 && wanted.size === 0) return
    let wakeMs: number | undefined
    const wake = (result: ReconcileResult | void): void => {
      if (result?.requeueAfterMs !== undefined) wakeMs = Math.min(wakeMs ?? Infinity, result.requeueAfterMs)
    }
    for (const a of there) if (!wanted.has(a.spec.nodeName)) wake(await detach(a, ctx))
    for (const [node, users] of wanted) {
      const own = there.find(a => a.spec.nodeName === node)
      if (own !== undefined) wake(await attach(own, volume, users, ctx))
      else if (isExclusive(volume) && there.length > 0) await refuse(volume, users, there, ctx)
      else await order(volume, node, ctx)
    }
    return { requeueAfterMs: wakeMs }
  },
})

function usersByNode({ spec }: PersistentVolume, { lister }: Context): Map<string, Pod[]> {
  const found = new Map<string, Pod[]>()
  const ref = spec?.claimRef
  const claim = ref === undefined ? undefined : lister.get(persistentVolumeClaim, ref.name as string, ref.namespace)
  if (claim === undefined || claim.metadata.uid !== ref?.uid || claim.status?.phase !== 'Bound') return found
  for (const p of lister.byIndex(podKind, CLAIMS, `${ref?.namespace}/${ref?.name}`)) {
    const node = p.spec.nodeName ?? ''
    if (node !== '' && !isFinished(p)) found.set(node, [...(found.get(node) ?? []), p])
  }
  return found
}

/** upstream: util.IsMultiAttachAllowed */
const isExclusive = ({ spec }: PersistentVolume): boolean => spec?.accessModes?.some(m => m === 'ReadWriteMany' || m === 'ReadOnlyMany') !== true

const digest = (...parts: string[]): string => createHash('sha256').update(parts.join('')).digest('hex')

async function order(volume: PersistentVolume, nodeName: string, { client }: Context): Promise<void> {
  const { driver, volumeHandle } = volume.spec?.csi as { driver: string; volumeHandle: string }
  try {
    await client.create(volumeAttachment, { apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttachment', metadata: { name: `csi-${digest(volumeHandle, driver, nodeName)}` }, spec: { attacher: driver, nodeName, source: { persistentVolumeName: volume.metadata.name } } })
  } catch (e) {
    if (!isAlreadyExists(e)) throw e
  }
}

/** A node that has the driver has what is needed to attach. Nobody else does it. */
async function attach(own: VolumeAttachment, volume: PersistentVolume, users: readonly Pod[], ctx: Context): Promise<ReconcileResult | void> {
  const { name } = volume.metadata
  if (own.metadata.deletionTimestamp !== undefined) return
  if (own.status?.attached !== true) {
    if (ctx.lister.get(csiNode, own.spec.nodeName)?.spec.drivers?.some(d => d.name === own.spec.attacher) !== true) {
      const dueMs = parseTime(own.metadata.creationTimestamp) + ATTACH_TIMEOUT_MS
      const nowMs = ctx.clock.now()
      if (nowMs < dueMs) return { requeueAfterMs: dueMs - nowMs }
      for (const p of users) await tellOnce(ctx, p, 'Warning', 'FailedAttachVolume', `AttachVolume.Attach failed for volume "${name}" : timed out waiting for external-attacher of ${own.spec.attacher} CSI driver to attach volume ${volume.spec?.csi?.volumeHandle}`)
      return
    }
    await ctx.client.update(volumeAttachment, { ...own, status: { attached: true } }, { subresource: 'status' })
  }
  for (const p of users) if (p.status?.phase !== 'Running') await tellOnce(ctx, p, 'Normal', 'SuccessfulAttachVolume', `AttachVolume.Attach succeeded for volume "${name}"`)
}

/** upstream: reconciler.go reportMultiAttachError */
async function refuse(volume: PersistentVolume, users: readonly Pod[], there: readonly VolumeAttachment[], ctx: Context): Promise<void> {
  const ref = volume.spec?.claimRef
  const elsewhere = new Set(there.map(a => a.spec.nodeName))
  const others = ctx.lister.byIndex(podKind, CLAIMS, `${ref?.namespace}/${ref?.name}`).filter(p => elsewhere.has(p.spec.nodeName ?? '') && !isFinished(p)).map(p => p.metadata.name)
  const why = others.length === 0 ? "Volume is already exclusively attached to one node and can't be attached to another" : `Volume is already used by pod(s) ${others.join(', ')}`
  for (const p of users) await tellOnce(ctx, p, 'Warning', 'FailedAttachVolume', `Multi-Attach error for volume "${volume.metadata.name}" ${why}`)
}

async function detach(a: VolumeAttachment, { client, lister, clock, memory }: Context): Promise<ReconcileResult | void> {
  if (a.metadata.deletionTimestamp !== undefined) return
  const key = a.metadata.name
  const node = lister.get(nodes, a.spec.nodeName)
  if (node !== undefined && !isNodeReady(node)) {
    const nowMs = clock.now()
    const sinceMs = memory.get<number>(key)
    if (sinceMs === undefined) memory.put(key, nowMs)
    const dueMs = (sinceMs ?? nowMs) + UNMOUNT_MS
    if (nowMs < dueMs) return { requeueAfterMs: dueMs - nowMs }
  }
  if (memory.get(key) !== undefined) memory.delete(key)
  await ignoringNotFound(client.delete(volumeAttachment, a))
}
