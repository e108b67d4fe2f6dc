/** File systems grow on the node, after their volumes. upstream: pkg/volume/util/operationexecutor/operation_generator.go NodeExpandVolume */
import type { Watch } from '../../client/controller'
import { isFileSystemPending, withoutConditions } from '../../kinds/core/persistent-volume-claim/resize'
import { persistentVolume } from '../../kinds/core/persistent-volume/kind'
import { persistentVolumeClaim } from '../../kinds/core/persistent-volume-claim/kind'
import { CLAIMS, claimsOf } from '../../kinds/core/pod/claims'
import { pod as podKind } from '../../kinds/core/pod/kind'
import { keyOf } from '../../kinds/kind'
import type { PersistentVolumeClaim } from '../../kinds/schema/types/core.v1'
import type { VolumeAttachment } from '../../kinds/schema/types/storage.v1'
import { volumeAttachment } from '../../kinds/storage/volume-attachment/kind'
import { tell, type Sync } from './parts'

/** Pods that wait for their volume to be attached, or whose volume has grown. */
export const volumesChanged: readonly Watch<never>[] = [
  {
    kind: volumeAttachment,
    *keys({ object }, lister) {
      const ref = object.spec.source.persistentVolumeName === undefined ? undefined : lister.get(persistentVolume, object.spec.source.persistentVolumeName)?.spec?.claimRef
      if (ref === undefined || object.status?.attached !== true) return
      for (const p of lister.byIndex(podKind, CLAIMS, `${ref.namespace}/${ref.name}`)) if (p.spec.nodeName === object.spec.nodeName) yield keyOf(p)
    },
  } satisfies Watch<VolumeAttachment> as Watch<never>,
  {
    kind: persistentVolumeClaim,
    *keys({ type, object }, lister) {
      if (type !== 'DELETED' && isFileSystemPending(object)) for (const p of lister.byIndex(podKind, CLAIMS, keyOf(object))) yield keyOf(p)
    },
  } satisfies Watch<PersistentVolumeClaim> as Watch<never>,
]

export async function expandFileSystems(sync: Sync): Promise<void> {
  const { pod, ctx } = sync
  for (const { name } of claimsOf(pod)) {
    const claim = ctx.lister.get(persistentVolumeClaim, name, pod.metadata.namespace)
    if (claim === undefined || !isFileSystemPending(claim)) continue
    const volume = ctx.lister.get(persistentVolume, claim.spec.volumeName ?? '')
    if (volume === undefined) continue
    const done = withoutConditions(claim)
    await ctx.client.update(persistentVolumeClaim, { ...done, status: { ...done.status, capacity: { ...claim.status?.capacity, ...volume.spec?.capacity } } }, { subresource: 'status' })
    const message = `MountVolume.NodeExpandVolume succeeded for volume "${volume.metadata.name}" ${pod.spec.nodeName}`
    await tell(sync, 'Normal', 'FileSystemResizeSuccessful', message)
    await ctx.events.event(claim, 'Normal', 'FileSystemResizeSuccessful', message)
  }
}
