import { describe, expect, it } from 'vitest'
import { event } from '../../kinds/core/event/kind'
import { persistentVolumeClaim } from '../../kinds/core/persistent-volume-claim/kind'
import { pod } from '../../kinds/core/pod/kind'
import { testCluster } from '../cluster.testing'
import { ephemeralVolumeController } from './controller'

const aPod = (name: string) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers: [{ name: 'main', image: 'busybox:1.36' }], volumes: [{ name: 'scratch', ephemeral: { volumeClaimTemplate: { metadata: { labels: { for: 'scratch' } }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } } } }] } })

describe('generic ephemeral volumes', () => {
  it('get a claim that lives and dies with the pod', async () => {
    const c = await testCluster('fast', 1)
    await c.apply(aPod('p'))
    const { uid } = c.get(pod, 'p').metadata
    expect(c.get(persistentVolumeClaim, 'p-scratch')).toMatchObject({ metadata: { labels: { for: 'scratch' }, ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid, controller: true, blockOwnerDeletion: true }] }, status: { phase: 'Bound' } })
    expect(c.get(pod, 'p').status?.phase).toBe('Running')
    expect(await c.secondLook(ephemeralVolumeController as never)).toEqual({ writes: 0, told: [] })
    await c.client.delete(pod, c.get(pod, 'p'))
    await c.settle()
    expect(c.names(persistentVolumeClaim)).toEqual([])
  })

  it('do not take the claim of another', async () => {
    const c = await testCluster('fast', 1)
    await c.apply({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'p-scratch' }, spec: { storageClassName: '', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } })
    await c.apply(aPod('p'))
    const told = (): string[] => c.lister.list(event, 'default').filter(e => e.reason === 'FailedBinding' && e.involvedObject.kind === 'Pod').map(e => e.message as string)
    expect([c.get(pod, 'p').status?.phase, told()]).toEqual(['Pending', ['ephemeral volume scratch: PVC default/p-scratch was not created for pod default/p (pod is not owner)']])
    await c.client.delete(persistentVolumeClaim, c.get(persistentVolumeClaim, 'p-scratch'))
    await c.settle()
    await c.later(400_000)
    expect(c.get(pod, 'p').status?.phase).toBe('Running')
  })
})
