/** PodTopologySpread: pods that are alike stand in even numbers in all domains. upstream: scheduler/framework/plugins/podtopologyspread */
import { deepEqual } from '../../../base/equal'
import { HOSTNAME } from '../../../kinds/core/node/capacity'
import type { Node, Pod, TopologySpreadConstraint } from '../../../kinds/schema/types/core.v1'
import { MAX_SCORE, SKIP, unresolvable, unschedulable, type ClusterEvent, type CycleState, type PreFilterResult, type Scorer, type SchedulerPlugin } from '../../framework'
import type { NodeInfo } from '../../node-info'
import type { NodeInfos } from '../../nodes'
import type { DomainCounts, PodCount } from '../../pod-count'
import { NOWHERE, type Topology } from '../../topology'
import { constraintOf, constraintsOf, eligibilityOf, matchesSelf, selectionOf, SYSTEM_DEFAULTS, type Constraint } from './constraints'
import { defaultSelector } from './default-selector'

const TOO_MANY = unschedulable("node(s) didn't match pod topology spread constraints")
const NO_LABEL = unresolvable("node(s) didn't match pod topology spread constraints (missing required label)")

/** undefined: the system's defaults. */
export interface SpreadArgs {
  readonly defaultConstraints?: readonly TopologySpreadConstraint[] | undefined
}

/** One constraint with its counts in this cycle. */
interface Counted {
  readonly constraint: Constraint
  readonly count: PodCount
  /** Of the nodes that take part. */
  readonly domains: DomainCounts
  /** Of all nodes with the label. */
  readonly plain: Topology
  readonly self: number
  readonly namespace: string
}

export function podTopologySpread({ defaultConstraints }: SpreadArgs = {}): SchedulerPlugin {
  const defaults = defaultConstraints ?? SYSTEM_DEFAULTS
  const wanted = (state: CycleState, hard: boolean): readonly Constraint[] => {
    if ((state.pod.spec.topologySpreadConstraints ?? []).length > 0) return constraintsOf(state.pod).filter(c => c.hard === hard)
    const chosen = defaults.filter(c => (c.whenUnsatisfiable === 'DoNotSchedule') === hard)
    const selected = chosen.length === 0 ? undefined : defaultSelector(state.pod, state.lister)
    return selected === undefined ? [] : chosen.map(c => constraintOf(c, selected.selector, selected.id))
  }
  return {
    name: 'PodTopologySpread',
    hints: { PodAssigned: podMatters, PodGone: podMatters, PodLabel: podMatters, OwnUpdate: () => true, NodeAdd: nodeMatters, NodeGone: nodeMatters, NodeLabel: nodeMatters, NodeTaint: () => true },
    preFilter(state) {
      const constraints = wanted(state, true)
      return constraints.length === 0 ? SKIP : spreadFilter(constraints.map(c => counted(c, constraints.map(o => o.topologyKey), state)), state.cache.nodes)
    },
    preScore(state, nodes) {
      const constraints = wanted(state, false)
      if (constraints.length === 0) return SKIP
      // With the system's own constraints, a node without a zone still has a name.
      const needsAll = (state.pod.spec.topologySpreadConstraints ?? []).length > 0 || defaultConstraints !== undefined
      const keys = needsAll ? constraints.map(c => c.topologyKey) : []
      return spreadScorer(constraints.map(c => counted(c, keys, state)), nodes, needsAll)
    },
  }
}

function counted(constraint: Constraint, keys: readonly string[], state: CycleState): Counted {
  const { counts, topologies } = state.cache
  const namespace = state.pod.metadata.namespace as string
  const count = counts.get(selectionOf(constraint, namespace))
  const domains = count.in(topologies.get(constraint.topologyKey, eligibilityOf(constraint, keys, state)))
  return { constraint, count, domains, plain: topologies.get(constraint.topologyKey), self: matchesSelf(constraint, state.pod) ? 1 : 0, namespace }
}

/** What is the same for all nodes is worked out before. */
function spreadFilter(all: readonly Counted[], nodes: NodeInfos): PreFilterResult {
  const parts = all.map(c => ({ c, labelled: c.plain.domains, domains: c.domains.topology.domains, counts: c.domains.counts, bound: c.constraint.maxSkew - c.self + leastOf(c, 0, 0) }))
  return {
    refuses(place) {
      for (let i = 0; i < parts.length; i++) {
        const { c, labelled, domains, counts, bound } = parts[i] as (typeof parts)[number]
        if (labelled[place] === NOWHERE) return true
        const domain = domains[place] as number
        if ((domain === NOWHERE ? here(c, nodes.at(place) as NodeInfo) : (counts[domain] as number)) > bound) return true
      }
      return false
    },
    filter(node) {
      for (const c of all) {
        if (c.plain.domains[node.place] === NOWHERE) return NO_LABEL
        const more = node.isChanged ? change(c, node) : 0
        if (here(c, node) + more + c.self - leastOf(c, node.place, more) > c.constraint.maxSkew) return TOO_MANY
      }
      return undefined
    },
  }
}

