/** What holds for the metadata of every object. upstream: apimachinery/pkg/api/validation/objectmeta.go */
import { at, child, forbidden, goQuote, invalidValue, required, type FieldErrors } from '../base/field'
import { semanticEqual } from '../base/equal'
import { isQualifiedName, nameIsDnsLabel, nameIsDnsSubdomain, validateAnnotations, validateLabels, type NameCheck } from '../base/validation'
import type { ObjectMeta, OwnerReference } from './kind'

const FOREGROUND = 'foregroundDeletion'
const ORPHAN = 'orphan'
const PATH = 'metadata'

/** Checks metadata on creation, after a name was generated. */
export function* validateObjectMeta(meta: ObjectMeta, namespaced: boolean, nameCheck: NameCheck = nameIsDnsSubdomain, path = PATH): FieldErrors {
  if (meta.generateName !== undefined && meta.generateName !== '')
    for (const problem of nameCheck(meta.generateName, true)) yield invalidValue(child(path, 'generateName'), meta.generateName, problem)
  if (meta.name === undefined || meta.name === '') yield required(child(path, 'name'), 'name or generateName is required')
  else for (const problem of nameCheck(meta.name, false)) yield invalidValue(child(path, 'name'), meta.name, problem)
  yield* validateCommon(meta, namespaced, path)
}

function* validateCommon(meta: ObjectMeta, namespaced: boolean, path: string): FieldErrors {
  const namespace = meta.namespace ?? ''
  if (namespaced) {
    if (namespace === '') yield required(child(path, 'namespace'))
    else for (const problem of nameIsDnsLabel(namespace, false)) yield invalidValue(child(path, 'namespace'), namespace, problem)
  } else if (namespace !== '') yield forbidden(child(path, 'namespace'), 'not allowed on this type')
  if ((meta.generation ?? 0) < 0) yield invalidValue(child(path, 'generation'), meta.generation, 'must be greater than or equal to 0')
  if (meta.labels !== undefined) yield* validateLabels(meta.labels, child(path, 'labels'))
  if (meta.annotations !== undefined) yield* validateAnnotations(meta.annotations, child(path, 'annotations'))
  if (meta.ownerReferences !== undefined) yield* validateOwnerReferences(meta.ownerReferences, child(path, 'ownerReferences'))
  if (meta.finalizers !== undefined) yield* validateFinalizers(meta.finalizers, child(path, 'finalizers'))
}

function* validateOwnerReferences(references: readonly OwnerReference[], path: string): FieldErrors {
  let controller = ''
  for (const [i, r] of references.entries()) {
    const where = at(path, i)
    const [group, version, ...more] = (r.apiVersion ?? '').includes('/') ? r.apiVersion.split('/') : ['', r.apiVersion]
    if (!r.apiVersion) yield required(child(where, 'apiVersion'), 'must not be empty')
    else if (more.length > 0 || !version) yield invalidValue(child(where, 'apiVersion'), r.apiVersion, 'must be <group>/<version> or <version>')
    for (const name of ['kind', 'name', 'uid'] as const) if (!r[name]) yield required(child(where, name), 'must not be empty')
    if (group === '' && version === 'v1' && r.kind === 'Event') yield invalidValue(where, r, '/v1, Kind=Event is disallowed from being an owner')
    if (r.controller !== true) continue
    const current = `${r.kind}/${r.name}`
    if (controller !== '')
      yield invalidValue(path, references, `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${current}`)
    else controller = current
  }
}

function* validateFinalizers(finalizers: readonly string[], path: string): FieldErrors {
  for (const f of finalizers) for (const problem of isQualifiedName(f)) yield invalidValue(path, f, problem)
  if (finalizers.includes(FOREGROUND) && finalizers.includes(ORPHAN)) yield invalidValue(path, finalizers, `finalizer ${ORPHAN} and ${FOREGROUND} cannot be both set`)
}

const IMMUTABLE = 'field is immutable'

/** Checks metadata on update: the common rules of a creation, then what may not change. */
export function* validateObjectMetaUpdate(next: ObjectMeta, previous: ObjectMeta, namespaced: boolean, nameCheck: NameCheck = nameIsDnsSubdomain, path = PATH): FieldErrors {
  yield* validateObjectMeta(next, namespaced, nameCheck, path)
  if (previous.deletionTimestamp !== undefined) {
    const extra = (next.finalizers ?? []).filter(f => !(previous.finalizers ?? []).includes(f)).sort()
    if (extra.length > 0)
      yield forbidden(child(path, 'finalizers'), `no new finalizers can be added if the object is being deleted, found new finalizers []string{${extra.map(goQuote).join(', ')}}`)
  }
  if ((next.resourceVersion ?? '') === '') yield invalidValue(child(path, 'resourceVersion'), '', 'must be specified for an update')
  if ((next.generation ?? 0) < (previous.generation ?? 0)) yield invalidValue(child(path, 'generation'), next.generation ?? 0, 'must not be decremented')
  for (const name of ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const)
    if (!semanticEqual(next[name], previous[name])) yield invalidValue(child(path, name), next[name] ?? null, IMMUTABLE)
}
