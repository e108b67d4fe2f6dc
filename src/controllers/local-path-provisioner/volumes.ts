/** Removes volumes that nobody claims any more, with their folders. upstream: rancher/local-path-provisioner, sig-storage-lib-external-provisioner */
import { parseTime } from '../../base/clock'
import { ignoringNotFound } from '../../base/status'
import { defineController, type Controller } from '../../client/controller'
import { persistentVolume } from '../../kinds/core/persistent-volume/kind'
import { PROVISIONED_BY } from '../../kinds/core/persistent-volume/provisioning'
import type { PersistentVolume } from '../../kinds/schema/types/core.v1'
import { LOCAL_PATH, nodeOf } from './claims'

/** What the pod takes that removes the folder. */
const REMOVING_MS = 2_000

/** upstream: shouldDelete */
const isDone = ({ metadata, spec, status }: PersistentVolume): boolean =>
  metadata.annotations?.[PROVISIONED_BY] === LOCAL_PATH && spec?.persistentVolumeReclaimPolicy === 'Delete' && (status?.phase === 'Released' || status?.phase === 'Failed') && metadata.deletionTimestamp === undefined

/** `removeFolder` takes a path away from a node's disk. */
export function localPathRemover(removeFolder: (node: string, path: string) => void): Controller<PersistentVolume> {
  return defineController<PersistentVolume>({
    name: 'local-path-remover',
    reconciles: persistentVolume,
    concerns: ({ type, object }) => type !== 'DELETED' && isDone(object),

    async reconcile(volume, { client, clock }) {
      if (!isDone(volume)) return
      const nowMs = clock.now()
      const doneMs = parseTime(volume.status?.lastPhaseTransitionTime as string) + REMOVING_MS
      if (nowMs < doneMs) return { requeueAfterMs: doneMs - nowMs }
      const node = nodeOf(volume)
      const path = volume.spec?.hostPath?.path
      if (node !== undefined && path !== undefined) removeFolder(node, path)
      await ignoringNotFound(client.delete(persistentVolume, volume, { preconditions: { uid: volume.metadata.uid } }))
    },
  })
}
