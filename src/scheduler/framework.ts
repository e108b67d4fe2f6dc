/** The scheduling framework: extension points, statuses as values, what a plugin sees. upstream: pkg/scheduler/framework, kube-scheduler/framework */
import type { Context } from '../client/controller'
import type { Lister } from '../client/lister'
import type { Draw } from '../base/draw'
import type { Pod } from '../kinds/schema/types/core.v1'
import type { Amounts } from '../kinds/core/pod/use'
import type { NodeInfo } from './node-info'

/** `Unresolvable`: removing pods from the node would not help. */
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
  /** Effective requests, cpu in milli, with `pods` and what scoring counts. */
  readonly use: Amounts
  /** What plugins keep between their extension points, by plugin name. */
  readonly data: Map<string, unknown>
  /** How many nodes the cluster has. */
  readonly nodes: number
}

export interface PreFilterResult {
  readonly status?: Status
  /** Only these nodes can do. */
  readonly nodeNames?: readonly string[]
}

/** Events after which a pod that this plugin refused may fit. upstream: EventsToRegister */
export type ClusterEvent = 'NodeAdd' | 'NodeAllocatable' | 'NodeLabel' | 'NodeTaint' | 'PodGone' | 'PodAssigned' | 'OwnUpdate'

export interface FailedNode {
  readonly node: NodeInfo
  readonly status: Status
  readonly plugin: string
}

export interface PostFilterResult {
  /** The pod may run there once its victims are gone. */
  readonly nominatedNode?: string
  /** What the message says after the reasons. */
  readonly reason?: string
}

/** Weights stand in the profile. Every method is synchronous but postFilter, which may delete pods. */
export interface SchedulerPlugin {
  readonly name: string
  readonly events?: readonly ClusterEvent[]
  /** Keeps a pod out of the queue altogether. */
  preEnqueue?(pod: Pod): Status | undefined
  /** Skip: the plugin has no business with this pod, and is not asked again in this cycle. */
  preFilter?(state: CycleState): PreFilterResult | Status | undefined
  filter?(state: CycleState, node: NodeInfo): Status | undefined
  postFilter?(state: CycleState, failed: readonly FailedNode[], run: Evaluator, ctx: Context): Promise<PostFilterResult>
  preScore?(state: CycleState, nodes: readonly NodeInfo[]): Status | undefined
  /** 0 to 100 unless `normalize` brings it there. */
  score?(state: CycleState, node: NodeInfo): number
  normalize?: 'highest' | 'lowest'
}

/** Runs the filters of the current cycle on a changed node: what preemption asks. */
export interface Evaluator {
  fits(state: CycleState, node: NodeInfo): FailedNode | undefined
  info(name: string): NodeInfo | undefined
}

export const MAX_SCORE = 100
