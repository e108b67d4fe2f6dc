/** What the writes of a pod's subresources have in common. upstream: pkg/registry/core/pod/strategy.go updatePodGeneration, metav1.ResetObjectMetaForStatus */
import { semanticEqual } from '../../../base/equal'
import type { Pod } from '../../schema/types/core.v1'

/** Every field but managedFields, and the status. */
export function keepMetadata(next: Pod, previous: Pod): void {
  const { managedFields, resourceVersion } = next.metadata
  next.metadata = { ...previous.metadata }
  if (resourceVersion !== undefined) next.metadata.resourceVersion = resourceVersion
  if (managedFields === undefined) delete next.metadata.managedFields
  else next.metadata.managedFields = managedFields
  if (previous.status === undefined) delete next.status
  else next.status = previous.status
}

export function raiseGeneration(next: Pod, previous: Pod): void {
  if (!semanticEqual(next.spec, previous.spec)) next.metadata.generation = (previous.metadata.generation ?? 0) + 1
}
