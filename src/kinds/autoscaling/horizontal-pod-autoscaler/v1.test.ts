import { describe, expect, it } from 'vitest'
import type { HorizontalPodAutoscaler } from '../../schema/types/autoscaling.v2'
import { fromV1, toV1 } from './v1'

const ref = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }

describe('autoscaling/v1', () => {
  it('has the CPU target as a field', () => {
    const stored = fromV1({ metadata: { name: 'h' } as never, spec: { scaleTargetRef: ref, maxReplicas: 3, targetCPUUtilizationPercentage: 60 } })
    expect(stored.spec).toEqual({ scaleTargetRef: ref, minReplicas: 1, maxReplicas: 3, metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } }] })
    const shown = toV1(stored)
    expect(shown.spec).toEqual({ scaleTargetRef: ref, minReplicas: 1, maxReplicas: 3, targetCPUUtilizationPercentage: 60 })
    expect(shown.status).toEqual({ currentReplicas: 0, desiredReplicas: 0 })
  })

  it('defaults the CPU target when nothing else is measured', () => {
    expect(fromV1({ metadata: { name: 'h' } as never, spec: { scaleTargetRef: ref, maxReplicas: 3 } }).spec.metrics?.[0]?.resource?.target.averageUtilization).toBe(80)
  })

  it('carries in annotations what it has no field for', () => {
    const stored: HorizontalPodAutoscaler = {
      kind: 'HorizontalPodAutoscaler',
      apiVersion: 'autoscaling/v2',
      metadata: { name: 'h', annotations: { note: 'x' } } as never,
      spec: {
        scaleTargetRef: ref,
        minReplicas: 1,
        maxReplicas: 3,
        metrics: [
          { type: 'Pods', pods: { metric: { name: 'rps' }, target: { type: 'AverageValue', averageValue: '100' } } },
          { type: 'Object', object: { describedObject: { kind: 'Service', name: 's', apiVersion: 'v1' }, metric: { name: 'hits' }, target: { type: 'Value', value: '5' } } },
        ],
        behavior: { scaleDown: { selectPolicy: 'Min', policies: [{ type: 'Pods', value: 1, periodSeconds: 15 }] } },
      },
      status: { desiredReplicas: 0, currentMetrics: null as never },
    }
    const shown = toV1(stored)
    expect(shown.metadata.annotations?.['autoscaling.alpha.kubernetes.io/metrics']).toContain('"metricName":"rps"')
    expect(fromV1(shown)).toEqual({ ...stored, status: { currentReplicas: 0, desiredReplicas: 0, currentMetrics: null } })
  })
})
