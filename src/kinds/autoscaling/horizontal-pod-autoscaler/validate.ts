/** The validation of autoscalers. upstream: pkg/apis/autoscaling/validation */
import type { FieldErrors } from '../../../base/field'
import { Findings, Path } from '../../../base/findings'
import { parseQuantity, quantitySign, quantityText } from '../../../base/quantity'
import { isPathSegmentName } from '../../../base/validation'
import { validateFinalizerNames, validateMetadataUpdate } from '../../core/pod/template/metadata'
import { validateContainerResourceName } from '../../core/pod/template/validate-resources'
import { dnsLabel } from '../../core/pod/template/validate-text'
import type { CrossVersionObjectReference, HorizontalPodAutoscaler, HorizontalPodAutoscalerSpec, HPAScalingPolicy, HPAScalingRules, MetricIdentifier, MetricSpec, MetricTarget } from '../../schema/types/autoscaling.v2'

const SPEC = Path.of('spec')
const MAX_PERIOD_SECONDS = 1800
const MAX_WINDOW_SECONDS = 3600

export function validateAutoscaler(h: HorizontalPodAutoscaler): FieldErrors {
  const f = new Findings()
  validateFinalizerNames(f, h.metadata)
  validateSpec(f, h.spec, undefined)
  return f.errors
}

export function validateAutoscalerUpdate(next: HorizontalPodAutoscaler, previous: HorizontalPodAutoscaler): FieldErrors {
  const f = new Findings()
  validateMetadataUpdate(f, next, previous)
  validateSpec(f, next.spec, previous.spec)
  return f.errors
}

function validateSpec(f: Findings, spec: HorizontalPodAutoscalerSpec, previous: HorizontalPodAutoscalerSpec | undefined): void {
  const { minReplicas, maxReplicas = 0 } = spec
  const least = previous?.minReplicas === 0 ? 0 : 1
  if (minReplicas !== undefined && minReplicas < least) f.invalid(SPEC.child('minReplicas'), minReplicas, `must be greater than or equal to ${least}`)
  if (maxReplicas === 0) f.required(SPEC.child('maxReplicas'), 'must be set and greater than 0')
  else if (maxReplicas < 0) f.invalid(SPEC.child('maxReplicas'), maxReplicas, 'must be greater than or equal to 1')
  if (minReplicas !== undefined && maxReplicas < minReplicas) f.invalid(SPEC.child('maxReplicas'), maxReplicas, 'must be greater than or equal to `minReplicas`')
  validateTarget(f, SPEC.child('scaleTargetRef'), spec, previous)
  validateMetrics(f, SPEC.child('metrics'), spec)
  for (const direction of ['scaleUp', 'scaleDown'] as const) if (spec.behavior?.[direction] !== undefined) validateRules(f, SPEC.child('behavior').child(direction), spec.behavior[direction])
}

/** Of the core group only ReplicationControllers scale. A reference that was stored without a group may stay so. */
function validateTarget(f: Findings, at: Path, { scaleTargetRef }: HorizontalPodAutoscalerSpec, previous: HorizontalPodAutoscalerSpec | undefined): void {
  const ref = scaleTargetRef ?? { kind: '', name: '' }
  const kept = previous !== undefined && apiVersionProblem(previous.scaleTargetRef?.apiVersion, previous.scaleTargetRef?.kind === 'ReplicationController') !== undefined
  validateReference(f, at, ref, kept || ref.kind === 'ReplicationController')
}

function validateReference(f: Findings, at: Path, { kind = '', name = '', apiVersion = '' }: CrossVersionObjectReference, mayHaveNoGroup: boolean): void {
  if (kind === '') f.required(at.child('kind'))
  else f.problems(at.child('kind'), kind, isPathSegmentName(kind))
  if (name === '') f.required(at.child('name'))
  else f.problems(at.child('name'), name, isPathSegmentName(name))
  const problem = apiVersionProblem(apiVersion, mayHaveNoGroup)
  if (problem !== undefined) f.invalid(at.child('apiVersion'), apiVersion, problem)
}

function apiVersionProblem(apiVersion = '', mayHaveNoGroup = false): string | undefined {
  const parts = apiVersion.split('/')
  if (parts.length > 2) return `unexpected GroupVersion string: ${apiVersion}`
  return !mayHaveNoGroup && (parts.length < 2 || parts[0] === '') ? 'apiVersion must specify API group' : undefined
}

const TYPES = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource']
const SOURCES = ['object', 'external', 'pods', 'resource', 'containerResource'] as const

function validateMetrics(f: Findings, at: Path, { metrics = [], minReplicas }: HorizontalPodAutoscalerSpec): void {
  metrics.forEach((m, i) => validateMetric(f, at.at(i), m))
  const fromOutside = metrics.some(m => m.type === 'Object' || m.type === 'External')
  if (minReplicas === 0 && !fromOutside) f.forbidden(at, 'must specify at least one Object or External metric to support scaling to zero replicas')
}

function validateMetric(f: Findings, at: Path, metric: MetricSpec): void {
  const { type = '' } = metric
  if (type === '') f.required(at.child('type'), 'must specify a metric source type')
  if (!TYPES.includes(type)) f.unsupported(at.child('type'), type, TYPES)
  const present = SOURCES.filter(s => metric[s] !== undefined)
  if (present[0] !== undefined) validateSource(f, at.child(present[0]), metric, present[0])
  const expected = SOURCES[['Object', 'External', 'Pods', 'Resource', 'ContainerResource'].indexOf(type)]
  if (expected === undefined) f.unsupported(at.child('type'), type, TYPES)
  else if (metric[expected] === undefined) f.required(at.child(expected), 'must populate information for the given metric source')
  if (present.length !== 1) for (const source of present) if (source !== expected) f.forbidden(at.child(source), 'must populate the given metric source only')
}

