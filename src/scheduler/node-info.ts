/** A node as the scheduler sees it: what it offers and what is taken, from the store's sums; the Node itself only when a plugin asks. upstream: framework.NodeInfo */
import type { Lister } from '../client/lister'
import { ALLOCATABLE, HAS_TAINTS, HOSTNAME, LABEL, OTHER_HOSTNAME, REGION, UNSCHEDULABLE, ZONE } from '../kinds/core/node/capacity'
import { node as nodeKind } from '../kinds/core/node/kind'
import { pod as podKind } from '../kinds/core/pod/kind'
import { isFinished } from '../kinds/core/pod/state'
import { nodeUse, PRIORITY, SCORED_CPU, SCORED_MEMORY, type Amounts } from '../kinds/core/pod/use'
import type { Node, Pod } from '../kinds/schema/types/core.v1'

/** What would be otherwise on a node than it is in the cluster. */
interface Changes {
  readonly pods: readonly Pod[]
  readonly removed: readonly Pod[]
  readonly added: readonly Pod[]
}
const NONE: readonly Pod[] = []

export class NodeInfo {
  readonly hasTaints: boolean
  readonly isUnschedulable: boolean
  /** Milli-CPU and bytes, as numbers of their own because every pod asks for them. */
  readonly allocatableCpu: number
  readonly allocatableMemory: number
  readonly allocatablePods: number
  readonly usedCpu: number
  readonly usedMemory: number
  readonly usedPods: number
  readonly scoredCpu: number
  readonly scoredMemory: number
  /** It is not as it is in the cluster. */
  readonly isChanged: boolean
  private loadedNode: Node | undefined
  private loadedPods: readonly Pod[] | undefined

  constructor(
    readonly name: string,
    /** Place in the order of nodes, while that holds. */
    public place: number,
    private readonly row: Readonly<Record<string, number>>,
    private readonly lister: Lister,
    private readonly changes?: Changes,
  ) {
    this.isChanged = changes !== undefined
    this.hasTaints = row[HAS_TAINTS] !== undefined
    this.isUnschedulable = row[UNSCHEDULABLE] !== undefined
    this.allocatableCpu = row[`${ALLOCATABLE}cpu`] ?? 0
    this.allocatableMemory = row[`${ALLOCATABLE}memory`] ?? 0
    this.allocatablePods = row[`${ALLOCATABLE}pods`] ?? 0
    this.usedCpu = row.cpu ?? 0
    this.usedMemory = row.memory ?? 0
    this.usedPods = row.pods ?? 0
    this.scoredCpu = row[SCORED_CPU] ?? 0
    this.scoredMemory = row[SCORED_MEMORY] ?? 0
  }

  allocatable(resource: string): number {
    return this.row[ALLOCATABLE + resource] ?? 0
  }
  used(resource: string): number {
    return this.row[resource] ?? 0
  }

  get node(): Node {
    return (this.loadedNode ??= this.lister.get(nodeKind, this.name) ?? ({ metadata: { name: this.name } } as Node))
  }

  /** A label of the Node, which need not be read for the labels that pods are mostly spread by. */
  label(key: string): string | undefined {
    if (key === HOSTNAME && this.row[OTHER_HOSTNAME] === undefined) return this.name
    if (key !== ZONE && key !== REGION) return this.node.metadata.labels?.[key]
    for (const unit in this.row) if (unit[0] === LABEL && unit.startsWith(key, 1) && unit[key.length + 1] === '=') return unit.slice(key.length + 2)
    return undefined
  }

  /** Region and zone, the same for nodes that share them. upstream: GetZoneKey */
  get zone(): string {
    let zone = ''
    // Units stand in one order in all rows: that in which the node's totals name them.
    for (const unit in this.row) if (unit[0] === LABEL) zone += unit
    return zone
  }

  /** Pods on the node that have not finished. */
  get pods(): readonly Pod[] {
    return (this.loadedPods ??= this.changes?.pods ?? this.lister.byIndex(podKind, 'node', this.name).filter(p => !isFinished(p)))
  }

  /** Pods that are here in the cluster and not on this node as it would be: what counts of the whole cluster have too much. */
  get removed(): readonly Pod[] {
    return this.changes?.removed ?? NONE
  }
  /** Pods that are only here as it would be. */
  get added(): readonly Pod[] {
    return this.changes?.added ?? NONE
  }

  /** Of the least important pod here; Infinity without any. Known without looking at them. */
  get lowestPriority(): number {
    let lowest = Infinity
    let others = this.usedPods
    for (const unit in this.row) {
      if (!unit.startsWith(PRIORITY)) continue
      const n = this.row[unit] as number
      others -= n
      if (n > 0) lowest = Math.min(lowest, Number(unit.slice(PRIORITY.length)))
    }
    return others > 0 ? Math.min(lowest, 0) : lowest
  }

  /** The same node without and with some pods; of the node as it is in the cluster. */
  changed(remove: readonly Pod[], add: readonly Pod[]): NodeInfo {
    const row: Record<string, number> = { ...this.row }
    const apply = (p: Pod, sign: 1 | -1): void => {
      const use: Amounts = nodeUse(p.spec)
      for (const r in use) row[r] = (row[r] ?? 0) + sign * (use[r] as number)
    }
    for (const p of remove) apply(p, -1)
    for (const p of add) apply(p, 1)
    const gone = new Set(remove.map(p => p.metadata.uid))
    const made = new NodeInfo(this.name, this.place, row, this.lister, { pods: [...this.pods.filter(p => !gone.has(p.metadata.uid)), ...add], removed: [...this.removed, ...remove], added: [...this.added, ...add] })
    made.loadedNode = this.loadedNode
    return made
  }
}
