/** NodePorts: two pods of one node cannot have the same host port. upstream: scheduler/framework/plugins/nodeports */
import type { ContainerPort, Pod } from '../../../kinds/schema/types/core.v1'
import { SKIP, unschedulable, type SchedulerPlugin } from '../../framework'

const TAKEN = unschedulable("node(s) didn't have free ports for the requested pod ports")
const NAME = 'NodePorts'

export const nodePorts: SchedulerPlugin = {
  name: NAME,
  hints: { PodGone: (pod, { object }) => hostPorts(object as Pod).some(p => hostPorts(pod).some(w => collide(w, p))), NodeAdd: () => true, OwnUpdate: () => true },
  sign: ({ pod }) => hostPorts(pod),
  preFilter({ pod, data }) {
    const ports = hostPorts(pod)
    if (ports.length === 0) return SKIP
    data.set(NAME, ports)
    return undefined
  },
  filter({ data }, node) {
    const wished = data.get(NAME) as readonly ContainerPort[]
    for (const other of node.pods) for (const p of hostPorts(other)) if (wished.some(w => collide(w, p))) return TAKEN
    return undefined
  },
}

/** Of containers and sidecars. */
export function hostPorts(pod: Pod): ContainerPort[] {
  const found: ContainerPort[] = []
  for (const c of pod.spec.containers) for (const p of c.ports ?? []) if ((p.hostPort ?? 0) > 0) found.push(p)
  for (const c of pod.spec.initContainers ?? []) if (c.restartPolicy === 'Always') for (const p of c.ports ?? []) if ((p.hostPort ?? 0) > 0) found.push(p)
  return found
}

const ANY = '0.0.0.0'
function collide(a: ContainerPort, b: ContainerPort): boolean {
  if (a.hostPort !== b.hostPort || (a.protocol ?? 'TCP') !== (b.protocol ?? 'TCP')) return false
  const [x, y] = [a.hostIP || ANY, b.hostIP || ANY]
  return x === y || x === ANY || y === ANY
}
