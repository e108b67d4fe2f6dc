/** NodeResourcesBalancedAllocation: nodes whose CPU and memory are used alike. upstream: scheduler/framework/plugins/noderesources/balanced_allocation.go */
import { MAX_SCORE, SKIP, type SchedulerPlugin } from '../../framework'

export const balancedAllocation: SchedulerPlugin = {
  name: 'NodeResourcesBalancedAllocation',
  // A pod that asks for nothing changes no balance.
  preScore: ({ use }) => ((use.cpu ?? 0) === 0 && (use.memory ?? 0) === 0 ? SKIP : undefined),
  score({ use }, node) {
    const cpu = fraction(node.usedCpu + (use.cpu ?? 0), node.allocatableCpu)
    const memory = fraction(node.usedMemory + (use.memory ?? 0), node.allocatableMemory)
    if (cpu === undefined || memory === undefined) return MAX_SCORE
    return Math.trunc((1 - Math.abs((cpu - memory) / 2)) * MAX_SCORE)
  },
}

function fraction(used: number, capacity: number): number | undefined {
  return capacity === 0 ? undefined : Math.min(1, used / capacity)
}
