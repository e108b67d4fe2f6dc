/** A node as the scheduler sees it: what it offers and what is taken, from the store's sums; the Node itself only when a plugin asks. upstream: framework.NodeInfo */
import type { Lister } from '../client/lister'
import { ALLOCATABLE, HAS_TAINTS, UNSCHEDULABLE } from '../kinds/core/node/capacity'
import { node as nodeKind } from '../kinds/core/node/kind'
import { pod as podKind } from '../kinds/core/pod/kind'
import { isFinished } from '../kinds/core/pod/state'
import { NODE_USE, nodeUse, PRIORITY, SCORED_CPU, SCORED_MEMORY, type Amounts } from '../kinds/core/pod/use'
import type { Node, Pod } from '../kinds/schema/types/core.v1'

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
  private loadedNode: Node | undefined
  private loadedPods: readonly Pod[] | undefined

  constructor(
    readonly name: string,
    private readonly row: Readonly<Record<string, number>>,
    private readonly lister: Lister,
    /** Pods as if they were there, or (for preemption) as if they were all. */
    private readonly others?: { readonly pods: readonly Pod[] },
  ) {
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

  /** Pods on the node that have not finished. */
  get pods(): readonly Pod[] {
    return (this.loadedPods ??= this.others?.pods ?? this.lister.byIndex(podKind, 'node', this.name).filter(p => !isFinished(p)))
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

  /** The same node without and with some pods. */
  changed(remove: readonly Pod[], add: readonly Pod[]): NodeInfo {
    const row: Record<string, number> = { ...this.row }
    const apply = (p: Pod, sign: 1 | -1): void => {
      const use: Amounts = nodeUse(p.spec)
      for (const r in use) row[r] = (row[r] ?? 0) + sign * (use[r] as number)
    }
    for (const p of remove) apply(p, -1)
    for (const p of add) apply(p, 1)
    const gone = new Set(remove.map(p => p.metadata.uid))
    return new NodeInfo(this.name, row, this.lister, { pods: [...this.pods.filter(p => !gone.has(p.metadata.uid)), ...add] })
  }
}

/** The infos of all nodes, read when asked for and kept until something about a node changes. */
export class NodeInfos {
  private names: readonly string[] | undefined
  private readonly infos = new Map<string, NodeInfo>()

  constructor(private readonly lister: Lister) {}

  /** A node came, went or changed. */
  forgetNode(name: string): void {
    this.infos.delete(name)
    this.names = undefined
  }
  /** What runs on the node changed. */
  forgetUse(name: string): void {
    this.infos.delete(name)
  }

  /** In order of name. */
  all(): readonly string[] {
    return (this.names ??= this.lister.totalKeys(NODE_USE))
  }

  get(name: string): NodeInfo | undefined {
    let info = this.infos.get(name)
    if (info !== undefined) return info
    const row = this.lister.total(NODE_USE, name)
    // Pods may name a node that is not there: such a row has uses, but offers nothing.
    if (row === undefined || row[`${ALLOCATABLE}pods`] === undefined) return undefined
    info = new NodeInfo(name, row, this.lister)
    this.infos.set(name, info)
    return info
  }
}
