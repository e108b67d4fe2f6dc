/** Sets a workload's replicas as its autoscaler's metrics ask for. upstream: pkg/controller/podautoscaler/horizontal.go */
import { timestamp } from '../../base/clock'
import { deepEqual } from '../../base/equal'
import { StatusError } from '../../base/status'
import { defineController, type Context, type ReconcileResult } from '../../client/controller'
import { horizontalPodAutoscaler } from '../../kinds/autoscaling/horizontal-pod-autoscaler/kind'
import type { Lister } from '../../client/lister'
import type { Metrics } from '../../client/metrics'
import { keyOf, type KubeObject, type Resource } from '../../kinds/kind'
import type { HorizontalPodAutoscaler, HorizontalPodAutoscalerStatus, MetricStatus } from '../../kinds/schema/types/autoscaling.v2'
import { evaluate } from './evaluate'
import { NO_PAST, paced, withChange, type Past } from './pace'

/** upstream: --horizontal-pod-autoscaler-sync-period */
const PERIOD_MS = 15_000

/** Finds a kind by a reference; undefined for kinds that are not served. */
export type KindOf = (apiVersion: string, kind: string) => Resource | undefined
type Scale = KubeObject & { spec?: { replicas?: number }; status?: { replicas?: number; selector?: string } }

/** `measuring`: undefined where no add-on serves metrics. */
export function horizontalPodAutoscalerController(kindOf: KindOf, measuring: (lister: Lister) => Metrics | undefined) {
  return defineController<HorizontalPodAutoscaler>({
    name: 'horizontal-pod-autoscaler',
    reconciles: horizontalPodAutoscaler,
    concerns: ({ type, object, previous }) => type !== 'DELETED' && (previous === undefined || !deepEqual(object.spec, previous.spec)),

    async reconcile(hpa, ctx): Promise<ReconcileResult | void> {
      if (hpa.metadata.deletionTimestamp !== undefined) return
      const status = await look(hpa, kindOf, measuring(ctx.lister), ctx)
      if (!deepEqual(status, hpa.status)) await ctx.client.update(horizontalPodAutoscaler, { ...hpa, status }, { subresource: 'status' })
      return { requeueAfterMs: PERIOD_MS }
    },
  })
}

