/** What an autoscaler's metrics ask for, one after the other. upstream: pkg/controller/podautoscaler/horizontal.go computeReplicasForMetrics, metrics/client.go */
import { parseLabelSelector } from '../../base/label-selector'
import { milliQuantityOf, milliValueOfQuantity, quantityAsFloat, quantityFromJson, quantityText } from '../../base/quantity'
import type { Context } from '../../client/controller'
import type { Metrics } from '../../client/metrics'
import { selectedPods } from '../../client/selected-pods'
import { namespace as namespaceKind } from '../../kinds/core/namespace/kind'
import type { KubeObject, Resource } from '../../kinds/kind'
import type { HorizontalPodAutoscaler, HPAScalingRules, MetricSpec, MetricStatus, MetricTarget, MetricValueStatus } from '../../kinds/schema/types/autoscaling.v2'
import type { Pod } from '../../kinds/schema/types/core.v1'
import { byAverage, byShare, byUtilization, byValue, DEFAULT_TOLERANCES, type PodValues, type Proposal, type Tolerances } from './replicas'

export interface ScaleNow {
  readonly current: number
  /** What the status of the scale says there is. */
  readonly reported: number
  readonly selector: string
}

/** `replicas` is absent when nothing can be said; `failure` is what is wrong with some or all metrics. */
export interface Evaluation {
  readonly replicas?: number
  readonly metric: string
  readonly statuses: readonly MetricStatus[]
  readonly active: boolean
  readonly reason: string
  readonly message: string
  readonly failure?: string
}

const REASONS: Readonly<Record<string, string>> = { Resource: 'FailedGetResourceMetric', ContainerResource: 'FailedGetContainerResourceMetric', Pods: 'FailedGetPodsMetric', Object: 'FailedGetObjectMetric', External: 'FailedGetExternalMetric' }

/** Where a kind can be found by its name; undefined for kinds that are not served. */
export type Finder = (apiVersion: string, kind: string) => Resource | undefined

interface Question {
  readonly hpa: HorizontalPodAutoscaler
  readonly scale: ScaleNow
  readonly metrics: Metrics | undefined
  readonly pods: readonly Pod[]
  readonly tolerances: Tolerances
  readonly nowMs: number
  readonly ctx: Context
  readonly find: Finder
}

interface Answer extends Proposal {
  readonly name: string
  readonly status: MetricStatus
}

export async function evaluate(hpa: HorizontalPodAutoscaler, scale: ScaleNow, metrics: Metrics | undefined, find: Finder, ctx: Context, nowMs: number): Promise<Evaluation> {
  const { lister, events } = ctx
  const nothing = { metric: '', statuses: [], active: false }
  if (scale.selector === '') {
    const failure = 'selector is required'
    await events.event(hpa, 'Warning', 'SelectorRequired', failure)
    return { ...nothing, reason: 'InvalidSelector', message: "the HPA target's scale is missing a selector", failure }
  }
  const selector = parseLabelSelector(scale.selector)
  const pods = selectedPods(lister, hpa.metadata.namespace as string, selector)
  const question: Question = { hpa, scale, metrics, pods, tolerances: tolerancesOf(hpa), nowMs, ctx, find }
  const specs = hpa.spec?.metrics ?? []
  let best: Answer | undefined
  let invalid = 0
  let first: { readonly reason: string; readonly why: string; readonly what: string } | undefined
  const statuses: MetricStatus[] = []
  for (const metric of specs) {
    try {
      const answer = ask(metric, question)
      statuses.push(answer.status)
      if (best === undefined || answer.replicas > best.replicas) best = answer
    } catch (e) {
      const why = (e as Error).message
      const reason = REASONS[metric.type] ?? 'InvalidMetricSourceType'
      await events.event(hpa, 'Warning', reason, why)
      invalid++
      first ??= { reason, why, what: whatOf(metric) }
      // Its place in the status stays, empty but for its type.
      statuses.push({ type: '' } as MetricStatus)
    }
  }
  const failure = first === undefined ? {} : { failure: `invalid metrics (${invalid} invalid out of ${specs.length}), first error is: failed to get ${first.what}: ${first.why}` }
  if (best === undefined || (first !== undefined && best.replicas < scale.current))
    return { ...nothing, ...failure, reason: first?.reason ?? '', message: `the HPA was unable to compute the replica count: ${first?.why ?? ''}` }
  return { ...failure, replicas: best.replicas, metric: best.name, statuses, active: true, reason: 'ValidMetricFound', message: `the HPA was able to successfully calculate a replica count from ${best.name}` }
}

