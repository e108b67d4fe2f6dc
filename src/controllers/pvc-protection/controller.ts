/** Lets a deleted claim go once no pod uses it. upstream: pkg/controller/volume/pvcprotection */
import { defineController, type Watch } from '../../client/controller'
import { persistentVolumeClaim } from '../../kinds/core/persistent-volume-claim/kind'
import { pod } from '../../kinds/core/pod/kind'
import { isFinished } from '../../kinds/core/pod/state'
import type { PersistentVolumeClaim, Pod } from '../../kinds/schema/types/core.v1'

const FINALIZER = 'kubernetes.io/pvc-protection'

/** Names of the claims that a pod's volumes stand for, generic ephemeral ones among them. */
export function claimsOf({ metadata, spec }: Pod): string[] {
  const names: string[] = []
  for (const v of spec.volumes ?? []) {
    if (v.persistentVolumeClaim !== undefined) names.push(v.persistentVolumeClaim.claimName)
    else if (v.ephemeral !== undefined) names.push(`${metadata.name}-${v.name}`)
  }
  return names
}

/** A pod that ends or goes may have been the last that used a deleted claim. */
const users: Watch<Pod> = {
  kind: pod,
  *keys({ type, object }, lister) {
    if (type !== 'DELETED' && !isFinished(object)) return
    const namespace = object.metadata.namespace as string
    for (const name of claimsOf(object)) if (lister.get(persistentVolumeClaim, name, namespace)?.metadata.deletionTimestamp !== undefined) yield `${namespace}/${name}`
  },
}

export const pvcProtectionController = defineController<PersistentVolumeClaim>({
  name: 'pvc-protection-controller',
  reconciles: persistentVolumeClaim,
  concerns: ({ object }) => object.metadata.deletionTimestamp !== undefined || object.metadata.finalizers?.includes(FINALIZER) !== true,
  watches: [users as Watch<never>],

  async reconcile(claim, { client, lister }) {
    const { name, namespace, deletionTimestamp, finalizers = [] } = claim.metadata
    const held = finalizers.includes(FINALIZER)
    if (deletionTimestamp === undefined) {
      if (!held) await client.update(persistentVolumeClaim, { ...claim, metadata: { ...claim.metadata, finalizers: [...finalizers, FINALIZER] } })
      return
    }
    if (!held) return
    // A pod that waits for its node does not use the claim yet.
    const used = lister.list(pod, namespace).some(p => (p.spec.nodeName ?? '') !== '' && !isFinished(p) && claimsOf(p).includes(name))
    if (!used) await client.update(persistentVolumeClaim, { ...claim, metadata: { ...claim.metadata, finalizers: finalizers.filter(f => f !== FINALIZER) } })
  },
})
