/** The checks of metadata that upstream's validation of workloads repeats besides those of every kind. upstream: pkg/apis/core/validation ValidateObjectMeta, ValidateObjectMetaUpdate */
import { Path, type Findings } from '../../../../base/findings'
import { validateObjectMeta, validateObjectMetaUpdate } from '../../../../base/object-meta'
import { nameIsDnsSubdomain } from '../../../../base/validation'
import type { KubeObject, ObjectMeta } from '../../../kind'

const STANDARD_FINALIZERS = new Set(['kubernetes', 'orphan', 'foregroundDeletion'])
const META = Path.of('metadata')

/** Finalizers without a domain are the API's own. */
export function validateFinalizerNames(f: Findings, metadata: ObjectMeta): void {
  metadata.finalizers?.forEach((name, i) => {
    if (!name.includes('/') && !STANDARD_FINALIZERS.has(name)) f.invalid(META.child('finalizers').at(i), name, 'name is neither a standard finalizer name nor is it fully qualified')
  })
}

/** All checks of metadata once more, as the API server repeats what is wrong with it. */
export function validateMetadataAgain(f: Findings, metadata: ObjectMeta): void {
  f.all(validateObjectMeta(metadata as never, true, nameIsDnsSubdomain))
  validateFinalizerNames(f, metadata)
}

/** Of an update; nothing when the metadata is the stored one but for what the server sets. */
export function validateMetadataUpdate(f: Findings, next: KubeObject, previous: KubeObject): void {
  if (sameMetadata(next.metadata, previous.metadata)) return
  f.all(validateObjectMetaUpdate(next.metadata as never, previous.metadata as never))
  validateFinalizerNames(f, next.metadata)
}

/** Field by field the same values or the same objects; the generation is the server's own. */
export function sameMetadata(next: ObjectMeta, previous: ObjectMeta): boolean {
  const a = next as unknown as Record<string, unknown>
  const b = previous as unknown as Record<string, unknown>
  for (const k in b) if (a[k] !== b[k] && k !== 'generation') return false
  for (const k in a) if (!(k in b)) return false
  return true
}
