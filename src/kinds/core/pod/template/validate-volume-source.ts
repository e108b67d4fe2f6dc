/** The sources of volumes, in the order in which the API looks at them. upstream: pkg/apis/core/validation validateVolumeSource */
import type { Findings, Path } from '../../../../base/findings'
import { parseQuantity, quantitySign } from '../../../../base/quantity'
import { isDns1123Subdomain } from '../../../../base/validation'
import type { ISCSIVolumeSource, KeyToPath, LocalObjectReference, Volume } from '../../../schema/types/core.v1'
import type { PodOptions } from './options'
import { validateClaimTemplate } from './validate-claim'
import { validateDownwardFile, validateProjected, validateKeyToPath } from './validate-projected'
import { dnsLabel, fileMode, localPath, noBacksteps, oneOf } from './validate-text'

export interface SourceRule {
  readonly field: Exclude<keyof Volume, 'name'>
  /** Where errors of the source stand, if not at the field's name. */
  readonly path?: string
  /** Where it is said that there is another source, if not at the field's name (two are misspelt upstream). */
  readonly forbiddenPath?: string
  check(f: Findings, at: Path, v: Volume, options: PodOptions, volumeAt: Path): void
}

/** A rule whose check gets the source itself. */
function source<K extends Exclude<keyof Volume, 'name'>>(field: K, check: (f: Findings, at: Path, s: NonNullable<Volume[K]>, options: PodOptions) => void, paths: { path?: string; forbiddenPath?: string } = {}): SourceRule {
  return { field, ...paths, check: (f, at, v, options) => check(f, at, v[field] as NonNullable<Volume[K]>, options) }
}

function need(f: Findings, at: Path, source: object, ...fields: string[]): void {
  for (const field of fields) {
    const value = (source as Record<string, unknown>)[field]
    if (value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)) f.required(at.child(field))
  }
}

function needSecretName(f: Findings, at: Path, secret: LocalObjectReference | undefined): void {
  if (secret !== undefined && (secret.name ?? '') === '') f.required(at.child('secretRef').child('name'))
}

const PARTITION_WRONG = 'must be between 1 and 255, inclusive'
function partition(f: Findings, at: Path, n: number | undefined): void {
  if (n !== undefined && (n < 0 || n > 255)) f.invalid(at.child('partition'), n, PARTITION_WRONG)
}

const keysToPaths = (f: Findings, at: Path, items: readonly KeyToPath[] | undefined): void => items?.forEach((item, i) => validateKeyToPath(f, at.at(i), item))

const HOST_PATH_TYPES = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket']

