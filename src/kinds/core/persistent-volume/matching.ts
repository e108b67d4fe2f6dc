/** Which volume a claim may have: what the scheduler and the controller that binds volumes must judge alike. upstream: component-helpers/storage/volume */
import { matchesLabels, selectorOfObject, type LabelSelectorObject } from '../../../base/label-selector'
import { valueOfQuantity } from '../../../base/quantity'
import { matchesNodeSelector } from '../pod/placement'
import type { Resource } from '../../kind'
import type { Node, PersistentVolume, PersistentVolumeClaim } from '../../schema/types/core.v1'

export const BETA_CLASS = 'volume.beta.kubernetes.io/storage-class'
/** Set on a claim: binding is complete, on either side. */
export const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed'
/** Set on a volume or claim whose partner a controller chose. */
export const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller'
/** Set on a claim by the scheduler: for which node the volume is to be made. */
export const SELECTED_NODE = 'volume.kubernetes.io/selected-node'
/** Provisioner of classes whose volumes somebody makes by hand. */
export const NO_PROVISIONER = 'kubernetes.io/no-provisioner'

/** Index of the volumes that are nobody's, by the name of their class. */
export const CLASS = 'class'
/** Index of volumes by the claim that they are meant for, `NAMESPACE/NAME`. */
export const CLAIM = 'claim'
/** Index of claims that have no volume yet, by the name of their class. */
export const UNBOUND = 'unbound'
/** Index of claims by the volume that they name. */
export const VOLUME = 'volume'

/** Name of the claim's class, '' for none. upstream: GetPersistentVolumeClaimClass */
export const classOfClaim = ({ metadata, spec }: PersistentVolumeClaim): string => metadata.annotations?.[BETA_CLASS] ?? spec.storageClassName ?? ''
/** upstream: GetPersistentVolumeClass */
export const classOfVolume = ({ metadata, spec }: PersistentVolume): string => metadata.annotations?.[BETA_CLASS] ?? spec?.storageClassName ?? ''

/** The claim has its volume and both sides know. */
export const isFullyBound = ({ metadata, spec }: PersistentVolumeClaim): boolean => (spec.volumeName ?? '') !== '' && metadata.annotations?.[BIND_COMPLETED] !== undefined

/** The volume is meant for this claim, by name and, once it is there, by uid. upstream: IsVolumeBoundToClaim */
export function isMeantFor({ spec }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean {
  const ref = spec?.claimRef
  if (ref === undefined || ref.name !== metadata.name || ref.namespace !== metadata.namespace) return false
  return (ref.uid ?? '') === '' || ref.uid === metadata.uid
}

/** Reads of a declared index, as Lister.byIndex. */
type ByIndex = (kind: Resource<PersistentVolume>, index: string, value: string) => readonly PersistentVolume[]

/** The volumes among which the claim's is looked for: those of its class that are nobody's, and those that are meant for it. */
export function candidatesFor(claim: PersistentVolumeClaim, kind: Resource<PersistentVolume>, byIndex: ByIndex): PersistentVolume[] {
  return [...byIndex(kind, CLASS, classOfClaim(claim)), ...byIndex(kind, CLAIM, `${claim.metadata.namespace}/${claim.metadata.name}`)]
}

/** Whether the volume can be had on the node. upstream: CheckNodeAffinity */
export function isReachableFrom({ spec }: PersistentVolume, node: Node): boolean {
  const required = spec?.nodeAffinity?.required
  return required === undefined || matchesNodeSelector(required, node)
}

export interface Search {
  /** Where the pod would run; undefined while nobody knows. */
  readonly node?: Node | undefined
  /** Names of volumes that are spoken for. */
  readonly taken?: ReadonlySet<string>
  /** The claim waits for its pod: without a node only a volume that is meant for it will do. */
  readonly waits?: boolean
}

/** The smallest volume that fulfils the claim, or the one that is meant for it. upstream: FindMatchingVolume */
export function findMatchingVolume(claim: PersistentVolumeClaim, volumes: readonly PersistentVolume[], { node, taken, waits = false }: Search): PersistentVolume | undefined {
  const wished = sizeOf(claim.spec.resources?.requests)
  const wishedClass = classOfClaim(claim)
  const selector = claim.spec.selector === undefined ? undefined : selectorOfObject(claim.spec.selector as LabelSelectorObject)
  let smallest: PersistentVolume | undefined
  let smallestSize = Infinity
  for (const v of volumes) {
    if (taken?.has(v.metadata.name) === true) continue
    const meant = isMeantFor(v, claim)
    if (v.spec?.claimRef !== undefined && !meant) continue
    const size = sizeOf(v.spec?.capacity)
    if (size < wished || (v.spec?.volumeMode ?? 'Filesystem') !== (claim.spec.volumeMode ?? 'Filesystem')) continue
    if ((v.spec?.volumeAttributesClassName ?? '') !== (claim.spec.volumeAttributesClassName ?? '') || v.metadata.deletionTimestamp !== undefined) continue
    const reachable = node === undefined || isReachableFrom(v, node)
    if (meant) return reachable ? v : undefined
    if (node === undefined && waits) continue
    if (v.status?.phase !== 'Available' || (selector !== undefined && !matchesLabels(selector, v.metadata.labels))) continue
    if (classOfVolume(v) !== wishedClass || !reachable || !offersModes(v, claim)) continue
    if (size < smallestSize) {
      smallest = v
      smallestSize = size
    }
  }
  return smallest
}

/** Bytes of storage. */
export const sizeOf = (amounts: Readonly<Record<string, string>> | undefined): number => (amounts?.storage === undefined ? 0 : valueOfQuantity(amounts.storage))

/** upstream: CheckAccessModes */
export const offersModes = ({ spec }: PersistentVolume, claim: PersistentVolumeClaim): boolean => (claim.spec.accessModes ?? []).every(m => spec?.accessModes?.includes(m) === true)
