/** NodeAffinity: nodeSelector and node affinity. upstream: scheduler/framework/plugins/nodeaffinity */
import { matchesNodeAffinity, matchesTerm } from '../../../kinds/core/pod/placement'
import type { Node, Pod } from '../../../kinds/schema/types/core.v1'
import { SKIP, unresolvable, type ClusterEvent, type SchedulerPlugin } from '../../framework'

const NO_MATCH = unresolvable("node(s) didn't match Pod's node affinity/selector")

export const nodeAffinity: SchedulerPlugin = {
  name: 'NodeAffinity',
  hints: { NodeAdd: fits, NodeLabel: (pod, event) => fits(pod, event) && !matchesNodeAffinity(pod, event.previous as Node), OwnUpdate: () => true },
  sign: ({ pod }) => [pod.spec.nodeSelector, pod.spec.affinity?.nodeAffinity],
  preFilter({ pod }) {
    const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
    if (required === undefined && pod.spec.nodeSelector === undefined) return SKIP
    const nodeNames = namedNodes(pod)
    return nodeNames === undefined ? undefined : { nodeNames }
  },
  filter({ pod }, node) {
    return matchesNodeAffinity(pod, node.node) ? undefined : NO_MATCH
  },
  preScore({ pod }) {
    return (preferred(pod)?.length ?? 0) === 0 ? SKIP : undefined
  },
  score({ pod }, node) {
    let sum = 0
    for (const { weight, preference } of preferred(pod) ?? []) if (weight !== 0 && matchesTerm(preference, node.node)) sum += weight
    return sum
  },
  normalize: 'highest',
}

function fits(pod: Pod, { object }: ClusterEvent): boolean {
  return matchesNodeAffinity(pod, object as Node)
}

const preferred = (pod: Pod) => pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution

/** When every term names nodes, only those need be looked at. */
function namedNodes(pod: Pod): string[] | undefined {
  const terms = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
  if (terms === undefined || terms.length === 0) return undefined
  const names = new Set<string>()
  for (const { matchFields = [] } of terms) {
    const fields = matchFields.filter(f => f.key === 'metadata.name' && f.operator === 'In')
    if (fields.length === 0) return undefined
    const shared = (fields[0]?.values ?? []).filter(v => fields.every(f => f.values?.includes(v) === true))
    for (const v of shared) names.add(v)
  }
  return [...names].sort()
}
