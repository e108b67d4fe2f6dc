/** DynamicResources: a pod with resource claims waits for them and for devices, of which there are none. upstream: scheduler/framework/plugins/dynamicresources */
import type { Lister } from '../../../client/lister'
import { deviceClass } from '../../../kinds/resource/device-class/kind'
import { resourceClaim } from '../../../kinds/resource/resource-claim/kind'
import type { Node, Pod, PodResourceClaim } from '../../../kinds/schema/types/core.v1'
import type { ResourceClaim } from '../../../kinds/schema/types/resource.v1'
import { matchesNodeSelector } from '../../../kinds/core/pod/placement'
import { SKIP, unresolvable, type Hint, type SchedulerPlugin } from '../../framework'

const NAME = 'DynamicResources'
const NOTHING_TO_GIVE = unresolvable('cannot allocate all claims')
const ELSEWHERE = unresolvable('resourceclaim not available on the node')
/** upstream: resource/v1 ResourceClaimReservedForMaxSize */
const MAX_CONSUMERS = 256

/** Claims that exist, or a sentence about the first that does not. */
function claimsOf(pod: Pod, lister: Lister): ResourceClaim[] | string {
  const found: ResourceClaim[] = []
  for (const wished of pod.spec.resourceClaims ?? []) {
    const name = nameOf(wished, pod)
    if (name === undefined) return `pod "${pod.metadata.namespace}/${pod.metadata.name}": ResourceClaim not created yet`
    if (name === '') continue
    const claim = lister.get(resourceClaim, name, pod.metadata.namespace)
    if (claim === undefined) return `resourceclaim.resource.k8s.io "${name}" not found`
    if (claim.metadata.deletionTimestamp !== undefined) return `resourceclaim "${name}" is being deleted`
    if (wished.resourceClaimTemplateName !== undefined && claim.metadata.ownerReferences?.some(o => o.controller === true && o.uid === pod.metadata.uid) !== true)
      return `ResourceClaim ${pod.metadata.namespace}/${name} was not created for pod ${pod.metadata.namespace}/${pod.metadata.name} (pod is not owner)`
    found.push(claim)
  }
  return found
}

/** '' when the pod needs none after all, undefined while it is not made. */
function nameOf({ name, resourceClaimName }: PodResourceClaim, { status }: Pod): string | undefined {
  if (resourceClaimName !== undefined) return resourceClaimName
  const made = status?.resourceClaimStatuses?.find(s => s.name === name)
  return made === undefined ? undefined : (made.resourceClaimName ?? '')
}

const isOwn: Hint = (pod, { object }, lister) => {
  if (object.metadata.namespace !== pod.metadata.namespace) return false
  const claims = claimsOf(pod, lister)
  return typeof claims === 'string' || claims.some(c => c.metadata.name === object.metadata.name)
}

export const dynamicResources: SchedulerPlugin = {
  name: NAME,
  hints: { OwnUpdate: () => true, NodeAdd: () => true, NodeLabel: () => true, NodeTaint: () => true, ResourceClaim: isOwn, ResourceSlice: () => true, DeviceClass: () => true },
  preEnqueue(pod, lister) {
    if ((pod.spec.resourceClaims ?? []).length === 0) return undefined
    const claims = claimsOf(pod, lister)
    return typeof claims === 'string' ? unresolvable(claims) : undefined
  },
  preFilter({ pod, lister, data }) {
    data.set(NAME, true)
    if ((pod.spec.resourceClaims ?? []).length === 0) return SKIP
    const claims = claimsOf(pod, lister)
    if (typeof claims === 'string') return unresolvable(claims)
    if (claims.length === 0) return SKIP
    for (const claim of claims) {
      if (claim.status?.allocation !== undefined) {
        const users = claim.status.reservedFor ?? []
        if (users.length >= MAX_CONSUMERS && !users.some(u => u.uid === pod.metadata.uid)) return unresolvable('resourceclaim in use')
        continue
      }
      const missing = missingClass(claim, lister)
      if (missing !== undefined) return unresolvable(missing)
    }
    return { filter: ({ node }) => judge(claims, node) }
  },
  async postFilter({ pod, data }) {
    // An earlier plugin refused before this one was asked: upstream's lacks its state then, and nobody is asked any more.
    if (!data.has(NAME)) return { reason: 'not found', isFinal: true }
    return { reason: (pod.spec.resourceClaims ?? []).length === 0 ? 'no new claims to deallocate' : 'still not schedulable' }
  },
}

function missingClass(claim: ResourceClaim, lister: Lister): string | undefined {
  for (const r of claim.spec.devices?.requests ?? []) {
    for (const [name, className] of r.exactly === undefined ? (r.firstAvailable ?? []).map(s => [`${r.name}/${s.name}`, s.deviceClassName]) : [[r.name, r.exactly.deviceClassName]]) {
      if (className !== undefined && lister.get(deviceClass, className) === undefined) return `request ${name}: device class ${className} does not exist`
    }
  }
  return undefined
}

/** An allocation says from where its devices can be reached; nothing allocates new ones. */
function judge(claims: readonly ResourceClaim[], node: Node) {
  let open = false
  for (const { spec, status } of claims) {
    const allocation = status?.allocation
    if (allocation === undefined) open ||= (spec.devices?.requests ?? []).length > 0
    else if (allocation.nodeSelector !== undefined && !matchesNodeSelector(allocation.nodeSelector, node)) return ELSEWHERE
  }
  return open ? NOTHING_TO_GIVE : undefined
}
