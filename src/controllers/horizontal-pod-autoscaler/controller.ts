/** Keeps a workload's replicas between the bounds of its autoscaler. No metrics are served, and the autoscaler says so. upstream: pkg/controller/podautoscaler/horizontal.go */
import { timestamp } from '../../base/clock'
import { deepEqual } from '../../base/equal'
import { StatusError } from '../../base/status'
import { defineController, type Context, type ReconcileResult } from '../../client/controller'
import { horizontalPodAutoscaler } from '../../kinds/autoscaling/horizontal-pod-autoscaler/kind'
import type { KubeObject, Resource } from '../../kinds/kind'
import type { HorizontalPodAutoscaler, HorizontalPodAutoscalerStatus, MetricSpec } from '../../kinds/schema/types/autoscaling.v2'

/** upstream: --horizontal-pod-autoscaler-sync-period */
const PERIOD_MS = 15_000

/** Finds a kind by a reference; undefined for kinds that are not served. */
export type KindOf = (apiVersion: string, kind: string) => Resource | undefined
type Scale = KubeObject & { spec?: { replicas?: number } }

export function horizontalPodAutoscalerController(kindOf: KindOf) {
  return defineController<HorizontalPodAutoscaler>({
    name: 'horizontal-pod-autoscaler',
    reconciles: horizontalPodAutoscaler,
    concerns: ({ type, object, previous }) => type !== 'DELETED' && (previous === undefined || !deepEqual(object.spec, previous.spec)),

    async reconcile(hpa, ctx): Promise<ReconcileResult | void> {
      if (hpa.metadata.deletionTimestamp !== undefined) return
      const status = await look(hpa, kindOf, ctx)
      if (!deepEqual(status, hpa.status)) await ctx.client.update(horizontalPodAutoscaler, { ...hpa, status }, { subresource: 'status' })
      return { requeueAfterMs: PERIOD_MS }
    },
  })
}

/** Scales where the bounds ask for it, and returns what there is to say. upstream: reconcileAutoscaler */
async function look(hpa: HorizontalPodAutoscaler, kindOf: KindOf, ctx: Context): Promise<HorizontalPodAutoscalerStatus> {
  const { client, events, clock } = ctx
  const { apiVersion = '', kind, name } = hpa.spec?.scaleTargetRef as NonNullable<HorizontalPodAutoscaler['spec']>['scaleTargetRef']
  const nowMs = clock.now()
  const target = kindOf(apiVersion, kind)
  let status: HorizontalPodAutoscalerStatus = hpa.status ?? { desiredReplicas: 0 }
  const say = (type: string, value: string, reason: string, message: string): void => void (status = withCondition(status, type, value, reason, message, nowMs))
  let current: number
  try {
    if (target === undefined) throw new Error(`unable to determine resource for scale target reference: no matches for kind "${kind}" in group "${apiVersion.includes('/') ? apiVersion.split('/')[0] : ''}"`)
    const scale = (await client.get(target as Resource<Scale>, name, hpa.metadata.namespace, { subresource: 'scale' })) as Scale
    current = scale.spec?.replicas ?? 0
  } catch (e) {
    const { message } = e as Error
    if (!(e instanceof StatusError) && target !== undefined) throw e
    await events.event(hpa, 'Warning', 'FailedGetScale', message)
    say('AbleToScale', 'False', 'FailedGetScale', `the HPA controller was unable to get the target's current scale: ${message}`)
    return status
  }
  say('AbleToScale', 'True', 'SucceededGetScale', "the HPA controller was able to get the target's current scale")
  const wish = bounded(hpa, current)
  if (wish === 'disabled') {
    say('ScalingActive', 'False', 'ScalingDisabled', 'scaling is disabled since the replica count of the target is zero')
    return counted(status, 0, 0)
  }
  if (wish === undefined) return withoutMetrics(hpa, status, current, nowMs, ctx)
  try {
    await client.patch(target, { metadata: { name, namespace: hpa.metadata.namespace } }, 'merge', { spec: { replicas: wish.replicas } }, { subresource: 'scale' })
  } catch (e) {
    if (!(e instanceof StatusError)) throw e
    await events.event(hpa, 'Warning', 'FailedRescale', `New size: ${wish.replicas}; reason: ${wish.reason}; error: ${e.message}`)
    say('AbleToScale', 'False', 'FailedUpdateScale', `the HPA controller was unable to update the target scale: ${e.message}`)
    return counted(status, current, hpa.status?.desiredReplicas ?? 0)
  }
  await events.event(hpa, 'Normal', 'SuccessfulRescale', `New size: ${wish.replicas}; reason: ${wish.reason}`)
  say('AbleToScale', 'True', 'SucceededRescale', `the HPA controller was able to update the target scale to ${wish.replicas}`)
  return { ...counted(status, current, wish.replicas), lastScaleTime: timestamp(nowMs) }
}

