/** The validation of claims. upstream: pkg/apis/core/validation ValidatePersistentVolumeClaim, ValidatePersistentVolumeClaimUpdate */
import { semanticEqual } from '../../../base/equal'
import { Path, type Findings } from '../../../base/findings'
import { compareQuantities, parseQuantity, quantityOf, type Quantity } from '../../../base/quantity'
import { checked, checkedUpdate, checkMetadata } from '../../metadata-checks'
import { copyWithGiven } from '../../schema/decode'
import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from '../../schema/types/core.v1'
import { CLASS_ANNOTATION } from '../persistent-volume/columns'
import { internalDiff } from '../pod/template/internal'
import { validateClaimSpec } from '../pod/template/validate-claim'
import { validateResourceQuantity } from '../pod/template/validate-resources'

const SPEC = Path.of('spec')
const ZERO = quantityOf(0)

export const validateClaim = checked<PersistentVolumeClaim>((f, c) => validateClaimSpec(f, SPEC, c.spec ?? {}))

export const validateClaimUpdate = checkedUpdate<PersistentVolumeClaim>((f, next, previous) => {
  checkMetadata(f, next.metadata, { previous: previous.metadata })
  const spec = next.spec ?? {}
  const before = previous.spec ?? {}
  if (spec === before) return
  validateClaimSpec(f, SPEC, spec)
  const bound = next.status?.phase === 'Bound'
  const munged = withoutChangeable(f, next, previous, bound)
  const was: PersistentVolumeClaimSpec = (before.volumeName ?? '') === '' && spec.volumeName !== undefined ? { ...before, volumeName: spec.volumeName } : before
  if (!semanticEqual(munged, was))
    f.forbidden(SPEC, `spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n${internalDiff('core.PersistentVolumeClaimSpec', was, munged)}`)
  validateSize(f, next, previous)
  if (spec.volumeMode !== before.volumeMode) f.invalid(Path.of('volumeMode'), spec.volumeMode ?? null, 'field is immutable')
  if (spec.volumeAttributesClassName !== before.volumeAttributesClassName && before.volumeAttributesClassName !== undefined) {
    if (spec.volumeAttributesClassName === undefined) f.forbidden(SPEC.child('volumeAttributesClassName'), 'update from non-nil value to nil is forbidden')
    else if (spec.volumeAttributesClassName === '') f.forbidden(SPEC.child('volumeAttributesClassName'), 'update from non-nil value to an empty string is forbidden')
  }
})

/** The new spec with all that may change put back. */
function withoutChangeable(f: Findings, next: PersistentVolumeClaim, previous: PersistentVolumeClaim, bound: boolean): PersistentVolumeClaimSpec {
  const munged = copyWithGiven((next.spec ?? {}) as PersistentVolumeClaimSpec)
  const before = previous.spec ?? {}
  const annotation = previous.metadata.annotations?.[CLASS_ANNOTATION]
  const given = next.metadata.annotations?.[CLASS_ANNOTATION]
  if (annotation !== undefined && before.storageClassName === undefined && munged.storageClassName === annotation) delete munged.storageClassName
  else {
    if (annotation !== given) f.invalid(Path.of('metadata').child('annotations').key(CLASS_ANNOTATION), given ?? '', 'field is immutable')
    // A claim that waits for a default class may be given one by hand.
    if (annotation === undefined && before.storageClassName === undefined && munged.storageClassName !== undefined) delete munged.storageClassName
  }
  if (bound && munged.resources?.requests !== undefined) {
    const requests = { ...munged.resources.requests }
    if (before.resources?.requests?.storage !== undefined) requests.storage = before.resources.requests.storage
    munged.resources = { ...munged.resources, requests }
  }
  if (bound && munged.volumeAttributesClassName !== undefined) {
    if (before.volumeAttributesClassName === undefined) delete munged.volumeAttributesClassName
    else munged.volumeAttributesClassName = before.volumeAttributesClassName
  }
  return munged
}

/** Less than before only as long as the volume is not that large yet: after an expansion that failed. */
function validateSize(f: Findings, next: PersistentVolumeClaim, previous: PersistentVolumeClaim): void {
  const storage = (c: PersistentVolumeClaim): Quantity => amount(c.spec?.resources?.requests?.storage)
  const now = storage(next)
  if (compareQuantities(now, storage(previous)) >= 0) return
  if (compareQuantities(now, amount(previous.status?.capacity?.storage)) <= 0) f.forbidden(SPEC.child('resources').child('requests').child('storage'), 'field can not be less than status.capacity')
}

const amount = (text: string | undefined): Quantity => (text === undefined ? ZERO : parseQuantity(text))

/** upstream: ValidatePersistentVolumeClaimStatusUpdate */
export const validateClaimStatus = checkedUpdate<PersistentVolumeClaim>((f, next) => {
  if ((next.metadata.resourceVersion ?? '') === '') f.required(Path.of('resourceVersion'))
  if (next.spec !== undefined && (next.spec.accessModes ?? []).length === 0) f.required(Path.of('Spec').child('accessModes'))
  const capacity = next.status?.capacity
  for (const name in capacity) validateResourceQuantity(f, Path.of('status').child('capacity').key(name), name, parseQuantity(capacity[name] as string))
})
