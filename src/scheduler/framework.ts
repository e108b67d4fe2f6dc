/** The scheduling framework: extension points, statuses as values, what a plugin sees. upstream: pkg/scheduler/framework, kube-scheduler/framework */
import type { Context } from '../client/controller'
import type { Draw } from '../base/draw'
import type { Lister } from '../client/lister'
import type { KubeObject } from '../kinds/kind'
import type { Pod } from '../kinds/schema/types/core.v1'
import type { Amounts } from '../kinds/core/pod/use'
import type { SchedulerCache } from './cache'
import type { NodeInfo } from './node-info'

/** `Unresolvable`: removing pods from the node would not help. `Pending`: what the pod waits for is on its way. */
export type Code = 'Unschedulable' | 'Unresolvable' | 'Skip' | 'Pending'

/** Why not; undefined in its place means success. */
export interface Status {
  readonly code: Code
  readonly reasons: readonly string[]
}

export const unschedulable = (...reasons: string[]): Status => ({ code: 'Unschedulable', reasons })
export const unresolvable = (...reasons: string[]): Status => ({ code: 'Unresolvable', reasons })
export const SKIP: Status = { code: 'Skip', reasons: [] }

/** What one cycle knows of its pod, computed once. */
export interface CycleState {
  readonly pod: Pod
  readonly lister: Lister
  readonly draw: Draw
  readonly cache: SchedulerCache
  /** Effective requests, cpu in milli, with `pods` and what scoring counts. */
  readonly use: Amounts
  /** What plugins keep between their extension points, by plugin name. */
  readonly data: Map<string, unknown>
  /** How many nodes the cluster has. */
  readonly nodes: number
}

export type PlaceFilter = (place: number) => boolean
export type NodeFilter = (node: NodeInfo) => Status | undefined

export interface PreFilterResult {
  readonly status?: Status
  /** Only these nodes can do. */
  readonly nodeNames?: readonly string[]
  /** The filter of this cycle, with everything worked out that is the same for all nodes; in place of the plugin's own. */
  readonly filter?: NodeFilter
  /** Whether that filter refuses the node at a place of the order, as it is in the cluster: asked first, for hundreds of nodes a pod. */
  readonly refuses?: PlaceFilter
}

export interface Scorer {
  score(node: NodeInfo): number
  /** Brings the scores of `nodes` to 0 … 100, in place. */
  normalize?(scores: number[], nodes: readonly NodeInfo[]): void
}

/** What happened, as far as it may make a waiting pod fit. upstream: framework.ClusterEvent */
export type EventType =
  | 'NodeAdd' | 'NodeGone' | 'NodeAllocatable' | 'NodeLabel' | 'NodeTaint'
  | 'PodGone' | 'PodAssigned' | 'PodLabel' | 'PodScaledDown' | 'OwnUpdate'
  | 'Claim' | 'Volume' | 'StorageClass' | 'CSINode' | 'CSIStorageCapacity' | 'CSIDriver' | 'VolumeAttachmentGone'
  | 'ResourceClaim' | 'ResourceSlice' | 'DeviceClass'

export interface ClusterEvent {
  readonly type: EventType
  /** As it is now; of what is gone, as it was last. */
  readonly object: KubeObject
  readonly previous?: KubeObject | undefined
}

/** Whether the event may make a pod fit that the plugin refused. upstream: QueueingHintFn */
export type Hint = (pod: Pod, event: ClusterEvent, lister: Lister) => boolean

export interface FailedNode {
  readonly node: NodeInfo
  readonly status: Status
  readonly plugin: string
}

export interface PostFilterResult {
  /** The pod may run there once its victims are gone; '' takes a promise back. */
  readonly nominatedNode?: string
  /** What the message says after the reasons. */
  readonly reason?: string
  /** No further plugin is asked. */
  readonly isFinal?: boolean
}

/** Weights stand in the profile. Every method is synchronous but postFilter, which may delete pods, and preBind. */
export interface SchedulerPlugin {
  readonly name: string
  /** After which events a pod that this plugin refused is tried again. upstream: EventsToRegister */
  readonly hints?: Readonly<Partial<Record<EventType, Hint>>>
  /**
   * What the filter and the score look at of the pod, for plugins that look at nothing else but the node: their answers
   * are remembered for pods that are alike until the node changes. upstream: SignPlugin
   */
  sign?(state: CycleState): unknown
  /** Keeps a pod out of the queue altogether. */
  preEnqueue?(pod: Pod, lister: Lister): Status | undefined
  /** Skip: the plugin has no business with this pod, and is not asked again in this cycle. */
  preFilter?(state: CycleState): PreFilterResult | Status | undefined
  filter?(state: CycleState, node: NodeInfo): Status | undefined
  postFilter?(state: CycleState, failed: Refused, run: Evaluator, ctx: Context): Promise<PostFilterResult>
  /** Skip: all nodes are the same to the plugin. A Scorer stands in for the plugin's own methods in this cycle. */
  preScore?(state: CycleState, nodes: readonly NodeInfo[]): Status | Scorer | undefined
  /** 0 to 100 unless `normalize` brings it there. */
  score?(state: CycleState, node: NodeInfo): number
  normalize?: 'highest' | 'lowest'
  /** Holds what the pod is to get on the node; a status puts the pod off. Nothing is written yet. */
  reserve?(state: CycleState, node: NodeInfo): Status | undefined
  /** Takes back what `reserve` held. */
  unreserve?(state: CycleState): void
  /** Writes what has to stand before the binding; a status of code Pending waits for others. */
  preBind?(state: CycleState, node: NodeInfo, ctx: Context): Promise<Status | undefined>
}

/** Why no node will do: node by node, or for all alike. */
export interface Refused {
  readonly nodes: readonly FailedNode[]
  /** Set when a preFilter refused, for every node. */
  readonly all?: Status
}

/** Runs the filters of the current cycle on a changed node: what preemption asks. */
export interface Evaluator {
  fits(state: CycleState, node: NodeInfo): FailedNode | undefined
  info(name: string): NodeInfo | undefined
}

export const MAX_SCORE = 100
