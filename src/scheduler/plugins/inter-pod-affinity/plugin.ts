/** InterPodAffinity: pods that want to be near others or away from them, and others that want that of them. upstream: scheduler/framework/plugins/interpodaffinity */
import { matchesLabels } from '../../../base/label-selector'
import { namespace as namespaceKind } from '../../../kinds/core/namespace/kind'
import { affinityTerms, termMatches, type AffinityTerm } from '../../../kinds/core/pod/pod-affinity'
import type { Node, Pod } from '../../../kinds/schema/types/core.v1'
import type { TermGroup } from '../../existing-terms'
import { MAX_SCORE, SKIP, unresolvable, unschedulable, type ClusterEvent, type CycleState, type Hint, type NodeFilter, type SchedulerPlugin } from '../../framework'
import type { NodeInfo } from '../../node-info'
import type { DomainCounts } from '../../pod-count'
import { selects, type Clause } from '../../pod-counts'
import { NOWHERE } from '../../topology'

const NOT_NEAR = unresolvable("node(s) didn't match pod affinity rules")
const TOO_NEAR = unschedulable("node(s) didn't match pod anti-affinity rules")
const REPELLED = unschedulable("node(s) didn't satisfy existing pods anti-affinity rules")

export interface AffinityArgs {
  /** What one existing pod that must be near the newcomer adds to a node's score. */
  readonly hardPodAffinityWeight?: number | undefined
  readonly ignorePreferredTermsOfExistingPods?: boolean | undefined
}

/** Pods near which or away from which the newcomer has to be. */
interface Wish {
  readonly term: AffinityTerm
  readonly clause: Clause
  readonly near: DomainCounts
}

export function interPodAffinity({ hardPodAffinityWeight = 1, ignorePreferredTermsOfExistingPods = false }: AffinityArgs = {}): SchedulerPlugin {
  return {
    name: 'InterPodAffinity',
    hints: { PodAssigned: podMatters, PodGone: podMatters, PodLabel: podMatters, OwnUpdate: () => true, NodeAdd: nodeMatters, NodeLabel: nodeMatters, NodeTaint: () => true },
    preFilter(state) {
      const terms = affinityTerms(state.pod)
      const required = terms.filter(t => t.kind === 'required')
      const anti = terms.filter(t => t.kind === 'requiredAnti')
      const existing = state.cache.terms.meaning(state.pod).filter(g => g.term.kind === 'requiredAnti')
      if (required.length === 0 && anti.length === 0 && existing.length === 0) return SKIP
      return { filter: affinityFilter(state, required, anti, existing) }
    },
    preScore(state) {
      const sources = [...ownSources(state), ...existingSources(state, hardPodAffinityWeight, ignorePreferredTermsOfExistingPods)]
      if (sources.length === 0) return SKIP
      return {
        score(node) {
          let sum = 0
          for (const { near, weight } of sources) sum += weight * near.at(node.place)
          return sum
        },
        normalize: normalizeRange,
      }
    },
  }
}

// ── filtering ────────────────────────────────────────────────────────────────────────────────────

function affinityFilter(state: CycleState, required: readonly AffinityTerm[], anti: readonly AffinityTerm[], existing: readonly TermGroup[]): NodeFilter {
  const together = required.map(t => clauseOf(t, state))
  // A pod is near when all terms mean it, each in its own domain.
  const near = required.map(t => wish(t, together, state))
  const away = anti.map(t => wish(t, [clauseOf(t, state)], state))
  const repelling = existing.map(g => ({ term: g.term, near: g.count.in(state.cache.topologies.get(g.term.topologyKey)) }))
  /** The pod is of the kind that it looks for: the first of a series may go anywhere. */
  const own = required.length > 0 && selects(together, state.pod)
  const { pod } = state
  return node => {
    const { isChanged } = node
    if (near.length > 0 && !isNear(near, together, own, node, isChanged)) return NOT_NEAR
    for (const w of away) if (w.near.at(node.place) + (isChanged ? change(node, p => selects([w.clause], p), w.near) : 0) > 0) return TOO_NEAR
    for (const r of repelling) if (r.near.at(node.place) + (isChanged ? change(node, p => affinityTerms(p).some(t => t.id === r.term.id), r.near) : 0) > 0) return REPELLED
    if (isChanged && node.added.some(p => repels(p, pod, node, state))) return REPELLED
    return undefined
  }
}

function isNear(near: readonly Wish[], together: readonly Clause[], own: boolean, node: NodeInfo, isChanged: boolean): boolean {
  let all = true
  let nobody = true
  for (const w of near) {
    if (w.near.topology.domains[node.place] === NOWHERE) return false
    const more = isChanged ? change(node, p => selects(together, p), w.near) : 0
    if (w.near.at(node.place) + more <= 0) all = false
    if (w.near.total + more > 0) nobody = false
  }
  return all || (nobody && own)
}

/** How many more of some pods would be in the node's domain. */
function change(node: NodeInfo, counts: (p: Pod) => boolean, { topology }: DomainCounts): number {
  if (topology.domains[node.place] === NOWHERE) return 0
  return node.added.filter(counts).length - node.removed.filter(counts).length
}