function tolerancesOf({ spec }: HorizontalPodAutoscaler): Tolerances {
  const of = (rules: HPAScalingRules | undefined, standard: number): number => (rules?.tolerance === undefined ? standard : quantityAsFloat(quantityFromJson(rules.tolerance)))
  return { up: of(spec?.behavior?.scaleUp, DEFAULT_TOLERANCES.up), down: of(spec?.behavior?.scaleDown, DEFAULT_TOLERANCES.down) }
}

/** How a failure names the metric. */
function whatOf(metric: MetricSpec): string {
  const source = metric.resource ?? metric.containerResource
  if (source === undefined) return `${metric.type.toLowerCase()} metric value`
  return `${source.name} ${metric.containerResource === undefined ? '' : 'container '}resource metric value`
}

/** Throws what is told of a metric that cannot be used. */
function ask(metric: MetricSpec, q: Question): Answer {
  if (metric.resource !== undefined) return ofResource(metric.resource.name, undefined, metric.resource.target, q)
  if (metric.containerResource !== undefined) return ofResource(metric.containerResource.name, metric.containerResource.container, metric.containerResource.target, q)
  if (metric.pods !== undefined) return ofPods(metric.pods, q)
  if (metric.object !== undefined) return ofObject(metric.object, q)
  if (metric.external !== undefined) return ofExternal(metric.external, q)
  throw new Error(`unknown metric source type ${JSON.stringify(metric.type)}`)
}

const quantity = (milli: number): string => quantityText(milliQuantityOf(milli))
const milliOf = (target: string | number | undefined): number => milliValueOfQuantity(target ?? '0')

function ofResource(resource: string, container: string | undefined, target: MetricTarget, q: Question): Answer {
  const { pods, scale, tolerances, nowMs } = q
  const inContainer = container === undefined ? '' : 'container '
  const status = (current: MetricValueStatus): MetricStatus =>
    container === undefined ? { type: 'Resource', resource: { name: resource, current } } : { type: 'ContainerResource', containerResource: { name: resource, container, current } }
  const failing = (of: string, compute: () => Proposal): Proposal => {
    try {
      return compute()
    } catch (e) {
      throw new Error(`failed to get ${resource} ${of}: ${(e as Error).message}`)
    }
  }
  if (target.averageValue !== undefined) {
    const found = failing('usage', () => byAverage(pods, resourceValues(resource, container, q), scale.current, milliOf(target.averageValue), resource, tolerances, nowMs))
    return { ...found, name: `${resource} ${inContainer}resource`, status: status({ averageValue: quantity(found.value) }) }
  }
  if (target.averageUtilization === undefined) throw new Error(`invalid ${inContainer}resource metric source: neither a utilization target nor a value target was set`)
  const wanted = target.averageUtilization
  const found = failing('utilization', () => byUtilization(pods, resourceValues(resource, container, q), scale.current, wanted, resource, container, tolerances, nowMs))
  return { ...found, name: `${resource} ${inContainer}resource utilization (percentage of request)`, status: status({ averageUtilization: found.utilization as number, averageValue: quantity(found.value) }) }
}

function resourceValues(resource: string, container: string | undefined, { metrics, pods }: Question): PodValues {
  const failed = (why: string): Error => new Error(`unable to get metrics for resource ${resource}: ${why}`)
  if (metrics === undefined) throw failed('unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)')
  const samples = pods.flatMap(p => {
    const sample = metrics.ofPod(p)
    return sample === undefined ? [] : [{ pod: p, sample }]
  })
  if (samples.length === 0) throw failed('no metrics returned from resource metrics API')
  const values: PodValues = new Map()
  for (const { pod, sample } of samples) {
    const own = container === undefined ? sample.containers : sample.containers.filter(c => c.name === container)
    if (own.length === 0) throw failed(`failed to get container metrics: container ${container} not present in metrics for pod ${pod.metadata.namespace}/${pod.metadata.name}`)
    const value = own.reduce((sum, c) => sum + (resource === 'cpu' ? c.cpuMillis : resource === 'memory' ? c.memoryBytes * 1000 : Number.NaN), 0)
    if (!Number.isNaN(value)) values.set(pod.metadata.name, { value: Math.ceil(value), atMs: sample.atMs, windowMs: sample.windowMs })
  }
  return values
}

