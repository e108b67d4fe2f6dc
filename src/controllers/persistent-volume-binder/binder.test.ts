import { beforeEach, describe, expect, it } from 'vitest'
import { event } from '../../kinds/core/event/kind'
import { persistentVolume } from '../../kinds/core/persistent-volume/kind'
import { persistentVolumeClaim } from '../../kinds/core/persistent-volume-claim/kind'
import { pod } from '../../kinds/core/pod/kind'
import type { PersistentVolume, PersistentVolumeClaim } from '../../kinds/schema/types/core.v1'
import { storageClass } from '../../kinds/storage/storage-class/kind'
import { testCluster, type TestCluster } from '../cluster.testing'
import { persistentVolumeBinder } from './claims'
import { persistentVolumePhases } from './volumes'

type Spec<T extends { spec?: unknown }> = Partial<NonNullable<T['spec']>>
const volume = (name: string, storage: string, more: Spec<PersistentVolume> = {}) => ({ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name, namespace: undefined }, spec: { capacity: { storage }, accessModes: ['ReadWriteOnce'], hostPath: { path: `/data/${name}` }, storageClassName: 'manual', ...more } })
const claim = (name: string, storage: string, more: Spec<PersistentVolumeClaim> = {}) => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } }, storageClassName: 'manual', ...more } })
const aClass = (name: string, provisioner: string, more: object = {}) => ({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name, namespace: undefined }, provisioner, ...more })
const using = (name: string, claimName: string, more: object = {}) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers: [{ name: 'main', image: 'busybox:1.36', command: ['sleep', '3600'] }], volumes: [{ name: 'v', persistentVolumeClaim: { claimName } }], ...more } })

let c: TestCluster
beforeEach(async () => {
  c = await testCluster('fast', 1)
})

const pv = (name: string): PersistentVolume => c.lister.get(persistentVolume, name) as PersistentVolume
const pvc = (name: string): PersistentVolumeClaim => c.get(persistentVolumeClaim, name)
const bound = (): Record<string, string | undefined> => Object.fromEntries(c.lister.list(persistentVolumeClaim, 'default').map(x => [x.metadata.name, x.spec.volumeName ?? x.status?.phase]))
const told = (name: string): string[] => c.lister.list(event, 'default').filter(e => e.involvedObject.name === name).map(e => `${e.type} ${e.reason} ${e.message}`)
const apply = async (...objects: object[]): Promise<void> => {
  for (const o of objects) await c.apply(o)
}
const calm = async (): Promise<void> => {
  for (const controller of [persistentVolumeBinder, persistentVolumePhases]) expect(await c.secondLook(controller as never)).toEqual({ writes: 0, told: [] })
}

