/** What the scheduler keeps of the cluster between two pods: nodes, counts, terms. Made from the cluster when first asked, then kept up change by change. upstream: pkg/scheduler/backend/cache */
import type { Lister } from '../client/lister'
import type { Node, Pod } from '../kinds/schema/types/core.v1'
import { ExistingTerms } from './existing-terms'
import { ImageHolders } from './images'
import { NodeInfos } from './nodes'
import { PodCounts } from './pod-counts'
import { Topologies } from './topology'

export class SchedulerCache {
  readonly nodes: NodeInfos
  readonly topologies: Topologies
  readonly counts: PodCounts
  readonly terms: ExistingTerms
  readonly images: ImageHolders

  constructor(lister: Lister) {
    this.nodes = new NodeInfos(lister)
    this.topologies = new Topologies(this.nodes)
    this.counts = new PodCounts(lister, this.nodes)
    this.terms = new ExistingTerms(lister, this.nodes)
    this.images = new ImageHolders(lister)
  }

  /** A pod is new, changed, or gone. */
  notePod(pod: Pod, previous: Pod | undefined, gone: boolean): void {
    if ((pod.spec.nodeName ?? '') === '' && (previous?.spec.nodeName ?? '') === '') return
    this.counts.note(pod, previous, gone)
    this.terms.note(pod, gone)
  }

  /** The scheduler has bound the pod: it counts before the log tells of it. */
  assume(pod: Pod, node: string): void {
    this.nodes.forgetUse(node)
    this.notePod({ ...pod, spec: { ...pod.spec, nodeName: node } }, undefined, false)
  }

  /** A node is new, gone, or another than it was: places and domains are void. */
  noteNode(node: Node, previous: Node | undefined, gone: boolean): void {
    this.nodes.forgetNode(node.metadata.name)
    this.images.note(node, previous, gone)
  }
  /** A node offers more or less, or has other images. */
  noteOffer(node: Node, previous: Node): void {
    this.nodes.forgetUse(node.metadata.name)
    this.images.note(node, previous, false)
  }
}
