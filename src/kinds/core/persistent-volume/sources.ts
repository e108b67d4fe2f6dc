/** What may stand behind a volume, in the order in which the API looks at it. upstream: pkg/apis/core/validation ValidatePersistentVolumeSpec */
import type { Findings, Path } from '../../../base/findings'
import { isDns1123Label, isDns1123Subdomain } from '../../../base/validation'
import type { ISCSIVolumeSource, PersistentVolumeSpec, SecretReference, Volume } from '../../schema/types/core.v1'
import { SOURCES, validateCsiDriverName } from '../pod/template/validate-volume-source'
import { noBacksteps } from '../pod/template/validate-text'

type Source = Exclude<keyof PersistentVolumeSpec, 'capacity' | 'accessModes' | 'claimRef' | 'persistentVolumeReclaimPolicy' | 'storageClassName' | 'mountOptions' | 'volumeMode' | 'nodeAffinity' | 'volumeAttributesClassName'>
type Check = (f: Findings, at: Path, source: never, spec: PersistentVolumeSpec) => void

interface Rule {
  readonly field: Source
  /** Where errors of the source stand, if not at the field's name. */
  readonly path?: string
  readonly forbiddenPath?: string
  readonly check: Check
}

const rule = <K extends Source>(field: K, check: (f: Findings, at: Path, source: NonNullable<PersistentVolumeSpec[K]>, spec: PersistentVolumeSpec) => void, paths: { path?: string; forbiddenPath?: string } = {}): Rule => ({ field, check: check as Check, ...paths })

/** The rule of the pods' source of that name, which reads the same fields. */
function asInPods(field: Source & keyof Volume): Rule {
  const own = SOURCES.find(s => s.field === field)
  if (own === undefined) throw new Error(`pods have no volumes of ${field}`)
  const check: Check = (f, at, source) => own.check(f, at, { name: '', [field]: source } as unknown as Volume, { isPod: false } as never, at)
  return { field, check, ...(own.path === undefined ? {} : { path: own.path }) }
}

function need(f: Findings, at: Path, source: object, ...fields: string[]): void {
  for (const field of fields) {
    const value = (source as Record<string, unknown>)[field]
    if (value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)) f.required(at.child(field))
  }
}

/** A secret of another namespace; both parts are required. */
function needSecret(f: Findings, at: Path, secret: SecretReference | undefined): void {
  if (secret === undefined) return
  if ((secret.name ?? '') === '') f.required(at.child('name'))
  if ((secret.namespace ?? '') === '') f.required(at.child('namespace'))
}

export const VOLUME_SOURCES: readonly Rule[] = [
  asInPods('hostPath'),
  asInPods('gcePersistentDisk'),
  asInPods('awsElasticBlockStore'),
  rule('glusterfs', (f, at, s) => {
    need(f, at, s, 'endpoints', 'path')
    const namespace = s.endpointsNamespace
    if (namespace === '') f.invalid(at.child('endpointsNamespace'), namespace, 'if the endpointnamespace is set, it must be a valid namespace name')
    else if (namespace !== undefined) f.problems(at.child('endpointsNamespace'), namespace, isDns1123Label(namespace))
  }),
  asInPods('flocker'),
  asInPods('nfs'),
  rule('rbd', (f, at, s) => need(f, at, s, 'monitors', 'image')),
  asInPods('quobyte'),
  rule('cephfs', (f, at, s) => need(f, at, s, 'monitors'), { forbiddenPath: 'cephFS' }),
  rule('iscsi', (f, at, s) => (SOURCES.find(x => x.field === 'iscsi') as (typeof SOURCES)[number]).check(f, at, { name: '', iscsi: s as ISCSIVolumeSource }, { isPod: false } as never, at)),
  rule('cinder', (f, at, s) => {
    need(f, at, s, 'volumeID')
    if (s.secretRef !== undefined) {
      if ((s.secretRef.name ?? '') === '') f.required(at.child('secretRef').child('name'))
      if ((s.secretRef.namespace ?? '') === '') f.required(at.child('secretRef').child('namespace'))
    }
  }),
  asInPods('fc'),
  rule('flexVolume', (f, at, s) => {
    need(f, at, s, 'driver')
    for (const key in s.options) {
      const slash = key.indexOf('/')
      const owner = `.${(slash < 0 ? key : key.slice(0, slash)).toLowerCase()}`
      if (owner.endsWith('.kubernetes.io') || owner.endsWith('.k8s.io')) f.invalid(at.child('options').key(key), key, 'kubernetes.io and k8s.io namespaces are reserved')
    }
  }),
  rule('azureFile', (f, at, s) => {
    need(f, at, s, 'secretName', 'shareName')
    if (s.secretNamespace === '') f.required(at.child('secretNamespace'))
  }),
  asInPods('vsphereVolume'),
  asInPods('photonPersistentDisk'),
  asInPods('portworxVolume'),
  asInPods('azureDisk'),
  rule('scaleIO', (f, at, s) => need(f, at, s, 'gateway', 'system', 'volumeName')),
  rule('local', (f, at, s, spec) => {
    if ((s.path ?? '') === '') f.required(at.child('path'))
    else noBacksteps(f, at.child('path'), s.path)
    if (spec.nodeAffinity === undefined) f.required(at.child('nodeAffinity'), 'Local volume requires node affinity')
  }),
  rule('storageos', (f, at, s) => {
    if ((s.volumeName ?? '') === '') f.required(at.child('volumeName'))
    else f.problems(at.child('volumeName'), s.volumeName, isDns1123Label(s.volumeName as string))
    if ((s.volumeNamespace ?? '') !== '') f.problems(at.child('volumeNamespace'), s.volumeNamespace, isDns1123Label(s.volumeNamespace as string))
    if (s.secretRef !== undefined) {
      if ((s.secretRef.name ?? '') === '') f.required(at.child('secretRef').child('name'))
      if ((s.secretRef.namespace ?? '') === '') f.required(at.child('secretRef').child('namespace'))
    }
  }),
  rule('csi', (f, at, s) => {
    validateCsiDriverName(f, at.child('driver'), s.driver ?? '')
    need(f, at, s, 'volumeHandle')
    for (const field of ['controllerPublishSecretRef', 'controllerExpandSecretRef', 'nodePublishSecretRef', 'nodeExpandSecretRef', 'nodeStageSecretRef'] as const) needSecret(f, at.child(field), s[field])
  }),
]

export const className = (f: Findings, at: Path, name: string): void => f.problems(at, name, isDns1123Subdomain(name))
