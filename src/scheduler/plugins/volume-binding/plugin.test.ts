import { describe, expect, it } from 'vitest'
import { readConfig } from '../../../cluster/config'
import { createInMemory } from '../../../cluster/create'
import { numberedNodes } from '../../../cluster/nodes'
import { event } from '../../../kinds/core/event/kind'
import { findMatchingVolume } from '../../../kinds/core/persistent-volume/matching'
import { persistentVolume } from '../../../kinds/core/persistent-volume/kind'
import { persistentVolumeClaim } from '../../../kinds/core/persistent-volume-claim/kind'
import { pod } from '../../../kinds/core/pod/kind'
import type { Node, PersistentVolume, PersistentVolumeClaim, Pod } from '../../../kinds/schema/types/core.v1'
import { storageClass } from '../../../kinds/storage/storage-class/kind'
import { aPod, labelledNodes, world } from '../../world.testing'

const using = (...claims: string[]): Pod => aPod('new', { app: 'a' }, { volumes: claims.map(c => ({ name: c, persistentVolumeClaim: { claimName: c } })), containers: [{ name: 'main', image: 'nginx:1.27' }] })
const claim = (name: string, more: Partial<PersistentVolumeClaim['spec']> = {}): PersistentVolumeClaim => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, namespace: 'default' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName: 'late', ...more } })
const onNode = (node: string) => ({ required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }] }] } })
const volume = (name: string, storage: string, more: Partial<NonNullable<PersistentVolume['spec']>> = {}): PersistentVolume => ({ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name }, spec: { capacity: { storage }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/x' }, storageClassName: 'late', ...more } })
const late = (name = 'late', provisioner = 'kubernetes.io/no-provisioner') => ({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name }, provisioner, volumeBindingMode: 'WaitForFirstConsumer' })
type World = Pick<Awaited<ReturnType<typeof world>>, 'client'>

async function available(w: World, v: PersistentVolume): Promise<void> {
  const made = await w.client.create(persistentVolume, v)
  await w.client.update(persistentVolume, { ...made, status: { phase: 'Available' } }, { subresource: 'status' })
}
/** As the controller that binds volumes does it. */
async function bindClaim(w: World & { lister: { get: Awaited<ReturnType<typeof world>>['lister']['get'] } }, name: string, volumeName: string): Promise<void> {
  const c = w.lister.get(persistentVolumeClaim, name, 'default') as PersistentVolumeClaim
  await w.client.update(persistentVolumeClaim, { ...c, metadata: { ...c.metadata, annotations: { ...c.metadata.annotations, 'pv.kubernetes.io/bind-completed': 'yes' } }, spec: { ...c.spec, volumeName } })
}

describe('VolumeBinding', () => {
  it('refuses a pod on all nodes while a claim is missing or somebody else has to bind it', async () => {
    const w = await world(labelledNodes({}, {}))
    expect((await w.ask(using('none'), 'VolumeBinding')).refusal).toBe('VolumeRestrictions: persistentvolumeclaim "none" not found')
    await w.add(persistentVolumeClaim, claim('now', { storageClassName: '' }))
    expect((await w.ask(using('now'), 'VolumeBinding')).refusal).toBe('VolumeBinding: pod has unbound immediate PersistentVolumeClaims')
  })

  it('asks of a node that it can have the volumes', async () => {
    const w = await world(labelledNodes({}, {}, {}))
    await w.add(storageClass, late())
    await w.add(persistentVolumeClaim, claim('c'))
    const nothing = "Unresolvable: node(s) didn't find available persistent volumes to bind"
    expect((await w.ask(using('c'), 'VolumeBinding')).verdicts).toEqual({ 'node-1': nothing, 'node-2': nothing, 'node-3': nothing })
    await available(w, volume('v', '2Gi', { nodeAffinity: onNode('node-2') }))
    expect((await w.ask(using('c'), 'VolumeBinding')).verdicts).toEqual({ 'node-1': nothing, 'node-2': 'ok', 'node-3': nothing })
    await bindClaim(w, 'c', 'v')
    const conflict = 'Unresolvable: node(s) had volume node affinity conflict'
    expect((await w.ask(using('c'), 'VolumeBinding')).verdicts).toEqual({ 'node-1': conflict, 'node-2': 'ok', 'node-3': conflict })
  })

  it('lets a provisioner make volumes where the class allows it', async () => {
    const w = await world(labelledNodes({ rack: '1' }, { rack: '2' }))
    await w.add(storageClass, { ...late('late', 'example.com/disks'), allowedTopologies: [{ matchLabelExpressions: [{ key: 'rack', values: ['2'] }] }] })
    await w.add(persistentVolumeClaim, claim('c'))
    expect((await w.ask(using('c'), 'VolumeBinding')).verdicts).toEqual({ 'node-1': "Unresolvable: node(s) didn't find available persistent volumes to bind", 'node-2': 'ok' })
  })

  it('finds the smallest volume that will do', () => {
    const volumes = [volume('big', '10Gi'), volume('small', '512Mi'), volume('right', '2Gi'), volume('other', '1Gi', { storageClassName: 'fast' }), volume('taken', '1Gi', { claimRef: { namespace: 'default', name: 'somebody' } })].map(v => ({ ...v, status: { phase: 'Available' } }))
    expect(findMatchingVolume(claim('c'), volumes, { node: { metadata: { name: 'n' } } as Node })?.metadata.name).toBe('right')
    expect(findMatchingVolume(claim('c'), volumes, { node: { metadata: { name: 'n' } } as Node, taken: new Set(['right']) })?.metadata.name).toBe('big')
    expect(findMatchingVolume(claim('c'), volumes, { waits: true })).toBeUndefined()
    expect(findMatchingVolume(claim('somebody', { storageClassName: 'late' }), volumes, { waits: true })?.metadata.name).toBe('taken')
  })

  it('gives a claim to one pod of ReadWriteOncePod at a time', async () => {
    const w = await world(labelledNodes({}, {}))
    await w.add(storageClass, late())
    await w.add(persistentVolumeClaim, claim('c', { accessModes: ['ReadWriteOncePod'] }))
    await available(w, volume('v', '1Gi', { accessModes: ['ReadWriteOncePod'] }))
    await bindClaim(w, 'c', 'v')
    expect((await w.ask(using('c'), 'VolumeRestrictions')).verdicts['node-1']).toBe('ok')
    await w.place({ app: 'b' }, ['node-1'], { volumes: [{ name: 'c', persistentVolumeClaim: { claimName: 'c' } }] })
    expect((await w.ask(using('c'), 'VolumeRestrictions')).verdicts['node-2']).toBe('Unschedulable: node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod')
  })

  it('keeps volumes in their zones', async () => {
    const ZONE = 'topology.kubernetes.io/zone'
    const w = await world(labelledNodes({ [ZONE]: 'x' }, { [ZONE]: 'y' }, {}))
    await w.add(storageClass, late())
    await w.add(persistentVolumeClaim, claim('c'))
    await available(w, { ...volume('v', '1Gi'), metadata: { name: 'v', labels: { [ZONE]: 'y__z' } } })
    await bindClaim(w, 'c', 'v')
    expect((await w.ask(using('c'), 'VolumeZone')).verdicts).toEqual({ 'node-1': 'Unresolvable: node(s) had no available volume zone', 'node-2': 'ok', 'node-3': 'ok' })
  })

  it('orders the volume for the node, waits for it, and then binds the pod', async () => {
    let now = Date.parse('2026-11-21T08:00:00Z')
    const { config } = readConfig({ lifecycle: 'fast', addOns: [], clock: { mode: 'fixed', at: '2026-11-21T08:00:00Z' } })
    const c = await createInMemory({ config, nodes: numberedNodes(1) }, () => now)
    const client = c.clientFor({ user: 'kubernetes-admin', groups: ['system:masters'], manager: 'kubectl', trusted: false })
    const { lister } = c.server
    await client.create(storageClass, late('late', 'example.com/disks'))
    await client.create(persistentVolumeClaim, claim('c'))
    await client.create(pod, using('c'))
    await c.settle()
    expect(lister.get(persistentVolumeClaim, 'c', 'default')?.metadata.annotations?.['volume.kubernetes.io/selected-node']).toBe('node-1')
    expect(lister.get(pod, 'new', 'default')?.spec.nodeName).toBeUndefined()
    expect(lister.list(event, 'default').filter(e => e.reason === 'FailedScheduling')).toEqual([])
    await client.create(persistentVolume, volume('v', '1Gi', { claimRef: { namespace: 'default', name: 'c' } }))
    now += 1000
    await c.settle()
    expect(lister.get(pod, 'new', 'default')?.spec.nodeName).toBe('node-1')
  })

  it('says what an unbound claim does to a pod as the real one says it', async () => {
    const { config } = readConfig({ lifecycle: 'fast', addOns: [], clock: { mode: 'fixed', at: '2026-11-21T08:00:00Z' } })
    const c = await createInMemory({ config, nodes: numberedNodes(1) }, () => Date.parse('2026-11-21T08:00:00Z'))
    const client = c.clientFor({ user: 'kubernetes-admin', groups: ['system:masters'], manager: 'kubectl', trusted: false })
    await client.create(persistentVolumeClaim, claim('c', { storageClassName: '' }))
    await client.create(pod, using('c'))
    await c.settle()
    expect(c.server.lister.list(event, 'default').filter(e => e.reason === 'FailedScheduling').map(e => e.message)).toEqual(['0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found'])
  })
})
