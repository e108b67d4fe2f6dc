/** DaemonSets in a cluster: which nodes, and one after the other. */
import { describe, expect, it } from 'vitest'
import { daemonSet } from '../../kinds/apps/daemon-set/kind'
import { node } from '../../kinds/core/node/kind'
import { pod } from '../../kinds/core/pod/kind'
import type { Node } from '../../kinds/schema/types/core.v1'
import type { DaemonSet } from '../../kinds/schema/types/apps.v1'
import { testCluster } from '../cluster.testing'
import { daemonSetController } from './controller'
import { placementOn } from './nodes'
import { allowances } from './update'

const set = (strategy: object = {}) => ({
  apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'agent' },
  spec: { updateStrategy: { type: 'RollingUpdate', ...strategy }, selector: { matchLabels: { app: 'agent' } }, template: { metadata: { labels: { app: 'agent' } }, spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image: 'redis:7' }] } } },
})
const ref = { metadata: { name: 'agent', namespace: 'default' } }

describe('where a daemon runs', () => {
  const ds = set() as unknown as DaemonSet
  const tainted = (key: string, effect: string) => ({ metadata: { name: 'n' }, spec: { taints: [{ key, effect }] } }) as Node
  it.each([
    [{ metadata: { name: 'n' } } as Node, true, true],
    [tainted('own', 'NoSchedule'), false, true],
    [tainted('own', 'NoExecute'), false, false],
    [tainted('own', 'PreferNoSchedule'), true, true],
    [tainted('node.kubernetes.io/unschedulable', 'NoSchedule'), true, true],
    [tainted('node.kubernetes.io/unreachable', 'NoExecute'), true, true],
  ])('%j', (n, shouldRun, mayStay) => {
    expect(placementOn(ds, n)).toEqual({ shouldRun, mayStay })
  })
  it('lets something move always', () => {
    expect(allowances(set({ rollingUpdate: { maxUnavailable: '10%', maxSurge: 0 } }) as unknown as DaemonSet, 15)).toEqual({ unavailable: 2, surge: 0 })
    expect(allowances(set({ rollingUpdate: { maxUnavailable: 0, maxSurge: 0 } }) as unknown as DaemonSet, 15)).toEqual({ unavailable: 1, surge: 0 })
  })
})

for (const lifecycle of ['fast', 'real'] as const)
  describe(`a DaemonSet, lifecycle ${lifecycle}`, () => {
    it.each([[{ maxUnavailable: 1, maxSurge: 0 }], [{ maxUnavailable: 0, maxSurge: 1 }]])('has a pod on each node, and replaces them with %j', async rollingUpdate => {
      const c = await testCluster(lifecycle, 3)
      await c.apply(set({ rollingUpdate }))
      const placed = () => c.lister.list(pod, 'default').map(p => `${p.spec.nodeName} ${p.metadata.annotations?.['v'] ?? '1'}`).sort()
      expect(placed()).toEqual(['node-1 1', 'node-2 1', 'node-3 1'])
      expect(c.get(daemonSet, 'agent').status).toMatchObject({ desiredNumberScheduled: 3, currentNumberScheduled: 3, numberReady: 3, numberAvailable: 3, updatedNumberScheduled: 3, numberMisscheduled: 0 })
      await c.client.patch(daemonSet, ref, 'merge', { spec: { template: { metadata: { annotations: { v: '2' } } } } })
      await c.settle()
      await c.later(60_000)
      expect(placed()).toEqual(['node-1 2', 'node-2 2', 'node-3 2'])
      await c.client.patch(node, { metadata: { name: 'node-2' } }, 'merge', { spec: { taints: [{ key: 'own', effect: 'NoExecute' }] } })
      await c.settle()
      await c.later(30_000)
      expect(placed()).toEqual(['node-1 2', 'node-3 2'])
      expect(c.get(daemonSet, 'agent').status?.desiredNumberScheduled).toBe(2)
      expect(await c.secondLook(daemonSetController as never)).toEqual({ writes: 0, told: [] })
    })
  })
