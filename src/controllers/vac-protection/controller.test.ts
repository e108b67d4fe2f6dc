import { expect, it } from 'vitest'
import { persistentVolumeClaim } from '../../kinds/core/persistent-volume-claim/kind'
import { volumeAttributesClass } from '../../kinds/storage/volume-attributes-class/kind'
import { testCluster } from '../cluster.testing'

it('a class that a claim names is kept until the claim is gone', async () => {
  const c = await testCluster('fast', 1)
  const names = (): string[] => c.lister.list(volumeAttributesClass).map(v => v.metadata.name)
  for (const name of ['gold', 'silver']) await c.apply({ apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttributesClass', metadata: { name, namespace: undefined }, driverName: 'disks.example.com', parameters: { iops: '1' } })
  await c.apply({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'c' }, spec: { storageClassName: '', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, volumeAttributesClassName: 'gold' } })
  for (const name of names()) await c.client.delete(volumeAttributesClass, { metadata: { name } })
  await c.settle()
  expect(names()).toEqual(['gold'])
  await c.client.delete(persistentVolumeClaim, c.get(persistentVolumeClaim, 'c'))
  await c.settle()
  expect(names()).toEqual([])
})
