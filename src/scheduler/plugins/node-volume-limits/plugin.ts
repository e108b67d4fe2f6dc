/** NodeVolumeLimits: how many volumes of a CSI driver a node can have. upstream: scheduler/framework/plugins/nodevolumelimits/csi.go */
import type { Lister } from '../../../client/lister'
import { persistentVolume } from '../../../kinds/core/persistent-volume/kind'
import { persistentVolumeClaim } from '../../../kinds/core/persistent-volume-claim/kind'
import { classOfClaim } from '../../../kinds/core/persistent-volume/matching'
import { claimsOf } from '../../../kinds/core/pod/claims'
import type { Pod } from '../../../kinds/schema/types/core.v1'
import { csiNode } from '../../../kinds/storage/csi-node/kind'
import { storageClass } from '../../../kinds/storage/storage-class/kind'
import { NODE, volumeAttachment } from '../../../kinds/storage/volume-attachment/kind'
import { SKIP, unresolvable, unschedulable, type ClusterEvent, type SchedulerPlugin } from '../../framework'
import type { NodeInfo } from '../../node-info'
import { usesClaim } from '../volume-binding/hints'

const TOO_MANY = unschedulable('node(s) exceed max volume count')

export const nodeVolumeLimits: SchedulerPlugin = {
  name: 'NodeVolumeLimits',
  hints: { CSINode: limitGrew, NodeAdd: () => true, PodGone: (_, { object }) => claimsOf(object as Pod).length > 0 || (object as Pod).spec.volumes?.some(v => v.csi !== undefined) === true, Claim: usesClaim, VolumeAttachmentGone: () => true },
  preFilter({ pod, lister }) {
    const claims = claimsOf(pod)
    if (claims.length === 0) return SKIP
    for (const c of claims) if (lister.get(persistentVolumeClaim, c.name, pod.metadata.namespace) === undefined) return unresolvable(`persistentvolumeclaim "${c.name}" not found`)
    const wished = volumesOf([pod], lister)
    if (wished.size === 0) return SKIP
    return { filter: node => (exceeds(wished, node, lister) ? TOO_MANY : undefined) }
  },
}

/** Volumes of CSI drivers: driver by `driver/handle`. Of volumes that are still to be made, too. upstream: filterAttachableVolumes */
function volumesOf(pods: readonly Pod[], lister: Lister): Map<string, string> {
  const found = new Map<string, string>()
  for (const p of pods) {
    for (const c of claimsOf(p)) {
      const claim = lister.get(persistentVolumeClaim, c.name, p.metadata.namespace)
      if (claim === undefined) continue
      const csi = (claim.spec.volumeName ?? '') === '' ? undefined : lister.get(persistentVolume, claim.spec.volumeName as string)
      if (csi !== undefined) {
        if (csi.spec?.csi !== undefined) found.set(`${csi.spec.csi.driver}/${csi.spec.csi.volumeHandle}`, csi.spec.csi.driver)
        continue
      }
      const provisioner = lister.get(storageClass, classOfClaim(claim))?.provisioner
      if (provisioner !== undefined && provisioner !== '') found.set(`${provisioner}/?${claim.metadata.namespace}/${claim.metadata.name}`, provisioner)
    }
  }
  return found
}

function exceeds(wished: ReadonlyMap<string, string>, node: NodeInfo, lister: Lister): boolean {
  const drivers = lister.get(csiNode, node.name)?.spec.drivers ?? []
  const limits = new Map(drivers.flatMap(d => (d.allocatable?.count === undefined ? [] : [[d.name, d.allocatable.count] as const])))
  if (limits.size === 0) return false
  const attached = volumesOf(node.pods, lister)
  for (const a of lister.byIndex(volumeAttachment, NODE, node.name)) {
    if (a.spec.source.persistentVolumeName === undefined) continue
    const csi = lister.get(persistentVolume, a.spec.source.persistentVolumeName)?.spec?.csi
    if (csi !== undefined) attached.set(`${csi.driver}/${csi.volumeHandle}`, csi.driver)
  }
  for (const [driver, limit] of limits) {
    let more = 0
    let there = 0
    for (const [volume, d] of wished) if (d === driver && !attached.has(volume)) more++
    for (const d of attached.values()) if (d === driver) there++
    if (more > 0 && there + more > limit) return true
  }
  return false
}

function limitGrew(_pod: Pod, { object, previous }: ClusterEvent): boolean {
  const count = (o: unknown, driver: string): number => (o as { spec: { drivers?: { name: string; allocatable?: { count?: number } }[] } }).spec.drivers?.find(d => d.name === driver)?.allocatable?.count ?? 0
  if (previous === undefined) return true
  return ((object as unknown as { spec: { drivers?: { name: string }[] } }).spec.drivers ?? []).some(d => count(object, d.name) > count(previous, d.name))
}
