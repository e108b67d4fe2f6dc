/** The checks of metadata that a kind's own validation repeats besides those that every object passes. upstream: pkg/apis/core/validation ValidateObjectMeta */
import type { Findings } from '../base/findings'
import { validateObjectMeta } from '../base/object-meta'
import { nameIsDnsSubdomain, type NameCheck } from '../base/validation'
import { validateFinalizerNames } from './core/pod/template/metadata'
import type { ObjectMeta } from './kind'

/** All checks of metadata once more, where an update's validation starts with that of a new object. Metadata that has not changed was checked when it was stored. */
export function checkMetadata(f: Findings, metadata: ObjectMeta, { namespaced = true, name = nameIsDnsSubdomain, previous }: { namespaced?: boolean; name?: NameCheck; previous?: ObjectMeta } = {}): void {
  if (metadata === previous) return
  f.all(validateObjectMeta(metadata as never, namespaced, name))
  validateFinalizerNames(f, metadata)
}