/** Scales where that is asked for, and returns what there is to say. upstream: reconcileAutoscaler */
async function look(hpa: HorizontalPodAutoscaler, kindOf: KindOf, metrics: Metrics | undefined, ctx: Context): Promise<HorizontalPodAutoscalerStatus> {
  const { client, events, clock, memory } = ctx
  const { apiVersion = '', kind, name } = hpa.spec?.scaleTargetRef as NonNullable<HorizontalPodAutoscaler['spec']>['scaleTargetRef']
  const nowMs = clock.now()
  const target = kindOf(apiVersion, kind)
  let status: HorizontalPodAutoscalerStatus = hpa.status ?? { desiredReplicas: 0 }
  const say = (type: string, value: boolean, { reason, message }: { readonly reason: string; readonly message: string }): void => void (status = withCondition(status, type, value ? 'True' : 'False', reason, message, nowMs))
  let scale: Scale
  try {
    if (target === undefined) throw new Error(`unable to determine resource for scale target reference: no matches for kind "${kind}" in group "${apiVersion.includes('/') ? apiVersion.split('/')[0] : ''}"`)
    scale = (await client.get(target as Resource<Scale>, name, hpa.metadata.namespace, { subresource: 'scale' })) as Scale
  } catch (e) {
    const { message } = e as Error
    if (!(e instanceof StatusError) && target !== undefined) throw e
    await events.event(hpa, 'Warning', 'FailedGetScale', message)
    say('AbleToScale', false, { reason: 'FailedGetScale', message: `the HPA controller was unable to get the target's current scale: ${message}` })
    return status
  }
  const current = scale.spec?.replicas ?? 0
  say('AbleToScale', true, { reason: 'SucceededGetScale', message: "the HPA controller was able to get the target's current scale" })
  const key = keyOf(hpa)
  const past = memory.get<Past>(key) ?? NO_PAST
  let wish = bounded(hpa, current)
  let currentMetrics: readonly MetricStatus[] = []
  let next = past
  if (wish === 'disabled') {
    say('ScalingActive', false, { reason: 'ScalingDisabled', message: 'scaling is disabled since the replica count of the target is zero' })
    return counted(status, 0, 0, [])
  }
  if (wish === undefined) {
    const found = await evaluate(hpa, { current, reported: scale.status?.replicas ?? 0, selector: scale.status?.selector ?? '' }, metrics, kindOf, ctx, nowMs)
    say('ScalingActive', found.active, found)
    if (found.failure !== undefined) await events.event(hpa, 'Warning', 'FailedComputeMetricsReplicas', found.failure)
    if (found.replicas === undefined) return counted(status, current, hpa.status?.desiredReplicas ?? 0, hpa.status?.currentMetrics ?? [])
    currentMetrics = found.statuses
    const { replicas, able, limited, past: remembered } = paced(hpa, current, found.replicas, past, nowMs)
    next = remembered
    say('AbleToScale', true, able)
    say('ScalingLimited', limited.is, limited)
    if (replicas !== current) wish = { replicas, reason: found.replicas > current ? `${found.metric} above target` : found.replicas < current ? 'All metrics below target' : '' }
  }
  if (wish !== undefined) {
    try {
      await client.patch(target as Resource, { metadata: { name, namespace: hpa.metadata.namespace } }, 'merge', { spec: { replicas: wish.replicas } }, { subresource: 'scale' })
    } catch (e) {
      if (!(e instanceof StatusError)) throw e
      await events.event(hpa, 'Warning', 'FailedRescale', `New size: ${wish.replicas}; reason: ${wish.reason}; error: ${e.message}`)
      say('AbleToScale', false, { reason: 'FailedUpdateScale', message: `the HPA controller was unable to update the target scale: ${e.message}` })
      memory.put(key, next)
      return counted(status, current, hpa.status?.desiredReplicas ?? 0, hpa.status?.currentMetrics ?? [])
    }
    await events.event(hpa, 'Normal', 'SuccessfulRescale', `New size: ${wish.replicas}; reason: ${wish.reason}`)
    say('AbleToScale', true, { reason: 'SucceededRescale', message: `the HPA controller was able to update the target scale to ${wish.replicas}` })
    next = withChange(next, hpa, current, wish.replicas, nowMs)
  }
  if (next !== past) memory.put(key, next)
  return { ...counted(status, current, wish?.replicas ?? current, currentMetrics), ...(wish === undefined ? {} : { lastScaleTime: timestamp(nowMs) }) }
}

/** What the bounds alone decide; undefined when the metrics have to. */
export function bounded({ spec }: HorizontalPodAutoscaler, current: number): { replicas: number; reason: string } | 'disabled' | undefined {
  const { minReplicas = 1, maxReplicas = 0 } = spec ?? {}
  if (current === 0 && minReplicas !== 0) return 'disabled'
  if (current > maxReplicas) return { replicas: maxReplicas, reason: 'Current number of replicas above Spec.MaxReplicas' }
  if (current < minReplicas) return { replicas: minReplicas, reason: 'Current number of replicas below Spec.MinReplicas' }
  return undefined
}

function counted(status: HorizontalPodAutoscalerStatus, current: number, desired: number, metrics: readonly MetricStatus[]): HorizontalPodAutoscalerStatus {
  const { currentReplicas: _, ...rest } = status
  return { ...rest, ...(current > 0 ? { currentReplicas: current } : {}), desiredReplicas: desired, currentMetrics: metrics.length === 0 ? (null as never) : [...metrics] }
}

/** upstream: setCondition */
function withCondition(status: HorizontalPodAutoscalerStatus, type: string, value: string, reason: string, message: string, nowMs: number): HorizontalPodAutoscalerStatus {
  const before = status.conditions ?? []
  const known = before.find(c => c.type === type)
  const wished = { type, status: value, lastTransitionTime: known?.status === value ? (known.lastTransitionTime as string) : timestamp(nowMs), reason, message }
  return { ...status, conditions: known === undefined ? [...before, wished] : before.map(c => (c === known ? wished : c)) }
}
