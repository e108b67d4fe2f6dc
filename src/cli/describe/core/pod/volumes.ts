/** Volumes of a pod, and what a persistent volume is made of: a type and a few fields each. upstream: kubectl/pkg/describe print…VolumeSource */
import { sortedKeys } from '../../../../base/go-text'
import { canonicalQuantity, parseQuantity, quantitySign } from '../../../../base/quantity'
import type * as v1 from '../../../../kinds/schema/types/core.v1'
import { shorten } from '../../metadata'
import { nested, text, type Lines } from '../../writer'
import { claimLines } from './claim'

type Field = readonly [name: string, value: unknown]

/** The type's line, then fields below it. */
function source(w: Lines, type: string, ...entries: readonly Field[]): void {
  w.write(2, `Type:\t${type}\n`)
  for (const [name, value] of entries) w.write(2, `${name}\t${text(value)}\n`)
}

const yes = (value: boolean | undefined): boolean => value === true

/** As Go prints a reference that a pointer holds. */
const secretName = (ref: v1.LocalObjectReference | undefined): string => (ref === undefined ? 'nil' : `&LocalObjectReference{Name:${text(ref.name)},}`)
const secretOf = (ref: v1.SecretReference | undefined): string => (ref === undefined ? 'nil' : `&SecretReference{Name:${text(ref.name)},Namespace:${text(ref.namespace)},}`)
const reference = (ref: v1.LocalObjectReference | v1.SecretReference | undefined, persistent: boolean): string => (persistent ? secretOf(ref as v1.SecretReference) : secretName(ref as v1.LocalObjectReference))
const goList = (list: readonly string[] | undefined): string => `[${(list ?? []).join(' ')}]`
const goMap = (map: Readonly<Record<string, string>> | undefined): string => `map[${sortedKeys(map ?? {}).map(k => `${k}:${map?.[k]}`).join(' ')}]`

type Source<T> = (w: Lines, source: T, persistent: boolean) => void

