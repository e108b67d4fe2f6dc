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

it('an autoscaler follows the load of its workload, up at once and down after five minutes', async () => {
  const c = await testCluster('fast')
  const ref = { metadata: { name: 'web', namespace: 'default' } }
  await c.apply({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', annotations: { 'kubottle.dev/load': 'cpu=900m' } }, spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: 'redis:7', resources: { requests: { cpu: '200m' } } }] } } } })
  await c.apply({ ...hpa('h', 'web'), spec: { ...hpa('h', 'web').spec, maxReplicas: 10, metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }] } })
  const replicas = (): number | undefined => c.get(deployment, 'web').spec?.replicas
  await c.later(400_000)
  // 900m shared by n pods that ask for 200m each: 9 pods are at 50 %.
  expect(replicas()).toBe(9)
  const { status } = c.get(horizontalPodAutoscaler, 'h')
  expect(status?.currentMetrics).toEqual([{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 50, averageValue: '100m' } } }])
  expect(status?.conditions?.map(x => `${x.type}=${x.status} ${x.reason}`)).toEqual(['AbleToScale=True ReadyForNewScale', 'ScalingActive=True ValidMetricFound', 'ScalingLimited=False DesiredWithinRange'])
  await c.client.patch(deployment, ref, 'merge', { metadata: { annotations: { 'kubottle.dev/load': 'cpu=100m' } } })
  await c.later(240_000)
  expect(replicas()).toBe(9)
  await c.later(120_000)
  expect(replicas()).toBe(2)
})

it.each([
  ['pods', { type: 'Pods', pods: { metric: { name: 'requests' }, target: { type: 'AverageValue', averageValue: '10' } } }, 'pods metric requests above target'],
  ['object', { type: 'Object', object: { metric: { name: 'queue' }, describedObject: { apiVersion: 'v1', kind: 'Service', name: 'jobs' }, target: { type: 'Value', value: '20' } } }, 'Service metric queue above target'],
  ['external', { type: 'External', external: { metric: { name: 'messages' }, target: { type: 'AverageValue', averageValue: '7' } } }, 'external metric messages(<nil>) above target'],
])('a metric of %s', async (_, metric, reason) => {
  const c = await testCluster('fast')
  await c.client.patch({ group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', singular: 'namespace', scope: 'Cluster' }, { metadata: { name: 'default' } }, 'merge', { metadata: { annotations: { 'metrics.kubottle.dev/messages': '35' } } })
  await c.apply({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'jobs', annotations: { 'metrics.kubottle.dev/queue': '40' } }, spec: { ports: [{ port: 80 }] } })
  await c.apply({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' }, annotations: { 'metrics.kubottle.dev/requests': '30' } }, spec: { containers: [{ name: 'main', image: 'redis:7' }] } } } })
  await c.apply({ ...hpa('h', 'web'), spec: { ...hpa('h', 'web').spec, maxReplicas: 20, metrics: [metric] } })
  await c.later(16_000)
  const events = (await c.client.list<{ metadata: { name: string }; reason?: string; message?: string }>({ group: '', version: 'v1', kind: 'Event', plural: 'events', singular: 'event', scope: 'Namespaced' } as never, { namespace: 'default' })).items
  const first = events.find(e => e.reason === 'SuccessfulRescale')
  // Each asks for more; two become four at most in one step.
  expect(first?.message).toBe(`New size: 4; reason: ${reason}`)
})
