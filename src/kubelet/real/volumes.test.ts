import { beforeEach, describe, expect, it } from 'vitest'
import { readConfig } from '../../cluster/config'
import { createInMemory } from '../../cluster/create'
import type { Cluster } from '../../cluster/open'
import { configMap } from '../../kinds/core/config-map/kind'
import { event } from '../../kinds/core/event/kind'
import { pod as podKind } from '../../kinds/core/pod/kind'
import type { Client } from '../../client/client'
import type { KubeObject, Resource } from '../../kinds/kind'
import type { ConfigMap, Pod } from '../../kinds/schema/types/core.v1'

const START = Date.UTC(2026, 0, 1)
type Volumes = readonly { readonly name: string; readonly [source: string]: unknown }[]

let cluster: Cluster
let client: Client
beforeEach(async () => {
  cluster = await createInMemory(readConfig({ nodes: 2, seed: 's', clock: { mode: 'fixed', at: new Date(START) } }), () => START)
  client = cluster.clientFor({ user: 'admin', groups: ['system:masters'], manager: 'test', trusted: false })
})

async function apply(...objects: object[]): Promise<void> {
  for (const o of objects) {
    const object = o as KubeObject
    const kind = cluster.server.registry.ofObject(object.apiVersion as string, object.kind as string) as Resource
    await client.create(kind, kind.scope === 'Cluster' ? object : { ...object, metadata: { namespace: 'default', ...object.metadata } })
  }
  await cluster.settle()
}
const aPod = (name: string, volumes: Volumes, container: object = {}, spec: object = {}) => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name },
  spec: { terminationGracePeriodSeconds: 0, volumes, containers: [{ name: 'main', image: 'busybox', command: ['sleep', '3600'], volumeMounts: volumes.map(v => ({ name: v.name, mountPath: `/${v.name}` })), ...container }], ...spec },
})
const volume = (name: string, spec: object) => ({ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name }, spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], storageClassName: '', ...spec } })
const claim = (name: string, spec: object = {}) => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName: '', ...spec } })
const claimed = (claimName: string, more: object = {}) => [{ name: 'data', persistentVolumeClaim: { claimName, ...more } }]

async function run(name: string, command: string): Promise<string> {
  const out: string[] = []
  await client.connect(podKind, { metadata: { name, namespace: 'default' } }, 'exec', { query: { command: ['sh', '-c', command], stdout: 'true', stderr: 'true' }, stdout: b => void out.push(Buffer.from(b).toString()), stderr: b => void out.push(Buffer.from(b).toString()) })
  return out.join('')
}
const told = (name: string, reason = 'FailedMount'): string[] => cluster.server.lister.list(event, 'default').filter(e => e.involvedObject.name === name && e.reason === reason).map(e => e.message as string)
const get = (name: string): Pod => cluster.server.lister.get(podKind, name, 'default') as Pod
const remove = async (name: string): Promise<void> => {
  await client.delete(podKind, { metadata: { name, namespace: 'default' } })
  await cluster.settle()
}

