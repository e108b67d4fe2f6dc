/** The validation of volumes. upstream: pkg/apis/core/validation ValidatePersistentVolume, ValidatePersistentVolumeUpdate */
import { semanticEqual } from '../../../base/equal'
import { Findings, Path } from '../../../base/findings'
import type { FieldErrors } from '../../../base/field'
import { parseQuantity, quantitySign, quantityText } from '../../../base/quantity'
import { checked, checkedUpdate, checkMetadata } from '../../metadata-checks'
import { givenEmpty } from '../../schema/decode'
import type { PersistentVolume, PersistentVolumeSpec, VolumeNodeAffinity } from '../../schema/types/core.v1'
import { internalDiff, internalOf } from '../pod/template/internal'
import { nodeSelectorTermWarnings, renamedNodeLabel } from '../pod/template/node-labels'
import { validateNodeSelector } from '../pod/template/validate-affinity'
import { validateAccessModes, VOLUME_MODES } from '../pod/template/validate-claim'
import { className, VOLUME_SOURCES } from './sources'

const SPEC = Path.of('spec')
const RECLAIM_POLICIES = ['Delete', 'Recycle', 'Retain']

export const validateVolume = checked<PersistentVolume>((f, v) => validateVolumeSpec(f, SPEC, v.spec ?? {}))

/** A changed volume is checked as a new one; its source stays what it was. */
export function validateVolumeUpdate(next: PersistentVolume, previous: PersistentVolume): FieldErrors {
  const f = new Findings()
  const spec = next.spec ?? {}
  const before = previous.spec ?? {}
  // Upstream's strategy does, and so does what it calls.
  for (let twice = 0; twice < 2; twice++) {
    checkMetadata(f, next.metadata, { namespaced: false, previous: previous.metadata })
    if (spec !== before) validateVolumeSpec(f, SPEC, spec)
  }
  if (spec === before) return f.errors
  const now = withoutNewExpandSecret(sourceOf(spec), before)
  const was = sourceOf(before)
  if (!semanticEqual(now, was)) f.forbidden(SPEC.child('persistentvolumesource'), `spec.persistentvolumesource is immutable after creation\n${internalDiff('core.PersistentVolumeSource', was, now)}`)
  if (spec.volumeMode !== before.volumeMode) f.invalid(Path.of('volumeMode'), spec.volumeMode ?? null, 'field is immutable')
  if (before.nodeAffinity !== undefined && !sameAffinity(spec.nodeAffinity, before.nodeAffinity))
    f.invalid(Path.of('nodeAffinity'), internalOf('core.VolumeNodeAffinity', spec.nodeAffinity), 'field is immutable, except for updating from beta label to GA')
  if (spec.volumeAttributesClassName !== before.volumeAttributesClassName && before.volumeAttributesClassName !== undefined) {
    if (spec.volumeAttributesClassName === undefined) f.forbidden(SPEC.child('volumeAttributesClassName'), 'update from non-nil value to nil is forbidden')
    else if (spec.volumeAttributesClassName === '') f.forbidden(SPEC.child('volumeAttributesClassName'), 'update from non-nil value to an empty string is forbidden')
  }
  return f.errors
}

export const validateVolumeStatus = checkedUpdate<PersistentVolume>((f, next) => {
  if ((next.metadata.resourceVersion ?? '') === '') f.required(Path.of('resourceVersion'))
})

/** The fields of the spec that say where the data lies. */
function sourceOf(spec: PersistentVolumeSpec): Record<string, unknown> {
  const source: Record<string, unknown> = {}
  for (const { field } of VOLUME_SOURCES) if (spec[field] !== undefined) source[field] = spec[field]
  return source
}

/** The secret for expanding may be added later. */
function withoutNewExpandSecret(source: Record<string, unknown>, before: PersistentVolumeSpec): Record<string, unknown> {
  const csi = source.csi as PersistentVolumeSpec['csi']
  if (csi?.controllerExpandSecretRef === undefined || before.csi === undefined || before.csi.controllerExpandSecretRef !== undefined) return source
  const { controllerExpandSecretRef: _, ...rest } = csi
  return { ...source, csi: rest }
}

/** Beta labels may become those that they were renamed to (any other label the empty one, in Go's map). upstream: validatePvNodeAffinity */
function sameAffinity(next: VolumeNodeAffinity | undefined, before: VolumeNodeAffinity): boolean {
  if (semanticEqual(next, before)) return true
  const renamed = new Map([['failure-domain.beta.kubernetes.io/zone', 'topology.kubernetes.io/zone'], ['failure-domain.beta.kubernetes.io/region', 'topology.kubernetes.io/region'], ['beta.kubernetes.io/os', 'kubernetes.io/os'], ['beta.kubernetes.io/arch', 'kubernetes.io/arch'], ['beta.kubernetes.io/instance-type', 'node.kubernetes.io/instance-type']])
  const terms = next?.required?.nodeSelectorTerms ?? []
  const old = before.required?.nodeSelectorTerms ?? []
  if (terms.length !== old.length) return false
  return terms.every((term, i) =>
    (['matchExpressions', 'matchFields'] as const).every(list => {
      const now = term[list] ?? []
      const was = old[i]?.[list] ?? []
      return now.length === was.length && now.every((r, j) => semanticEqual(r, { ...was[j], key: (renamed.get(was[j]?.key ?? '') ?? '') === (r.key ?? '') ? r.key : was[j]?.key }))
    }),
  )
}

