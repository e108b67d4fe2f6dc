/** HorizontalPodAutoscaler: changes the number of replicas of what it refers to as metrics ask for it. */
import { Findings, Path } from '../../../base/findings'
import { age, defineKind, name } from '../../kind'
import { validateMetadataUpdate } from '../../core/pod/template/metadata'
import type { HorizontalPodAutoscaler } from '../../schema/types/autoscaling.v2'
import { defaultAutoscaler, emptyStatus } from './defaults'
import { metricsText } from './metrics-text'
import { validateAutoscaler, validateAutoscalerUpdate } from './validate'

const STATUS = Path.of('status')

export const horizontalPodAutoscaler = defineKind<HorizontalPodAutoscaler>({
  group: 'autoscaling',
  version: 'v2',
  versions: ['v2', 'v1'],
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  singular: 'horizontalpodautoscaler',
  shortNames: ['hpa'],
  categories: ['all'],
  scope: 'Namespaced',
  generation: 'never',
  subresources: {
    status: {
      validateUpdate(next, previous) {
        const f = new Findings()
        validateMetadataUpdate(f, next, previous)
        for (const field of ['currentReplicas', 'desiredReplicas'] as const) f.nonnegative(STATUS.child(field), next.status?.[field])
        return f.errors
      },
    },
  },

  applyDefaults: defaultAutoscaler,
  prepareForCreate(h) {
    h.status = emptyStatus()
  },
  validate: validateAutoscaler,
  validateUpdate: validateAutoscalerUpdate,

  columns: [
    name,
    { name: 'Reference', type: 'string', description: 'What is scaled.', cell: h => `${h.spec.scaleTargetRef?.kind ?? ''}/${h.spec.scaleTargetRef?.name ?? ''}` },
    { name: 'Targets', type: 'string', description: 'Metrics as they are and as they should be.', cell: h => metricsText(h) },
    { name: 'MinPods', type: 'string', description: 'Fewest replicas.', cell: h => (h.spec.minReplicas === undefined ? '<unset>' : String(h.spec.minReplicas)) },
    { name: 'MaxPods', type: 'string', description: 'Most replicas.', cell: h => h.spec.maxReplicas },
    { name: 'Replicas', type: 'string', description: 'Replicas when last looked at.', cell: h => h.status?.currentReplicas ?? 0 },
    age,
  ],
})