/** Of the domain with the fewest pods, if that of `place` had `more`; with too few domains, one more that is empty. upstream: minMatchNum */
function leastOf({ domains, constraint }: Counted, place: number, more: number): number {
  if (domains.topology.values.length < constraint.minDomains) return 0
  return more === 0 ? domains.min : domains.minWith(place, more)
}

/** Pods in the node's domain. The node itself need not take part. */
function here({ domains, plain }: Counted, node: NodeInfo): number {
  const domain = domains.topology.domains[node.place] as number
  if (domain !== NOWHERE) return domains.counts[domain] as number
  if (domains.topology === plain) return 0
  return domains.ofValue(node.label(plain.key) as string)
}

/** What pods that would come or go change in the node's domain, if the node takes part. */
function change({ domains, constraint, namespace }: Counted, node: NodeInfo): number {
  if (domains.topology.domains[node.place] === NOWHERE) return 0
  const matching = (pods: readonly Pod[]): number => pods.filter(p => p.metadata.namespace === namespace && p.metadata.deletionTimestamp === undefined && matchesSelf(constraint, p)).length
  return matching(node.added) - matching(node.removed)
}

// ── scoring ──────────────────────────────────────────────────────────────────────────────────────

/** Pods in the node's domains, weighted by how many domains there are; fewer are better. */
function spreadScorer(all: readonly Counted[], nodes: readonly NodeInfo[], needsAll: boolean): Scorer {
  const ignored = needsAll ? nodes.filter(n => all.some(c => c.plain.domains[n.place] === NOWHERE)) : []
  const skipped = new Set(ignored)
  // Asked for hundreds of nodes a pod. A label that no node has counts for none.
  const parts = all.filter(c => c.plain.values.length > 0).map(c => ({ c, weight: Math.log(domainsAmong(c, nodes, skipped) + 2), byNode: c.constraint.topologyKey === HOSTNAME ? c.count.byNode : undefined, base: c.constraint.maxSkew - 1 }))
  return {
    score(node) {
      if (skipped.size > 0 && skipped.has(node)) return 0
      let sum = 0
      for (let i = 0; i < parts.length; i++) {
        const { c, weight, byNode, base } = parts[i] as (typeof parts)[number]
        if (c.plain.domains[node.place] === NOWHERE) continue
        const n = byNode === undefined ? here(c, node) : byNode.size === 0 ? 0 : (byNode.get(node.name) ?? 0)
        sum += n * weight + base
      }
      return Math.round(sum)
    },
    normalize: (scores, scored) => normalizeSpread(scores, scored, skipped),
  }
}

/** How many domains the nodes are in; each node is one of its own for the host name. upstream: initPreScoreState */
function domainsAmong({ constraint, plain }: Counted, nodes: readonly NodeInfo[], skipped: ReadonlySet<NodeInfo>): number {
  if (constraint.topologyKey === HOSTNAME) return nodes.length - skipped.size
  // Nodes without the label are together in one domain, where they are not ignored.
  const seen = new Uint8Array(plain.values.length + 1)
  let n = 0
  for (const node of nodes) {
    if (skipped.has(node)) continue
    const domain = (plain.domains[node.place] as number) + 1
    if (seen[domain] === 1) continue
    seen[domain] = 1
    n++
  }
  return n
}

/** upstream: NormalizeScore */
export function normalizeSpread(scores: number[], nodes: readonly NodeInfo[], skipped: ReadonlySet<NodeInfo>): void {
  let least = Infinity
  let most = 0
  const isSkipped = (i: number): boolean => skipped.size > 0 && skipped.has(nodes[i] as NodeInfo)
  for (let i = 0; i < scores.length; i++) {
    if (isSkipped(i)) continue
    const s = scores[i] as number
    if (s < least) least = s
    if (s > most) most = s
  }
  for (let i = 0; i < scores.length; i++) {
    if (isSkipped(i)) scores[i] = 0
    else scores[i] = most === 0 ? MAX_SCORE : Math.trunc((MAX_SCORE * (most + least - (scores[i] as number))) / most)
  }
}

// ── hints ────────────────────────────────────────────────────────────────────────────────────────

/** A pod counts when a constraint selects it, or did before. upstream: isSchedulableAfterPodChange */
function podMatters(pod: Pod, { object, previous }: ClusterEvent): boolean {
  if (object.metadata.namespace !== pod.metadata.namespace) return false
  const constraints = constraintsOf(pod)
  // Constraints that come by default are not the pod's own: nothing is known of them here.
  if (constraints.length === 0) return true
  return constraints.some(c => matchesSelf(c, object as Pod) || (previous !== undefined && matchesSelf(c, previous as Pod)))
}

/** A node counts when it has all the labels, or had them. upstream: isSchedulableAfterNodeChange */
function nodeMatters(pod: Pod, { object, previous }: ClusterEvent): boolean {
  const constraints = constraintsOf(pod).filter(c => c.hard)
  const has = (n: Node): boolean => constraints.every(c => n.metadata.labels?.[c.topologyKey] !== undefined)
  const now = has(object as Node)
  if (previous === undefined) return now
  const before = has(previous as Node)
  if (now !== before) return true
  return now && constraints.some(c => !deepEqual(object.metadata.labels?.[c.topologyKey], previous.metadata.labels?.[c.topologyKey]))
}
