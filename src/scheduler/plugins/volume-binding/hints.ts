/** Which changes of claims, volumes and classes concern a pod. upstream: isSchedulableAfter… of the volume plugins */
import { claimsOf } from '../../../kinds/core/pod/claims'
import type { Pod } from '../../../kinds/schema/types/core.v1'
import type { ClusterEvent } from '../../framework'

/** The claim is one of the pod's. */
export const usesClaim = (pod: Pod, { object }: ClusterEvent): boolean => object.metadata.namespace === pod.metadata.namespace && claimsOf(pod).some(c => c.name === object.metadata.name)

/** Both use one claim. */
export function sharesClaim(pod: Pod, other: Pod): boolean {
  if (pod.metadata.namespace !== other.metadata.namespace) return false
  const names = new Set(claimsOf(pod).map(c => c.name))
  return names.size > 0 && claimsOf(other).some(c => names.has(c.name))
}