describe('data in volumes', () => {
  it('of a claim outlives its pods; of a share it is the same on every node', async () => {
    await apply(volume('disk', { hostPath: { path: '/data/disk' } }), claim('a', { volumeName: 'disk' }), aPod('one', claimed('a'), {}, { nodeName: 'node-1' }))
    expect(await run('one', 'echo kept > /data/f; cat /data/f')).toBe('kept\n')
    await remove('one')
    await apply(aPod('two', claimed('a'), {}, { nodeName: 'node-1' }), aPod('elsewhere', [{ name: 'data', hostPath: { path: '/data/disk' } }], {}, { nodeName: 'node-2' }), aPod('beside', [{ name: 'data', hostPath: { path: '/data/disk' } }], {}, { nodeName: 'node-1' }))
    expect([await run('two', 'cat /data/f'), await run('elsewhere', 'ls /data'), await run('beside', 'cat /data/f')]).toEqual(['kept\n', '', 'kept\n'])
    const share = { nfs: { server: 'files.example.com', path: '/export' }, accessModes: ['ReadWriteMany'] }
    await apply(volume('share', share), claim('b', { volumeName: 'share', accessModes: ['ReadWriteMany'] }), aPod('three', claimed('b'), {}, { nodeName: 'node-1' }), aPod('four', [{ name: 'data', nfs: { server: 'files.example.com', path: '/export', readOnly: true } }], {}, { nodeName: 'node-2' }))
    await run('three', 'echo shared > /data/f')
    expect(await run('four', 'cat /data/f; touch /data/g')).toBe('shared\ntouch: /data/g: Read-only file system\n')
  })

  it('of an emptyDir survives a restart of the container and dies with the pod', async () => {
    await apply(aPod('p', [{ name: 'data', emptyDir: {} }], { command: ['sh', '-c', 'echo run >> /data/runs; [ "$(cat /data/runs)" = run ] && exit 1; sleep 3600'] }))
    await cluster.advanceTo(cluster.clock.peek() + 60_000)
    expect(await run('p', 'cat /data/runs')).toBe('run\nrun\n')
    const id = `pod/${get('p').metadata.uid}/data`
    expect(cluster.store.db.prepare('SELECT count(*) n FROM files WHERE volume = ?').pluck().get(id)).toBe(2)
    await remove('p')
    expect(cluster.store.db.prepare('SELECT count(*) n FROM files WHERE volume = ?').pluck().get(id)).toBe(0)
  })

  it('is read only where the claim is used so', async () => {
    await apply(volume('disk', { hostPath: { path: '/data/disk' } }), claim('a', { volumeName: 'disk' }), aPod('p', claimed('a', { readOnly: true })))
    expect(await run('p', 'touch /data/f')).toBe('touch: /data/f: Read-only file system\n')
  })

  it('of a raw device is what was written to it', async () => {
    await apply(volume('raw', { volumeMode: 'Block', nfs: undefined, iscsi: { targetPortal: '10.0.0.1:3260', iqn: 'iqn.2026-01.com.example:raw', lun: 0 } }), claim('a', { volumeName: 'raw', volumeMode: 'Block' }))
    const device = { volumeMounts: [], volumeDevices: [{ name: 'data', devicePath: '/dev/xvda' }] }
    await apply(aPod('one', claimed('a'), device))
    expect(await run('one', 'echo bits > /dev/xvda; cat /dev/xvda')).toBe('bits\n')
    await remove('one')
    await apply(aPod('two', claimed('a'), device), aPod('three', claimed('a')))
    expect(await run('two', 'cat /dev/xvda')).toBe('bits\n')
    expect(told('three')).toEqual(['Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[], failed to process volumes=[data]: volume data has volumeMode Block, but is specified in volumeMounts'])
  })
})

