/** How fast an autoscaler goes, worked out by hand. */
import { describe, expect, it } from 'vitest'
import type { HorizontalPodAutoscaler, HorizontalPodAutoscalerBehavior } from '../../kinds/schema/types/autoscaling.v2'
import { NO_PAST, paced, withChange } from './pace'

const hpa = (maxReplicas: number, behavior?: HorizontalPodAutoscalerBehavior): HorizontalPodAutoscaler =>
  ({ metadata: { name: 'h' }, spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' }, minReplicas: 2, maxReplicas, ...(behavior === undefined ? {} : { behavior }) } }) as HorizontalPodAutoscaler
const at = (h: HorizontalPodAutoscaler, current: number, wanted: number) => {
  const { replicas, able, limited } = paced(h, current, wanted, NO_PAST, 1_000_000)
  return [replicas, able.reason, limited.is ? limited.reason : '']
}

describe('without a behaviour', () => {
  it.each([
    [3, 5, [5, 'ReadyForNewScale', '']],
    [3, 50, [6, 'ReadyForNewScale', 'ScaleUpLimit']],
    [1, 9, [4, 'ReadyForNewScale', 'ScaleUpLimit']],
    [9, 30, [10, 'ReadyForNewScale', 'TooManyReplicas']],
    [3, 1, [3, 'ScaleDownStabilized', '']],
  ])('from %i to %i', (current, wanted, expected) => expect(at(hpa(10), current, wanted)).toEqual(expected))

  it('goes down when five minutes have passed since more was asked for', () => {
    let past = paced(hpa(10), 6, 6, NO_PAST, 0).past
    for (let t = 15_000; t < 300_000; t += 15_000) {
      const step = paced(hpa(10), 6, 1, past, t)
      expect(step.replicas).toBe(6)
      past = step.past
    }
    expect(paced(hpa(10), 6, 1, past, 300_000)).toMatchObject({ replicas: 2, limited: { is: true, reason: 'TooFewReplicas' } })
  })
})

describe('with a behaviour', () => {
  const rules = { selectPolicy: 'Max', policies: [{ type: 'Pods', value: 4, periodSeconds: 60 }, { type: 'Percent', value: 50, periodSeconds: 60 }] }
  const up = (more: object): HorizontalPodAutoscaler => hpa(100, { scaleUp: { stabilizationWindowSeconds: 0, ...rules, ...more }, scaleDown: { stabilizationWindowSeconds: 0, ...rules, ...more } } as HorizontalPodAutoscalerBehavior)

  it.each([
    [{}, 10, 40, [15, 'ReadyForNewScale', 'ScaleUpLimit']],
    [{ selectPolicy: 'Min' }, 10, 40, [14, 'ReadyForNewScale', 'ScaleUpLimit']],
    [{ selectPolicy: 'Disabled' }, 10, 40, [10, 'ReadyForNewScale', 'ScaleUpLimit']],
    [{}, 20, 2, [10, 'ReadyForNewScale', 'ScaleDownLimit']],
    [{ selectPolicy: 'Min' }, 20, 2, [16, 'ReadyForNewScale', 'ScaleDownLimit']],
    [{}, 10, 12, [12, 'ReadyForNewScale', '']],
  ])('%j from %i to %i', (more, current, wanted, expected) => expect(at(up(more), current, wanted)).toEqual(expected))

  it('counts what changed within the period', () => {
    const h = up({})
    const past = withChange(NO_PAST, h, 10, 14, 0)
    // 14 now, 10 a minute ago: 15 at most, by percent.
    expect(paced(h, 14, 40, past, 30_000).replicas).toBe(15)
    expect(paced(h, 14, 40, past, 60_000).replicas).toBe(21)
  })

  it('stabilizes upwards too', () => {
    const h = hpa(100, { scaleUp: { stabilizationWindowSeconds: 60, selectPolicy: 'Max', policies: [{ type: 'Pods', value: 50, periodSeconds: 15 }] }, scaleDown: { stabilizationWindowSeconds: 0, ...rules } } as HorizontalPodAutoscalerBehavior)
    const { past } = paced(h, 3, 3, NO_PAST, 0)
    expect(paced(h, 3, 9, past, 30_000)).toMatchObject({ replicas: 3, able: { reason: 'ScaleUpStabilized' } })
    expect(paced(h, 3, 9, past, 61_000)).toMatchObject({ replicas: 9 })
  })
})
