/** Rows of the course about the control plane and its nodes. */
import { describe, expect, it } from 'vitest'
import { machine, MANIFEST_PREFIX, PRESSURE } from '../kinds/core/node/machine'
import { lease } from '../kinds/coordination/lease/kind'
import { node } from '../kinds/core/node/kind'
import { POWER } from '../kinds/core/node/power'
import { pod } from '../kinds/core/pod/kind'
import type { Resource } from '../kinds/kind'
import type { Event, Node, Pod } from '../kinds/schema/types/core.v1'
import { testCluster, type TestCluster } from '../controllers/cluster.testing'

const EVENT = { group: '', version: 'v1', kind: 'Event', plural: 'events', singular: 'event', scope: 'Namespaced' } as Resource<Event>

async function told(c: TestCluster, name: string): Promise<string[]> {
  const { items } = await c.client.list(EVENT)
  return items.filter(e => e.involvedObject.name === name).map(e => `${e.reason}: ${e.message}`)
}
const annotate = async (c: TestCluster, name: string, annotations: Record<string, string | null>): Promise<void> => {
  await c.client.patch(node, { metadata: { name } }, 'merge', { metadata: { annotations } })
  await c.settle()
}
const nodeOf = (c: TestCluster, name: string): Node => c.lister.get(node, name) as Node
const condition = (n: Node, type: string): string[] => {
  const found = n.status?.conditions?.find(x => x.type === type)
  return [found?.status ?? '', found?.reason ?? '', found?.message ?? '']
}
const taints = (n: Node): string[] => (n.spec?.taints ?? []).map(t => `${t.key}:${t.effect}`).sort()
const web = (spec: object = {}): object => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers: [{ name: 'c', image: 'nginx', ...spec }] } })

describe('the control plane', () => {
  it('row 1: stands in kube-system when the add-on is on, with its leases', async () => {
    const c = await testCluster('real', 2, { addOns: ['control-plane', 'dns', 'kube-proxy'] })
    const pods = c.lister.list<Pod>(pod, 'kube-system')
    expect(pods.map(p => p.metadata.name.replace(/-[a-z0-9]{9,10}-[a-z0-9]{5}$/, '-*').replace(/^(kube-proxy)-[a-z0-9]{5}$/, '$1-*')).sort()).toEqual(['coredns-*', 'coredns-*', 'etcd-node-1', 'kube-apiserver-node-1', 'kube-controller-manager-node-1', 'kube-proxy-*', 'kube-proxy-*', 'kube-scheduler-node-1'])
    expect(pods.every(p => p.status?.conditions?.some(x => x.type === 'Ready' && x.status === 'True'))).toBe(true)
    const etcd = pods.find(p => p.metadata.name === 'etcd-node-1') as Pod
    expect(etcd.metadata.annotations?.['kubernetes.io/config.mirror']).toBe(etcd.metadata.annotations?.['kubernetes.io/config.hash'])
    expect(etcd.metadata.ownerReferences?.[0]).toMatchObject({ kind: 'Node', name: 'node-1', controller: true })
    expect(c.names(lease, 'kube-system').map(n => n.replace(/-[0-9a-f]{26}$/, '-*'))).toEqual(['apiserver-*', 'kube-controller-manager', 'kube-scheduler'])
    const before = (await c.client.get(lease, 'kube-scheduler', 'kube-system')).spec?.renewTime as string
    await c.later(3_600_000)
    const after = (await c.client.get(lease, 'kube-scheduler', 'kube-system')).spec?.renewTime as string
    expect(Date.parse(after) - Date.parse(before)).toBeGreaterThan(3_590_000)
    expect(Object.keys(nodeOf(c, 'node-1').metadata.annotations ?? {}).filter(a => a.startsWith(MANIFEST_PREFIX))).toEqual([])
  })

  it('row 1: a bare cluster has nothing in kube-system', async () => {
    const c = await testCluster('real', 2, { addOns: [] })
    expect(c.names(pod, 'kube-system')).toEqual([])
  })
})

