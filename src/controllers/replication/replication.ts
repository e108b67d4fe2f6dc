/** What ReplicaSets and ReplicationControllers share: keeping a number of pods of one template. upstream: pkg/controller/replicaset */
import { timestamp } from '../../base/clock'
import { deepEqual } from '../../base/equal'
import { matchesPairs, type LabelSelector } from '../../base/label-selector'
import { StatusError } from '../../base/status'
import type { Context, ReconcileResult } from '../../client/controller'
import { availableAtMs, isActive, isAvailable, isReady, isTerminating } from '../../kinds/core/pod/state'
import type { Kind, KubeObject } from '../../kinds/kind'
import type { Pod, PodTemplateSpec } from '../../kinds/schema/types/core.v1'
import { claimPods, createPod, deletePod, isNamespaceTerminating, podFromTemplate } from '../pod-control/pod-control'
import { victims } from '../pod-control/victims'

/** Pods created or deleted in one reconcile at most. upstream: BurstReplicas */
const BURST = 500

/** The spec and status that both kinds have in common. */
export interface Replicated {
  readonly replicas: number
  readonly minReadySeconds: number
  readonly template: PodTemplateSpec
  readonly selector: LabelSelector
}

export interface ReplicationStatus {
  replicas: number
  fullyLabeledReplicas?: number
  readyReplicas?: number
  availableReplicas?: number
  terminatingReplicas?: number
  observedGeneration?: number
  conditions?: { type: string; status: string; reason?: string; message?: string; lastTransitionTime?: string }[]
}

export interface ReplicationKind<T extends KubeObject> {
  readonly kind: Kind<T>
  read(object: T): Replicated
  status(object: T): ReplicationStatus | undefined
  withStatus(object: T, status: ReplicationStatus): T
  /** ReplicaSets count pods that are on their way out. */
  readonly countsTerminating: boolean
  /** Pods of sibling sets count when victims are chosen. */
  related(object: T, ctx: Context, own: readonly Pod[]): readonly Pod[]
}

export async function reconcileReplicas<T extends KubeObject>(set: ReplicationKind<T>, object: T, ctx: Context): Promise<ReconcileResult | void> {
  const spec = set.read(object)
  const claimed = await claimPods(ctx, set.kind, object, spec.selector)
  let active = claimed.filter(isActive)
  let failure: { reason: string; message: string } | undefined
  let thrown: unknown
  if (object.metadata.deletionTimestamp === undefined) {
    try {
      active = await adjust(set, object, spec, active, ctx)
    } catch (e) {
      if (!(e instanceof StatusError)) throw e
      if (!isNamespaceTerminating(e)) {
        failure = { reason: active.length < spec.replicas ? 'FailedCreate' : 'FailedDelete', message: e.message }
        thrown = e
      }
    }
  }
  const nowMs = ctx.clock.now()
  const status = statusOf(set, object, spec, active, claimed, failure, nowMs)
  if (!deepEqual(status, set.status(object))) await ctx.client.update(set.kind, set.withStatus(object, status), { subresource: 'status' })
  if (thrown !== undefined) throw thrown
  const next = active.map(p => availableAtMs(p, spec.minReadySeconds, nowMs)).filter(t => t !== undefined)
  if (next.length > 0) return { requeueAfterMs: Math.min(...next) - nowMs }
}

/** Creates what is missing, deletes what is too much; returns the active pods as the informer would have shown them before. */
async function adjust<T extends KubeObject>(set: ReplicationKind<T>, object: T, spec: Replicated, active: readonly Pod[], ctx: Context): Promise<Pod[]> {
  const difference = active.length - spec.replicas
  if (difference < 0) {
    for (let i = 0; i < Math.min(-difference, BURST); i++) await createPod(ctx, object, podFromTemplate(spec.template, set.kind, object))
  } else if (difference > 0) {
    for (const p of victims(active, set.related(object, ctx, active), Math.min(difference, BURST), ctx.clock.now())) await deletePod(ctx, object, p)
  }
  return [...active]
}

/** upstream: calculateStatus */
function statusOf<T extends KubeObject>(set: ReplicationKind<T>, object: T, spec: Replicated, active: readonly Pod[], claimed: readonly Pod[], failure: { reason: string; message: string } | undefined, nowMs: number): ReplicationStatus {
  const before = set.status(object)
  const labels = spec.template.metadata?.labels
  const status: ReplicationStatus = { replicas: active.length }
  const count = (name: 'fullyLabeledReplicas' | 'readyReplicas' | 'availableReplicas', n: number): void => {
    // omitempty: Go leaves a zero out.
    if (n > 0) status[name] = n
  }
  count('fullyLabeledReplicas', active.filter(p => matchesPairs(labels, p.metadata.labels)).length)
  const ready = active.filter(isReady)
  count('readyReplicas', ready.length)
  count('availableReplicas', ready.filter(p => isAvailable(p, spec.minReadySeconds, nowMs)).length)
  if (set.countsTerminating) status.terminatingReplicas = claimed.filter(isTerminating).length
  status.observedGeneration = object.metadata.generation as number
  const conditions = (before?.conditions ?? []).filter(c => c.type !== 'ReplicaFailure')
  const known = before?.conditions?.find(c => c.type === 'ReplicaFailure')
  if (failure !== undefined) conditions.push(known?.reason === failure.reason ? known : { type: 'ReplicaFailure', status: 'True', reason: failure.reason, message: failure.message, lastTransitionTime: timestamp(nowMs) })
  if (conditions.length > 0) status.conditions = conditions
  return status
}
