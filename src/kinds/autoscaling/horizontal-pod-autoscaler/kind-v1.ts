/** HorizontalPodAutoscaler of autoscaling/v1: the stored one with a single target, for the CPU. */
import { age, defineKind, name, type Kind } from '../../kind'
import type { HorizontalPodAutoscaler as V1 } from '../../schema/types/autoscaling.v1'
import type { HorizontalPodAutoscaler } from '../../schema/types/autoscaling.v2'
import { defaultAutoscaler } from './defaults'
import { horizontalPodAutoscaler } from './kind'
import { fromV1, toV1 } from './v1'

export const horizontalPodAutoscalerV1 = defineKind<V1>({
  group: 'autoscaling',
  version: 'v1',
  versions: ['v2', 'v1'],
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  singular: 'horizontalpodautoscaler',
  shortNames: ['hpa'],
  categories: ['all'],
  scope: 'Namespaced',
  generation: 'never',
  subresources: { status: {} },
  view: { of: horizontalPodAutoscaler as unknown as Kind<never>, toStored: stored, fromStored: toV1 as (object: never) => V1 },

  applyDefaults(h) {
    h.spec ??= { scaleTargetRef: undefined as never, maxReplicas: 0 }
    h.spec.minReplicas ??= 1
    h.status ??= { currentReplicas: 0, desiredReplicas: 0 }
  },

  // upstream: pkg/printers/internalversion prints what is stored, whatever version is asked for
  columns: [name, ...horizontalPodAutoscaler.columns.slice(1, -1).map(c => ({ ...c, cell: (h: V1, at: { nowMs: number }) => c.cell(stored(h), at) })), age],
})

function stored(h: V1): HorizontalPodAutoscaler {
  const converted = fromV1(h)
  defaultAutoscaler(converted)
  return converted
}