/** By field of the volume, in the order in which kubectl looks. */
const SOURCES = {
  hostPath: ((w, s) => source(w, 'HostPath (bare host directory volume)', ['Path:', s.path], ['HostPathType:', s.type ?? '<none>'])) as Source<v1.HostPathVolumeSource>,
  emptyDir: ((w, s) => {
    const limit = s.sizeLimit !== undefined && quantitySign(parseQuantity(String(s.sizeLimit))) > 0 ? canonicalQuantity(s.sizeLimit) : '<unset>'
    source(w, "EmptyDir (a temporary directory that shares a pod's lifetime)", ['Medium:', s.medium], ['SizeLimit:', limit])
  }) as Source<v1.EmptyDirVolumeSource>,
  gcePersistentDisk: ((w, s) => source(w, 'GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)', ['PDName:', s.pdName], ['FSType:', s.fsType], ['Partition:', s.partition ?? 0], ['ReadOnly:', yes(s.readOnly)])) as Source<v1.GCEPersistentDiskVolumeSource>,
  awsElasticBlockStore: ((w, s) => source(w, 'AWSElasticBlockStore (a Persistent Disk resource in AWS)', ['VolumeID:', s.volumeID], ['FSType:', s.fsType], ['Partition:', s.partition ?? 0], ['ReadOnly:', yes(s.readOnly)])) as Source<v1.AWSElasticBlockStoreVolumeSource>,
  gitRepo: ((w, s) => source(w, 'GitRepo (a volume that is pulled from git when the pod is created)', ['Repository:', s.repository], ['Revision:', s.revision])) as Source<v1.GitRepoVolumeSource>,
  secret: ((w, s) => source(w, 'Secret (a volume populated by a Secret)', ['SecretName:', s.secretName], ['Optional:', yes(s.optional)])) as Source<v1.SecretVolumeSource>,
  configMap: ((w, s) => source(w, 'ConfigMap (a volume populated by a ConfigMap)', ['Name:', s.name], ['Optional:', yes(s.optional)])) as Source<v1.ConfigMapVolumeSource>,
  nfs: ((w, s) => source(w, 'NFS (an NFS mount that lasts the lifetime of a pod)', ['Server:', s.server], ['Path:', s.path], ['ReadOnly:', yes(s.readOnly)])) as Source<v1.NFSVolumeSource>,
  iscsi: ((w, s, persistent) => source(w, "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)", ['TargetPortal:', s.targetPortal], ['IQN:', s.iqn], ['Lun:', s.lun], ['ISCSIInterface', s.iscsiInterface], ['FSType:', s.fsType], ['ReadOnly:', yes(s.readOnly)],
    ['Portals:', goList(s.portals)], ['DiscoveryCHAPAuth:', yes(s.chapAuthDiscovery)], ['SessionCHAPAuth:', yes(s.chapAuthSession)], ['SecretRef:', reference(s.secretRef, persistent)], ['InitiatorName:', s.initiatorName ?? '<none>'])) as Source<v1.ISCSIVolumeSource & v1.ISCSIPersistentVolumeSource>,
  glusterfs: ((w, s, persistent) => source(w, "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)", ['EndpointsName:', s.endpoints], ...(persistent ? [['EndpointsNamespace:', s.endpointsNamespace ?? '<unset>'] as const] : []), ['Path:', s.path], ['ReadOnly:', yes(s.readOnly)])) as Source<v1.GlusterfsPersistentVolumeSource>,
  persistentVolumeClaim: ((w, s) => source(w, 'PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)', ['ClaimName:', s.claimName], ['ReadOnly:', yes(s.readOnly)])) as Source<v1.PersistentVolumeClaimVolumeSource>,
  ephemeral: ((w, { volumeClaimTemplate: template }) => {
    source(w, 'EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)')
    if (template !== undefined) claimLines(nested(w, 2), { metadata: { name: '', ...template.metadata }, spec: template.spec })
  }) as Source<v1.EphemeralVolumeSource>,
  rbd: ((w, s, persistent) => source(w, "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)", ['CephMonitors:', goList(s.monitors)], ['RBDImage:', s.image], ['FSType:', s.fsType], ['RBDPool:', s.pool], ['RadosUser:', s.user], ['Keyring:', s.keyring], ['SecretRef:', reference(s.secretRef, persistent)], ['ReadOnly:', yes(s.readOnly)])) as Source<v1.RBDVolumeSource & v1.RBDPersistentVolumeSource>,
  quobyte: ((w, s) => source(w, "Quobyte (a Quobyte mount on the host that shares a pod's lifetime)", ['Registry:', s.registry], ['Volume:', s.volume], ['ReadOnly:', yes(s.readOnly)])) as Source<v1.QuobyteVolumeSource>,
  downwardAPI: ((w, s) => {
    source(w, 'DownwardAPI (a volume populated by information about the pod)')
    w.write(2, 'Items:\n')
    for (const { fieldRef, resourceFieldRef, path } of s.items ?? []) {
      if (fieldRef !== undefined) w.write(3, `${fieldRef.fieldPath} -> ${path}\n`)
      if (resourceFieldRef !== undefined) w.write(3, `${resourceFieldRef.resource} -> ${path}\n`)
    }
  }) as Source<v1.DownwardAPIVolumeSource>,
  azureDisk: ((w, s) => source(w, 'AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)', ['DiskName:', s.diskName], ['DiskURI:', s.diskURI], ['Kind: ', s.kind], ['FSType:', s.fsType], ['CachingMode:', s.cachingMode], ['ReadOnly:', yes(s.readOnly)])) as Source<v1.AzureDiskVolumeSource>,
  vsphereVolume: ((w, s) => source(w, 'vSphereVolume (a Persistent Disk resource in vSphere)', ['VolumePath:', s.volumePath], ['FSType:', s.fsType], ['StoragePolicyName:', s.storagePolicyName])) as Source<v1.VsphereVirtualDiskVolumeSource>,
  cinder: ((w, s, persistent) => source(w, 'Cinder (a Persistent Disk resource in OpenStack)', ['VolumeID:', s.volumeID], ['FSType:', s.fsType], ['ReadOnly:', yes(s.readOnly)], ['SecretRef:', reference(s.secretRef, persistent)])) as Source<v1.CinderVolumeSource & v1.CinderPersistentVolumeSource>,
  photonPersistentDisk: ((w, s) => source(w, 'PhotonPersistentDisk (a Persistent Disk resource in photon platform)', ['PdID:', s.pdID], ['FSType:', s.fsType])) as Source<v1.PhotonPersistentDiskVolumeSource>,
  portworxVolume: ((w, s) => source(w, 'PortworxVolume (a Portworx Volume resource)', ['VolumeID:', s.volumeID])) as Source<v1.PortworxVolumeSource>,
  scaleIO: ((w, s, persistent) => {
    const ref = s.secretRef as v1.SecretReference | undefined
    source(w, 'ScaleIO (a persistent volume backed by a block device in ScaleIO)', ['Gateway:', s.gateway], ['System:', s.system], ['Protection Domain:', s.protectionDomain], ['Storage Pool:', s.storagePool], ['Storage Mode:', s.storageMode], ['VolumeName:', s.volumeName],
      ...(persistent ? [['SecretName:', ref?.name], ['SecretNamespace:', ref?.namespace]] as const : []), ['FSType:', s.fsType], ['ReadOnly:', yes(s.readOnly)])
  }) as Source<v1.ScaleIOVolumeSource & v1.ScaleIOPersistentVolumeSource>,
  local: ((w, s) => source(w, 'LocalVolume (a persistent volume backed by local storage on a node)', ['Path:', s.path])) as Source<v1.LocalVolumeSource>,
  cephfs: ((w, s, persistent) => source(w, "CephFS (a CephFS mount on the host that shares a pod's lifetime)", ['Monitors:', goList(s.monitors)], ['Path:', s.path], ['User:', s.user], ['SecretFile:', s.secretFile], ['SecretRef:', reference(s.secretRef, persistent)], ['ReadOnly:', yes(s.readOnly)])) as Source<v1.CephFSVolumeSource & v1.CephFSPersistentVolumeSource>,
  storageos: ((w, s) => source(w, 'StorageOS (a StorageOS Persistent Disk resource)', ['VolumeName:', s.volumeName], ['VolumeNamespace:', s.volumeNamespace], ['FSType:', s.fsType], ['ReadOnly:', yes(s.readOnly)])) as Source<v1.StorageOSVolumeSource>,
  fc: ((w, s) => source(w, 'FC (a Fibre Channel disk)', ['TargetWWNs:', (s.targetWWNs ?? []).join(', ')], ['LUN:', s.lun ?? '<none>'], ['FSType:', s.fsType], ['ReadOnly:', yes(s.readOnly)])) as Source<v1.FCVolumeSource>,
  azureFile: ((w, s, persistent) => source(w, 'AzureFile (an Azure File Service mount on the host and bind mount to the pod)', ['SecretName:', s.secretName], ...(persistent ? [['SecretNamespace:', s.secretNamespace] as const] : []), ['ShareName:', s.shareName], ['ReadOnly:', yes(s.readOnly)])) as Source<v1.AzureFilePersistentVolumeSource>,
  flexVolume: ((w, s, persistent) => source(w, 'FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)', ['Driver:', s.driver], ['FSType:', s.fsType], ['SecretRef:', reference(s.secretRef, persistent)], ['ReadOnly:', yes(s.readOnly)], ['Options:', goMap(s.options)])) as Source<v1.FlexVolumeSource & v1.FlexPersistentVolumeSource>,
  flocker: ((w, s) => source(w, 'Flocker (a Flocker volume mounted by the Flocker agent)', ['DatasetName:', s.datasetName], ['DatasetUUID:', s.datasetUUID])) as Source<v1.FlockerVolumeSource>,
  projected: ((w, s) => {
    source(w, 'Projected (a volume that contains injected data from multiple sources)')
    for (const { secret, downwardAPI, configMap, serviceAccountToken: token } of s.sources ?? []) {
      if (secret !== undefined) w.write(2, `SecretName:\t${text(secret.name)}\n    Optional:\t${yes(secret.optional)}\n`)
      else if (downwardAPI !== undefined) w.write(2, 'DownwardAPI:\ttrue\n')
      else if (configMap !== undefined) w.write(2, `ConfigMapName:\t${text(configMap.name)}\n    Optional:\t${yes(configMap.optional)}\n`)
      else if (token !== undefined) w.write(2, `TokenExpirationSeconds:\t${token.expirationSeconds}\n`)
    }
  }) as Source<v1.ProjectedVolumeSource>,
  csi: ((w, s) => {
    const handle = (s as Partial<v1.CSIPersistentVolumeSource>).volumeHandle
    source(w, 'CSI (a Container Storage Interface (CSI) volume source)', ['Driver:', s.driver], ['FSType:', s.fsType], ...(handle === undefined ? [] : [['VolumeHandle:', handle] as const]), ['ReadOnly:', yes(s.readOnly)])
    attributes(w, s.volumeAttributes)
  }) as Source<v1.CSIVolumeSource>,
  image: ((w, s) => source(w, 'Image (a container image or OCI artifact)', ['Reference:', s.reference], ['PullPolicy:', s.pullPolicy])) as Source<v1.ImageVolumeSource>,
}

