/** The metrics of an autoscaler in one cell: `cpu: 12%/80%`. upstream: pkg/printers/internalversion/printers.go formatHPAMetrics */
import type { HorizontalPodAutoscaler, MetricSpec, MetricStatus, MetricTarget, MetricValueStatus } from '../../schema/types/autoscaling.v2'

const SHOWN = 2
const UNKNOWN = '<unknown>'

export function metricsText({ spec, status }: HorizontalPodAutoscaler): string {
  const metrics = spec.metrics ?? []
  if (metrics.length === 0) return '<none>'
  const texts = metrics.slice(0, SHOWN).map((m, i) => metricText(m, status?.currentMetrics?.[i]))
  return texts.join(', ') + (metrics.length > SHOWN ? ` + ${metrics.length - SHOWN} more...` : '')
}

function metricText(metric: MetricSpec, status: MetricStatus | undefined): string {
  switch (metric.type) {
    case 'External':
      return valueText(metric.external?.target, status?.external?.current)
    case 'Object':
      return valueText(metric.object?.target, status?.object?.current)
    case 'Pods':
      return `${averageOf(status?.pods?.current)}/${metric.pods?.target.averageValue ?? 0}`
    case 'Resource':
      return `${metric.resource?.name ?? ''}: ${resourceText(metric.resource?.target, status?.resource?.current)}`
    case 'ContainerResource':
      return `${metric.containerResource?.name ?? ''}: ${resourceText(metric.containerResource?.target, status?.containerResource?.current)}`
    default:
      return '<unknown type>'
  }
}

const averageOf = (current: MetricValueStatus | undefined): string => current?.averageValue ?? UNKNOWN

const valueText = (target: MetricTarget | undefined, current: MetricValueStatus | undefined): string =>
  target?.averageValue !== undefined ? `${averageOf(current)}/${target.averageValue} (avg)` : `${current?.value ?? UNKNOWN}/${target?.value ?? ''}`

function resourceText(target: MetricTarget | undefined, current: MetricValueStatus | undefined): string {
  if (target?.averageValue !== undefined) return `${averageOf(current)}/${target.averageValue}`
  const percent = (share: number | undefined, none: string): string => (share === undefined ? none : `${share}%`)
  return `${percent(current?.averageUtilization, UNKNOWN)}/${percent(target?.averageUtilization, '<auto>')}`
}
