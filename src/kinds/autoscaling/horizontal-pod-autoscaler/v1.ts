/** autoscaling/v1 autoscalers: the CPU target has a field of its own, what v1 has no field for travels in annotations. upstream: pkg/apis/autoscaling/v1/conversion.go */
import { goJson } from '../../../base/go-text'
import type { HorizontalPodAutoscaler as V1, HorizontalPodAutoscalerStatus as StatusV1 } from '../../schema/types/autoscaling.v1'
import type { CrossVersionObjectReference, HorizontalPodAutoscaler, HorizontalPodAutoscalerBehavior, HorizontalPodAutoscalerCondition, HPAScalingPolicy, HPAScalingRules, MetricSpec, MetricStatus, MetricTarget, MetricValueStatus } from '../../schema/types/autoscaling.v2'
import type { LabelSelector } from '../../schema/types/meta.v1'
import { DEFAULT_CPU_UTILIZATION } from './defaults'

const METRICS = 'autoscaling.alpha.kubernetes.io/metrics'
const CURRENT_METRICS = 'autoscaling.alpha.kubernetes.io/current-metrics'
const BEHAVIOR = 'autoscaling.alpha.kubernetes.io/behavior'
const CONDITIONS = 'autoscaling.alpha.kubernetes.io/conditions'

/** A decoded v1 object as the stored version; before its defaults. */
export function fromV1(old: V1): HorizontalPodAutoscaler {
  const { annotations, ...metadata } = old.metadata
  const rest = { ...annotations }
  for (const key of [METRICS, CURRENT_METRICS, BEHAVIOR, CONDITIONS]) delete rest[key]
  const { scaleTargetRef, minReplicas = 1, maxReplicas = 0, targetCPUUtilizationPercentage } = old.spec ?? {}
  const metrics: MetricSpec[] = [...cpuMetric(targetCPUUtilizationPercentage), ...read(annotations?.[METRICS], (list: MetricV1[]) => list.map(metricFromV1), [])]
  const behavior = read(annotations?.[BEHAVIOR], behaviorFromInternal, undefined)
  return {
    kind: 'HorizontalPodAutoscaler',
    apiVersion: 'autoscaling/v2',
    metadata: Object.keys(rest).length === 0 ? metadata : { ...metadata, annotations: rest },
    spec: { scaleTargetRef: scaleTargetRef as CrossVersionObjectReference, minReplicas, maxReplicas, metrics: metrics.length > 0 ? metrics : cpuMetric(DEFAULT_CPU_UTILIZATION), ...(behavior === undefined ? {} : { behavior }) },
    status: statusFromV1(old.status, annotations),
  }
}

/** The stored object as v1 shows it. */
export function toV1({ metadata, spec, status }: HorizontalPodAutoscaler): V1 {
  const isCpu = (m: MetricSpec): boolean => m.type === 'Resource' && m.resource?.name === 'cpu' && m.resource.target.averageUtilization !== undefined
  const cpu = spec.metrics?.find(isCpu)?.resource?.target.averageUtilization
  const others = (spec.metrics ?? []).filter(m => !isCpu(m)).map(metricToV1)
  const current = status?.currentMetrics?.find(m => m.type === 'Resource' && m.resource?.name === 'cpu' && m.resource.current.averageUtilization !== undefined)
  const { currentMetrics, conditions, ...plain } = status ?? { desiredReplicas: 0 }
  const annotations: Record<string, string> = { ...metadata.annotations }
  if (others.length > 0) annotations[METRICS] = goJson(others)
  if ((currentMetrics ?? []).length > 0) annotations[CURRENT_METRICS] = goJson(currentMetrics?.map(statusToV1))
  if (spec.behavior !== undefined) annotations[BEHAVIOR] = goJson(behaviorToInternal(spec.behavior))
  if ((conditions ?? []).length > 0) annotations[CONDITIONS] = goJson(conditions)
  return {
    kind: 'HorizontalPodAutoscaler',
    apiVersion: 'autoscaling/v1',
    metadata: Object.keys(annotations).length === 0 ? metadata : { ...metadata, annotations },
    spec: { scaleTargetRef: spec.scaleTargetRef, ...(spec.minReplicas === undefined ? {} : { minReplicas: spec.minReplicas }), maxReplicas: spec.maxReplicas, ...(cpu === undefined ? {} : { targetCPUUtilizationPercentage: cpu }) },
    status: { ...plain, currentReplicas: status?.currentReplicas ?? 0, ...(current === undefined ? {} : { currentCPUUtilizationPercentage: current.resource?.current.averageUtilization as number }) },
  }
}

