/** NodeUnschedulable: cordoned nodes take no pods but those that tolerate it. upstream: scheduler/framework/plugins/nodeunschedulable */
import { toleratesTaint } from '../../../kinds/core/pod/placement'
import { unresolvable, type SchedulerPlugin } from '../../framework'

const CORDONED = unresolvable('node(s) were unschedulable')
const TAINT = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }

export const nodeUnschedulable: SchedulerPlugin = {
  name: 'NodeUnschedulable',
  events: ['NodeAdd', 'NodeTaint'],
  filter({ pod }, node) {
    if (!node.isUnschedulable || pod.spec.tolerations?.some(t => toleratesTaint(t, TAINT)) === true) return undefined
    return CORDONED
  },
}
