/** NodeResourcesBalancedAllocation: nodes whose resources are used alike. upstream: scheduler/framework/plugins/noderesources/balanced_allocation.go */
import { MAX_SCORE, SKIP, type CycleState, type SchedulerPlugin } from '../../framework'
import type { NodeInfo } from '../../node-info'
import { CPU_AND_MEMORY, type ResourceWeight } from './strategy'

export function balancedAllocation({ resources = CPU_AND_MEMORY }: { readonly resources?: readonly ResourceWeight[] | undefined } = {}): SchedulerPlugin {
  const names = resources.map(r => r.name)
  return {
    name: 'NodeResourcesBalancedAllocation',
    sign: ({ use }) => use,
    // A pod that asks for nothing changes no balance.
    preScore: ({ use }) => (names.every(r => (use[r] ?? 0) === 0) ? SKIP : undefined),
    score({ use }, node) {
      const fractions: number[] = []
      for (const r of names) {
        const f = fractionOf(node, use, r)
        if (f !== undefined) fractions.push(f)
      }
      return Math.trunc((1 - deviation(fractions)) * MAX_SCORE)
    },
  }
}

function fractionOf(node: NodeInfo, use: CycleState['use'], resource: string): number | undefined {
  const [used, capacity] = resource === 'cpu' ? [node.usedCpu, node.allocatableCpu] : resource === 'memory' ? [node.usedMemory, node.allocatableMemory] : [node.used(resource), node.allocatable(resource)]
  const wished = use[resource] ?? 0
  if (capacity === 0 || (wished === 0 && resource.includes('/'))) return undefined
  return Math.min(1, (used + wished) / capacity)
}

/** Of two, half their distance. */
function deviation(fractions: readonly number[]): number {
  if (fractions.length === 2) return Math.abs(((fractions[0] as number) - (fractions[1] as number)) / 2)
  if (fractions.length < 2) return 0
  const mean = fractions.reduce((a, b) => a + b, 0) / fractions.length
  return Math.sqrt(fractions.reduce((sum, f) => sum + (f - mean) ** 2, 0) / fractions.length)
}
