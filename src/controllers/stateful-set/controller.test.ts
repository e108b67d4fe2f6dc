/** StatefulSets in a cluster: names, order, claims, updates. */
import { describe, expect, it } from 'vitest'
import { controllerRevision } from '../../kinds/apps/controller-revision/kind'
import { statefulSet } from '../../kinds/apps/stateful-set/kind'
import { persistentVolumeClaim } from '../../kinds/core/persistent-volume-claim/kind'
import { pod } from '../../kinds/core/pod/kind'
import type { StatefulSetSpec } from '../../kinds/schema/types/apps.v1'
import { testCluster } from '../cluster.testing'
import { statefulSetController } from './controller'

const set = (spec: object = {}) => ({
  apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db' },
  spec: { serviceName: 'db', replicas: 3, selector: { matchLabels: { app: 'db' } }, template: { metadata: { labels: { app: 'db' } }, spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image: 'redis:7' }] } }, ...spec },
})
const claims = { volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }] }
const ref = { metadata: { name: 'db', namespace: 'default' } }

for (const lifecycle of ['fast', 'real'] as const)
  describe(`a StatefulSet, lifecycle ${lifecycle}`, () => {
    it('numbers its pods, replaces them from the last one, and remembers what it was', async () => {
      const c = await testCluster(lifecycle)
      await c.apply(set({ ordinals: { start: 2 } }))
      expect(c.names(pod)).toEqual(['db-2', 'db-3', 'db-4'])
      const before = c.get(statefulSet, 'db').status
      expect(before).toMatchObject({ replicas: 3, readyReplicas: 3, currentReplicas: 3, updatedReplicas: 3, availableReplicas: 3, collisionCount: 0 })
      expect(before?.currentRevision).toBe(before?.updateRevision)
      expect(c.get(pod, 'db-2').metadata.labels).toMatchObject({ 'statefulset.kubernetes.io/pod-name': 'db-2', 'apps.kubernetes.io/pod-index': '2', 'controller-revision-hash': before?.currentRevision })
      expect([c.get(pod, 'db-2').spec.hostname, c.get(pod, 'db-2').spec.subdomain]).toEqual(['db-2', 'db'])

      await c.client.patch(statefulSet, ref, 'merge', { spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 4 } }, template: { metadata: { annotations: { v: '2' } } } } })
      await c.settle()
      const versions = () => ['db-2', 'db-3', 'db-4'].map(n => c.get(pod, n).metadata.annotations?.['v'] ?? '1')
      expect(versions()).toEqual(['1', '1', '1'])
      await c.client.patch(statefulSet, ref, 'merge', { spec: { updateStrategy: { rollingUpdate: { partition: 2 } } } })
      await c.settle()
      await c.later(30_000)
      expect(versions()).toEqual(['1', '1', '2'])
      await c.client.patch(statefulSet, ref, 'merge', { spec: { updateStrategy: { rollingUpdate: { partition: 0 } } } })
      await c.settle()
      await c.later(30_000)
      expect(versions()).toEqual(['2', '2', '2'])
      expect(c.names(controllerRevision)).toHaveLength(2)
      expect(await c.secondLook(statefulSetController as never)).toEqual({ writes: 0, told: [] })
    })

    it('makes claims, keeps them, and lets go of what the policy gives up', async () => {
      const c = await testCluster(lifecycle)
      await c.apply(set({ ...claims, podManagementPolicy: 'Parallel', persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete', whenDeleted: 'Retain' } } satisfies Partial<StatefulSetSpec> as object))
      expect(c.names(pod)).toEqual(['db-0', 'db-1', 'db-2'])
      expect(c.names(persistentVolumeClaim)).toEqual(['data-db-0', 'data-db-1', 'data-db-2'])
      expect(c.get(pod, 'db-1').spec.volumes?.[0]).toEqual({ name: 'data', persistentVolumeClaim: { claimName: 'data-db-1' } })
      await c.client.patch(statefulSet, ref, 'merge', { spec: { replicas: 1 } })
      await c.settle()
      await c.later(30_000)
      expect(c.names(pod)).toEqual(['db-0'])
      expect(c.names(persistentVolumeClaim)).toEqual(['data-db-0'])
      expect(await c.secondLook(statefulSetController as never)).toEqual({ writes: 0, told: [] })
    })
  })
