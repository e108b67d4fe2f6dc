/** Checks of metadata that hold for every kind. upstream: apimachinery/pkg/api/validation/objectmeta.go, apis/meta/v1/validation */
import type { FieldError, FieldErrors } from './field'
import { at, child, forbidden, goQuote, invalidValue, notSupported, required, tooLong } from './field'
import type { NameCheck } from './validation'
import { isQualifiedName, nameIsDnsLabel, validateAnnotations, validateLabels, validateNonnegative } from './validation'

export interface OwnerReference {
  apiVersion?: string
  kind?: string
  name?: string
  uid?: string
  controller?: boolean
  blockOwnerDeletion?: boolean
}

export interface ManagedFieldsEntry {
  manager?: string
  operation?: string
  fieldsType?: string
  subresource?: string
}

/** What of meta.v1.ObjectMeta is checked. */
export interface ObjectMeta {
  name?: string
  generateName?: string
  namespace?: string
  uid?: string
  resourceVersion?: string
  generation?: number
  creationTimestamp?: string | null
  deletionTimestamp?: string
  deletionGracePeriodSeconds?: number
  labels?: Record<string, string>
  annotations?: Record<string, string>
  ownerReferences?: OwnerReference[]
  finalizers?: string[]
  managedFields?: ManagedFieldsEntry[]
}

export const IMMUTABLE = 'field is immutable'

/** Metadata of a new object whose name was generated already. */
export function* validateObjectMeta(meta: ObjectMeta, namespaced: boolean, name: NameCheck, path = 'metadata'): FieldErrors {
  if (meta.generateName) for (const problem of name(meta.generateName, true)) yield invalidValue(child(path, 'generateName'), meta.generateName, problem)
  if (!meta.name) yield required(child(path, 'name'), 'name or generateName is required')
  else for (const problem of name(meta.name, false)) yield invalidValue(child(path, 'name'), meta.name, problem)

  const namespace = child(path, 'namespace')
  if (!namespaced) {
    if (meta.namespace) yield forbidden(namespace, 'not allowed on this type')
  } else if (!meta.namespace) yield required(namespace)
  else for (const problem of nameIsDnsLabel(meta.namespace, false)) yield invalidValue(namespace, meta.namespace, problem)

  if (meta.generation !== undefined) yield* validateNonnegative(meta.generation, child(path, 'generation'))
  yield* validateAdded(meta, path)
}

/** What most objects have little of: what is absent is not looked at. */
function* validateAdded({ labels, annotations, ownerReferences, finalizers, managedFields }: ObjectMeta, path: string, finalizersToo = true): FieldErrors {
  if (labels !== undefined) yield* validateLabels(labels, child(path, 'labels'))
  if (annotations !== undefined) yield* validateAnnotations(annotations, child(path, 'annotations'))
  if (ownerReferences !== undefined) yield* validateOwnerReferences(ownerReferences, child(path, 'ownerReferences'))
  if (finalizers !== undefined && finalizersToo) yield* validateFinalizers(finalizers, child(path, 'finalizers'))
  if (managedFields !== undefined) yield* validateManagedFields(managedFields, child(path, 'managedFields'))
}

