/** `kubectl describe hpa`. upstream: kubectl/pkg/describe HorizontalPodAutoscalerDescriber */
import { goQuote } from '../../../base/field'
import { canonicalQuantity } from '../../../base/quantity'
import type { HorizontalPodAutoscaler, HPAScalingRules, MetricSpec, MetricStatus, MetricTarget, MetricValueStatus } from '../../../kinds/schema/types/autoscaling.v2'
import { describerOf } from '../describer'
import { labelsAndAnnotations } from '../metadata'
import { longTime } from '../time'
import { text, type Lines } from '../writer'

export const horizontalPodAutoscaler = describerOf<HorizontalPodAutoscaler>('autoscaling/v2', 'HorizontalPodAutoscaler', (w, { metadata, spec, status }) => {
  const { kind, name } = spec.scaleTargetRef
  w.write(0, `Name:\t${metadata.name}\n`)
  w.write(0, `Namespace:\t${text(metadata.namespace)}\n`)
  labelsAndAnnotations(w, metadata)
  w.write(0, `CreationTimestamp:\t${longTime(metadata.creationTimestamp)}\n`)
  w.write(0, `Reference:\t${kind}/${name}\n`)
  w.write(0, 'Metrics:\t( current / target )\n')
  for (const [i, metric] of (spec.metrics ?? []).entries()) w.write(1, `${metricText(metric, status?.currentMetrics?.[i])}\n`)
  w.write(0, `Min replicas:\t${spec.minReplicas ?? '<unset>'}\n`)
  w.write(0, `Max replicas:\t${spec.maxReplicas}\n`)
  if (spec.behavior !== undefined) {
    w.write(0, 'Behavior:\n')
    direction(w, 'Scale Up', spec.behavior.scaleUp)
    direction(w, 'Scale Down', spec.behavior.scaleDown)
  }
  w.write(0, `${kind} pods:\t${status?.currentReplicas ?? 0} current / ${status?.desiredReplicas ?? 0} desired\n`)
  if ((status?.conditions ?? []).length === 0) return
  w.write(0, 'Conditions:\n')
  w.write(1, 'Type\tStatus\tReason\tMessage\n')
  w.write(1, '----\t------\t------\t-------\n')
  for (const c of status?.conditions ?? []) w.write(1, `${c.type}\t${c.status}\t${text(c.reason)}\t${text(c.message)}\n`)
})

const UNKNOWN = '<unknown>'
const quantity = (q: string | undefined): string => (q === undefined ? '<nil>' : canonicalQuantity(q))

/** What is measured, then `current / target`. */
function metricText({ type, external, pods, object, resource, containerResource }: MetricSpec, now: MetricStatus | undefined): string {
  if (type === 'External' && external !== undefined) {
    const { metric, target } = external
    const current = now?.external?.current
    if (target.averageValue !== undefined) return `${goQuote(metric.name)} (target average value):\t${current?.averageValue === undefined ? UNKNOWN : quantity(current.averageValue)} / ${quantity(target.averageValue)}`
    return `${goQuote(metric.name)} (target value):\t${current === undefined ? UNKNOWN : quantity(current.value)} / ${quantity(target.value)}`
  }
  if (type === 'Pods' && pods !== undefined) return `${goQuote(pods.metric.name)} on pods:\t${now?.pods === undefined ? UNKNOWN : quantity(now.pods.current.averageValue)} / ${quantity(pods.target.averageValue)}`
  if (type === 'Object' && object !== undefined) {
    const { metric, describedObject, target } = object
    const [title, key] = target.type === 'AverageValue' ? ['(target average value)', 'averageValue'] as const : ['(target value)', 'value'] as const
    return `"${metric.name}" on ${describedObject.kind}/${describedObject.name} ${title}:\t${now?.object === undefined ? UNKNOWN : quantity(now.object.current[key])} / ${quantity(target[key])}`
  }
  if (type === 'Resource' && resource !== undefined) return `resource ${resource.name} on pods${resourceText(resource.target, now?.resource?.current, '  ')}`
  if (type === 'ContainerResource' && containerResource !== undefined) {
    return `resource ${containerResource.name} of container "${containerResource.container}" on pods${resourceText(containerResource.target, now?.containerResource?.current, '  ')}`
  }
  return `<unknown metric type ${goQuote(type)}>`
}

function resourceText(target: MetricTarget, current: MetricValueStatus | undefined, gap: string): string {
  if (target.averageValue !== undefined) return `:\t${current === undefined ? UNKNOWN : quantity(current.averageValue)} / ${quantity(target.averageValue)}`
  const now = current?.averageUtilization === undefined ? UNKNOWN : `${current.averageUtilization}% (${quantity(current.averageValue)})`
  return `${gap}(as a percentage of request):\t${now} / ${target.averageUtilization === undefined ? '<auto>' : `${target.averageUtilization}%`}`
}

function direction(w: Lines, title: string, rules: HPAScalingRules | undefined): void {
  if (rules === undefined) return
  w.write(1, `${title}:\n`)
  if (rules.stabilizationWindowSeconds !== undefined) w.write(2, `Stabilization Window: ${rules.stabilizationWindowSeconds} seconds\n`)
  if ((rules.policies ?? []).length === 0) return
  w.write(2, `Select Policy: ${rules.selectPolicy ?? 'Max'}\n`)
  w.write(2, 'Policies:\n')
  for (const p of rules.policies ?? []) w.write(3, `- Type: ${p.type}\tValue: ${p.value}\tPeriod: ${p.periodSeconds} seconds\n`)
}