/** Also the inline spec of a VolumeAttachment, which says less. */
export function validateVolumeSpec(f: Findings, at: Path, spec: PersistentVolumeSpec, inline = false): void {
  if (inline) {
    if (spec.claimRef !== undefined) f.forbidden(at.child('claimRef'), 'may not be specified in the context of inline volumes')
    if (Object.keys(spec.capacity ?? {}).length > 0) f.forbidden(at.child('capacity'), 'may not be specified in the context of inline volumes')
    if (spec.csi === undefined) f.required(at.child('csi'), 'has to be specified in the context of inline volumes')
  }
  if ((spec.accessModes ?? []).length === 0) f.required(at.child('accessModes'))
  validateAccessModes(f, at.child('accessModes'), spec.accessModes ?? [])
  if (!inline) validateCapacity(f, at.child('capacity'), spec)
  validateReclaimPolicy(f, at.child('persistentVolumeReclaimPolicy'), spec.persistentVolumeReclaimPolicy ?? '', inline)
  if (spec.nodeAffinity !== undefined) {
    if (inline) f.forbidden(at.child('nodeAffinity'), 'may not be specified in the context of inline volumes')
    else if (spec.nodeAffinity.required === undefined) f.required(at.child('nodeAffinity').child('required'), 'must specify required node constraints')
    else validateNodeSelector(f, at.child('nodeAffinity').child('required'), spec.nodeAffinity.required)
  }
  validateSources(f, at, spec)
  if (spec.hostPath !== undefined && isRoot(spec.hostPath.path ?? '') && spec.persistentVolumeReclaimPolicy === 'Recycle') f.forbidden(at.child('persistentVolumeReclaimPolicy'), "may not be 'recycle' for a hostPath mount of '/'")
  validateClasses(f, at, spec, inline)
}

function validateCapacity(f: Findings, at: Path, spec: PersistentVolumeSpec): void {
  const { capacity } = spec
  const names = Object.keys(capacity ?? {})
  if (names.length === 0) f.required(at)
  if (capacity?.storage === undefined || names.length > 1) f.unsupported(at, capacity ?? (givenEmpty(spec, 'capacity') ? {} : null), ['storage'])
  for (const name of names) {
    const quantity = parseQuantity(capacity?.[name] as string)
    if (quantitySign(quantity) < 0) f.invalid(at.key(name), quantityText(quantity), 'must be a valid resource quantity')
    if (quantitySign(quantity) <= 0) f.invalid(at.key(name), quantityText(quantity), 'must be greater than zero')
  }
}

function validateReclaimPolicy(f: Findings, at: Path, policy: string, inline: boolean): void {
  if (policy === '') return
  if (inline) {
    if (policy !== 'Retain') f.forbidden(at, 'may only be Retain in the context of inline volumes')
  } else if (!RECLAIM_POLICIES.includes(policy)) f.unsupported(at, policy, RECLAIM_POLICIES)
}

function validateSources(f: Findings, at: Path, spec: PersistentVolumeSpec): void {
  let found = 0
  for (const { field, path, forbiddenPath, check } of VOLUME_SOURCES) {
    const source = spec[field]
    if (source === undefined) continue
    if (found++ > 0) f.forbidden(at.child(forbiddenPath ?? field), 'may not specify more than 1 volume type')
    else check(f, at.child(path ?? field), source as never, spec)
  }
  if (found === 0) f.required(at, 'must specify a volume type')
}

function validateClasses(f: Findings, at: Path, spec: PersistentVolumeSpec, inline: boolean): void {
  const { storageClassName = '', volumeMode, volumeAttributesClassName } = spec
  if (storageClassName !== '') {
    if (inline) f.forbidden(at.child('storageClassName'), 'may not be specified in the context of inline volumes')
    else className(f, at.child('storageClassName'), storageClassName)
  }
  if (volumeMode !== undefined) {
    if (inline) {
      if (volumeMode !== 'Filesystem') f.forbidden(at.child('volumeMode'), 'may not specify volumeMode other than Filesystem in the context of inline volumes')
    } else if (!VOLUME_MODES.includes(volumeMode)) f.unsupported(at.child('volumeMode'), volumeMode, VOLUME_MODES)
  }
  if (volumeAttributesClassName === undefined) return
  if (volumeAttributesClassName === '') f.required(at.child('volumeAttributesClassName'), 'an empty string is disallowed')
  else className(f, at.child('volumeAttributesClassName'), volumeAttributesClassName)
  if (spec.csi === undefined) f.required(at.child('csi'), 'has to be specified when using volumeAttributesClassName')
}

const isRoot = (path: string): boolean => path.startsWith('/') && path.split('/').every(part => part === '' || part === '.')

const DEPRECATED: readonly (readonly [keyof PersistentVolumeSpec, string, string])[] = [
  ['photonPersistentDisk', 'photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['scaleIO', 'scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['storageos', 'storageOS', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['cephfs', 'cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'rbd', 'deprecated in v1.28, non-functional in v1.31+'],
]

/** upstream: pkg/api/persistentvolume/util.go */
export function* volumeWarnings({ metadata, spec }: PersistentVolume): Iterable<string> {
  if (metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] !== undefined) yield 'metadata.annotations[volume.beta.kubernetes.io/storage-class]: deprecated since v1.8; use "storageClassName" attribute instead'
  for (const key in metadata.labels) {
    const renamed = renamedNodeLabel(key)
    if (renamed !== undefined) yield `metadata.labels[${key}]: ${renamed}`
  }
  if (spec?.persistentVolumeReclaimPolicy === 'Recycle')
    yield 'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.'
  for (const [i, term] of (spec?.nodeAffinity?.required?.nodeSelectorTerms ?? []).entries()) yield* nodeSelectorTermWarnings(term, false, SPEC.child('nodeAffinity').child('required').child('nodeSelectorTerms').at(i))
  for (const [field, name, text] of DEPRECATED) if (spec?.[field] !== undefined) yield `spec.${name}: ${text}`
}
