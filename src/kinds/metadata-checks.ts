/** The frame of a kind's validation: the checks of metadata that it repeats besides those that every object passes, and then its own. upstream: pkg/apis/core/validation ValidateObjectMeta, ValidateObjectMetaUpdate */
import { semanticEqual } from '../base/equal'
import { Findings, type Path } from '../base/findings'
import type { FieldErrors } from '../base/field'
import { validateObjectMeta } from '../base/object-meta'
import { nameIsDnsSubdomain, type NameCheck } from '../base/validation'
import { validateFinalizerNames, validateMetadataUpdate } from './core/pod/template/metadata'
import type { KubeObject, ObjectMeta } from './kind'

export interface MetadataRules {
  readonly namespaced?: boolean
  readonly name?: NameCheck
  readonly previous?: ObjectMeta
}

/** All checks of metadata once more, where an update's validation starts with that of a new object. Metadata that has not changed was checked when it was stored. */
export function checkMetadata(f: Findings, metadata: ObjectMeta, { namespaced = true, name = nameIsDnsSubdomain, previous }: MetadataRules = {}): void {
  if (metadata === previous) return
  f.all(validateObjectMeta(metadata as never, namespaced, name))
  validateFinalizerNames(f, metadata)
}

/** The validation of a new object: metadata, then `check`. */
export const checked =
  <T extends KubeObject>(check?: (f: Findings, object: T) => void) =>
  (object: T): FieldErrors => {
    const f = new Findings()
    validateFinalizerNames(f, object.metadata)
    check?.(f, object)
    return f.errors
  }

/** The validation of a changed object: what may change in metadata, then `check`. */
export const checkedUpdate =
  <T extends KubeObject>(check?: (f: Findings, next: T, previous: T) => void) =>
  (next: T, previous: T): FieldErrors => {
    const f = new Findings()
    validateMetadataUpdate(f, next, previous)
    check?.(f, next, previous)
    return f.errors
  }

/** The validation of a changed object that is first that of a new one, metadata and all; `change` says what may differ. */
export const recheckedUpdate =
  <T extends KubeObject>(rules: Omit<MetadataRules, 'previous'>, check: (f: Findings, object: T) => void, change?: (f: Findings, next: T, previous: T) => void) =>
  (next: T, previous: T): FieldErrors => {
    const f = new Findings()
    checkMetadata(f, next.metadata, { ...rules, previous: previous.metadata })
    check(f, next)
    validateMetadataUpdate(f, next, previous)
    change?.(f, next, previous)
    return f.errors
  }

/** A field that no update changes. upstream: apimachinery/pkg/api/validation ValidateImmutableField */
export function immutableField(f: Findings, at: Path, next: unknown, previous: unknown, shown: unknown = next ?? null): void {
  if (!semanticEqual(next, previous)) f.invalid(at, shown, 'field is immutable')
}
