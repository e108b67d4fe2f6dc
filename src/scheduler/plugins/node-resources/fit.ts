/** NodeResourcesFit: a node must have left what the pod asks for. upstream: scheduler/framework/plugins/noderesources/fit.go */
import { milliValueOfQuantity, valueOfQuantity } from '../../../base/quantity'
import type { Node, Pod } from '../../../kinds/schema/types/core.v1'
import { podRequests } from '../../../kinds/core/pod/use'
import type { ClusterEvent, SchedulerPlugin, Status } from '../../framework'
import { LEAST_ALLOCATED, strategyScore, type ScoringStrategy } from './strategy'

const OWN_UNITS = new Set(['pods', 'cpu', 'memory'])

export interface FitArgs {
  readonly scoringStrategy?: ScoringStrategy | undefined
  /** Extended resources that others look after. */
  readonly ignoredResources?: readonly string[] | undefined
  readonly ignoredResourceGroups?: readonly string[] | undefined
}

export function nodeResourcesFit({ scoringStrategy = LEAST_ALLOCATED, ignoredResources = [], ignoredResourceGroups = [] }: FitArgs = {}): SchedulerPlugin {
  const isIgnored = (r: string): boolean => r.includes('/') && (ignoredResources.includes(r) || ignoredResourceGroups.includes(r.slice(0, r.indexOf('/'))))
  return {
    name: 'NodeResourcesFit',
    hints: { PodGone: freesSomething, PodScaledDown: freesSomething, NodeAdd: wouldFit, NodeAllocatable: wouldFit, NodeTaint: wouldFit, NodeLabel: wouldFit, OwnUpdate: () => true },
    sign: ({ use }) => use,
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
        if (wished > 0 && wished > node.allocatable(r) - node.used(r) && !isIgnored(r)) (others ??= []).push(r)
      }
      if (!full && !noCpu && !noMemory && others === undefined) return undefined
      const never = (noCpu && cpu > node.allocatableCpu) || (noMemory && memory > node.allocatableMemory) || others?.some(r => (use[r] as number) > node.allocatable(r)) === true
      return refusal(never, full, noCpu, noMemory, others)
    },
    score: ({ use }, node) => strategyScore(scoringStrategy, node, use),
  }
}

function refusal(never: boolean, full: boolean, noCpu: boolean, noMemory: boolean, others: readonly string[] | undefined): Status {
  const reasons = [...(full ? ['Too many pods'] : []), ...(noCpu ? ['Insufficient cpu'] : []), ...(noMemory ? ['Insufficient memory'] : []), ...(others ?? []).map(r => `Insufficient ${r}`)]
  return { code: never ? 'Unresolvable' : 'Unschedulable', reasons }
}

/** A pod that leaves makes room in any case: for one pod more. */
function freesSomething(pod: Pod, { type, object, previous }: ClusterEvent): boolean {
  if (type === 'PodGone') return true
  const wished = podRequests(pod.spec)
  const before = previous === undefined ? {} : podRequests((previous as Pod).spec)
  const now = podRequests((object as Pod).spec)
  return Object.keys(wished).some(r => (before[r] ?? 0) > (now[r] ?? 0))
}

/** The node, empty, has room for the pod. upstream: isSchedulableAfterNodeChange */
function wouldFit(pod: Pod, { type, object }: ClusterEvent): boolean {
  // What moved is not what this plugin looks at.
  if (type === 'NodeTaint' || type === 'NodeLabel') return false
  const offered = (object as Node).status?.allocatable ?? (object as Node).status?.capacity ?? {}
  const wished = podRequests(pod.spec)
  return Object.keys(wished).every(r => {
    const q = offered[r]
    return (wished[r] as number) <= 0 || (q !== undefined && (wished[r] as number) <= (r === 'cpu' ? milliValueOfQuantity(q) : valueOfQuantity(q)))
  })
}
