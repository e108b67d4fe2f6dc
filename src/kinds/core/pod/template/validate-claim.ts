/** The spec of a PersistentVolumeClaim, as a claim and as a template of an ephemeral volume. upstream: pkg/apis/core/validation ValidatePersistentVolumeClaimSpec */
import type { Findings, Path } from '../../../../base/findings'
import { isDns1123Subdomain, nameIsDnsLabel } from '../../../../base/validation'
import type { PersistentVolumeClaimSpec, PersistentVolumeClaimTemplate, TypedLocalObjectReference, TypedObjectReference } from '../../../schema/types/core.v1'
import { parseQuantity, quantitySign, quantityText } from '../../../../base/quantity'
import { annotations, labels, labelSelector } from './validate-text'

export const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod']
export const VOLUME_MODES = ['Block', 'Filesystem']

export interface ClaimOptions {
  readonly allowInvalidSelectorValues?: boolean
  readonly allowInvalidApiGroup?: boolean
}

/** Metadata besides labels and annotations may not be set: in the order of Go's struct. */
const TEMPLATE_META_FORBIDDEN = ['name', 'generateName', 'namespace', 'selfLink', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'ownerReferences', 'finalizers', 'managedFields']

export function validateClaimTemplate(f: Findings, at: Path, template: PersistentVolumeClaimTemplate): void {
  const metadata = (template.metadata ?? {}) as Record<string, unknown>
  annotations(f, at.child('metadata').child('annotations'), metadata.annotations as Record<string, string> | undefined)
  labels(f, at.child('metadata').child('labels'), metadata.labels as Record<string, string> | undefined)
  for (const field of TEMPLATE_META_FORBIDDEN) {
    const value = metadata[field]
    // Go's name of the field with a small first letter: uID.
    if (value !== undefined && value !== null && value !== '' && value !== 0) f.forbidden(at.child('metadata').child(field === 'uid' ? 'uID' : field), 'cannot be set')
  }
  validateClaimSpec(f, at.child('spec'), template.spec ?? {})
}

export function validateClaimSpec(f: Findings, at: Path, spec: PersistentVolumeClaimSpec, options: ClaimOptions = {}): void {
  const modes = spec.accessModes ?? []
  if (modes.length === 0) f.required(at.child('accessModes'), 'at least 1 access mode is required')
  labelSelector(f, at.child('selector'), spec.selector, { allowInvalidValues: options.allowInvalidSelectorValues === true })
  validateAccessModes(f, at.child('accessModes'), modes)
  validateStorage(f, at.child('resources').key('storage'), spec.resources?.requests?.storage)
  if ((spec.storageClassName ?? '') !== '') f.problems(at.child('storageClassName'), spec.storageClassName, isDns1123Subdomain(spec.storageClassName as string))
  if (spec.volumeMode !== undefined && !VOLUME_MODES.includes(spec.volumeMode)) f.unsupported(at.child('volumeMode'), spec.volumeMode, VOLUME_MODES)
  validateDataSources(f, at, spec, options)
  if ((spec.volumeAttributesClassName ?? '') !== '') f.problems(at.child('volumeAttributesClassName'), spec.volumeAttributesClassName, isDns1123Subdomain(spec.volumeAttributesClassName as string))
}

export function validateAccessModes(f: Findings, at: Path, modes: readonly string[]): void {
  for (const mode of modes) if (!ACCESS_MODES.includes(mode)) f.unsupported(at, mode, ACCESS_MODES)
  if (modes.includes('ReadWriteOncePod') && modes.some(m => m !== 'ReadWriteOncePod' && ACCESS_MODES.includes(m))) f.forbidden(at, 'may not use ReadWriteOncePod with other access modes')
}

function validateStorage(f: Findings, at: Path, storage: string | undefined): void {
  if (storage === undefined) return f.required(at)
  const quantity = parseQuantity(storage)
  if (quantitySign(quantity) <= 0) f.invalid(at, quantityText(quantity), 'must be greater than zero')
}

function validateDataSources(f: Findings, at: Path, { dataSource, dataSourceRef }: PersistentVolumeClaimSpec, options: ClaimOptions): void {
  if (dataSource !== undefined) validateDataSource(f, at.child('dataSource'), dataSource, options)
  if (dataSourceRef !== undefined) {
    validateDataSource(f, at.child('dataSourceRef'), dataSourceRef, options)
    if ((dataSourceRef.namespace ?? '') !== '') f.problems(at.child('dataSourceRef').child('namespace'), dataSourceRef.namespace, nameIsDnsLabel(dataSourceRef.namespace as string, false))
  }
  if (dataSource === undefined || dataSourceRef === undefined) return
  const same = dataSource.apiGroup === dataSourceRef.apiGroup && dataSource.kind === dataSourceRef.kind && dataSource.name === dataSourceRef.name
  // Upstream quotes the path itself, a struct without exported fields.
  if ((dataSourceRef.namespace ?? '') !== '') f.invalid(at, {}, 'may not be specified when dataSourceRef.namespace is specified')
  else if (!same) f.invalid(at, {}, 'must match dataSourceRef')
}

function validateDataSource(f: Findings, at: Path, ref: TypedLocalObjectReference | TypedObjectReference, options: ClaimOptions): void {
  if ((ref.name ?? '') === '') f.required(at.child('name'))
  if ((ref.kind ?? '') === '') f.required(at.child('kind'))
  const group = ref.apiGroup ?? ''
  if (group === '' && ref.kind !== 'PersistentVolumeClaim') f.invalid(at, ref.kind ?? '', "must be 'PersistentVolumeClaim' when referencing the default apiGroup")
  if (group !== '' && options.allowInvalidApiGroup !== true) f.problems(at.child('apiGroup'), group, isDns1123Subdomain(group))
}
