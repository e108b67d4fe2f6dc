/** Makes the claims that pods ask for with generic ephemeral volumes. upstream: pkg/controller/volume/ephemeral */
import { StatusError } from '../../base/status'
import { defineController, type Context, type Watch } from '../../client/controller'
import { persistentVolumeClaim } from '../../kinds/core/persistent-volume-claim/kind'
import { CLAIMS, claimsOf, type UsedClaim } from '../../kinds/core/pod/claims'
import { pod as podKind } from '../../kinds/core/pod/kind'
import { keyOf } from '../../kinds/kind'
import type { PersistentVolumeClaim, Pod } from '../../kinds/schema/types/core.v1'
import { controllerReference } from '../pod-control/pod-control'

/** A claim that is gone may have been in the way, or be missed. */
const claims: Watch<PersistentVolumeClaim> = {
  kind: persistentVolumeClaim,
  *keys({ type, object }, lister) {
    if (type === 'DELETED') for (const p of lister.byIndex(podKind, CLAIMS, keyOf(object))) if (hasEphemeral(p)) yield keyOf(p)
  },
}

const hasEphemeral = (p: Pod): boolean => p.spec.volumes?.some(v => v.ephemeral !== undefined) === true

export const ephemeralVolumeController = defineController<Pod>({
  name: 'ephemeral-volume-controller',
  reconciles: podKind,
  concerns: ({ type, object }) => type === 'ADDED' && hasEphemeral(object),
  watches: [claims as Watch<never>],

  async reconcile(pod, ctx) {
    if (pod.metadata.deletionTimestamp !== undefined) return
    for (const used of claimsOf(pod)) if (used.isEphemeral && !(await provide(pod, used, ctx))) return
  },
})

/** False when the claim cannot be had: told, and the other volumes are left alone. */
async function provide(pod: Pod, { name, volume }: UsedClaim, { client, lister, events }: Context): Promise<boolean> {
  const { namespace, uid } = pod.metadata
  const fail = async (why: string): Promise<false> => {
    await events.event(pod, 'Warning', 'FailedBinding', `ephemeral volume ${volume.name}: ${why}`)
    return false
  }
  const there = lister.get(persistentVolumeClaim, name, namespace)
  if (there !== undefined) return there.metadata.ownerReferences?.some(o => o.controller === true && o.uid === uid) === true ? true : fail(`PVC ${namespace}/${name} was not created for pod ${namespace}/${pod.metadata.name} (pod is not owner)`)
  const { metadata, spec } = volume.ephemeral?.volumeClaimTemplate ?? {}
  const { annotations, labels } = metadata ?? {}
  try {
    await client.create(persistentVolumeClaim, {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name, namespace: namespace as string, ownerReferences: [controllerReference(podKind, pod)], ...(annotations === undefined ? {} : { annotations }), ...(labels === undefined ? {} : { labels }) },
      spec: spec ?? {},
    })
    return true
  } catch (e) {
    if (!(e instanceof StatusError)) throw e
    await fail(`create PVC ${name}: ${e.message}`)
    throw e
  }
}
