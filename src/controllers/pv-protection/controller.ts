/** Lets a deleted volume go once no claim is bound to it. upstream: pkg/controller/volume/pvprotection */
import { defineController } from '../../client/controller'
import { persistentVolume } from '../../kinds/core/persistent-volume/kind'
import type { PersistentVolume } from '../../kinds/schema/types/core.v1'

const FINALIZER = 'kubernetes.io/pv-protection'

export const pvProtectionController = defineController<PersistentVolume>({
  name: 'pv-protection-controller',
  reconciles: persistentVolume,
  concerns: ({ object }) => object.metadata.deletionTimestamp !== undefined || object.metadata.finalizers?.includes(FINALIZER) !== true,

  async reconcile(volume, { client }) {
    const { deletionTimestamp, finalizers = [] } = volume.metadata
    const held = finalizers.includes(FINALIZER)
    if (deletionTimestamp === undefined) {
      if (!held) await client.update(persistentVolume, { ...volume, metadata: { ...volume.metadata, finalizers: [...finalizers, FINALIZER] } })
    } else if (held && volume.status?.phase !== 'Bound')
      await client.update(persistentVolume, { ...volume, metadata: { ...volume.metadata, finalizers: finalizers.filter(f => f !== FINALIZER) } })
  },
})