export const SOURCES: readonly SourceRule[] = [
  source('emptyDir', (f, at, s) => {
    if (s.sizeLimit !== undefined && quantitySign(parseQuantity(s.sizeLimit)) < 0) f.forbidden(at.child('sizeLimit'), 'SizeLimit field must be a valid resource quantity')
  }),
  source('hostPath', (f, at, s) => {
    if ((s.path ?? '') === '') return f.required(at.child('path'))
    noBacksteps(f, at.child('path'), s.path)
    if (s.type !== undefined && !HOST_PATH_TYPES.includes(s.type)) f.unsupported(at.child('type'), s.type, HOST_PATH_TYPES)
  }),
  source('gitRepo', (f, at, s) => {
    need(f, at, s, 'repository')
    localPath(f, at.child('directory'), s.directory ?? '')
  }),
  source('gcePersistentDisk', (f, at, s) => {
    need(f, at, s, 'pdName')
    partition(f, at, s.partition)
  }, { path: 'persistentDisk' }),
  source('awsElasticBlockStore', (f, at, s) => {
    need(f, at, s, 'volumeID')
    partition(f, at, s.partition)
  }),
  source('secret', (f, at, s) => {
    need(f, at, s, 'secretName')
    fileMode(f, at.child('defaultMode'), s.defaultMode)
    keysToPaths(f, at.child('items'), s.items)
  }),
  source('nfs', (f, at, s) => {
    need(f, at, s, 'server', 'path')
    if (!(s.path ?? '').startsWith('/')) f.invalid(at.child('path'), s.path ?? '', 'must be an absolute path')
  }),
  source('iscsi', (f, at, s) => validateIscsi(f, at, s)),
  source('glusterfs', (f, at, s) => need(f, at, s, 'endpoints', 'path')),
  source('flocker', (f, at, s) => {
    const name = s.datasetName ?? ''
    const uuid = s.datasetUUID ?? ''
    if (name === '' && uuid === '') f.required(at, 'one of datasetName and datasetUUID is required')
    if (name !== '' && uuid !== '') f.invalid(at, 'resource', 'datasetName and datasetUUID can not be specified simultaneously')
    if (name.includes('/')) f.invalid(at.child('datasetName'), name, "must not contain '/'")
  }),
  source('persistentVolumeClaim', (f, at, s) => need(f, at, s, 'claimName')),
  source('rbd', (f, at, s) => need(f, at, s, 'monitors', 'image')),
  source('cinder', (f, at, s) => {
    need(f, at, s, 'volumeID')
    needSecretName(f, at, s.secretRef)
  }),
  source('cephfs', (f, at, s) => need(f, at, s, 'monitors'), { forbiddenPath: 'cephFS' }),
  source('quobyte', (f, at, s) => {
    const pairs = 'must be a host:port pair or multiple pairs separated by commas'
    if ((s.registry ?? '') === '') f.required(at.child('registry'), pairs)
    else if ((s.tenant ?? '').length >= 65) f.required(at.child('tenant'), 'must be a UUID and may not exceed a length of 64 characters')
    else for (const pair of s.registry.split(',')) if (!isHostPort(pair)) f.invalid(at.child('registry'), s.registry, pairs)
    need(f, at, s, 'volume')
  }),
  source('downwardAPI', (f, at, s) => {
    fileMode(f, at.child('defaultMode'), s.defaultMode)
    for (const file of s.items ?? []) validateDownwardFile(f, at, file)
  }, { forbiddenPath: 'downwarAPI' }),
  source('fc', (f, at, s) => {
    const names = s.targetWWNs ?? []
    const ids = s.wwids ?? []
    if (names.length === 0 && ids.length === 0) f.required(at.child('targetWWNs'), 'must specify either targetWWNs or wwids, but not both')
    if (names.length > 0 && ids.length > 0) f.invalid(at.child('targetWWNs'), names, 'targetWWNs and wwids can not be specified simultaneously')
    if (names.length === 0) return
    if (s.lun === undefined) f.required(at.child('lun'), 'lun is required if targetWWNs is specified')
    else if (s.lun < 0 || s.lun > 255) f.invalid(at.child('lun'), s.lun, 'must be between 0 and 255, inclusive')
  }),
  source('flexVolume', (f, at, s) => {
    need(f, at, s, 'driver')
    for (const key in s.options) {
      const slash = key.indexOf('/')
      const owner = `.${(slash < 0 ? key : key.slice(0, slash)).toLowerCase()}`
      if (owner.endsWith('.kubernetes.io') || owner.endsWith('.k8s.io')) f.invalid(at.child('options').key(key), key, 'kubernetes.io and k8s.io namespaces are reserved')
    }
  }),
  source('configMap', (f, at, s) => {
    need(f, at, s, 'name')
    fileMode(f, at.child('defaultMode'), s.defaultMode)
    keysToPaths(f, at.child('items'), s.items)
  }),
  source('azureFile', (f, at, s) => need(f, at, s, 'secretName', 'shareName')),
  source('vsphereVolume', (f, at, s) => need(f, at, s, 'volumePath')),
  source('photonPersistentDisk', (f, at, s) => need(f, at, s, 'pdID')),
  source('portworxVolume', (f, at, s) => need(f, at, s, 'volumeID')),
  source('azureDisk', (f, at, s) => {
    need(f, at, s, 'diskName', 'diskURI')
    if (s.cachingMode !== undefined && !CACHING.includes(s.cachingMode)) f.unsupported(at.child('cachingMode'), s.cachingMode, CACHING)
    if (s.kind !== undefined && !DISKS.includes(s.kind)) f.unsupported(at.child('kind'), s.kind, DISKS)
    if (s.kind === 'Managed' && !(s.diskURI ?? '').startsWith('/subscriptions/'))
      f.unsupported(at.child('diskURI'), s.diskURI ?? '', ['/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}'])
    if (s.kind !== undefined && s.kind !== 'Managed' && !(s.diskURI ?? '').startsWith('https://'))
      f.unsupported(at.child('diskURI'), s.diskURI ?? '', ['https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd'])
  }),
  source('storageos', (f, at, s) => {
    if ((s.volumeName ?? '') === '') f.required(at.child('volumeName'))
    else dnsLabel(f, at.child('volumeName'), s.volumeName as string)
    if ((s.volumeNamespace ?? '') !== '') dnsLabel(f, at.child('volumeNamespace'), s.volumeNamespace as string)
    needSecretName(f, at, s.secretRef)
  }),
  source('projected', (f, at, s, options) => validateProjected(f, at, s, options)),
  source('scaleIO', (f, at, s) => need(f, at, s, 'gateway', 'system', 'volumeName')),
  source('csi', (f, at, s) => {
    validateCsiDriverName(f, at.child('driver'), s.driver ?? '')
    if (s.nodePublishSecretRef === undefined) return
    if ((s.nodePublishSecretRef.name ?? '') === '') f.required(at.child('nodePublishSecretRef').child('name'))
    else f.problems(at.child('name'), s.nodePublishSecretRef.name, isDns1123Subdomain(s.nodePublishSecretRef.name as string))
  }),
  source('ephemeral', (f, at, s) => {
    if (s.volumeClaimTemplate === undefined) f.required(at.child('volumeClaimTemplate'))
    else validateClaimTemplate(f, at.child('volumeClaimTemplate'), s.volumeClaimTemplate)
  }),
  source('image', (f, at, s, options) => {
    if (options.isPod && (s.reference ?? '') === '') f.required(at.child('reference'))
    oneOf(f, at.child('pullPolicy'), s.pullPolicy, ['Always', 'IfNotPresent', 'Never'])
  }),
]