describe('persistent volume binder', () => {
  it('binds the smallest volume that will do and writes both sides', async () => {
    await apply(volume('big', '10Gi'), volume('small', '512Mi'), volume('right', '2Gi'), volume('other', '1Gi', { storageClassName: 'fast' }), claim('c', '1Gi'))
    expect(pvc('c')).toMatchObject({ metadata: { annotations: { 'pv.kubernetes.io/bind-completed': 'yes', 'pv.kubernetes.io/bound-by-controller': 'yes' } }, spec: { volumeName: 'right' }, status: { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '2Gi' } } })
    expect(pv('right')).toMatchObject({ metadata: { annotations: { 'pv.kubernetes.io/bound-by-controller': 'yes' } }, spec: { claimRef: { kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace: 'default', name: 'c', uid: pvc('c').metadata.uid } }, status: { phase: 'Bound' } })
    expect(['big', 'small', 'other'].map(n => pv(n).status?.phase)).toEqual(['Available', 'Available', 'Available'])
    expect(told('c')).toEqual([])
    await calm()
  })

  it('prefers volumes that offer no more access modes than asked for', async () => {
    await apply(volume('both', '1Gi', { accessModes: ['ReadWriteOnce', 'ReadWriteMany'] }), volume('once', '5Gi'), claim('once', '1Gi'), claim('many', '1Gi', { accessModes: ['ReadWriteMany'] }))
    expect(bound()).toEqual({ once: 'once', many: 'both' })
  })

  it('heeds selector and volume mode', async () => {
    await apply(volume('plain', '1Gi'), { ...volume('gold', '9Gi'), metadata: { name: 'gold', namespace: undefined, labels: { grade: 'gold' } } }, volume('raw', '1Gi', { volumeMode: 'Block' }))
    await apply(claim('gold', '1Gi', { selector: { matchLabels: { grade: 'gold' } } }), claim('raw', '1Gi', { volumeMode: 'Block' }), claim('silver', '1Gi', { selector: { matchLabels: { grade: 'silver' } } }))
    expect(bound()).toEqual({ gold: 'gold', raw: 'raw', silver: 'Pending' })
  })

  it('gives a claim that came first the volume that comes later', async () => {
    await apply(claim('c', '1Gi', { storageClassName: '' }))
    expect(told('c')).toEqual(['Normal FailedBinding no persistent volumes available for this claim and no storage class is set'])
    await calm()
    await apply(volume('v', '1Gi', { storageClassName: '' }))
    expect(bound()).toEqual({ c: 'v' })
  })

  it('keeps a volume for the claim that it names', async () => {
    await apply(volume('kept', '1Gi', { claimRef: { namespace: 'default', name: 'mine' } }), claim('other', '1Gi'))
    expect([pv('kept').status?.phase, bound()]).toEqual(['Available', { other: 'Pending' }])
    await apply(claim('mine', '1Gi'))
    expect(bound()).toEqual({ mine: 'kept', other: 'Pending' })
    expect(pv('kept').metadata.annotations).toBeUndefined()
  })

  it('gives a claim the volume that it names, or says why not', async () => {
    await apply(volume('small', '1Gi'), volume('mine', '5Gi', { storageClassName: 'fast' }), volume('taken', '1Gi', { claimRef: { namespace: 'default', name: 'somebody' } }))
    await apply(claim('a', '2Gi', { volumeName: 'small' }), claim('b', '1Gi', { volumeName: 'mine' }), claim('c', '1Gi', { volumeName: 'taken' }), claim('d', '1Gi', { volumeName: 'later' }), claim('e', '1Gi', { volumeName: 'small', volumeMode: 'Block' }), claim('f', '1Gi', { volumeName: 'small', accessModes: ['ReadWriteMany'] }))
    expect(c.lister.list(persistentVolumeClaim, 'default').map(x => x.status?.phase)).toEqual(Array(6).fill('Pending'))
    expect(['a', 'b', 'c', 'd', 'e', 'f'].map(told)).toEqual([
      ['Warning VolumeMismatch Cannot bind to requested volume "small": requested PV is too small'],
      ['Warning VolumeMismatch Cannot bind to requested volume "mine": storageClassName does not match'],
      ['Warning FailedBinding volume "taken" already bound to a different claim.'],
      [],
      ['Warning VolumeMismatch Cannot bind to requested volume "small": incompatible volumeMode'],
      ['Warning VolumeMismatch Cannot bind to requested volume "small": incompatible accessMode'],
    ])
    await apply(volume('later', '1Gi'))
    expect(pvc('d')).toMatchObject({ metadata: { annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } }, status: { phase: 'Bound' } })
    expect(pvc('d').metadata.annotations).not.toHaveProperty(['pv.kubernetes.io/bound-by-controller'])
    await calm()
  })

  it('leaves a volume behind whose claim is gone, and takes it back when it is freed', async () => {
    await apply(volume('v', '1Gi'), claim('c', '1Gi'))
    await c.client.delete(persistentVolumeClaim, pvc('c'))
    await c.settle()
    expect(pv('v')).toMatchObject({ spec: { claimRef: { name: 'c' } }, status: { phase: 'Released' } })
    await apply(claim('c', '1Gi'))
    expect(bound()).toEqual({ c: 'Pending' })
    const { claimRef: _, ...spec } = pv('v').spec ?? {}
    await c.client.update(persistentVolume, { ...pv('v'), spec })
    await c.settle()
    expect(bound()).toEqual({ c: 'v' })
  })

  it('tells a claim that its volume is lost', async () => {
    await apply(volume('v', '1Gi'), claim('c', '1Gi'))
    await c.client.delete(persistentVolume, pv('v'))
    await c.client.update(persistentVolume, { ...pv('v'), metadata: { ...pv('v').metadata, finalizers: [] } })
    await c.settle()
    expect([pvc('c').status, told('c')]).toEqual([{ phase: 'Lost' }, ['Warning ClaimLost Bound claim has lost its PersistentVolume. Data on the volume is lost!']])
    await calm()
  })

  it('fails to delete or recycle what nobody can', async () => {
    await apply(volume('disk', '1Gi', { persistentVolumeReclaimPolicy: 'Delete' }), claim('a', '1Gi'))
    await apply(volume('share', '1Gi', { persistentVolumeReclaimPolicy: 'Recycle' }), claim('b', '1Gi'))
    await apply(volume('files', '1Gi', { persistentVolumeReclaimPolicy: 'Delete', hostPath: undefined as never, nfs: { server: 's', path: '/' } }), claim('c', '1Gi'))
    await apply(volume('scratch', '1Gi', { persistentVolumeReclaimPolicy: 'Delete', hostPath: { path: '/tmp/scratch' } }), claim('d', '1Gi'))
    expect(bound()).toEqual({ a: 'disk', b: 'share', c: 'files', d: 'scratch' })
    for (const name of ['a', 'b', 'c', 'd']) await c.client.delete(persistentVolumeClaim, pvc(name))
    await c.settle()
    expect(c.lister.list(persistentVolume).map(v => [v.metadata.name, v.status?.phase, told(v.metadata.name)])).toEqual([
      ['disk', 'Failed', ['Warning VolumeFailedDelete host_path deleter only supports /tmp/.+ but received provided /data/disk']],
      ['files', 'Failed', ['Warning VolumeFailedDelete error getting deleter volume plugin for volume "files": no deletable volume plugin matched']],
      ['share', 'Failed', ['Warning VolumeFailedRecycle No recycler plugin found for the volume!']],
    ])
    expect(pv('share').status?.message).toBe('No recycler plugin found for the volume!')
    await calm()
  })

  it('waits for a pod where the class says so, and names the pods that wait', async () => {
    await apply(aClass('late', 'kubernetes.io/no-provisioner', { volumeBindingMode: 'WaitForFirstConsumer' }), claim('c', '1Gi', { storageClassName: 'late' }))
    expect(told('c')).toEqual(['Normal WaitForFirstConsumer waiting for first consumer to be created before binding'])
    await apply(using('p', 'c'))
    await c.later(20_000)
    expect(told('c').slice(1)).toEqual(['Normal WaitForPodScheduled waiting for pod p to be scheduled'])
    await calm()
    await apply(volume('v', '1Gi', { storageClassName: 'late' }))
    expect([bound(), c.get(pod, 'p').spec.nodeName]).toEqual([{ c: 'v' }, 'node-1'])
    await calm()
  })

  it('asks the provisioner of the class and says whom it waits for', async () => {
    await apply(aClass('flex', 'disks.example.com/flex'), aClass('none', 'kubernetes.io/no-provisioner'), aClass('ebs', 'kubernetes.io/aws-ebs'))
    await apply(claim('a', '1Gi', { storageClassName: 'flex' }), claim('b', '1Gi', { storageClassName: 'none' }), claim('c', '1Gi', { storageClassName: 'missing' }), claim('d', '1Gi', { storageClassName: 'ebs' }))
    const waiting = (who: string): string => `Normal ExternalProvisioning Waiting for a volume to be created either by the external provisioner '${who}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`
    expect(['a', 'b', 'c', 'd'].map(told)).toEqual([
      [waiting('disks.example.com/flex')],
      ['Warning ProvisioningFailed no volume plugin matched name: kubernetes.io/no-provisioner'],
      ['Warning ProvisioningFailed storageclass.storage.k8s.io "missing" not found'],
      [waiting('ebs.csi.aws.com')],
    ])
    expect(pvc('a').metadata.annotations).toEqual({ 'volume.beta.kubernetes.io/storage-provisioner': 'disks.example.com/flex', 'volume.kubernetes.io/storage-provisioner': 'disks.example.com/flex' })
    await calm()
    await apply(aClass('missing', 'disks.example.com/flex'))
    expect(told('c').slice(1)).toEqual([waiting('disks.example.com/flex')])
  })

  it('gives claims of the time before there was a default class the default class', async () => {
    await c.client.delete(storageClass, c.lister.list(storageClass)[0] as never)
    await apply(claim('c', '1Gi', { storageClassName: undefined as never }), claim('none', '1Gi', { storageClassName: '' }))
    expect(pvc('c').spec.storageClassName).toBeUndefined()
    await apply(aClass('new', 'disks.example.com/flex', { metadata: { name: 'new', namespace: undefined, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } } }))
    expect(['c', 'none'].map(n => pvc(n).spec.storageClassName)).toEqual(['new', ''])
    expect(pvc('c').metadata.annotations?.['volume.kubernetes.io/storage-provisioner']).toBe('disks.example.com/flex')
  })
})

