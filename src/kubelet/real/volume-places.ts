/** Where the data of a pod's volume lies, and whether it can be had on this node. upstream: pkg/kubelet/volumemanager/populator, pkg/volume */
import type { Lister } from '../../client/lister'
import { persistentVolume } from '../../kinds/core/persistent-volume/kind'
import { isReachableFrom } from '../../kinds/core/persistent-volume/matching'
import { VOLUME_SOURCES } from '../../kinds/core/persistent-volume/sources'
import { persistentVolumeClaim } from '../../kinds/core/persistent-volume-claim/kind'
import { claimsOf } from '../../kinds/core/pod/claims'
import { kubeletUid } from '../../kinds/core/pod/static'
import type { Node, PersistentVolume, PersistentVolumeClaim, PersistentVolumeSpec, Pod, Volume } from '../../kinds/schema/types/core.v1'
import { csiNode } from '../../kinds/storage/csi-node/kind'
import { isAttachable } from '../../kinds/storage/volume-attachment/attachable'
import { VOLUME, volumeAttachment } from '../../kinds/storage/volume-attachment/kind'
import type { NodeStorage } from '../../runtime/storage'
import { checkHostPath, clean, hostVolumeId, whatIsAt } from './host-path'
import { MountError, unprocessed } from './mount-error'

export const podVolumeId = (pod: Pod, name: string): string => `pod/${kubeletUid(pod)}/${name}`

export interface Place {
  readonly volumeId: string
  /** Absolute within it, '' for all of it. */
  readonly subPath: string
  readonly readOnly: boolean
}

export interface PlaceParts {
  readonly pod: Pod
  readonly node: Node | undefined
  readonly lister: Lister
  readonly storage: Pick<NodeStorage, 'files'>
  readonly nowMs: number
}

/** The claim and the volume behind a pod's volume; undefined when it is of another kind. Throws MountError when they are not there. */
export function claimedBy(v: Volume, { pod, lister }: Pick<PlaceParts, 'pod' | 'lister'>): { readonly claim: PersistentVolumeClaim; readonly volume: PersistentVolume } | undefined {
  const used = claimsOf(pod).find(c => c.volume.name === v.name)
  if (used === undefined) return undefined
  const fail = (why: string): never => {
    throw unprocessed(v.name, `error processing PVC ${pod.metadata.namespace}/${used.name}: ${why}`)
  }
  const claim = lister.get(persistentVolumeClaim, used.name, pod.metadata.namespace)
  if (claim === undefined) return fail(`failed to fetch PVC from API server: persistentvolumeclaims "${used.name}" not found`)
  if (used.isEphemeral && claim.metadata.ownerReferences?.some(o => o.controller === true && o.uid === pod.metadata.uid) !== true) return fail(`PVC ${pod.metadata.namespace}/${used.name} was not created for pod ${pod.metadata.namespace}/${pod.metadata.name} (pod is not owner)`)
  const name = claim.spec.volumeName ?? ''
  if (claim.status?.phase !== 'Bound' || name === '') return fail('PVC is not bound')
  const volume = lister.get(persistentVolume, name)
  if (volume === undefined) return fail(`failed to fetch PV ${name} from API server: persistentvolumes "${name}" not found`)
  return { claim, volume }
}

/** Of volumes that are not the pod's own; undefined of those. */
export function placeOf(v: Volume, parts: Pick<PlaceParts, 'pod' | 'lister'>): Place | undefined {
  const { pod } = parts
  const found = claimedBy(v, parts)
  if (found !== undefined) return storeOf(found.volume.spec ?? {}, pod, v.persistentVolumeClaim?.readOnly === true)
  // A driver's volumes within pods live and die with them.
  return v.csi === undefined ? storeOf(v as unknown as PersistentVolumeSpec, pod, false) : undefined
}

/** Folders of the node lie on its disk. Everything else is a store that all nodes reach: the same source is the same data. */
function storeOf(spec: PersistentVolumeSpec, pod: Pod, readOnly: boolean): Place | undefined {
  const path = spec.hostPath?.path ?? spec.local?.path
  if (path !== undefined) return { volumeId: hostVolumeId(pod.spec.nodeName as string), subPath: clean(path) === '/' ? '' : clean(path), readOnly }
  const field = VOLUME_SOURCES.find(s => spec[s.field] !== undefined)?.field
  if (field === undefined) return undefined
  const source = spec[field] as unknown as Record<string, unknown>
  return { volumeId: `store/${field}/${identityOf(source)}`, subPath: '', readOnly: readOnly || source.readOnly === true }
}