describe('volumes that cannot be mounted', () => {
  it('keep the pod in ContainerCreating and say why, before anything is pulled', async () => {
    const onNode = { nodeName: 'node-1' }
    await apply(volume('local', { local: { path: '/mnt/disks/a' }, nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['node-1'] }] }] } } }), claim('local', { volumeName: 'local' }))
    await apply(aPod('missing', claimed('nothing'), {}, onNode), aPod('path', [{ name: 'data', hostPath: { path: '/srv/nothing', type: 'Directory' } }]), aPod('folder', claimed('local'), {}, onNode), aPod('away', claimed('local'), {}, { nodeName: 'node-2' }), aPod('driver', [{ name: 'data', csi: { driver: 'x.example.com' } }]))
    expect(Object.fromEntries(['missing', 'path', 'folder', 'away', 'driver'].map(n => [n, told(n)]))).toEqual({
      missing: ['Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[], failed to process volumes=[data]: error processing PVC default/nothing: failed to fetch PVC from API server: persistentvolumeclaims "nothing" not found'],
      path: ['MountVolume.SetUp failed for volume "data" : hostPath type check failed: /srv/nothing is not a directory'],
      folder: ['MountVolume.NewMounter initialization failed for volume "local" : path "/mnt/disks/a" does not exist'],
      away: ['MountVolume.NodeAffinity check failed for volume "local" : no matching NodeSelectorTerms'],
      driver: ['MountVolume.SetUp failed for volume "data" : kubernetes.io/csi: mounter.SetUpAt failed to get CSI client: driver name x.example.com not found in the list of registered CSI drivers'],
    })
    expect(get('path').status?.containerStatuses?.[0]?.state?.waiting?.reason).toBe('ContainerCreating')
    expect(told('path', 'Pulling')).toEqual([])
    // As soon as somebody makes the folder the volume is there.
    await apply(aPod('maker', [{ name: 'data', hostPath: { path: '/mnt/disks/a', type: 'DirectoryOrCreate' } }], {}, onNode))
    await cluster.advanceTo(cluster.clock.peek() + 130_000)
    expect(get('folder').status?.phase).toBe('Running')
  })

  it('look at what a path of the node is', async () => {
    const types: readonly (readonly [string, string])[] = [['/var/log', 'Directory'], ['/etc/hosts', 'File'], ['/run/containerd/containerd.sock', 'Socket'], ['/dev/null', 'CharDevice'], ['/var/log', 'FileOrCreate'], ['/dev/sda', 'BlockDevice'], ['/srv/a/b', 'FileOrCreate'], ['/srv/b', 'FileOrCreate']]
    await apply(...types.map(([path, type], i) => aPod(`p${i}`, [{ name: 'data', hostPath: { path, type } }])))
    expect(types.map((_, i) => told(`p${i}`)[0]?.replace('MountVolume.SetUp failed for volume "data" : ', ''))).toEqual([undefined, undefined, undefined, undefined, 'hostPath type check failed: /var/log is not a file', 'hostPath type check failed: /dev/sda is not a block device', 'open /srv/a/b: no such file or directory', undefined])
  })
})

