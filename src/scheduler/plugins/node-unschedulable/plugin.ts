/** NodeUnschedulable: cordoned nodes take no pods but those that tolerate it. upstream: scheduler/framework/plugins/nodeunschedulable */
import { toleratesTaint } from '../../../kinds/core/pod/placement'
import type { Node, Pod } from '../../../kinds/schema/types/core.v1'
import { unresolvable, type ClusterEvent, type SchedulerPlugin } from '../../framework'

const CORDONED = unresolvable('node(s) were unschedulable')
const TAINT = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }

export const nodeUnschedulable: SchedulerPlugin = {
  name: 'NodeUnschedulable',
  hints: { NodeAdd: isOpen, NodeTaint: isOpen, OwnUpdate: () => true },
  sign: ({ pod }) => pod.spec.tolerations,
  filter({ pod }, node) {
    if (!node.isUnschedulable || pod.spec.tolerations?.some(t => toleratesTaint(t, TAINT)) === true) return undefined
    return CORDONED
  },
}

/** upstream: isSchedulableAfterNodeChange */
function isOpen(pod: Pod, { object, previous }: ClusterEvent): boolean {
  const tolerates = pod.spec.tolerations?.some(t => toleratesTaint(t, TAINT)) === true
  if ((object as Node).spec?.unschedulable === true && !tolerates) return false
  return previous === undefined || (previous as Node).spec?.unschedulable === true
}