describe('row 45: static pods', () => {
  it.each(['real', 'fast'] as const)('are shown by a mirror that comes back, until the manifest goes, lifecycle %s', async lifecycle => {
    const c = await testCluster(lifecycle)
    await annotate(c, 'node-1', { [`${MANIFEST_PREFIX}web`]: 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: c\n    image: nginx\n' })
    const first = c.get<Pod>(pod, 'web-node-1')
    expect(first.status?.phase).toBe('Running')
    expect(first.spec.nodeName).toBe('node-1')
    await c.client.delete(pod, first)
    await c.settle()
    const second = c.get<Pod>(pod, 'web-node-1')
    expect(second.metadata.uid).not.toBe(first.metadata.uid)
    // What runs is not touched.
    if (lifecycle === 'real') expect(second.status?.containerStatuses?.[0]).toMatchObject({ containerID: first.status?.containerStatuses?.[0]?.containerID, restartCount: 0 })
    await annotate(c, 'node-1', { [`${MANIFEST_PREFIX}web`]: '' })
    await c.later(40_000)
    expect(c.names(pod)).toEqual([])
  })
})

describe('nodes', () => {
  it('row 20: one that joins tells that it has started, and takes pods', async () => {
    const c = await testCluster('real', 1)
    await c.client.create(node, machine('late', 7, { cpu: '2' }))
    await c.settle()
    expect(await told(c, 'late')).toEqual(expect.arrayContaining(['Starting: Starting kubelet.', 'NodeHasSufficientMemory: Node late status is now: NodeHasSufficientMemory', 'NodeHasNoDiskPressure: Node late status is now: NodeHasNoDiskPressure', 'NodeHasSufficientPID: Node late status is now: NodeHasSufficientPID', 'NodeAllocatableEnforced: Updated Node Allocatable limit across pods', 'RegisteredNode: Node late event: Registered Node late in Controller', 'NodeReady: Node late status is now: NodeReady']))
    expect(condition(nodeOf(c, 'late'), 'Ready')).toEqual(['True', 'KubeletReady', 'kubelet is posting ready status'])
    await c.apply({ ...web(), spec: { nodeSelector: { 'kubernetes.io/hostname': 'late' }, containers: [{ name: 'c', image: 'nginx' }] } })
    expect(c.get<Pod>(pod, 'web').status?.podIP).toMatch(/^10\.244\.7\./)
  })

  it('row 21: one made by hand is never heard of, and takes nobody', async () => {
    const c = await testCluster('real', 1)
    await c.client.create(node, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'paper', labels: { paper: 'yes' } }, status: { capacity: { cpu: '64', memory: '1Ti', pods: '110' } } } as unknown as Node)
    await c.settle()
    expect(nodeOf(c, 'paper').status?.conditions?.some(x => x.type === 'Ready') ?? false).toBe(false)
    await c.later(61_000)
    expect(condition(nodeOf(c, 'paper'), 'Ready')).toEqual(['Unknown', 'NodeStatusNeverUpdated', 'Kubelet never posted node status.'])
    expect(taints(nodeOf(c, 'paper'))).toContain('node.kubernetes.io/unreachable:NoExecute')
    await c.apply({ ...web(), spec: { nodeSelector: { paper: 'yes' }, containers: [{ name: 'c', image: 'nginx' }] } })
    expect(c.get<Pod>(pod, 'web').spec.nodeName).toBeUndefined()
    expect(nodeOf(c, 'paper').status?.capacity?.['cpu']).toBe('64')
  })

  it('one made by hand gets a machine in the lifecycle fast, besides what is said of it', async () => {
    const c = await testCluster('fast', 1)
    await c.client.create(node, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'paper', labels: { paper: 'yes' } } } as unknown as Node)
    await c.client.create(node, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'said' }, status: { capacity: { cpu: '64', memory: '1Gi', pods: '9' }, allocatable: { cpu: '63', memory: '1Gi', pods: '9' }, addresses: [{ type: 'InternalIP', address: '10.9.9.9' }], nodeInfo: { kubeletVersion: 'v1.30.0' } } } as unknown as Node)
    await c.settle()
    const paper = nodeOf(c, 'paper')
    expect(condition(paper, 'Ready')[0]).toBe('True')
    expect(paper.status).toMatchObject({ addresses: [{ type: 'InternalIP', address: '10.0.0.1' }, { type: 'Hostname', address: 'paper' }], allocatable: { cpu: '1k', memory: '1Ti', pods: '1M' }, capacity: { cpu: '1k', memory: '1Ti', pods: '1M' }, nodeInfo: { architecture: 'amd64', operatingSystem: 'linux', kubeletVersion: 'kwok-v0.7.0' } })
    await c.apply({ ...web(), spec: { nodeSelector: { paper: 'yes' }, containers: [{ name: 'c', image: 'nginx', resources: { requests: { cpu: '500' } } }] } })
    expect(c.get<Pod>(pod, 'web').status).toMatchObject({ phase: 'Running', hostIP: '10.0.0.1' })
    expect(nodeOf(c, 'said').status).toMatchObject({ addresses: [{ address: '10.9.9.9' }], capacity: { cpu: '64' }, allocatable: { cpu: '63' }, nodeInfo: { kubeletVersion: 'v1.30.0' } })
    expect(nodeOf(c, 'node-1').status?.nodeInfo?.kubeletVersion).toBe('v1.36.3')
  })

  it('row 18: one short of memory is tainted and evicts BestEffort pods first, and is well again five minutes after', async () => {
    const c = await testCluster('real', 1)
    await c.apply(web())
    await c.apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'kept' }, spec: { containers: [{ name: 'c', image: 'nginx', resources: { requests: { memory: '64Mi' } } }] } })
    await annotate(c, 'node-1', { [PRESSURE]: 'memory' })
    expect(condition(nodeOf(c, 'node-1'), 'MemoryPressure')).toEqual(['True', 'KubeletHasInsufficientMemory', 'kubelet has insufficient memory available'])
    expect(taints(nodeOf(c, 'node-1'))).toEqual(['node.kubernetes.io/memory-pressure:NoSchedule'])
    const gone = c.get<Pod>(pod, 'web')
    expect([gone.status?.phase, gone.status?.reason]).toEqual(['Failed', 'Evicted'])
    expect(gone.status?.message).toMatch(/^The node was low on resource: memory\. Threshold quantity: 100Mi, available: \d+Ki\. Container c was using \d+(Ki|Mi)?, request is 0, has larger consumption of memory\. $/)
    expect(gone.status?.conditions?.find(x => x.type === 'DisruptionTarget')).toMatchObject({ status: 'True', reason: 'TerminationByKubelet' })
    expect(c.get<Pod>(pod, 'kept').status?.phase).toBe('Running')
    expect(await told(c, 'node-1')).toEqual(expect.arrayContaining(['EvictionThresholdMet: Attempting to reclaim memory', 'NodeHasInsufficientMemory: Node node-1 status is now: NodeHasInsufficientMemory']))
    await annotate(c, 'node-1', { [PRESSURE]: null })
    expect(condition(nodeOf(c, 'node-1'), 'MemoryPressure')[0]).toBe('True')
    await c.later(301_000)
    expect(condition(nodeOf(c, 'node-1'), 'MemoryPressure')).toEqual(['False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'])
    expect(taints(nodeOf(c, 'node-1'))).toEqual([])
  })

  it('tells which images it has, largest first; short of disk it drops those that no pod has', async () => {
    const c = await testCluster('real', 1)
    const images = (): string[][] => (nodeOf(c, 'node-1').status?.images ?? []).map(({ names = [] }) => names.map(name => name.replace(/@sha256:[0-9a-f]{64}$/, '@…')))
    expect(images()).toEqual([])
    await c.apply({ ...web({ resources: { requests: { 'ephemeral-storage': '1Gi' } } }) })
    await c.apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'short' }, spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'busybox:1.36', command: ['true'] }] } })
    const all = [['docker.io/library/nginx@…', 'docker.io/library/nginx:latest'], ['docker.io/library/busybox@…', 'docker.io/library/busybox:1.36'], ['registry.k8s.io/pause@…', 'registry.k8s.io/pause:3.10.1']]
    expect(images()).toEqual(all)
    expect(nodeOf(c, 'node-1').status?.images?.[1]?.sizeBytes).toBe(2_167_176)
    // A pod that has ended holds its image, too.
    await annotate(c, 'node-1', { [PRESSURE]: 'disk' })
    expect(images()).toEqual(all)
    await annotate(c, 'node-1', { [PRESSURE]: null })
    await c.client.delete(pod, c.get<Pod>(pod, 'short'))
    await c.later(301_000)
    await annotate(c, 'node-1', { [PRESSURE]: 'disk' })
    expect(images()).toEqual([all[0], all[2]])
    await annotate(c, 'node-1', { [PRESSURE]: null })
    await c.later(301_000)
    await c.apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'again' }, spec: { containers: [{ name: 'c', image: 'busybox:1.36', command: ['sleep', '1000'] }] } })
    expect((await told(c, 'again')).filter(text => text.startsWith('Pul'))).toEqual(['Pulling: Pulling image "busybox:1.36"', expect.stringMatching(/^Pulled: Successfully pulled/)])
  })

  // The scheduler compares names as they are written, so a short one is found nowhere.
  it('is preferred for a pod whose large image it has, named in full', async () => {
    const c = await testCluster('real', 2)
    const large = (name: string, nodeName?: string): object => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { ...(nodeName === undefined ? {} : { nodeName }), containers: [{ name: 'c', image: 'docker.io/luksa/kubia:v1' }] } })
    await c.apply(large('first', 'node-2'))
    await c.client.delete(pod, c.get<Pod>(pod, 'first'))
    await c.later(60_000)
    await c.apply(large('second'))
    expect(c.get<Pod>(pod, 'second').spec.nodeName).toBe('node-2')
  })

  it('a machine that is shut down in good order ends its pods first', async () => {
    const c = await testCluster('real', 1)
    await c.apply(web())
    await annotate(c, 'node-1', { [POWER]: 'shutdown' })
    await c.later(31_000)
    expect(nodeOf(c, 'node-1').metadata.annotations?.[POWER]).toBe('off')
    expect(c.get<Pod>(pod, 'web').status).toMatchObject({ phase: 'Failed', reason: 'Terminated', message: 'Pod was terminated in response to imminent node shutdown.' })
    expect(c.get<Pod>(pod, 'web').status?.containerStatuses?.[0]?.state?.terminated).toBeDefined()
  })
})

