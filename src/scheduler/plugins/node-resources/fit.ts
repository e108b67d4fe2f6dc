/** NodeResourcesFit: a node must have left what the pod asks for; the emptier it is, the better. upstream: scheduler/framework/plugins/noderesources/fit.go, least_allocated.go */
import { SCORED_CPU, SCORED_MEMORY } from '../../../kinds/core/pod/use'
import { MAX_SCORE, type SchedulerPlugin, type Status } from '../../framework'

const OWN_UNITS = new Set(['pods', 'cpu', 'memory'])

export const nodeResourcesFit: SchedulerPlugin = {
  name: 'NodeResourcesFit',
  events: ['PodGone', 'NodeAdd', 'NodeAllocatable', 'OwnUpdate'],
  filter({ use }, node) {
    const cpu = use.cpu ?? 0
    const memory = use.memory ?? 0
    const full = node.usedPods + 1 > node.allocatablePods
    const noCpu = cpu > 0 && cpu > node.allocatableCpu - node.usedCpu
    const noMemory = memory > 0 && memory > node.allocatableMemory - node.usedMemory
    let others: string[] | undefined
    for (const r in use) {
      if (OWN_UNITS.has(r) || r[0] === '~') continue
      const wished = use[r] as number
      if (wished > 0 && wished > node.allocatable(r) - node.used(r)) (others ??= []).push(r)
    }
    if (!full && !noCpu && !noMemory && others === undefined) return undefined
    const never = (noCpu && cpu > node.allocatableCpu) || (noMemory && memory > node.allocatableMemory) || others?.some(r => (use[r] as number) > node.allocatable(r)) === true
    return refusal(never, full, noCpu, noMemory, others)
  },
  score({ use }, node) {
    const cpu = leastRequested(node.scoredCpu + (use[SCORED_CPU] as number), node.allocatableCpu)
    const memory = leastRequested(node.scoredMemory + (use[SCORED_MEMORY] as number), node.allocatableMemory)
    const weights = (node.allocatableCpu > 0 ? 1 : 0) + (node.allocatableMemory > 0 ? 1 : 0)
    return weights === 0 ? 0 : Math.floor((cpu + memory) / weights)
  },
}

function refusal(never: boolean, full: boolean, noCpu: boolean, noMemory: boolean, others: readonly string[] | undefined): Status {
  const reasons = [...(full ? ['Too many pods'] : []), ...(noCpu ? ['Insufficient cpu'] : []), ...(noMemory ? ['Insufficient memory'] : []), ...(others ?? []).map(r => `Insufficient ${r}`)]
  return { code: never ? 'Unresolvable' : 'Unschedulable', reasons }
}

function leastRequested(requested: number, capacity: number): number {
  return capacity === 0 || requested > capacity ? 0 : Math.floor(((capacity - requested) * MAX_SCORE) / capacity)
}