const noCustom = (metric: string): Error => new Error(`unable to get metric ${metric}: unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered`)

function ofPods({ metric, target }: NonNullable<MetricSpec['pods']>, { metrics, pods, scale, tolerances, nowMs }: Question): Answer {
  const values: PodValues = new Map()
  for (const p of pods) {
    const value = metrics?.named(p, metric.name)
    if (value !== undefined) values.set(p.metadata.name, { value, atMs: nowMs, windowMs: 0 })
  }
  if (values.size === 0) throw noCustom(metric.name)
  const found = byAverage(pods, values, scale.current, milliOf(target.averageValue), '', tolerances, nowMs)
  return { ...found, name: `pods metric ${metric.name}`, status: { type: 'Pods', pods: { metric, current: { averageValue: quantity(found.value) } } } }
}

function ofObject({ metric, target, describedObject }: NonNullable<MetricSpec['object']>, { hpa, metrics, pods, scale, tolerances, ctx, find }: Question): Answer {
  const kind = find(describedObject.apiVersion ?? '', describedObject.kind)
  const object = kind === undefined ? undefined : ctx.lister.get<KubeObject>(kind, describedObject.name, hpa.metadata.namespace)
  const value = object === undefined ? undefined : metrics?.named(object, metric.name)
  if (value === undefined) throw new Error(`unable to get metric ${metric.name}: ${describedObject.kind} on ${hpa.metadata.namespace} ${describedObject.name}/unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered`)
  const status = (current: MetricValueStatus): MetricStatus => ({ type: 'Object', object: { metric, describedObject, current } })
  if (target.averageValue !== undefined) {
    const found = byShare(value, scale.reported, milliOf(target.averageValue), tolerances)
    return { ...found, name: `external metric ${metric.name}(${goSelector(metric.selector)})`, status: status({ averageValue: quantity(found.value) }) }
  }
  const found = byValue(pods, value, scale.current, milliOf(target.value), tolerances)
  return { ...found, name: `${describedObject.kind} metric ${metric.name}`, status: status({ value: quantity(found.value) }) }
}

/** External metrics are declared on the namespace. */
function ofExternal({ metric, target }: NonNullable<MetricSpec['external']>, { hpa, metrics, pods, scale, tolerances, ctx }: Question): Answer {
  const home = ctx.lister.get(namespaceKind, hpa.metadata.namespace as string)
  const value = home === undefined ? undefined : metrics?.named(home, metric.name)
  const whole = `${hpa.metadata.namespace}/${metric.name}/${goSelector(metric.selector)}`
  const missing = new Error(`unable to get external metric ${whole}: unable to fetch metrics from external metrics API: no external metrics API (external.metrics.k8s.io) registered`)
  if (value === undefined) throw target.averageValue === undefined ? new Error(`failed to get external metric ${metric.name}: ${missing.message}`) : new Error(`failed to get ${metric.name} external metric: ${missing.message}`)
  const name = `external metric ${metric.name}(${goSelector(metric.selector)})`
  const status = (current: MetricValueStatus): MetricStatus => ({ type: 'External', external: { metric, current } })
  if (target.averageValue !== undefined) {
    const found = byShare(value, scale.reported, milliOf(target.averageValue), tolerances)
    return { ...found, name, status: status({ averageValue: quantity(found.value) }) }
  }
  const found = byValue(pods, value, scale.current, milliOf(target.value), tolerances)
  return { ...found, name, status: status({ value: quantity(found.value) }) }
}

/** As Go prints a pointer to a selector with %+v. */
function goSelector(selector: { readonly matchLabels?: Readonly<Record<string, string>>; readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[] } | undefined): string {
  if (selector === undefined) return '<nil>'
  const labels = Object.entries(selector.matchLabels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => `${k}: ${v},`).join('')
  const expressions = (selector.matchExpressions ?? []).map(e => `LabelSelectorRequirement{Key:${e.key},Operator:${e.operator},Values:[${(e.values ?? []).join(' ')}],},`).join('')
  return `&LabelSelector{MatchLabels:map[string]string{${labels}},MatchExpressions:[]LabelSelectorRequirement{${expressions}},}`
}