describe('the built-in provisioner', () => {
  const folder = (): string => `/opt/local-path-provisioner/pvc-${pvc('c').metadata.uid}_default_c`

  it('makes a volume on the node of the first pod, and removes it after the claim', async () => {
    await apply(claim('c', '1Gi', { storageClassName: undefined as never }), using('p', 'c'))
    const name = `pvc-${pvc('c').metadata.uid}`
    expect([bound(), c.get(pod, 'p').status?.phase]).toEqual([{ c: name }, 'Running'])
    expect(pv(name)).toMatchObject({
      metadata: { annotations: { 'pv.kubernetes.io/provisioned-by': 'rancher.io/local-path' } },
      spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: folder(), type: 'DirectoryOrCreate' }, persistentVolumeReclaimPolicy: 'Delete', storageClassName: 'standard', nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['node-1'] }] }] } } },
      status: { phase: 'Bound' },
    })
    expect(told('c').map(t => t.split(' ')[1]).sort()).toEqual(['ExternalProvisioning', 'Provisioning', 'ProvisioningSucceeded', 'WaitForFirstConsumer'])
    expect(told('c')).toContain(`Normal ProvisioningSucceeded Successfully provisioned volume ${name}`)
    await calm()
    await c.client.delete(persistentVolumeClaim, pvc('c'))
    await c.settle()
    expect(pvc('c').metadata.deletionTimestamp).toBeDefined()
    await c.client.delete(pod, c.get(pod, 'p'))
    await c.settle()
    expect([c.names(persistentVolumeClaim), c.lister.list(persistentVolume)]).toEqual([[], []])
  })

  it('has another node chosen when the first is gone', async () => {
    const given = claim('c', '1Gi', { storageClassName: undefined as never })
    await apply({ ...given, metadata: { ...given.metadata, annotations: { 'volume.kubernetes.io/selected-node': 'gone' } } }, using('p', 'c'))
    expect(told('c')).toContain('Warning ProvisioningFailed failed to get target node: node "gone" not found')
    expect([bound().c, c.get(pod, 'p').spec.nodeName, pvc('c').metadata.annotations?.['volume.kubernetes.io/selected-node']]).toEqual([`pvc-${pvc('c').metadata.uid}`, 'node-1', 'node-1'])
  })

  it('says what it cannot make', async () => {
    await apply(claim('c', '1Gi', { storageClassName: undefined as never, accessModes: ['ReadWriteMany'] }), using('p', 'c'))
    expect(told('c')).toContain('Warning ProvisioningFailed failed to provision volume with StorageClass "standard": NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes')
    expect(bound()).toEqual({ c: 'Pending' })
  })
})
