/** upstream: pkg/apis/autoscaling/v2/defaults.go */
import { givenEmpty } from '../../schema/decode'
import type { HorizontalPodAutoscaler, HPAScalingRules } from '../../schema/types/autoscaling.v2'

export const DEFAULT_CPU_UTILIZATION = 80

const scaleUp = (): HPAScalingRules => ({
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
})
const scaleDown = (): HPAScalingRules => ({ selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] })

export function defaultAutoscaler(h: HorizontalPodAutoscaler): void {
  h.status ??= emptyStatus()
  const spec = (h.spec ??= { scaleTargetRef: undefined as never, maxReplicas: 0 })
  spec.minReplicas ??= 1
  if ((spec.metrics ?? []).length === 0) spec.metrics = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: DEFAULT_CPU_UTILIZATION } } }]
  if (spec.behavior === undefined) return
  spec.behavior.scaleUp = withDefaults(spec.behavior.scaleUp, scaleUp())
  spec.behavior.scaleDown = withDefaults(spec.behavior.scaleDown, scaleDown())
}

/** Go writes the list though it is nil. */
export const emptyStatus = (): NonNullable<HorizontalPodAutoscaler['status']> => ({ desiredReplicas: 0, currentMetrics: null as never })

/** What is given replaces the default as a whole, an empty list of policies too. */
function withDefaults(given: HPAScalingRules | undefined, rules: HPAScalingRules): HPAScalingRules {
  if (given === undefined) return rules
  const merged: HPAScalingRules = { ...rules, ...given }
  if (givenEmpty(given, 'policies')) delete merged.policies
  return merged
}