const SAME_TEXT = ['name', 'namespace', 'uid'] as const
const SAME_VALUE = ['creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const

/** Metadata of a changed object. */
export function* validateObjectMetaUpdate(next: ObjectMeta, previous: ObjectMeta, path = 'metadata'): FieldErrors {
  if (previous.deletionTimestamp !== undefined) {
    const added = (next.finalizers ?? []).filter(f => !previous.finalizers?.includes(f))
    if (added.length > 0) {
      const list = [...new Set(added)].sort().map(goQuote).join(', ')
      yield forbidden(child(path, 'finalizers'), `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`)
    }
  }
  if (!next.resourceVersion) yield invalidValue(child(path, 'resourceVersion'), next.resourceVersion ?? '', 'must be specified for an update')
  const generation = next.generation ?? 0
  yield* validateNonnegative(generation, child(path, 'generation'))
  if (generation < (previous.generation ?? 0)) yield invalidValue(child(path, 'generation'), generation, 'must not be decremented')
  for (const field of SAME_TEXT) if ((next[field] ?? '') !== (previous[field] ?? '')) yield invalidValue(child(path, field), next[field] ?? '', IMMUTABLE)
  for (const field of SAME_VALUE) if ((next[field] ?? null) !== (previous[field] ?? null)) yield invalidValue(child(path, field), next[field] ?? null, IMMUTABLE)
  yield* validateAdded(next, path, false)
}

export function* validateOwnerReferences(references: readonly OwnerReference[] | undefined, path: string): FieldErrors {
  let controller = ''
  for (const [i, reference] of (references ?? []).entries()) {
    yield* validateOwnerReference(reference, at(path, i))
    if (!reference.controller) continue
    const name = `${reference.kind ?? ''}/${reference.name ?? ''}`
    if (controller === '') controller = name
    else yield invalidValue(path, references, `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${name}`)
  }
}

function* validateOwnerReference(reference: OwnerReference, path: string): FieldErrors {
  const { apiVersion = '', kind = '', name = '', uid = '' } = reference
  if (apiVersion === '') yield required(child(path, 'apiVersion'), 'must not be empty')
  else if (!/^([^/]*\/)?[^/]+$/.test(apiVersion)) yield invalidValue(child(path, 'apiVersion'), apiVersion, 'must be <group>/<version> or <version>')
  if (kind === '') yield required(child(path, 'kind'), 'must not be empty')
  if (name === '') yield required(child(path, 'name'), 'must not be empty')
  if (uid === '') yield required(child(path, 'uid'), 'must not be empty')
  if (apiVersion === 'v1' && kind === 'Event') yield invalidValue(path, { apiVersion, kind, name, uid, ...reference }, '/v1, Kind=Event is disallowed from being an owner')
}

export function* validateFinalizers(finalizers: readonly string[] | undefined, path: string): FieldErrors {
  for (const finalizer of finalizers ?? []) for (const problem of isQualifiedName(finalizer)) yield invalidValue(path, finalizer, problem)
  if (finalizers?.includes('orphan') && finalizers.includes('foregroundDeletion')) yield invalidValue(path, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set')
}

export function* validateManagedFields(entries: readonly ManagedFieldsEntry[] | undefined, path: string): FieldErrors {
  for (const [i, { manager = '', operation = '', fieldsType = '', subresource = '' }] of (entries ?? []).entries()) {
    const entry = at(path, i)
    if (operation === '') yield required(child(entry, 'operation'), 'must not be empty')
    else if (operation !== 'Apply' && operation !== 'Update') yield notSupported(child(entry, 'operation'), operation, ['Apply', 'Update'])
    if (fieldsType !== '' && fieldsType !== 'FieldsV1') yield invalidValue(child(entry, 'fieldsType'), fieldsType, 'must be `FieldsV1`')
    yield* validateFieldManager(manager, child(entry, 'manager'))
    if (Buffer.byteLength(subresource) > 256) yield tooLong(child(entry, 'subresource'), 256)
  }
}

export function* validateFieldManager(manager: string, path: string): FieldErrors {
  if (Buffer.byteLength(manager) > 128) yield tooLong(path, 128)
  let position = 0
  for (const c of manager) {
    if (!/[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(c)) {
      const code = (c.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')
      yield invalidValue(path, manager, `invalid character U+${code} (at position ${position})`)
    }
    position += Buffer.byteLength(c)
  }
}

/** meta.v1.CreateOptions, UpdateOptions and PatchOptions as far as they are checked. */
export interface WriteOptions {
  readonly fieldManager?: string
  readonly dryRun?: readonly string[]
  readonly fieldValidation?: string
  readonly force?: boolean
}

export function* validateWriteOptions({ fieldManager = '', dryRun = [], fieldValidation = '' }: WriteOptions): FieldErrors {
  yield* validateFieldManager(fieldManager, 'fieldManager')
  yield* validateDryRun(dryRun)
  if (!['', 'Ignore', 'Warn', 'Strict'].includes(fieldValidation)) yield notSupported('fieldValidation', fieldValidation, ['', 'Ignore', 'Strict', 'Warn'])
}

export function* validatePatchOptions(options: WriteOptions, isApply: boolean): FieldErrors {
  if (isApply) {
    if (!options.fieldManager) yield required('fieldManager', 'is required for apply patch')
  } else if (options.force !== undefined) yield forbidden('force', 'may not be specified for non-apply patch')
  yield* validateWriteOptions(options)
}

function* validateDryRun(dryRun: readonly string[]): FieldErrors {
  if (dryRun.some(d => d !== 'All')) yield notSupported('dryRun', dryRun, ['All'])
}

export function* validateDeleteOptions(options: { readonly orphanDependents?: boolean; readonly propagationPolicy?: string; readonly dryRun?: readonly string[] }): Iterable<FieldError> {
  const { propagationPolicy: policy } = options
  if (policy !== undefined) {
    if (options.orphanDependents !== undefined) yield invalidValue('propagationPolicy', policy, 'orphanDependents and deletionPropagation cannot be both set')
    if (!['Foreground', 'Background', 'Orphan'].includes(policy)) yield notSupported('propagationPolicy', policy, ['Foreground', 'Background', 'Orphan', 'nil'])
  }
  yield* validateDryRun(options.dryRun ?? [])
}
