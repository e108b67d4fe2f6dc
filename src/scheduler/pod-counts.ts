/** Counts of pods by selector, each made when it is first asked for and then kept up with every change, so that pods that are alike share it. */
import { matchesLabels, requiredPairs, type LabelSelector } from '../base/label-selector'
import type { Lister } from '../client/lister'
import { pod as podKind } from '../kinds/core/pod/kind'
import { isFinished } from '../kinds/core/pod/state'
import type { Pod } from '../kinds/schema/types/core.v1'
import type { NodeInfos } from './nodes'
import { PodCount } from './pod-count'

/** Who counts: pods that one of the namespaces and the selector match, in every clause. */
export interface Clause {
  readonly namespaces: readonly string[]
  readonly selector: LabelSelector
}

export interface Selection {
  /** The same for selections that mean the same. */
  readonly id: string
  readonly clauses: readonly Clause[]
  /** Whether pods that are being deleted count. */
  readonly terminating: boolean
}

/** So many counts are kept up; the oldest go first, and come back when they are asked for. */
const MAX_COUNTS = 4_096

interface Kept {
  readonly selection: Selection
  readonly count: PodCount
  readonly anchors: readonly string[]
}

export class PodCounts {
  private readonly byId = new Map<string, Kept>()
  /** By `namespace/key=value`, or `namespace/` where the selector requires no pair. */
  private readonly byAnchor = new Map<string, Set<Kept>>()

  constructor(
    private readonly lister: Lister,
    private readonly nodes: NodeInfos,
  ) {}

  get(selection: Selection): PodCount {
    const known = this.byId.get(selection.id)
    if (known !== undefined) return known.count
    if (this.byId.size >= MAX_COUNTS) this.drop(this.byId.keys().next().value as string)
    const kept: Kept = { selection, count: new PodCount(this.nodes), anchors: anchorsOf(selection) }
    this.byId.set(selection.id, kept)
    for (const anchor of kept.anchors) {
      const set = this.byAnchor.get(anchor)
      if (set === undefined) this.byAnchor.set(anchor, new Set([kept]))
      else set.add(kept)
    }
    this.load(kept)
    return kept.count
  }

  private drop(id: string): void {
    const kept = this.byId.get(id) as Kept
    this.byId.delete(id)
    for (const anchor of kept.anchors) {
      const set = this.byAnchor.get(anchor)
      set?.delete(kept)
      if (set?.size === 0) this.byAnchor.delete(anchor)
    }
  }

  /** Cost grows with the pods that carry the label that the selector requires. */
  private load({ selection, count }: Kept): void {
    const [first] = selection.clauses
    if (first === undefined || first.selector.nothing === true) return
    const [pair] = requiredPairs(first.selector)
    for (const namespace of first.namespaces) {
      const pods = pair === undefined ? this.lister.list(podKind, namespace) : this.lister.labelled(podKind, namespace, pair[0], pair[1])
      for (const p of pods) if (counts(selection, p)) count.set(p.metadata.uid as string, p.spec.nodeName as string)
    }
  }

  /** A pod is new, changed, or gone. */
  note(pod: Pod, previous: Pod | undefined, gone: boolean): void {
    if (this.byId.size === 0) return
    this.tell(pod, pod, gone)
    if (previous !== undefined && previous.metadata.labels !== pod.metadata.labels) this.tell(previous, pod, gone)
  }

  /** Tells the counts that labels of `labelled` lead to of the pod as it is now. */
  private tell({ metadata: { namespace, labels } }: Pod, pod: Pod, gone: boolean): void {
    this.tellAnchor(`${namespace}/`, pod, gone)
    for (const k in labels) this.tellAnchor(`${namespace}/${k}=${labels[k]}`, pod, gone)
  }

  private tellAnchor(anchor: string, pod: Pod, gone: boolean): void {
    const set = this.byAnchor.get(anchor)
    if (set === undefined) return
    for (const { selection, count } of set) count.set(pod.metadata.uid as string, !gone && counts(selection, pod) ? pod.spec.nodeName : undefined)
  }
}

/** Whether the selection means the pod, wherever it runs. */
export function selects(clauses: readonly Clause[], { metadata }: Pod): boolean {
  return clauses.every(c => c.namespaces.includes(metadata.namespace as string) && matchesLabels(c.selector, metadata.labels))
}

function counts({ clauses, terminating }: Selection, p: Pod): boolean {
  if ((p.spec.nodeName ?? '') === '' || isFinished(p) || (!terminating && p.metadata.deletionTimestamp !== undefined)) return false
  return selects(clauses, p)
}

function anchorsOf({ clauses: [first] }: Selection): string[] {
  if (first === undefined) return []
  const [pair] = requiredPairs(first.selector)
  return first.namespaces.map(n => (pair === undefined ? `${n}/` : `${n}/${pair[0]}=${pair[1]}`))
}