function validateSource(f: Findings, at: Path, metric: MetricSpec, source: (typeof SOURCES)[number]): void {
  const named = metric.object ?? metric.external ?? metric.pods
  const target: Partial<MetricTarget> = metric[source]?.target ?? {}
  const targetAt = at.child('target')
  if (source === 'resource' || source === 'containerResource') {
    validateResource(f, at, metric, source)
    validateMetricTarget(f, targetAt, target)
    if (target.averageUtilization === undefined && target.averageValue === undefined) f.required(targetAt.child('averageUtilization'), 'must set either a target raw value or a target utilization')
    if (target.averageUtilization !== undefined && target.averageValue !== undefined) f.forbidden(targetAt.child('averageValue'), 'may not set both a target raw value and a target utilization')
    return
  }
  if (source === 'object') validateReference(f, at.child('describedObject'), metric.object?.describedObject ?? { kind: '', name: '' }, true)
  validateIdentifier(f, at.child('metric'), named?.metric)
  validateMetricTarget(f, targetAt, target)
  if (source === 'pods') {
    if (target.averageValue === undefined) f.required(targetAt.child('averageValue'), 'must specify a positive target averageValue')
    return
  }
  const neither = source === 'object' ? 'must set either a target value or averageValue' : 'must set either a target value for metric or a per-pod target'
  if (target.value === undefined && target.averageValue === undefined) f.required(targetAt.child('averageValue'), neither)
  if (source === 'external' && target.value !== undefined && target.averageValue !== undefined) f.forbidden(targetAt.child('value'), 'may not set both a target value for metric and a per-pod target')
}

function validateResource(f: Findings, at: Path, { resource, containerResource }: MetricSpec, source: 'resource' | 'containerResource'): void {
  const name = (source === 'resource' ? resource : containerResource)?.name ?? ''
  if (name === '') f.required(at.child('name'), 'must specify a resource name')
  if (source === 'resource') return
  if (name !== '') validateContainerResourceName(f, at.child('name'), name)
  const container = containerResource?.container ?? ''
  if (container === '') f.required(at.child('container'), 'must specify a container')
  else dnsLabel(f, at.child('container'), container)
}

function validateIdentifier(f: Findings, at: Path, identifier: MetricIdentifier | undefined): void {
  const name = identifier?.name ?? ''
  if (name === '') f.required(at.child('name'), 'must specify a metric name')
  else f.problems(at.child('name'), name, isPathSegmentName(name))
}

function validateMetricTarget(f: Findings, at: Path, { type = '', value, averageValue, averageUtilization }: Partial<MetricTarget>): void {
  if (type === '') f.required(at.child('type'), 'must specify a metric target type')
  if (type !== 'Utilization' && type !== 'Value' && type !== 'AverageValue') f.invalid(at.child('type'), type, 'must be either Utilization, Value, or AverageValue')
  positive(f, at.child('value'), value)
  positive(f, at.child('averageValue'), averageValue)
  if (averageUtilization !== undefined && averageUtilization < 1) f.invalid(at.child('averageUtilization'), averageUtilization, 'must be greater than 0')
}

function positive(f: Findings, at: Path, amount: string | undefined): void {
  if (amount === undefined) return
  const quantity = parseQuantity(amount)
  if (quantitySign(quantity) !== 1) f.invalid(at, quantityText(quantity), 'must be positive')
}

const SELECT_POLICIES = ['Disabled', 'Max', 'Min']
const POLICY_TYPES = ['Percent', 'Pods']

function validateRules(f: Findings, at: Path, { stabilizationWindowSeconds: window, selectPolicy, policies = [], tolerance }: HPAScalingRules): void {
  const windowAt = at.child('stabilizationWindowSeconds')
  if (window !== undefined && window < 0) f.invalid(windowAt, window, 'must be greater than or equal to zero')
  if (window !== undefined && window > MAX_WINDOW_SECONDS) f.invalid(windowAt, window, `must be less than or equal to ${MAX_WINDOW_SECONDS}`)
  if (selectPolicy !== undefined && !SELECT_POLICIES.includes(selectPolicy)) f.unsupported(at.child('selectPolicy'), selectPolicy, SELECT_POLICIES)
  if (policies.length === 0) f.required(at.child('policies'), 'must specify at least one Policy')
  policies.forEach((p, i) => validatePolicy(f, at.child('policies').at(i), p))
  if (tolerance === undefined) return
  const quantity = parseQuantity(tolerance)
  if (quantitySign(quantity) < 0) f.invalid(at.child('tolerance'), quantityText(quantity), 'must be greater than or equal to 0')
}

function validatePolicy(f: Findings, at: Path, { type = '', value = 0, periodSeconds = 0 }: HPAScalingPolicy): void {
  if (!POLICY_TYPES.includes(type)) f.unsupported(at.child('type'), type, POLICY_TYPES)
  if (value <= 0) f.invalid(at.child('value'), value, 'must be greater than zero')
  if (periodSeconds <= 0) f.invalid(at.child('periodSeconds'), periodSeconds, 'must be greater than zero')
  if (periodSeconds > MAX_PERIOD_SECONDS) f.invalid(at.child('periodSeconds'), periodSeconds, `must be less than or equal to ${MAX_PERIOD_SECONDS}`)
}
