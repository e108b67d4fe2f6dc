/** Lets a deleted VolumeAttributesClass go once no claim and no volume names it. upstream: pkg/controller/volume/vacprotection */
import { defineController, type Context, type Watch } from '../../client/controller'
import { persistentVolume } from '../../kinds/core/persistent-volume/kind'
import { persistentVolumeClaim } from '../../kinds/core/persistent-volume-claim/kind'
import type { PersistentVolume, PersistentVolumeClaim } from '../../kinds/schema/types/core.v1'
import type { VolumeAttributesClass } from '../../kinds/schema/types/storage.v1'
import { volumeAttributesClass } from '../../kinds/storage/volume-attributes-class/kind'

const FINALIZER = 'kubernetes.io/vac-protection'

/** The classes that it names, now or for its next modification. */
const namesOf = (o: PersistentVolume | PersistentVolumeClaim): string[] => {
  const { volumeAttributesClassName } = (o.spec ?? {}) as { volumeAttributesClassName?: string }
  const { currentVolumeAttributesClassName, modifyVolumeStatus } = ((o as PersistentVolumeClaim).status ?? {}) as NonNullable<PersistentVolumeClaim['status']>
  return [volumeAttributesClassName, currentVolumeAttributesClassName, modifyVolumeStatus?.targetVolumeAttributesClassName].filter(n => n !== undefined && n !== '') as string[]
}

const users = <T extends PersistentVolume | PersistentVolumeClaim>(kind: Watch<never>['kind']): Watch<T> => ({
  kind: kind as never,
  *keys({ object, previous }, lister) {
    for (const o of previous === undefined ? [object] : [object, previous]) for (const name of namesOf(o)) if (lister.get(volumeAttributesClass, name)?.metadata.deletionTimestamp !== undefined) yield name
  },
})

const isUsed = (name: string, { lister }: Context): boolean => lister.list(persistentVolumeClaim).some(c => namesOf(c).includes(name)) || lister.list(persistentVolume).some(v => namesOf(v).includes(name))

export const vacProtectionController = defineController<VolumeAttributesClass>({
  name: 'volumeattributesclass-protection-controller',
  reconciles: volumeAttributesClass,
  concerns: ({ object }) => object.metadata.deletionTimestamp !== undefined || object.metadata.finalizers?.includes(FINALIZER) !== true,
  watches: [users(persistentVolume as never) as Watch<never>, users(persistentVolumeClaim as never) as Watch<never>],

  async reconcile(object, ctx) {
    const { deletionTimestamp, finalizers = [], name } = object.metadata
    const held = finalizers.includes(FINALIZER)
    const write = (next: string[]) => ctx.client.update(volumeAttributesClass, { ...object, metadata: { ...object.metadata, finalizers: next } })
    if (deletionTimestamp === undefined) {
      if (!held) await write([...finalizers, FINALIZER])
    } else if (held && !isUsed(name, ctx)) await write(finalizers.filter(f => f !== FINALIZER))
  },
})