/** What the bounds alone decide; undefined when the metrics have to. */
export function bounded({ spec }: HorizontalPodAutoscaler, current: number): { replicas: number; reason: string } | 'disabled' | undefined {
  const { minReplicas = 1, maxReplicas = 0 } = spec ?? {}
  if (current === 0 && minReplicas !== 0) return 'disabled'
  if (current > maxReplicas) return { replicas: maxReplicas, reason: 'Current number of replicas above Spec.MaxReplicas' }
  if (current < minReplicas) return { replicas: minReplicas, reason: 'Current number of replicas below Spec.MinReplicas' }
  return undefined
}

function counted(status: HorizontalPodAutoscalerStatus, current: number, desired: number): HorizontalPodAutoscalerStatus {
  const { currentReplicas: _, ...rest } = status
  return { ...rest, ...(current > 0 ? { currentReplicas: current } : {}), desiredReplicas: desired, currentMetrics: null as never }
}

const REASONS: Readonly<Record<string, string>> = { Resource: 'FailedGetResourceMetric', ContainerResource: 'FailedGetContainerResourceMetric', Pods: 'FailedGetPodsMetric', Object: 'FailedGetObjectMetric', External: 'FailedGetExternalMetric' }

/** upstream: computeReplicasForMetrics, as it goes where nothing serves metrics */
async function withoutMetrics(hpa: HorizontalPodAutoscaler, status: HorizontalPodAutoscalerStatus, current: number, nowMs: number, { events }: Context): Promise<HorizontalPodAutoscalerStatus> {
  const metrics = hpa.spec?.metrics ?? []
  const first = metrics[0] as MetricSpec
  const reason = REASONS[first.type] ?? 'InvalidMetricSourceType'
  const { what, why } = failureOf(first)
  await events.event(hpa, 'Warning', reason, why)
  await events.event(hpa, 'Warning', 'FailedComputeMetricsReplicas', `invalid metrics (${metrics.length} invalid out of ${metrics.length}), first error is: failed to get ${what}: ${why}`)
  return counted(withCondition(status, 'ScalingActive', 'False', reason, `the HPA was unable to compute the replica count: ${why}`, nowMs), current, hpa.status?.desiredReplicas ?? 0)
}

function failureOf(metric: MetricSpec): { what: string; why: string } {
  const source = metric.resource ?? metric.containerResource
  if (source === undefined) {
    const api = metric.type === 'External' ? 'external' : 'custom'
    const why = `unable to fetch metrics from ${api} metrics API: no ${api} metrics API (${api}.metrics.k8s.io) registered`
    return { what: `${metric.type.toLowerCase()} metric value`, why: `unable to get metric: ${why}` }
  }
  const { name, target } = source
  const value = target.type === 'Utilization' ? `${name} utilization` : `${name} usage`
  const missing = `unable to get metrics for resource ${name}: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)`
  return { what: `${name} ${metric.containerResource === undefined ? '' : 'container '}resource metric value`, why: `failed to get ${value}: ${missing}` }
}

/** upstream: setCondition */
function withCondition(status: HorizontalPodAutoscalerStatus, type: string, value: string, reason: string, message: string, nowMs: number): HorizontalPodAutoscalerStatus {
  const before = status.conditions ?? []
  const known = before.find(c => c.type === type)
  const wished = { type, status: value, lastTransitionTime: known?.status === value ? (known.lastTransitionTime as string) : timestamp(nowMs), reason, message }
  return { ...status, conditions: known === undefined ? [...before, wished] : before.map(c => (c === known ? wished : c)) }
}
