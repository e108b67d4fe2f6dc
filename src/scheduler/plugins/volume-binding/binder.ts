/** What a pod's claims still need on a node, and the writes that set it going. The controller that binds volumes does the rest. upstream: scheduler/framework/plugins/volumebinding/binder.go */
import { matchesLabels, selectorOfObject, type LabelSelectorObject } from '../../../base/label-selector'
import { valueOfQuantity } from '../../../base/quantity'
import type { Client } from '../../../client/client'
import type { Lister } from '../../../client/lister'
import { persistentVolume } from '../../../kinds/core/persistent-volume/kind'
import { BOUND_BY_CONTROLLER, candidatesFor, CLAIM, classOfClaim, findMatchingVolume, isFullyBound, isMeantFor, isReachableFrom, NO_PROVISIONER, SELECTED_NODE } from '../../../kinds/core/persistent-volume/matching'
import { persistentVolumeClaim } from '../../../kinds/core/persistent-volume-claim/kind'
import { claimsOf } from '../../../kinds/core/pod/claims'
import { csiDriver } from '../../../kinds/storage/csi-driver/kind'
import { csiStorageCapacity } from '../../../kinds/storage/csi-storage-capacity/kind'
import { storageClass } from '../../../kinds/storage/storage-class/kind'
import type { Node, PersistentVolume, PersistentVolumeClaim, Pod } from '../../../kinds/schema/types/core.v1'
import type { StorageClass } from '../../../kinds/schema/types/storage.v1'

export const NODE_CONFLICT = 'node(s) had volume node affinity conflict'
export const NOTHING_TO_BIND = "node(s) didn't find available persistent volumes to bind"
export const NO_SPACE = 'node(s) did not have enough free storage'
export const VOLUME_GONE = 'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)'

export interface PodClaims {
  readonly bound: readonly PersistentVolumeClaim[]
  /** Bound or provisioned only when the pod's node is known. */
  readonly waiting: readonly PersistentVolumeClaim[]
  /** Somebody else has to bind these first. */
  readonly immediate: readonly PersistentVolumeClaim[]
}

/** What is to be done on a node for the claims that wait. */
export interface VolumePlan {
  readonly bindings: readonly { readonly claim: PersistentVolumeClaim; readonly volume: PersistentVolume }[]
  readonly provisions: readonly PersistentVolumeClaim[]
}

/** The pod's claims by what they wait for, or why the pod cannot be scheduled at all. upstream: podHasPVCs, GetPodVolumeClaims */
export function podClaims(pod: Pod, lister: Lister): PodClaims | string {
  const bound: PersistentVolumeClaim[] = []
  const waiting: PersistentVolumeClaim[] = []
  const immediate: PersistentVolumeClaim[] = []
  for (const { name, isEphemeral } of claimsOf(pod)) {
    const claim = lister.get(persistentVolumeClaim, name, pod.metadata.namespace)
    if (claim === undefined) return isEphemeral ? `waiting for ephemeral volume controller to create the persistentvolumeclaim "${name}"` : `persistentvolumeclaim "${name}" not found`
    if (claim.status?.phase === 'Lost') return `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec.volumeName ?? ''}"`
    if (claim.metadata.deletionTimestamp !== undefined) return `persistentvolumeclaim "${name}" is being deleted`
    if (isEphemeral && claim.metadata.ownerReferences?.some(o => o.controller === true && o.uid === pod.metadata.uid) !== true) return `PVC ${pod.metadata.namespace}/${name} was not created for pod ${pod.metadata.namespace}/${pod.metadata.name} (pod is not owner)`
    if (isFullyBound(claim)) bound.push(claim)
    else if ((claim.spec.volumeName ?? '') === '' && waitsForPod(claim, lister)) waiting.push(claim)
    else immediate.push(claim)
  }
  return { bound, waiting, immediate }
}

/** The class binds and provisions only for a pod. upstream: IsDelayBindingMode */
function waitsForPod(claim: PersistentVolumeClaim, lister: Lister): boolean {
  const name = classOfClaim(claim)
  return name !== '' && lister.get(storageClass, name)?.volumeBindingMode === 'WaitForFirstConsumer'
}

/** What the node would need, or the reasons against it. upstream: FindPodVolumes */
export function planVolumes({ bound, waiting }: PodClaims, node: Node, lister: Lister): VolumePlan | readonly string[] {
  const reasons: string[] = []
  const volumes = bound.map(c => lister.get(persistentVolume, c.spec.volumeName as string))
  if (volumes.some(v => v !== undefined && !isReachableFrom(v, node))) reasons.push(NODE_CONFLICT)
  const toProvision: PersistentVolumeClaim[] = []
  const toMatch: PersistentVolumeClaim[] = []
  let elsewhere = false
  for (const c of waiting) {
    const selected = c.metadata.annotations?.[SELECTED_NODE]
    if (selected === undefined) toMatch.push(c)
    else if (selected === node.metadata.name) toProvision.push(c)
    else elsewhere = true
  }
  const bindings = elsewhere ? [] : matchVolumes(toMatch, node, lister, toProvision)
  const obstacle = elsewhere ? NOTHING_TO_BIND : toProvision.map(c => obstacleTo(c, node, lister)).find(o => o !== undefined)
  if (obstacle !== undefined) reasons.push(obstacle)
  if (volumes.includes(undefined)) reasons.push(VOLUME_GONE)
  return reasons.length > 0 ? reasons : { bindings, provisions: toProvision }
}

