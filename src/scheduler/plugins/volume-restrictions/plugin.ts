/** VolumeRestrictions: volumes that only one pod, or one node, can have. upstream: scheduler/framework/plugins/volumerestrictions */
import { persistentVolumeClaim } from '../../../kinds/core/persistent-volume-claim/kind'
import { CLAIMS } from '../../../kinds/core/pod/claims'
import { pod as podKind } from '../../../kinds/core/pod/kind'
import { isFinished } from '../../../kinds/core/pod/state'
import type { Pod, Volume } from '../../../kinds/schema/types/core.v1'
import { SKIP, unresolvable, unschedulable, type ClusterEvent, type SchedulerPlugin } from '../../framework'
import { sharesClaim, usesClaim } from '../volume-binding/hints'

const TAKEN = unschedulable('node(s) had no available disk')
const SINGLE_POD = unschedulable('node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod')

const claimNames = ({ spec }: Pod): string[] => (spec.volumes ?? []).flatMap(v => (v.persistentVolumeClaim === undefined ? [] : [v.persistentVolumeClaim.claimName]))
const disksOf = ({ spec }: Pod): readonly Volume[] => (spec.volumes ?? []).filter(v => v.gcePersistentDisk !== undefined || v.awsElasticBlockStore !== undefined || v.iscsi !== undefined || v.rbd !== undefined)

export const volumeRestrictions: SchedulerPlugin = {
  name: 'VolumeRestrictions',
  hints: { PodGone: podMatters, NodeAdd: () => true, Claim: usesClaim },
  preFilter({ pod, lister }) {
    const namespace = pod.metadata.namespace as string
    const single: string[] = []
    for (const name of claimNames(pod)) {
      const claim = lister.get(persistentVolumeClaim, name, namespace)
      if (claim === undefined) return unresolvable(`persistentvolumeclaim "${name}" not found`)
      if (claim.spec.accessModes?.includes('ReadWriteOncePod') === true) single.push(name)
    }
    const disks = disksOf(pod)
    if (disks.length === 0 && single.length === 0) return SKIP
    /** Claims that a pod on some node uses already. */
    const used = single.filter(name => lister.byIndex(podKind, CLAIMS, `${namespace}/${name}`).some(p => (p.spec.nodeName ?? '') !== '' && !isFinished(p)))
    return {
      filter(node) {
        if (disks.length > 0 && node.pods.some(p => disks.some(d => disksOf(p).some(o => collide(d, o))))) return TAKEN
        const freed = new Set(node.removed.filter(p => p.metadata.namespace === namespace).flatMap(claimNames))
        const promised = new Set(node.added.filter(p => p.metadata.namespace === namespace).flatMap(claimNames))
        return used.some(name => !freed.has(name)) || single.some(name => promised.has(name)) ? SINGLE_POD : undefined
      },
    }
  },
}

/** upstream: isVolumeConflict */
function collide(a: Volume, b: Volume): boolean {
  if (a.gcePersistentDisk !== undefined && b.gcePersistentDisk !== undefined) {
    if (a.gcePersistentDisk.pdName === b.gcePersistentDisk.pdName && !(a.gcePersistentDisk.readOnly === true && b.gcePersistentDisk.readOnly === true)) return true
  }
  if (a.awsElasticBlockStore !== undefined && a.awsElasticBlockStore.volumeID === b.awsElasticBlockStore?.volumeID) return true
  if (a.iscsi !== undefined && b.iscsi !== undefined && a.iscsi.iqn === b.iscsi.iqn && !(a.iscsi.readOnly === true && b.iscsi.readOnly === true)) return true
  if (a.rbd === undefined || b.rbd === undefined) return false
  const same = a.rbd.monitors.some(m => b.rbd?.monitors.includes(m) === true) && (a.rbd.pool ?? 'rbd') === (b.rbd.pool ?? 'rbd') && a.rbd.image === b.rbd.image
  return same && !(a.rbd.readOnly === true && b.rbd.readOnly === true)
}

function podMatters(pod: Pod, event: ClusterEvent): boolean {
  const other = event.object as Pod
  const disks = disksOf(pod)
  return sharesClaim(pod, other) || (disks.length > 0 && disksOf(other).some(o => disks.some(d => collide(d, o))))
}
