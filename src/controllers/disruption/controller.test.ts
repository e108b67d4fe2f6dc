/** Budgets in a cluster: what they count and spare. */
import { describe, expect, it } from 'vitest'
import { deployment } from '../../kinds/apps/deployment/kind'
import { podDisruptionBudget } from '../../kinds/policy/pod-disruption-budget/kind'
import { testCluster } from '../cluster.testing'
import { disruptionController } from './controller'

const web = (replicas: number) => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: 'redis:7' }] } } } })
const budget = (spec: object, labels: object = { app: 'web' }) => ({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'b' }, spec: { selector: { matchLabels: labels }, ...spec } })

describe('a PodDisruptionBudget', () => {
  it.each([
    [{ minAvailable: 3 }, { expectedPods: 4, desiredHealthy: 3, currentHealthy: 4, disruptionsAllowed: 1 }, 'SufficientPods'],
    [{ minAvailable: '100%' }, { expectedPods: 4, desiredHealthy: 4, currentHealthy: 4, disruptionsAllowed: 0 }, 'InsufficientPods'],
    [{ maxUnavailable: '30%' }, { expectedPods: 4, desiredHealthy: 2, currentHealthy: 4, disruptionsAllowed: 2 }, 'SufficientPods'],
  ])('of %j', async (spec, status, reason) => {
    const c = await testCluster('fast')
    await c.apply(web(4))
    await c.apply(budget(spec))
    expect(c.get(podDisruptionBudget, 'b').status).toMatchObject({ ...status, observedGeneration: 1 })
    expect(c.get(podDisruptionBudget, 'b').status?.conditions?.map(x => x.reason)).toEqual([reason])
    expect(await c.secondLook(disruptionController as never)).toEqual({ writes: 0, told: [] })
    await c.client.patch(deployment, { metadata: { name: 'web', namespace: 'default' } }, 'merge', { spec: { replicas: 0 } })
    await c.settle()
    expect(c.get(podDisruptionBudget, 'b').status).toMatchObject({ expectedPods: 0, currentHealthy: 0, disruptionsAllowed: 0 })
  })
  it('allows nothing where the number of pods is unknown', async () => {
    const c = await testCluster('fast')
    await c.apply({ apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'd' }, spec: { selector: { matchLabels: { app: 'd' } }, template: { metadata: { labels: { app: 'd' } }, spec: { containers: [{ name: 'main', image: 'redis:7' }] } } } })
    await c.apply(budget({ maxUnavailable: 1 }, { app: 'd' }))
    expect(c.get(podDisruptionBudget, 'b').status?.conditions?.[0]).toMatchObject({ type: 'DisruptionAllowed', status: 'False', reason: 'SyncFailed', message: 'daemonsets.apps does not implement the scale subresource' })
    expect(await c.secondLook(disruptionController as never)).toEqual({ writes: 0, told: [] })
  })
})
