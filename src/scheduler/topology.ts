/** Domains: which value of a label each node has, as far as the node takes part, as numbers. Shared by everything that counts by domain. */
import type { NodeInfo } from './node-info'
import type { NodeInfos } from './nodes'

/** Which nodes take part. Equal ids mean equal tests. */
export interface Eligibility {
  readonly id: string
  test(node: NodeInfo): boolean
}

export interface Topology {
  readonly id: string
  readonly generation: number
  readonly key: string
  /** Domain by the node's place; -1 for nodes without the label or that take no part. */
  readonly domains: Int32Array
  /** Value of the label by domain. */
  readonly values: readonly string[]
}

export const NOWHERE = -1
/** So many are kept; those that are asked for again come back. */
const MAX_TOPOLOGIES = 512

export class Topologies {
  private readonly known = new Map<string, Topology>()

  constructor(readonly nodes: NodeInfos) {}

  get(key: string, eligible?: Eligibility): Topology {
    const id = eligible === undefined || eligible.id === '' ? key : `${key}\0${eligible.id}`
    const known = this.known.get(id)
    if (known?.generation === this.nodes.generation) return known
    if (this.known.size >= MAX_TOPOLOGIES) this.known.clear()
    const made = this.build(id, key, eligible)
    this.known.set(id, made)
    return made
  }

  private build(id: string, key: string, eligible: Eligibility | undefined): Topology {
    const { length } = this.nodes.all()
    const domains = new Int32Array(length).fill(NOWHERE)
    const byValue = new Map<string, number>()
    const values: string[] = []
    for (let place = 0; place < length; place++) {
      const node = this.nodes.at(place)
      const value = node?.label(key)
      if (node === undefined || value === undefined || (eligible !== undefined && !eligible.test(node))) continue
      let domain = byValue.get(value)
      if (domain === undefined) {
        byValue.set(value, (domain = values.length))
        values.push(value)
      }
      domains[place] = domain
    }
    return { id, generation: this.nodes.generation, key, domains, values }
  }
}