const cpuMetric = (averageUtilization: number | undefined): MetricSpec[] => (averageUtilization === undefined ? [] : [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } }])

/** An annotation that is no JSON counts as absent. */
function read<A, B>(text: string | undefined, convert: (value: A) => B, otherwise: B): B {
  if (text === undefined) return otherwise
  try {
    return convert(JSON.parse(text) as A)
  } catch {
    return otherwise
  }
}

function statusFromV1(status: StatusV1 | undefined, annotations: Readonly<Record<string, string>> | undefined): NonNullable<HorizontalPodAutoscaler['status']> {
  const { currentCPUUtilizationPercentage: cpu, ...plain } = status ?? { currentReplicas: 0, desiredReplicas: 0 }
  const conditions = read(annotations?.[CONDITIONS], (list: HorizontalPodAutoscalerCondition[]) => list, undefined)
  const others = read(annotations?.[CURRENT_METRICS], (list: MetricV1[]) => list.map(statusMetricFromV1), [])
  const own: MetricStatus[] = cpu === undefined || others.length > 0 ? [] : [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: cpu } } }]
  const metrics = [...own, ...others]
  return { ...plain, currentMetrics: metrics.length === 0 ? (null as never) : metrics, ...(conditions === undefined ? {} : { conditions }) }
}

// ── Metrics as v1 wrote them ────────────────────────────────────────────────

interface SourceV1 {
  name?: string
  metricName?: string
  container?: string
  target?: CrossVersionObjectReference
  selector?: LabelSelector
  metricSelector?: LabelSelector
  targetValue?: string
  averageValue?: string
  targetAverageValue?: string
  targetAverageUtilization?: number
  currentValue?: string
  currentAverageValue?: string
  currentAverageUtilization?: number
}
type Source = 'object' | 'pods' | 'resource' | 'containerResource' | 'external'
type MetricV1 = { type: string } & { [S in Source]?: SourceV1 }

const SOURCES: readonly Source[] = ['object', 'pods', 'resource', 'containerResource', 'external']

/** Without what is undefined. */
const compact = <T extends object>(o: T): T => Object.fromEntries(Object.entries(o).filter(([, v]) => v !== undefined)) as T

function metricToV1(metric: MetricSpec): MetricV1 {
  const out: MetricV1 = { type: metric.type }
  for (const source of SOURCES) {
    const spec = metric[source]
    if (spec !== undefined) out[source] = compact({ ...identity(source, metric), ...targetToV1(source, spec.target) })
  }
  return out
}

function statusToV1(metric: MetricStatus): MetricV1 {
  const out: MetricV1 = { type: metric.type }
  for (const source of SOURCES) {
    const status = metric[source]
    if (status === undefined) continue
    const { value, averageValue, averageUtilization } = status.current
    const current = source === 'object' ? { currentValue: value, averageValue } : source === 'external' ? { currentValue: value, currentAverageValue: averageValue } : source === 'pods' ? { currentAverageValue: averageValue } : { currentAverageUtilization: averageUtilization, currentAverageValue: averageValue }
    out[source] = compact({ ...identity(source, metric), ...current }) as SourceV1
  }
  return out
}

function identity(source: Source, { object, pods, external, resource, containerResource }: Partial<Pick<MetricSpec | MetricStatus, Source>>): object {
  switch (source) {
    case 'object':
      return { target: object?.describedObject, metricName: object?.metric.name, selector: object?.metric.selector }
    case 'pods':
      return { metricName: pods?.metric.name, selector: pods?.metric.selector }
    case 'external':
      return { metricName: external?.metric.name, metricSelector: external?.metric.selector }
    case 'resource':
      return { name: resource?.name }
    case 'containerResource':
      return { name: containerResource?.name, container: containerResource?.container }
  }
}

