/** Lets a deleted claim go once no pod uses it. upstream: pkg/controller/volume/pvcprotection */
import { defineController, NO_KEYS, type Watch } from '../../client/controller'
import { persistentVolumeClaim } from '../../kinds/core/persistent-volume-claim/kind'
import { CLAIMS, claimsOf } from '../../kinds/core/pod/claims'
import { pod } from '../../kinds/core/pod/kind'
import type { PersistentVolumeClaim, Pod } from '../../kinds/schema/types/core.v1'

const FINALIZER = 'kubernetes.io/pvc-protection'

const isFor = (pod: Pod, claim: PersistentVolumeClaim): boolean => claim.metadata.ownerReferences?.some(o => o.controller === true && o.uid === pod.metadata.uid) === true
/** Its kubelet has done with it, and nothing but its removal is left. upstream: podIsShutDown */
const isShutDown = ({ metadata }: Pod): boolean => metadata.deletionTimestamp !== undefined && metadata.deletionGracePeriodSeconds === 0

/** A pod that waits for its node does not use the claim yet; one that has ended still does. upstream: podUsesPVC */
function uses(pod: Pod, claim: PersistentVolumeClaim): boolean {
  if ((pod.spec.nodeName ?? '') === '') return false
  return claimsOf(pod).some(c => c.name === claim.metadata.name && (!c.isEphemeral || (!isShutDown(pod) && isFor(pod, claim))))
}

/** A pod that goes may have been the last that used a deleted claim. */
const users: Watch<Pod> = {
  kind: pod,
  keys({ type, object }, lister) {
    if (type !== 'DELETED' && !isShutDown(object)) return NO_KEYS
    const namespace = object.metadata.namespace as string
    const deleted = claimsOf(object).filter(({ name }) => lister.get(persistentVolumeClaim, name, namespace)?.metadata.deletionTimestamp !== undefined)
    return deleted.map(({ name }) => `${namespace}/${name}`)
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
    const used = lister.byIndex(pod, CLAIMS, `${namespace}/${name}`).some(p => uses(p, claim))
    if (!used) await client.update(persistentVolumeClaim, { ...claim, metadata: { ...claim.metadata, finalizers: finalizers.filter(f => f !== FINALIZER) } })
  },
})
