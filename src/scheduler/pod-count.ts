/** How many pods of some sort there are on each node and in each domain, kept up pod by pod. */
import type { NodeInfos } from './nodes'
import { NOWHERE, type Topology } from './topology'

/** A count by domain of one topology, with the smallest one. */
export class DomainCounts {
  readonly counts: Int32Array
  /** Of all domains together. */
  total = 0
  private smallest = 0
  private atSmallest: number

  constructor(readonly topology: Topology) {
    this.counts = new Int32Array(topology.values.length)
    this.atSmallest = this.counts.length
  }

  add(place: number, n: number): void {
    const domain = this.topology.domains[place] ?? NOWHERE
    if (domain === NOWHERE) return
    const before = this.counts[domain] as number
    const after = before + n
    this.counts[domain] = after
    this.total += n
    if (before === this.smallest) this.atSmallest--
    if (after < this.smallest) {
      this.smallest = after
      this.atSmallest = 1
    } else if (after === this.smallest) this.atSmallest++
    if (this.atSmallest === 0) this.findSmallest()
  }

  private findSmallest(): void {
    let smallest = Infinity
    for (const n of this.counts) {
      if (n > smallest) continue
      if (n < smallest) {
        smallest = n
        this.atSmallest = 0
      }
      this.atSmallest++
    }
    this.smallest = smallest
  }

  /** Of the domain in which the node at this place is; 0 when it is in none. */
  at(place: number): number {
    const domain = this.topology.domains[place] ?? NOWHERE
    return domain === NOWHERE ? 0 : (this.counts[domain] as number)
  }

  /** Of the domain with this value, whether or not a node that is in it takes part. */
  ofValue(value: string): number {
    this.byValue ??= new Map(this.topology.values.map((v, i) => [v, i]))
    return this.counts[this.byValue.get(value) ?? NOWHERE] ?? 0
  }
  private byValue: Map<string, number> | undefined

  /** The smallest count of a domain; Infinity without domains. */
  get min(): number {
    return this.counts.length === 0 ? Infinity : this.smallest
  }

  /** The smallest if the domain of `place` had `delta` more. */
  minWith(place: number, delta: number): number {
    const domain = this.topology.domains[place] ?? NOWHERE
    if (delta === 0 || domain === NOWHERE) return this.min
    let smallest = Infinity
    for (let d = 0; d < this.counts.length; d++) smallest = Math.min(smallest, (this.counts[d] as number) + (d === domain ? delta : 0))
    return smallest
  }
}

/** Pods by node. Told of the same pod twice it counts it once. */
export class PodCount {
  /** Node by uid. */
  private readonly members = new Map<string, string>()
  readonly byNode = new Map<string, number>()
  private readonly views = new Map<string, DomainCounts>()

  constructor(private readonly nodes: NodeInfos) {}

  get isEmpty(): boolean {
    return this.members.size === 0
  }

  /** The pod counts on that node; undefined: it does not count. */
  set(uid: string, node: string | undefined): void {
    const before = this.members.get(uid)
    if (before === node) return
    if (before !== undefined) {
      this.members.delete(uid)
      this.add(before, -1)
    }
    if (node === undefined) return
    this.members.set(uid, node)
    this.add(node, 1)
  }

  private add(node: string, n: number): void {
    const count = (this.byNode.get(node) ?? 0) + n
    if (count === 0) this.byNode.delete(node)
    else this.byNode.set(node, count)
    for (const view of this.views.values()) if (view.topology.generation === this.nodes.generation) view.add(this.nodes.placeOf(node), n)
  }

  /** By domain; the same object, kept up, until nodes change. */
  in(topology: Topology): DomainCounts {
    const known = this.views.get(topology.id)
    if (known?.topology === topology) return known
    const view = new DomainCounts(topology)
    for (const [node, n] of this.byNode) view.add(this.nodes.placeOf(node), n)
    this.views.set(topology.id, view)
    return view
  }
}