function targetToV1(source: Source, { value, averageValue, averageUtilization }: MetricTarget): object {
  if (source === 'object') return { targetValue: value ?? '0', averageValue }
  if (source === 'external') return { targetValue: value, targetAverageValue: averageValue }
  return source === 'pods' ? { targetAverageValue: averageValue ?? '0' } : { targetAverageUtilization: averageUtilization, targetAverageValue: averageValue }
}

function metricFromV1(metric: MetricV1): MetricSpec {
  const out: Record<string, unknown> = { type: metric.type }
  for (const source of SOURCES) {
    const old = metric[source]
    if (old !== undefined) out[source] = { ...named(source, old), target: targetFromV1(source, old) }
  }
  return out as unknown as MetricSpec
}

function statusMetricFromV1(metric: MetricV1): MetricStatus {
  const out: Record<string, unknown> = { type: metric.type }
  for (const source of SOURCES) {
    const old = metric[source]
    if (old === undefined) continue
    const current: MetricValueStatus = compact({ value: old.currentValue, averageValue: source === 'object' ? old.averageValue : old.currentAverageValue, averageUtilization: old.currentAverageUtilization }) as MetricValueStatus
    out[source] = { ...named(source, old), current }
  }
  return out as unknown as MetricStatus
}

function named(source: Source, old: SourceV1): object {
  if (source === 'resource') return { name: old.name }
  if (source === 'containerResource') return { name: old.name, container: old.container }
  const selector = source === 'external' ? old.metricSelector : old.selector
  const metric = compact({ name: old.metricName, selector })
  return source === 'object' ? { describedObject: old.target, metric } : { metric }
}

function targetFromV1(source: Source, old: SourceV1): MetricTarget {
  const averageValue = source === 'object' ? old.averageValue : old.targetAverageValue
  const value = averageValue === undefined ? old.targetValue : undefined
  const type = old.targetAverageUtilization !== undefined ? 'Utilization' : averageValue !== undefined ? 'AverageValue' : 'Value'
  return compact({ type, value, averageValue, averageUtilization: old.targetAverageUtilization }) as MetricTarget
}

// ── Behaviour, which v1 wrote in its internal form ──────────────────────────

interface RulesInternal {
  StabilizationWindowSeconds: number | null
  SelectPolicy: string | null
  Policies: { Type: string; Value: number; PeriodSeconds: number }[] | null
  Tolerance: string | null
}
interface BehaviorInternal {
  ScaleUp: RulesInternal | null
  ScaleDown: RulesInternal | null
}

function behaviorToInternal({ scaleUp, scaleDown }: HorizontalPodAutoscalerBehavior): BehaviorInternal {
  const rules = (r: HPAScalingRules | undefined): RulesInternal | null =>
    r === undefined ? null : { StabilizationWindowSeconds: r.stabilizationWindowSeconds ?? null, SelectPolicy: r.selectPolicy ?? null, Policies: r.policies?.map(p => ({ Type: p.type, Value: p.value, PeriodSeconds: p.periodSeconds })) ?? null, Tolerance: r.tolerance ?? null }
  return { ScaleUp: rules(scaleUp), ScaleDown: rules(scaleDown) }
}

function behaviorFromInternal({ ScaleUp, ScaleDown }: BehaviorInternal): HorizontalPodAutoscalerBehavior {
  const rules = (r: RulesInternal | null): HPAScalingRules | undefined =>
    r === null || r === undefined ? undefined : compact({ stabilizationWindowSeconds: r.StabilizationWindowSeconds ?? undefined, selectPolicy: r.SelectPolicy ?? undefined, policies: r.Policies?.map((p): HPAScalingPolicy => ({ type: p.Type, value: p.Value, periodSeconds: p.PeriodSeconds })), tolerance: r.Tolerance ?? undefined }) as HPAScalingRules
  return compact({ scaleUp: rules(ScaleUp), scaleDown: rules(ScaleDown) }) as HorizontalPodAutoscalerBehavior
}