const CACHING = ['None', 'ReadOnly', 'ReadWrite']
const DISKS = ['Dedicated', 'Managed', 'Shared']

/** upstream: ValidateCSIDriverName */
export function validateCsiDriverName(f: Findings, at: Path, name: string): void {
  if (name === '') return f.required(at)
  if (name.length > 63) f.tooLong(at, 63)
  f.problems(at, name, isDns1123Subdomain(name.toLowerCase()))
}

/** net.SplitHostPort takes it. */
const isHostPort = (text: string): boolean => /^(?:[^:[\]]*|\[[^[\]]*\]):[^:[\]]*$/.test(text)

const IQN = /iqn\.\d{4}-\d{2}\.([A-Za-z0-9\-.]+)(:[^,;*&$|\s]+)$/
const EUI = /^eui.[A-Za-z0-9]{16}$/
const NAA = /^naa.[A-Za-z0-9]{32}$/
const hasIscsiPrefix = (name: string): boolean => name.startsWith('iqn') || name.startsWith('eui') || name.startsWith('naa')
const isIscsiName = (name: string): boolean => (name.startsWith('iqn') ? IQN : name.startsWith('eui') ? EUI : NAA).test(name)

function validateIscsi(f: Findings, at: Path, s: ISCSIVolumeSource): void {
  const iqn = s.iqn ?? ''
  need(f, at, s, 'targetPortal')
  if (iqn === '') f.required(at.child('iqn'))
  else if (!hasIscsiPrefix(iqn)) f.invalid(at.child('iqn'), iqn, 'must be valid format starting with iqn, eui, or naa')
  else if (!isIscsiName(iqn)) f.invalid(at.child('iqn'), iqn, 'must be valid format')
  const lun = s.lun ?? 0
  if (lun < 0 || lun > 255) f.invalid(at.child('lun'), lun, 'must be between 0 and 255, inclusive')
  if ((s.chapAuthDiscovery === true || s.chapAuthSession === true) && s.secretRef === undefined) f.required(at.child('secretRef'))
  const initiator = s.initiatorName
  if (initiator === undefined) return
  if (!hasIscsiPrefix(initiator)) f.invalid(at.child('initiatorname'), initiator, 'must be valid format starting with iqn, eui, or naa')
  else if (!isIscsiName(initiator)) f.invalid(at.child('initiatorname'), initiator, 'must be valid format')
}
