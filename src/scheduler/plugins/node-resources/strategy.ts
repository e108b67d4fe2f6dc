/** How full a node should be: emptier, fuller, or as a curve says. upstream: scheduler/framework/plugins/noderesources/{least_allocated,most_allocated,requested_to_capacity_ratio}.go */
import { SCORED_CPU, SCORED_MEMORY, type Amounts } from '../../../kinds/core/pod/use'
import { MAX_SCORE } from '../../framework'
import type { NodeInfo } from '../../node-info'

export interface ResourceWeight {
  readonly name: string
  readonly weight: number
}

/** A point of the curve: utilization 0 to 100, score 0 to 10. */
export interface ShapePoint {
  readonly utilization: number
  readonly score: number
}

export interface ScoringStrategy {
  readonly type: 'LeastAllocated' | 'MostAllocated' | 'RequestedToCapacityRatio'
  readonly resources: readonly ResourceWeight[]
  readonly shape?: readonly ShapePoint[]
}

export const CPU_AND_MEMORY: readonly ResourceWeight[] = [{ name: 'cpu', weight: 1 }, { name: 'memory', weight: 1 }]
export const LEAST_ALLOCATED: ScoringStrategy = { type: 'LeastAllocated', resources: CPU_AND_MEMORY }

const MAX_SHAPE_SCORE = 10

/** What a pod would make of the node's use of a resource; containers that ask for no cpu or memory count as if they asked for some. */
export function requestedWith(node: NodeInfo, use: Amounts, resource: string): number {
  if (resource === 'cpu') return node.scoredCpu + (use[SCORED_CPU] ?? 0)
  if (resource === 'memory') return node.scoredMemory + (use[SCORED_MEMORY] ?? 0)
  return node.used(resource) + (use[resource] ?? 0)
}

const offered = (node: NodeInfo, resource: string): number => (resource === 'cpu' ? node.allocatableCpu : resource === 'memory' ? node.allocatableMemory : node.allocatable(resource))

const isExtended = (name: string): boolean => name.includes('/') && !name.includes('kubernetes.io/')

export function strategyScore({ type, resources, shape = [] }: ScoringStrategy, node: NodeInfo, use: Amounts): number {
  let sum = 0
  let weights = 0
  for (const { name, weight } of resources) {
    const capacity = offered(node, name)
    if (capacity === 0 || (isExtended(name) && (use[name] ?? 0) === 0)) continue
    const requested = requestedWith(node, use, name)
    const score = type === 'RequestedToCapacityRatio' ? onCurve(shape, capacity, requested) : type === 'MostAllocated' ? most(capacity, requested) : least(capacity, requested)
    // A resource that the curve gives nothing for does not count at all.
    if (type === 'RequestedToCapacityRatio' && score <= 0) continue
    sum += score * weight
    weights += weight
  }
  if (weights === 0) return 0
  return type === 'RequestedToCapacityRatio' ? Math.round(sum / weights) : Math.floor(sum / weights)
}

const least = (capacity: number, requested: number): number => (requested > capacity ? 0 : Math.floor(((capacity - requested) * MAX_SCORE) / capacity))
/** What is overfull counts as full, which happens where containers ask for nothing. */
const most = (capacity: number, requested: number): number => Math.floor((Math.min(requested, capacity) * MAX_SCORE) / capacity)

/** Between two points of the curve it is straight. upstream: helper.BuildBrokenLinearFunction */
function onCurve(shape: readonly ShapePoint[], capacity: number, requested: number): number {
  const at = requested > capacity ? MAX_SCORE : Math.trunc((requested * MAX_SCORE) / capacity)
  const points = shape.map(p => ({ utilization: p.utilization, score: p.score * (MAX_SCORE / MAX_SHAPE_SCORE) }))
  for (const [i, p] of points.entries()) {
    if (at > p.utilization) continue
    const before = points[i - 1]
    if (before === undefined) return p.score
    return before.score + Math.trunc(((p.score - before.score) * (at - before.utilization)) / (p.utilization - before.utilization))
  }
  return points[points.length - 1]?.score ?? 0
}