/** Pods that are only promised to the node have their wishes too. */
function repels(other: Pod, pod: Pod, node: NodeInfo, state: CycleState): boolean {
  return affinityTerms(other).some(t => t.kind === 'requiredAnti' && node.label(t.topologyKey) !== undefined && termMatches(t, pod, () => namespaceLabels(state, pod)))
}

const namespaceLabels = ({ lister }: CycleState, pod: Pod): Readonly<Record<string, string>> | undefined => lister.get(namespaceKind, pod.metadata.namespace as string)?.metadata.labels

function wish(term: AffinityTerm, clauses: readonly Clause[], state: CycleState): Wish {
  const { counts, topologies } = state.cache
  const count = counts.get({ id: `affinity\0${JSON.stringify(clauses)}`, clauses, terminating: true })
  return { term, clause: clauses[0] as Clause, near: count.in(topologies.get(term.topologyKey)) }
}

/** With the namespaces that the term's selector picks now. upstream: mergeAffinityTermNamespacesIfNotEmpty */
function clauseOf({ namespaces, namespaceSelector, selector }: AffinityTerm, { lister }: CycleState): Clause {
  if (namespaceSelector === undefined) return { namespaces, selector }
  const picked = lister.list(namespaceKind).filter(n => matchesLabels(namespaceSelector, n.metadata.labels)).map(n => n.metadata.name)
  return { namespaces: [...new Set([...namespaces, ...picked])].sort(), selector }
}

// ── scoring ──────────────────────────────────────────────────────────────────────────────────────

interface Source {
  readonly near: DomainCounts
  readonly weight: number
}

/** What the newcomer would like. */
function ownSources(state: CycleState): Source[] {
  const sources: Source[] = []
  for (const t of affinityTerms(state.pod)) {
    if (t.kind !== 'preferred' && t.kind !== 'preferredAnti') continue
    const { near } = wish(t, [clauseOf(t, state)], state)
    if (near.total > 0) sources.push({ near, weight: t.kind === 'preferred' ? t.weight : -t.weight })
  }
  return sources
}

/** What pods on nodes would like of the newcomer. */
function existingSources(state: CycleState, hardWeight: number, ignorePreferred: boolean): Source[] {
  const sources: Source[] = []
  for (const { term, count } of state.cache.terms.meaning(state.pod)) {
    const weight = term.kind === 'required' ? hardWeight : ignorePreferred || term.kind === 'requiredAnti' ? 0 : term.kind === 'preferred' ? term.weight : -term.weight
    if (weight === 0) continue
    const near = count.in(state.cache.topologies.get(term.topologyKey))
    if (near.total > 0) sources.push({ near, weight })
  }
  return sources
}

/** From the least to the most, 0 to 100. upstream: NormalizeScore */
export function normalizeRange(scores: number[]): void {
  let least = Infinity
  let most = -Infinity
  for (const s of scores) {
    if (s < least) least = s
    if (s > most) most = s
  }
  for (let i = 0; i < scores.length; i++) scores[i] = most > least ? Math.trunc((MAX_SCORE * ((scores[i] as number) - least)) / (most - least)) : 0
}

// ── hints ────────────────────────────────────────────────────────────────────────────────────────

/** upstream: isSchedulableAfterPodChange */
const podMatters: Hint = (pod, { type, object, previous }: ClusterEvent, lister) => {
  const other = object as Pod
  const own = affinityTerms(pod)
  const labelsOf = (p: Pod) => (): Readonly<Record<string, string>> | undefined => lister.get(namespaceKind, p.metadata.namespace as string)?.metadata.labels
  const meansAll = (kind: 'required', p: Pod): boolean => {
    const terms = own.filter(t => t.kind === kind)
    return terms.length > 0 && terms.every(t => termMatches(t, p, labelsOf(p)))
  }
  const meansAny = (p: Pod): boolean => own.some(t => t.kind === 'requiredAnti' && termMatches(t, p, labelsOf(p)))
  if (type === 'PodAssigned') return meansAll('required', other)
  if (type === 'PodGone') return meansAny(other) || affinityTerms(other).some(t => t.kind === 'requiredAnti' && termMatches(t, pod, labelsOf(pod)))
  const was = previous as Pod | undefined
  if (was === undefined) return true
  return (!meansAll('required', was) && meansAll('required', other)) || (meansAny(was) && !meansAny(other))
}

/** upstream: isSchedulableAfterNodeChange */
function nodeMatters(pod: Pod, { object, previous }: ClusterEvent): boolean {
  const labels = (object as Node).metadata.labels
  const before = (previous as Node | undefined)?.metadata.labels
  const own = affinityTerms(pod)
  const required = own.filter(t => t.kind === 'required')
  if (required.length > 0 && required.every(t => labels?.[t.topologyKey] !== undefined) && required.some(t => labels?.[t.topologyKey] !== before?.[t.topologyKey])) return true
  const anti = own.filter(t => t.kind === 'requiredAnti')
  if (anti.some(t => labels?.[t.topologyKey] !== before?.[t.topologyKey])) return true
  // Others' wishes are not known here: a node that is new or labelled otherwise may be away from them.
  return required.length === 0 && anti.length === 0
}