function attributes(w: Lines, pairs: Readonly<Record<string, string>> | undefined): void {
  w.write(2, 'VolumeAttributes:\t')
  const keys = sortedKeys(pairs ?? {})
  if (keys.length === 0) return w.line('<none>')
  for (const [i, key] of keys.entries()) {
    // Upstream indents the following lines twice.
    if (i > 0) w.write(2, '')
    if (i > 0) w.write(2, '\t')
    w.write(2, `${shorten(`${key}=${pairs?.[key]}`, 140)}\n`)
  }
}

/** What a volume is made of; `<unknown>` for nothing known. */
export function volumeSource(w: Lines, holder: v1.Volume | v1.PersistentVolumeSpec, persistent: boolean): void {
  for (const [name, write] of Object.entries(SOURCES)) {
    const found = (holder as unknown as Record<string, unknown>)[name]
    if (found !== undefined && found !== null) return (write as Source<unknown>)(w, found, persistent)
  }
  w.write(1, '<unknown>\n')
}

export function describeVolumes(w: Lines, volumes: readonly v1.Volume[] | undefined, indent = ''): void {
  if (volumes === undefined || volumes.length === 0) return w.write(0, `${indent}Volumes:\t<none>\n`)
  w.write(0, `${indent}Volumes:\n`)
  for (const volume of volumes) {
    w.write(1, `${indent === '' ? '' : ' '}${volume.name}:\n`)
    volumeSource(w, volume, false)
  }
}
