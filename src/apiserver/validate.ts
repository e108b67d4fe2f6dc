/** The validation stages: a kind's own checks and the common ones, made one Status of. upstream: apiserver/pkg/registry/rest */
import type { FieldError } from '../base/field'
import { invalid } from '../base/status'
import { nameIsPathSegment } from '../base/validation'
import type { Kind, KubeObject } from '../kinds/kind'
import { validateObjectMeta, validateObjectMetaUpdate } from '../kinds/metadata'
import type { RequestState } from './actor'

/** Own checks first, so that the more telling message wins; common ones only when those found nothing. */
export function validateCreate<T extends KubeObject>(kind: Kind<T>, object: T, request: RequestState): void {
  const errors: FieldError[] = [...validateObjectMeta(object.metadata, kind.scope === 'Namespaced', kind.validateName ?? undefined)]
  if (kind.validate !== undefined) errors.push(...kind.validate(object))
  if (errors.length === 0 && kind.validateName === undefined) errors.push(...validateObjectMeta(object.metadata, kind.scope === 'Namespaced', nameIsPathSegment))
  if (errors.length > 0) throw invalid(kind, object.metadata.name ?? '', errors)
  if (kind.warnings !== undefined && !request.actor.trusted) request.warnings.push(...kind.warnings(object, undefined))
}

export function validateUpdate<T extends KubeObject>(kind: Kind<T>, previous: T, next: T, subresource: string, request: RequestState): void {
  const errors: FieldError[] = []
  // A component changes what it read: its metadata is as it was unless it replaced it.
  const trusted = request.actor.trusted
  if (!trusted || !sameMetadata(previous, next)) errors.push(...validateObjectMetaUpdate(next.metadata, previous.metadata, kind.scope === 'Namespaced', nameIsPathSegment))
  const own = subresource === '' ? kind.validateUpdate : kind.subresources[subresource]?.validateUpdate
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
