/** All nodes in the order in which they are tried, read when asked for and kept until something about them changes. upstream: pkg/scheduler/backend/cache node_tree.go, snapshot.go */
import type { Lister } from '../client/lister'
import { ALLOCATABLE, PRESENT } from '../kinds/core/node/capacity'
import { NODE_USE } from '../kinds/core/pod/use'
import { NodeInfo } from './node-info'

/** Changes that are remembered one by one before everything counts as changed. */
const MAX_CHANGES = 50_000

export class NodeInfos {
  private order: readonly string[] | undefined
  private places = new Map<string, number>()
  private readonly infos = new Map<string, NodeInfo>()
  private byPlace: (NodeInfo | undefined)[] = []
  private version = 0
  /** Places whose node has changed since `generation`, in the order of the changes. What is remembered of nodes keeps its place in this list. */
  changes: number[] = []

  constructor(private readonly lister: Lister) {}

  /** Another number whenever nodes came, went or are labelled or tainted otherwise: places and everything remembered of nodes are void. */
  get generation(): number {
    this.all()
    return this.version
  }

  /** A node came, went or is another. */
  forgetNode(name: string): void {
    this.infos.delete(name)
    this.order = undefined
  }

  /** What runs on the node or what it offers changed. */
  forgetUse(name: string): void {
    this.infos.delete(name)
    const place = this.places.get(name)
    if (this.order === undefined || place === undefined) return
    this.byPlace[place] = undefined
    this.changes.push(place)
    if (this.changes.length > MAX_CHANGES) this.order = undefined
  }

  /** Whether any node has taints. */
  get hasTaints(): boolean {
    this.all()
    return this.tainted
  }
  private tainted = false

  /** Names: one node of each zone in turns, in a zone by name. */
  all(): readonly string[] {
    if (this.order !== undefined) return this.order
    const zones = new Map<string, string[]>()
    this.tainted = false
    for (const name of this.lister.totalKeys(NODE_USE)) {
      const info = this.get(name)
      if (info === undefined) continue
      const { zone, hasTaints } = info
      if (hasTaints) this.tainted = true
      const list = zones.get(zone)
      if (list === undefined) zones.set(zone, [name])
      else list.push(name)
    }
    this.order = inTurns([...zones.values()])
    this.places = new Map(this.order.map((name, i) => [name, i]))
    this.byPlace = this.order.map((name, i) => {
      const info = this.infos.get(name) as NodeInfo
      info.place = i
      return info
    })
    this.changes = []
    this.version++
    return this.order
  }

  /** Place of a node in the order, -1 when there is none of that name. */
  placeOf(name: string): number {
    this.all()
    return this.places.get(name) ?? -1
  }

  /** The node at a place of the order. */
  at(place: number): NodeInfo | undefined {
    return this.byPlace[place] ?? (this.byPlace[place] = this.get(this.all()[place] as string))
  }

  get(name: string): NodeInfo | undefined {
    let info = this.infos.get(name)
    if (info !== undefined) return info
    const row = this.lister.total(NODE_USE, name)
    // Files of before the mark know a node by what it offers.
    if (row === undefined || ((row[PRESENT] ?? 0) <= 0 && row[`${ALLOCATABLE}pods`] === undefined)) return undefined
    info = new NodeInfo(name, this.places.get(name) ?? -1, row, this.lister)
    this.infos.set(name, info)
    return info
  }
}

function inTurns(lists: readonly (readonly string[])[]): string[] {
  if (lists.length === 1) return [...(lists[0] as readonly string[])]
  const longest = Math.max(0, ...lists.map(l => l.length))
  const order: string[] = []
  for (let i = 0; i < longest; i++) for (const list of lists) if (i < list.length) order.push(list[i] as string)
  return order
}