describe('containers', () => {
  const run = async (c: TestCluster, name: string, container: string, ...command: string[]): Promise<string> => {
    let out = ''
    await c.client.connect(pod, { metadata: { name, namespace: 'default' } }, 'exec', { query: { container, command }, stdout: chunk => (out += Buffer.from(chunk).toString()), stderr: chunk => (out += Buffer.from(chunk).toString()) })
    await c.settle()
    return out
  }

  it('row 57: over the memory limit: OOMKilled, exit code 137, and back-off', async () => {
    const c = await testCluster('real', 1)
    await c.apply(web({ resources: { limits: { memory: '64Mi' } } }))
    await c.client.patch(pod, { metadata: { name: 'web', namespace: 'default' } }, 'merge', { metadata: { annotations: { 'kubottle.dev/load': 'memory=100Mi' } } })
    await c.settle()
    const status = c.get<Pod>(pod, 'web').status?.containerStatuses?.[0]
    expect(status?.restartCount).toBeGreaterThan(0)
    expect(status?.lastState?.terminated ?? status?.state?.terminated).toMatchObject({ reason: 'OOMKilled', exitCode: 137 })
  })

  const SHARED = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'shared' }, spec: { shareProcessNamespace: true, containers: [{ name: 'web', image: 'nginx' }, { name: 'shell', image: 'busybox', command: ['sleep', '3600'] }] } }

  it('row 36: a shared process namespace begins with /pause, that of the node with its own programs', async () => {
    const c = await testCluster('real', 1)
    await c.apply(SHARED)
    const shared = await run(c, 'shared', 'shell', 'ps')
    expect(shared).toMatch(/\n +1 65535 +0:00 \/pause\n/)
    expect(shared).toContain('nginx -g daemon off;')
    expect(shared).toContain('sleep 3600')
    await c.apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'host' }, spec: { hostPID: true, containers: [{ name: 'c', image: 'busybox', command: ['sleep', '3600'] }] } })
    expect(await run(c, 'host', 'c', 'ps')).toMatch(/\n +1 root +0:00 \/sbin\/init\n[^]*\/usr\/bin\/kubelet[^]*sleep 3600/)
  })

  it('row 35: a sandbox that is killed is made anew, with all containers', async () => {
    const c = await testCluster('real', 1)
    await c.apply(SHARED)
    const before = c.get<Pod>(pod, 'shared')
    await run(c, 'shared', 'shell', 'kill', '1')
    await c.later(30_000)
    const after = c.get<Pod>(pod, 'shared')
    expect(after.status?.containerStatuses?.map(s => [s.name, s.restartCount, s.ready])).toEqual([['shell', 1, true], ['web', 1, true]].sort((a, b) => (after.spec.containers[0]?.name === a[0] ? -1 : b[0] === after.spec.containers[0]?.name ? 1 : 0)))
    expect(after.status?.podIP).not.toBe(before.status?.podIP)
    expect(await told(c, 'shared')).toContain('SandboxChanged: Pod sandbox changed, it will be killed and re-created.')
  })

  it('row 147: the logs of a node are files below /var/log', async () => {
    const c = await testCluster('real', 1)
    await c.apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'talks' }, spec: { containers: [{ name: 'c', image: 'busybox', command: ['sh', '-c', 'echo hello; sleep 3600'] }] } })
    await c.apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'reads' }, spec: { containers: [{ name: 'c', image: 'busybox', command: ['sleep', '3600'], volumeMounts: [{ name: 'log', mountPath: '/var/log' }] }], volumes: [{ name: 'log', hostPath: { path: '/var/log' } }] } })
    const id = c.get<Pod>(pod, 'talks').status?.containerStatuses?.[0]?.containerID?.replace('containerd://', '') as string
    expect((await run(c, 'reads', 'c', 'ls', '/var/log/containers')).split('\n')).toContain(`talks_default_c-${id}.log`)
    expect(await run(c, 'reads', 'c', 'cat', `/var/log/containers/talks_default_c-${id}.log`)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z stdout F hello\n$/)
  })

  it('row 31: the rules of a container count before the policy of its pod', async () => {
    const c = await testCluster('real', 1)
    const one = (name: string, code: number): object => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'busybox', command: ['sh', '-c', `sleep 1; exit ${code}`], restartPolicy: 'Never', restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }] }] } })
    await c.apply(one('again', 42))
    await c.apply(one('once', 1))
    await c.later(60_000)
    expect(c.get<Pod>(pod, 'again').status?.containerStatuses?.[0]?.restartCount).toBeGreaterThan(0)
    expect(c.get<Pod>(pod, 'again').status?.phase).toBe('Running')
    expect(c.get<Pod>(pod, 'once').status).toMatchObject({ phase: 'Failed', containerStatuses: [{ restartCount: 0, state: { terminated: { exitCode: 1 } } }] })
  })
})