/** The smallest volumes for the smallest claims first; what finds none is to be provisioned. upstream: findMatchingVolumes */
function matchVolumes(claims: PersistentVolumeClaim[], node: Node, lister: Lister, toProvision: PersistentVolumeClaim[]): VolumePlan['bindings'] {
  const taken = new Set<string>()
  const bindings: { claim: PersistentVolumeClaim; volume: PersistentVolume }[] = []
  for (const claim of claims.sort((a, b) => wishedBytes(a) - wishedBytes(b))) {
    const volume = findMatchingVolume(claim, candidatesFor(claim, persistentVolume, (...at) => lister.byIndex(...at)), { node, taken, waits: true })
    if (volume === undefined) toProvision.push(claim)
    else {
      taken.add(volume.metadata.name)
      bindings.push({ claim, volume })
    }
  }
  return bindings
}

const wishedBytes = ({ spec }: PersistentVolumeClaim): number => valueOfQuantity(spec.resources?.requests?.storage ?? '0')

/** Why no volume could be made for the claim there. upstream: checkVolumeProvisions */
function obstacleTo(claim: PersistentVolumeClaim, node: Node, lister: Lister): string | undefined {
  const found = lister.get(storageClass, classOfClaim(claim))
  if (found === undefined || found.provisioner === '' || found.provisioner === NO_PROVISIONER) return NOTHING_TO_BIND
  if (!allowsTopology(found, node)) return NOTHING_TO_BIND
  return hasSpace(claim, found, node, lister) ? undefined : NO_SPACE
}

/** upstream: MatchTopologySelectorTerms */
function allowsTopology({ allowedTopologies = [] }: StorageClass, { metadata: { labels } }: Node): boolean {
  if (allowedTopologies.length === 0) return true
  return allowedTopologies.some(({ matchLabelExpressions = [] }) => matchLabelExpressions.length > 0 && matchLabelExpressions.every(({ key, values }) => labels?.[key] !== undefined && values.includes(labels[key])))
}

/** Only drivers that say so tell how much room there is. upstream: hasEnoughCapacity */
function hasSpace(claim: PersistentVolumeClaim, { provisioner, metadata }: StorageClass, node: Node, lister: Lister): boolean {
  const wished = wishedBytes(claim)
  if (wished === 0 || lister.get(csiDriver, provisioner)?.spec.storageCapacity !== true) return true
  return lister.list(csiStorageCapacity).some(c => {
    const limit = c.maximumVolumeSize ?? c.capacity
    if (c.storageClassName !== metadata.name || limit === undefined || valueOfQuantity(limit) < wished || c.nodeTopology === undefined) return false
    return matchesLabels(selectorOfObject(c.nodeTopology as LabelSelectorObject), node.metadata.labels)
  })
}

/** Writes what is planned: volumes get their claims, claims the node for which a volume is to be made. Says whether anything is left to wait for. upstream: BindPodVolumes */
export async function carryOut({ bindings, provisions }: VolumePlan, nodeName: string, client: Client): Promise<void> {
  for (const { claim, volume } of bindings) {
    if (isMeantFor(volume, claim) && volume.spec?.claimRef?.uid === claim.metadata.uid) continue
    const chosen = volume.spec?.claimRef === undefined
    await client.update(persistentVolume, {
      ...volume,
      metadata: chosen ? { ...volume.metadata, annotations: { ...volume.metadata.annotations, [BOUND_BY_CONTROLLER]: 'yes' } } : volume.metadata,
      spec: { ...volume.spec, claimRef: { kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace: claim.metadata.namespace as string, name: claim.metadata.name, uid: claim.metadata.uid as string, resourceVersion: claim.metadata.resourceVersion as string } },
    })
  }
  for (const claim of provisions) {
    if (claim.metadata.annotations?.[SELECTED_NODE] === nodeName) continue
    await client.update(persistentVolumeClaim, { ...claim, metadata: { ...claim.metadata, annotations: { ...claim.metadata.annotations, [SELECTED_NODE]: nodeName } } })
  }
}

/** Whether all claims have their volumes now, still have to wait, or cannot get them there any more. upstream: checkBindings */
export function bindingState(pod: Pod, node: Node, lister: Lister): 'bound' | 'waiting' | string {
  let waiting = false
  for (const { name } of claimsOf(pod)) {
    const claim = lister.get(persistentVolumeClaim, name, pod.metadata.namespace)
    if (claim === undefined) return `persistentvolumeclaim "${name}" not found`
    if (isFullyBound(claim)) {
      const volume = lister.get(persistentVolume, claim.spec.volumeName as string)
      if (volume !== undefined && !isReachableFrom(volume, node)) return `pv "${volume.metadata.name}" node affinity doesn't match node "${node.metadata.name}": no matching NodeSelectorTerms`
      continue
    }
    waiting = true
    const selected = claim.metadata.annotations?.[SELECTED_NODE]
    const promised = lister.byIndex(persistentVolume, CLAIM, `${pod.metadata.namespace}/${name}`).some(v => isMeantFor(v, claim))
    if (!promised && selected !== node.metadata.name) return selected === undefined ? `provisioning failed for PVC "${name}"` : `PVC "${name}" selected node ${selected} is not ${node.metadata.name}`
  }
  return waiting ? 'waiting' : 'bound'
}
