/** DefaultPreemption: makes room for a pod by removing less important ones. upstream: scheduler/framework/plugins/defaultpreemption, framework/preemption */
import { parseTime, timestamp } from '../../../base/clock'
import { isEverything, matchesLabels, selectorOfObject, type LabelSelectorObject } from '../../../base/label-selector'
import { isNotFound } from '../../../base/status'
import type { Context } from '../../../client/controller'
import { pod as podKind } from '../../../kinds/core/pod/kind'
import { podDisruptionBudgets } from '../../budgets'
import type { Pod } from '../../../kinds/schema/types/core.v1'
import type { CycleState, Evaluator, FailedNode, PostFilterResult, Refused, SchedulerPlugin } from '../../framework'
import { fitMessage } from '../../message'
import type { NodeInfo } from '../../node-info'

const NOT_HELPFUL = 'Preemption is not helpful for scheduling'
const NO_VICTIMS = 'No preemption victims found for incoming pod'
/** upstream: MinCandidateNodesPercentage, MinCandidateNodesAbsolute */
const MIN_PERCENT = 10
const MIN_CANDIDATES = 100

interface Candidate {
  readonly node: NodeInfo
  /** The most important first. */
  readonly victims: readonly Pod[]
  readonly violations: number
}

const priorityOf = (p: Pod): number => p.spec.priority ?? 0

export interface PreemptionArgs {
  /** Of the nodes that might do, so many are tried … */
  readonly minCandidateNodesPercentage?: number | undefined
  /** … and at least so many. */
  readonly minCandidateNodesAbsolute?: number | undefined
}

export function defaultPreemption({ minCandidateNodesPercentage = MIN_PERCENT, minCandidateNodesAbsolute = MIN_CANDIDATES }: PreemptionArgs = {}): SchedulerPlugin {
  return {
    name: 'DefaultPreemption',
    async postFilter(state, refused, run, ctx) {
      const ineligibility = ineligible(state, refused)
      if (ineligibility !== undefined) return { reason: `preemption: ${ineligibility}` }
      const reasons = new Map<string, readonly string[]>()
      const potential = refused.nodes.filter(f => f.status.code === 'Unschedulable')
      const wanted = Math.max(Math.floor((potential.length * minCandidateNodesPercentage) / 100), minCandidateNodesAbsolute)
      const candidates = findCandidates(state, potential, wanted, run, reasons)
      if (candidates.length === 0) return { nominatedNode: '', reason: `preemption: ${fitMessage(state.nodes, [...reasons.values()], undefined, [NOT_HELPFUL])}` }
      const best = choose(candidates)
      for (const victim of best.victims) await evict(victim, state.pod, best.node.name, ctx)
      await dropNominations(state, best.node.name, ctx)
      return { nominatedNode: best.node.name } satisfies PostFilterResult
    },
  }
}

