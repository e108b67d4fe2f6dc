/** TaintToleration: nodes repel pods that do not tolerate their taints, and are liked less for taints that only discourage. upstream: scheduler/framework/plugins/tainttoleration */
import { toleratesTaint, untoleratedTaint } from '../../../kinds/core/pod/placement'
import type { Node, Pod, Toleration } from '../../../kinds/schema/types/core.v1'
import { SKIP, unresolvable, type ClusterEvent, type SchedulerPlugin } from '../../framework'

const REPELLED = unresolvable('node(s) had untolerated taint(s)')
const REPELLING = ['NoSchedule', 'NoExecute']
const NAME = 'TaintToleration'

export const taintToleration: SchedulerPlugin = {
  name: NAME,
  hints: { NodeAdd: tolerated, NodeTaint: (pod, event) => tolerated(pod, event) && !tolerated(pod, { ...event, object: event.previous as Node }), OwnUpdate: () => true },
  sign: ({ pod }) => pod.spec.tolerations,
  filter({ pod }, node) {
    if (!node.hasTaints) return undefined
    return untoleratedTaint(node.node.spec?.taints, pod.spec.tolerations, REPELLING) === undefined ? undefined : REPELLED
  },
  preScore({ pod, data, cache }, nodes) {
    if (!cache.nodes.hasTaints || !nodes.some(n => n.hasTaints)) return SKIP
    data.set(NAME, (pod.spec.tolerations ?? []).filter(t => (t.effect ?? '') === '' || t.effect === 'PreferNoSchedule'))
    return undefined
  },
  score({ data }, node) {
    const tolerations = data.get(NAME) as readonly Toleration[]
    if (!node.hasTaints) return 0
    return (node.node.spec?.taints ?? []).filter(taint => taint.effect === 'PreferNoSchedule' && !tolerations.some(t => toleratesTaint(t, taint))).length
  },
  normalize: 'lowest',
}

function tolerated(pod: Pod, { object }: ClusterEvent): boolean {
  return untoleratedTaint((object as Node).spec?.taints, pod.spec.tolerations, REPELLING) === undefined
}
