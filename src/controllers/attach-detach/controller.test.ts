import { beforeEach, describe, expect, it } from 'vitest'
import { event } from '../../kinds/core/event/kind'
import { persistentVolumeClaim } from '../../kinds/core/persistent-volume-claim/kind'
import { persistentVolume } from '../../kinds/core/persistent-volume/kind'
import { pod } from '../../kinds/core/pod/kind'
import type { PersistentVolumeClaim } from '../../kinds/schema/types/core.v1'
import { csiNode } from '../../kinds/storage/csi-node/kind'
import { volumeAttachment } from '../../kinds/storage/volume-attachment/kind'
import { testCluster, type TestCluster } from '../cluster.testing'
import { attachDetachController } from './controller'

const DRIVER = 'disks.example.com'
let c: TestCluster
beforeEach(async () => {
  c = await testCluster('real', 2)
  await c.apply({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'disks', namespace: undefined }, provisioner: DRIVER, allowVolumeExpansion: true })
  await c.apply({ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'disk', namespace: undefined }, spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], storageClassName: 'disks', csi: { driver: DRIVER, volumeHandle: 'd-1' } } })
  await c.apply({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'c' }, spec: { storageClassName: 'disks', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } })
})
const aPod = (name: string, nodeName: string) => c.apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { nodeName, terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: 'busybox:1.36', command: ['sleep', '3600'], volumeMounts: [{ name: 'v', mountPath: '/v' }] }], volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }] } })
const register = async (): Promise<void> => {
  for (const n of c.lister.list(csiNode)) await c.client.update(csiNode, { ...n, spec: { drivers: [{ name: DRIVER, nodeID: n.metadata.name, topologyKeys: [] }] } })
  await c.settle()
}
const attached = (): unknown[] => c.lister.list(volumeAttachment).map(a => [a.metadata.name.length, a.spec.attacher, a.spec.nodeName, a.spec.source.persistentVolumeName, a.status?.attached])
const told = (name: string, reason: string): string[] => c.lister.list(event, 'default').filter(e => e.involvedObject.name === name && e.reason === reason).map(e => e.message as string)
const phase = (name: string): string | undefined => c.get(pod, name).status?.phase

describe('attaching volumes', () => {
  it('waits for the driver, then attaches; detaches after the last pod', async () => {
    await aPod('p', 'node-1')
    expect([attached(), phase('p')]).toEqual([[[68, DRIVER, 'node-1', 'disk', false]], 'Pending'])
    await c.later(130_000)
    expect(told('p', 'FailedAttachVolume')).toEqual([`AttachVolume.Attach failed for volume "disk" : timed out waiting for external-attacher of ${DRIVER} CSI driver to attach volume d-1`])
    expect(await c.secondLook(attachDetachController as never)).toEqual({ writes: 0, told: [] })
    await register()
    expect([attached(), phase('p'), told('p', 'SuccessfulAttachVolume')]).toEqual([[[68, DRIVER, 'node-1', 'disk', true]], 'Running', ['AttachVolume.Attach succeeded for volume "disk"']])
    expect(await c.secondLook(attachDetachController as never)).toEqual({ writes: 0, told: [] })
    await c.client.delete(pod, c.get(pod, 'p'))
    await c.settle()
    expect(attached()).toEqual([])
  })

  it('of one node at a time is refused to a second, until the first is done with it', async () => {
    await register()
    await aPod('p', 'node-1')
    await aPod('q', 'node-2')
    expect([phase('q'), told('q', 'FailedAttachVolume')]).toEqual(['Pending', ['Multi-Attach error for volume "disk" Volume is already used by pod(s) p']])
    await c.client.delete(pod, c.get(pod, 'p'))
    await c.settle()
    expect([phase('q'), attached()]).toEqual(['Running', [[68, DRIVER, 'node-2', 'disk', true]]])
  })

  it('is left out where the driver needs none', async () => {
    await c.apply({ apiVersion: 'storage.k8s.io/v1', kind: 'CSIDriver', metadata: { name: DRIVER, namespace: undefined }, spec: { attachRequired: false } })
    await aPod('p', 'node-1')
    expect([attached(), told('p', 'FailedMount')]).toEqual([[], [`MountVolume.MountDevice failed for volume "disk" : kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name ${DRIVER} not found in the list of registered CSI drivers`]])
    await register()
    await c.later(130_000)
    expect([attached(), phase('p')]).toEqual([[], 'Running'])
  })
})

describe('growing volumes', () => {
  const grow = async (): Promise<void> => {
    const claim = c.get(persistentVolumeClaim, 'c')
    await c.client.update(persistentVolumeClaim, { ...claim, spec: { ...claim.spec, resources: { requests: { storage: '3Gi' } } } })
    await c.settle()
  }
  const sizes = (): unknown => [c.lister.get(persistentVolume, 'disk')?.spec?.capacity, c.get<PersistentVolumeClaim>(persistentVolumeClaim, 'c').status?.capacity, c.get<PersistentVolumeClaim>(persistentVolumeClaim, 'c').status?.conditions?.map(x => [x.type, x.message])]

  it('waits for somebody who can', async () => {
    await grow()
    expect([sizes(), told('c', 'ExternalExpanding')]).toEqual([[{ storage: '1Gi' }, { storage: '1Gi' }, undefined], ['waiting for an external controller to expand this PVC']])
  })

  it('is done by the driver, and then on the node of the pod', async () => {
    await register()
    await grow()
    expect(sizes()).toEqual([{ storage: '3Gi' }, { storage: '1Gi' }, [['FileSystemResizePending', 'Waiting for user to (re-)start a pod to finish file system resize of volume on node.']]])
    expect([told('c', 'Resizing'), told('c', 'FileSystemResizeRequired')]).toEqual([['External resizer is resizing volume disk'], ['Require file system resize of volume on node']])
    await aPod('p', 'node-1')
    expect(sizes()).toEqual([{ storage: '3Gi' }, { storage: '3Gi' }, undefined])
    expect(told('p', 'FileSystemResizeSuccessful')).toEqual(['MountVolume.NodeExpandVolume succeeded for volume "disk" node-1'])
  })
})