/** upstream: PodEligibleToPreemptOthers */
function ineligible({ pod, lister }: CycleState, refused: Refused): string | undefined {
  if (pod.spec.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.'
  const nominated = pod.status?.nominatedNodeName ?? ''
  if (nominated === '') return undefined
  // Nothing that leaves the promised node would help there any more.
  if (refused.nodes.find(f => f.node.name === nominated)?.status.code === 'Unresolvable') return undefined
  const leaving = lister.byIndex(podKind, 'node', nominated).some(p => p.metadata.deletionTimestamp !== undefined && priorityOf(p) < priorityOf(pod) && p.status?.conditions?.some(c => c.type === 'DisruptionTarget' && c.status === 'True' && c.reason === 'PreemptionByScheduler') === true)
  return leaving ? 'not eligible due to a terminating pod on the nominated node.' : undefined
}

/** Nodes where removing less important pods would make room; `reasons` takes what speaks against the others that were tried. */
function findCandidates(state: CycleState, potential: readonly FailedNode[], wanted: number, run: Evaluator, reasons: Map<string, readonly string[]>): Candidate[] {
  const budgets = podDisruptionBudgets(state.lister)
  const found: Candidate[] = []
  for (const { node } of potential) {
    if (found.length >= wanted) break
    const candidate = dryRun(state, node, run, budgets)
    if ('victims' in candidate) found.push(candidate)
    else reasons.set(node.name, candidate)
  }
  return found
}

/** Less important pods to which room was promised there have to look again. */
async function dropNominations({ pod, lister }: CycleState, node: string, { client }: Context): Promise<void> {
  for (const p of lister.byIndex(podKind, 'nominated', 'yes')) {
    if (p.status?.nominatedNodeName !== node || p.metadata.uid === pod.metadata.uid || priorityOf(p) >= priorityOf(pod)) continue
    const { nominatedNodeName: _, ...status } = p.status
    await client.update(podKind, { ...p, status }, { subresource: 'status' })
  }
}

/** The fewest and least important pods whose removal lets the pod in, or why there are none. upstream: SelectVictimsOnNode */
function dryRun(state: CycleState, node: NodeInfo, run: Evaluator, budgets: ReturnType<typeof podDisruptionBudgets>): Candidate | readonly string[] {
  if (node.lowestPriority >= priorityOf(state.pod)) return [NO_VICTIMS]
  const lower = node.pods.filter(p => priorityOf(p) < priorityOf(state.pod))
  if (lower.length === 0) return [NO_VICTIMS]
  const empty = node.changed(lower, [])
  const still = run.fits(state, empty)
  if (still !== undefined) return still.status.reasons.length === 0 ? [NO_VICTIMS] : still.status.reasons
  lower.sort(moreImportantFirst)
  const [violating, others] = splitByBudget(lower, budgets)
  const kept: Pod[] = []
  const victims: Pod[] = []
  let violations = 0
  const reprieve = (p: Pod): boolean => {
    if (run.fits(state, node.changed(lower.filter(x => !kept.includes(x) && x !== p), [])) !== undefined) {
      victims.push(p)
      return false
    }
    kept.push(p)
    return true
  }
  for (const p of violating) if (!reprieve(p)) violations++
  for (const p of others) reprieve(p)
  return { node, victims: victims.sort(moreImportantFirst), violations }
}

/** Higher priority, then longer running. upstream: util.MoreImportantPod */
function moreImportantFirst(a: Pod, b: Pod): number {
  return priorityOf(b) - priorityOf(a) || startMs(a) - startMs(b) || (a.metadata.name < b.metadata.name ? -1 : 1)
}
const startMs = (p: Pod): number => parseTime(p.status?.startTime ?? p.metadata.creationTimestamp)

/** upstream: filterPodsWithPDBViolation */
function splitByBudget(pods: readonly Pod[], budgets: ReturnType<typeof podDisruptionBudgets>): [Pod[], Pod[]] {
  const left = new Map(budgets.map(b => [b.metadata.uid, b.status?.disruptionsAllowed ?? 0]))
  const violating: Pod[] = []
  const others: Pod[] = []
  for (const p of pods) {
    let violated = false
    for (const b of p.metadata.labels === undefined ? [] : budgets) {
      if (b.metadata.namespace !== p.metadata.namespace) continue
      const selector = selectorOfObject(b.spec?.selector as LabelSelectorObject | undefined)
      // A budget of everything protects nobody here, and who is disrupted already is counted already.
      if (isEverything(selector) || !matchesLabels(selector, p.metadata.labels) || b.status?.disruptedPods?.[p.metadata.name] !== undefined) continue
      const n = (left.get(b.metadata.uid) as number) - 1
      left.set(b.metadata.uid, n)
      if (n < 0) violated = true
    }
    ;(violated ? violating : others).push(p)
  }
  return [violating, others]
}

/** upstream: pickOneNodeForPreemption */
function choose(candidates: readonly Candidate[]): Candidate {
  const criteria: ((c: Candidate) => number)[] = [
    c => c.violations,
    c => priorityOf(c.victims[0] as Pod),
    c => c.victims.reduce((sum, p) => sum + priorityOf(p) + 2 ** 31, 0),
    c => c.victims.length,
    c => -earliestStartOfHighest(c.victims),
  ]
  let best = [...candidates]
  for (const cost of criteria) {
    const least = Math.min(...best.map(cost))
    best = best.filter(c => cost(c) === least)
    if (best.length === 1) break
  }
  return best[0] as Candidate
}

function earliestStartOfHighest(victims: readonly Pod[]): number {
  const highest = priorityOf(victims[0] as Pod)
  return Math.min(...victims.filter(p => priorityOf(p) === highest).map(startMs))
}

async function evict(victim: Pod, preemptor: Pod, node: string, { client, clock, events }: Context): Promise<void> {
  try {
    if (victim.metadata.deletionTimestamp === undefined) {
      const condition = { type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler', message: `${preemptor.spec.schedulerName ?? 'default-scheduler'}: preempting to accommodate a higher priority pod`, lastTransitionTime: timestamp(clock.now()), lastProbeTime: null as never, observedGeneration: victim.metadata.generation as number }
      const marked = await client.update(podKind, { ...victim, status: { ...victim.status, conditions: [...(victim.status?.conditions ?? []).filter(c => c.type !== 'DisruptionTarget'), condition] } }, { subresource: 'status' })
      await client.delete(podKind, marked)
    }
    await events.event(victim, 'Normal', 'Preempted', `Preempted by pod ${preemptor.metadata.uid} on node ${node}`, { action: 'Preempting', related: preemptor })
  } catch (e) {
    if (!isNotFound(e)) throw e
  }
}
