/** SchedulingGates: a pod with gates is not even queued. upstream: scheduler/framework/plugins/schedulinggates */
import type { SchedulerPlugin } from '../../framework'

export const schedulingGates: SchedulerPlugin = {
  name: 'SchedulingGates',
  hints: { OwnUpdate: pod => (pod.spec.schedulingGates ?? []).length === 0 },
  preEnqueue(pod) {
    const gates = pod.spec.schedulingGates ?? []
    return gates.length === 0 ? undefined : { code: 'Unresolvable', reasons: [`waiting for scheduling gates: [${gates.map(g => g.name).join(' ')}]`] }
  },
}