describe('what containers see of a volume', () => {
  it('by subPath is the file as it was when they started', async () => {
    const data = (color: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { color } })
    await apply(data('red'), aPod('p', [{ name: 'data', configMap: { name: 'c' } }], { volumeMounts: [{ name: 'data', mountPath: '/all' }, { name: 'data', mountPath: '/etc/color', subPath: 'color' }] }))
    expect(await run('p', 'cat /all/color /etc/color')).toBe('redred')
    await client.update(configMap, { ...data('blue'), metadata: { name: 'c', namespace: 'default' } } as ConfigMap)
    await cluster.advanceTo(cluster.clock.peek() + 61_000)
    expect(await run('p', 'cat /all/color /etc/color')).toBe('bluered')
    await run('p', 'kill 1')
    await run('p', 'kill -9 1')
    await client.patch(podKind, { metadata: { name: 'p', namespace: 'default' } }, 'merge', { spec: { containers: [{ name: 'main', image: 'busybox:1.36' }] } }).catch(() => undefined)
    await client.patch(podKind, { metadata: { name: 'p', namespace: 'default' } }, 'strategic', { spec: { containers: [{ name: 'main', image: 'busybox:1.36' }] } })
    await cluster.advanceTo(cluster.clock.peek() + 61_000)
    expect(await run('p', 'cat /all/color /etc/color')).toBe('blueblue')
  })

  it('by subPath of a volume of their own is made when it is missing', async () => {
    await apply(aPod('p', [{ name: 'data', emptyDir: {} }], { env: [{ name: 'N', value: 'x' }], volumeMounts: [{ name: 'data', mountPath: '/all' }, { name: 'data', mountPath: '/part', subPathExpr: 'a/$(N)' }] }))
    expect(await run('p', 'echo hi > /part/f; cat /all/a/x/f')).toBe('hi\n')
  })

  it('belongs to the pod\'s group', async () => {
    await apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { key: 'k' } })
    await apply(aPod('p', [{ name: 'data', emptyDir: {} }, { name: 'secret', secret: { secretName: 's', defaultMode: 0o400 } }], {}, { securityContext: { runAsUser: 1000, fsGroup: 2000, supplementalGroups: [3000] } }))
    expect(await run('p', 'id -G; echo x > /data/f; stat -c "%g" /data/f; cat /secret/key')).toBe('0 3000 2000\n2000\nk')
    expect(get('p').status?.containerStatuses?.[0]?.user).toEqual({ linux: { uid: 1000, gid: 0, supplementalGroups: [0, 3000, 2000] } })
  })

  it('of a volume that was made for them may be written by anybody', async () => {
    await apply(claim('a', { storageClassName: 'standard' }), aPod('p', claimed('a'), {}, { securityContext: { runAsUser: 1000 } }))
    expect(await run('p', 'echo mine > /data/f; cat /data/f; stat -c %a /data')).toBe('mine\n777\n')
  })

  it('has a token that is renewed before it ends', async () => {
    const token = { name: 'data', projected: { sources: [{ serviceAccountToken: { path: 'token', audience: 'vault', expirationSeconds: 600 } }] } }
    let now = START
    cluster = await createInMemory(readConfig({ nodes: 1, seed: 's' }), () => now)
    client = cluster.clientFor({ user: 'admin', groups: ['system:masters'], manager: 'test', trusted: false })
    await apply(aPod('p', [token]))
    const both = async (): Promise<string[]> => (await run('p', 'cat /data/token; echo; cat /var/run/secrets/kubernetes.io/serviceaccount/token')).split('\n')
    const pass = async (ms: number): Promise<void> => {
      now += ms
      await cluster.catchUp()
    }
    const first = await both()
    await pass(400_000)
    expect(await both()).toEqual(first)
    await pass(100_000)
    const second = await both()
    expect([second[0] === first[0], second[1] === first[1]]).toEqual([false, true])
    await pass(2_500_000)
    const third = await both()
    expect([third[0] === second[0], third[1] === first[1]]).toEqual([false, false])
  })

  it('is an image', async () => {
    await apply(aPod('p', [{ name: 'data', image: { reference: 'nginx:1.27' } }]))
    expect(await run('p', 'head -4 /data/usr/share/nginx/html/index.html; touch /data/x')).toBe('<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\ntouch: /data/x: Read-only file system\n')
  })
})

describe('too much on the disk', () => {
  it('is the end of the pod', async () => {
    await apply(aPod('p', [{ name: 'data', emptyDir: { sizeLimit: '1Ki' } }]), aPod('q', [], { resources: { limits: { 'ephemeral-storage': '1Ki' } } }))
    const fill = 'i=0; while [ $i -lt 60 ]; do echo 0123456789012345678901234567890; i=$((i+1)); done'
    await run('p', `(${fill}) > /data/f`)
    await run('q', `(${fill}) > /f`)
    await cluster.advanceTo(cluster.clock.peek() + 30_000)
    expect(['p', 'q'].map(n => [get(n).status?.phase, get(n).status?.reason, get(n).status?.message, told(n, 'Evicted')])).toEqual([
      ['Failed', 'Evicted', 'Usage of EmptyDir volume "data" exceeds the limit "1Ki". ', ['Usage of EmptyDir volume "data" exceeds the limit "1Ki". ']],
      ['Failed', 'Evicted', 'Container main exceeded its local ephemeral storage limit "1Ki". ', ['Container main exceeded its local ephemeral storage limit "1Ki". ']],
    ])
    expect(get('p').status?.containerStatuses?.[0]?.state?.terminated?.exitCode).toBe(137)
  })
})