/** How it is mounted and who may does not make it another one. */
const MANNER = /^(readOnly|fsType|secretRef|secretName|user|.*SecretRef|mountOptions|volumeAttributes)$/
function identityOf(source: Record<string, unknown>): string {
  if (typeof source.driver === 'string' && typeof source.volumeHandle === 'string') return `${source.driver}/${source.volumeHandle}`
  return JSON.stringify(Object.entries(source).filter(([key]) => !MANNER.test(key)).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Makes what may be made; throws MountError while the volume cannot be had. */
export function reachPlace(v: Volume, parts: PlaceParts): void {
  const { pod, storage, nowMs } = parts
  const disk = { files: storage.files, nodeName: pod.spec.nodeName as string, nowMs }
  if (v.hostPath !== undefined) return checkHostPath(v.name, v.hostPath, disk)
  if (v.csi !== undefined) return requireDriver(v.csi.driver, v.name, 'mounter.SetUpAt failed to get CSI client', 'SetUp', parts)
  const found = claimedBy(v, parts)
  if (found === undefined) return
  const { claim, volume } = found
  if (claim.metadata.deletionTimestamp !== undefined) throw unprocessed(v.name, `error processing PVC ${pod.metadata.namespace}/${claim.metadata.name}: PVC is being deleted`)
  checkMode(v, volume, pod)
  const { name } = volume.metadata
  if (parts.node !== undefined && !isReachableFrom(volume, parts.node)) throw new MountError(name, 'no matching NodeSelectorTerms', `MountVolume.NodeAffinity check failed for volume "${name}" : no matching NodeSelectorTerms`)
  const { hostPath, local, csi } = volume.spec ?? {}
  if (hostPath !== undefined) checkHostPath(name, hostPath, disk)
  else if (local !== undefined && whatIsAt(disk, local.path) === undefined) throw new MountError(name, `path "${local.path}" does not exist`, `MountVolume.NewMounter initialization failed for volume "${name}" : path "${local.path}" does not exist`)
  else if (csi !== undefined) {
    // Who attaches it tells what goes wrong with that.
    if (isAttachable(csi.driver, (...at) => parts.lister.get(...at)) && !isAttached(name, parts)) throw new MountError(name, 'not attached', undefined)
    requireDriver(csi.driver, name, 'attacher.MountDevice failed to create newCsiDriverClient', 'MountDevice', parts)
  }
}

const isAttached = (volume: string, { pod, lister }: PlaceParts): boolean => lister.byIndex(volumeAttachment, VOLUME, volume).some(a => a.spec.nodeName === pod.spec.nodeName && a.status?.attached === true && a.metadata.deletionTimestamp === undefined)

/** upstream: pkg/volume/csi/csi_client.go newCsiDriverClient */
function requireDriver(driver: string, volume: string, what: string, step: string, { pod, lister }: PlaceParts): void {
  if (lister.get(csiNode, pod.spec.nodeName as string)?.spec.drivers?.some(d => d.name === driver) === true) return
  const message = `kubernetes.io/csi: ${what}: driver name ${driver} not found in the list of registered CSI drivers`
  throw new MountError(volume, message, `MountVolume.${step} failed for volume "${volume}" : ${message}`)
}

/** upstream: createVolumeSpec */
function checkMode(v: Volume, volume: PersistentVolume, { spec }: Pod): void {
  const containers = [...spec.containers, ...(spec.initContainers ?? [])]
  const mode = volume.spec?.volumeMode ?? 'Filesystem'
  const fail = (where: string): never => {
    throw unprocessed(v.name, `volume ${v.name} has volumeMode ${mode}, but is specified in ${where}`)
  }
  if (mode === 'Block' && containers.some(c => c.volumeMounts?.some(m => m.name === v.name) === true)) fail('volumeMounts')
  if (mode === 'Filesystem' && containers.some(c => c.volumeDevices?.some(d => d.name === v.name) === true)) fail('volumeDevices')
}
