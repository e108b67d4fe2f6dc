/** What pods on nodes ask of newcomers: their affinity terms, grouped by meaning and counted by node. Looked up by the newcomer's labels, so that in a cluster without such pods nothing is looked at. */
import type { Lister } from '../client/lister'
import { namespace as namespaceKind } from '../kinds/core/namespace/kind'
import { AFFINITY, affinityTerms, anchorsFor, anchorsOf, hasPodAffinity, termMatches, type AffinityTerm } from '../kinds/core/pod/pod-affinity'
import { pod as podKind } from '../kinds/core/pod/kind'
import { isFinished } from '../kinds/core/pod/state'
import { AFFINITY_PODS } from '../kinds/core/pod/use'
import type { Pod } from '../kinds/schema/types/core.v1'
import type { NodeInfos } from './nodes'
import { PodCount } from './pod-count'

/** Pods on nodes that have the same term. */
export interface TermGroup {
  readonly term: AffinityTerm
  readonly count: PodCount
}

const NO_GROUPS: readonly TermGroup[] = []

export class ExistingTerms {
  private readonly groups = new Map<string, TermGroup>()
  private readonly byAnchor = new Map<string, Set<TermGroup>>()
  /** Anchors whose pods have all been read. */
  private readonly loaded = new Set<string>()

  constructor(
    private readonly lister: Lister,
    private readonly nodes: NodeInfos,
  ) {}

  /** Terms of pods on nodes that mean this pod. */
  meaning(pod: Pod): readonly TermGroup[] {
    if (this.lister.total(AFFINITY_PODS, '') === undefined) return NO_GROUPS
    const found = new Set<TermGroup>()
    const { namespace = '', labels } = pod.metadata
    const namespaceLabels = (): Readonly<Record<string, string>> | undefined => this.lister.get(namespaceKind, namespace)?.metadata.labels
    for (const anchor of anchorsFor(namespace, labels)) {
      if (!this.loaded.has(anchor)) this.load(anchor)
      for (const group of this.byAnchor.get(anchor) ?? NO_GROUPS) if (!group.count.isEmpty && termMatches(group.term, pod, namespaceLabels)) found.add(group)
    }
    return [...found]
  }

  private load(anchor: string): void {
    this.loaded.add(anchor)
    for (const p of this.lister.byIndex(podKind, AFFINITY, anchor)) this.note(p, false)
  }

  /** A pod is new, changed, or gone. Its terms never change. */
  note(pod: Pod, gone: boolean): void {
    // Nobody has asked yet.
    if (this.loaded.size === 0 || pod.spec.affinity === undefined || !hasPodAffinity(pod.spec)) return
    const node = gone || (pod.spec.nodeName ?? '') === '' || isFinished(pod) ? undefined : pod.spec.nodeName
    for (const term of affinityTerms(pod)) this.groupOf(term).count.set(pod.metadata.uid as string, node)
  }

  private groupOf(term: AffinityTerm): TermGroup {
    let group = this.groups.get(term.id)
    if (group !== undefined) return group
    group = { term, count: new PodCount(this.nodes) }
    this.groups.set(term.id, group)
    for (const anchor of anchorsOf(term)) {
      const set = this.byAnchor.get(anchor)
      if (set === undefined) this.byAnchor.set(anchor, new Set([group]))
      else set.add(group)
    }
    return group
  }
}
