/** Autoscalers keep to their bounds, and say what they lack. */
import { expect, it } from 'vitest'
import { deployment } from '../../kinds/apps/deployment/kind'
import { horizontalPodAutoscaler } from '../../kinds/autoscaling/horizontal-pod-autoscaler/kind'
import { testCluster } from '../cluster.testing'

const hpa = (name: string, target: string) => ({ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name }, spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: target }, minReplicas: 2, maxReplicas: 4 } })

it('an autoscaler holds the bounds without metrics', async () => {
  const c = await testCluster('fast')
  const ref = { metadata: { name: 'web', namespace: 'default' } }
  await c.apply({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 1, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: 'redis:7' }] } } } })
  await c.apply(hpa('h', 'web'))
  await c.apply(hpa('lost', 'gohst'))
  await c.later(60_000)
  const said = (name: string) => c.get(horizontalPodAutoscaler, name).status?.conditions?.map(x => `${x.type}=${x.status} ${x.reason}`)
  expect(c.get(deployment, 'web').spec?.replicas).toBe(2)
  expect(said('h')).toEqual(['AbleToScale=True SucceededGetScale', 'ScalingActive=False FailedGetResourceMetric'])
  expect(said('lost')).toEqual(['AbleToScale=False FailedGetScale'])
  for (const [replicas, expected] of [[9, 4], [0, 0]]) {
    await c.client.patch(deployment, ref, 'merge', { spec: { replicas } })
    await c.later(60_000)
    expect(c.get(deployment, 'web').spec?.replicas).toBe(expected)
  }
  expect(said('h')?.[1]).toBe('ScalingActive=False ScalingDisabled')
})
