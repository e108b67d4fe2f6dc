/** The validation stages: a kind's own checks and the common ones, made one Status of. upstream: apiserver/pkg/registry/rest */
import type { FieldError } from '../base/field'
import { validateObjectMeta, validateObjectMetaUpdate } from '../base/object-meta'
import { invalid } from '../base/status'
import { nameIsDnsSubdomain, nameIsPathSegment } from '../base/validation'
import type { Kind, KubeObject } from '../kinds/kind'
import type { RequestState } from './actor'

/** All at once, the common checks of metadata first. */
export function validateCreate<T extends KubeObject>(kind: Kind<T>, object: T, request: RequestState): void {
  const namespaced = kind.scope === 'Namespaced'
  const errors: FieldError[] = [...validateObjectMeta(object.metadata, namespaced, kind.validateName ?? nameIsDnsSubdomain)]
  if (kind.validate !== undefined) for (const e of kind.validate(object)) errors.push(e)
  if (errors.length > 0) throw invalid(kind, object.metadata.name ?? '', errors)
  if (kind.warnings !== undefined && !request.actor.trusted) request.warnings.push(...kind.warnings(object, undefined))
}

export function validateUpdate<T extends KubeObject>(kind: Kind<T>, previous: T, next: T, subresource: string, request: RequestState): void {
  const errors: FieldError[] = []
  // A component changes what it read: its metadata is as it was unless it replaced it.
  const trusted = request.actor.trusted
  if (!trusted || !sameMetadata(previous, next)) errors.push(...validateObjectMeta(next.metadata, kind.scope === 'Namespaced', nameIsPathSegment), ...validateObjectMetaUpdate(next.metadata, previous.metadata))
  const own = subresource === '' || subresource === 'scale' ? kind.validateUpdate : kind.subresources[subresource]?.validateUpdate
  if (own !== undefined) errors.push(...own(next, previous))
  if (errors.length > 0) throw invalid(kind, previous.metadata.name, errors)
  if (subresource === '' && kind.warnings !== undefined && !trusted) request.warnings.push(...kind.warnings(next, previous))
}

function sameMetadata(a: KubeObject, b: KubeObject): boolean {
  const x = a.metadata as unknown as Record<string, unknown>
  const y = b.metadata as unknown as Record<string, unknown>
  for (const k in y) if (x[k] !== y[k]) return false
  for (const k in x) if (!(k in y)) return false
  return true
}
