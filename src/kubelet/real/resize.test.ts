/** Resources of running containers are changed in place. */
import { describe, expect, it } from 'vitest'
import { pod } from '../../kinds/core/pod/kind'
import type { Resource } from '../../kinds/kind'
import type { Event, Pod } from '../../kinds/schema/types/core.v1'
import { testCluster, type TestCluster } from '../../controllers/cluster.testing'

const EVENT = { group: '', version: 'v1', kind: 'Event', plural: 'events', singular: 'event', scope: 'Namespaced' } as Resource<Event>
const told = async (c: TestCluster): Promise<string[]> => (await c.client.list(EVENT)).items.filter(e => e.reason?.startsWith('Resize') || e.reason === 'Killing').map(e => `${e.reason}: ${e.message}`)

async function running(resources: object, resizePolicy?: object[]): Promise<TestCluster> {
  const c = await testCluster('real', 1)
  await c.apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers: [{ name: 'c', image: 'nginx', resources, ...(resizePolicy === undefined ? {} : { resizePolicy }) }] } })
  return c
}
const resize = async (c: TestCluster, resources: object): Promise<Pod> => {
  await c.client.patch(pod, { metadata: { name: 'web', namespace: 'default' } }, 'strategic', { spec: { containers: [{ name: 'c', resources }] } }, { subresource: 'resize' })
  await c.settle()
  return c.get<Pod>(pod, 'web')
}
const cpuMax = async (c: TestCluster): Promise<string> => {
  let out = ''
  await c.client.connect(pod, { metadata: { name: 'web', namespace: 'default' } }, 'exec', { query: { container: 'c', command: ['cat', '/sys/fs/cgroup/cpu.max'] }, stdout: chunk => (out += Buffer.from(chunk).toString()) })
  return out
}
const conditions = (p: Pod): string[][] => (p.status?.conditions ?? []).filter(x => x.type.startsWith('PodResize')).map(x => [x.type, x.status, x.reason ?? '', x.message ?? ''])

describe('a resize', () => {
  it('takes place without a restart', async () => {
    const c = await running({ requests: { cpu: '100m' }, limits: { cpu: '200m' } })
    expect(await cpuMax(c)).toBe('20000 100000\n')
    const p = await resize(c, { requests: { cpu: '300m' }, limits: { cpu: '500m' } })
    expect(p.status?.containerStatuses?.[0]).toMatchObject({ restartCount: 0, allocatedResources: { cpu: '300m' }, resources: { requests: { cpu: '300m' }, limits: { cpu: '500m' } } })
    expect(await cpuMax(c)).toBe('50000 100000\n')
    expect(conditions(p)).toEqual([])
    const sizes = '{"containers":[{"name":"c","resources":{"limits":{"cpu":"500m"},"requests":{"cpu":"300m"}}}],"generation":2}'
    expect((await told(c)).sort()).toEqual([`ResizeCompleted: Pod resize completed: ${sizes}`, `ResizeStarted: Pod resize started: ${sizes}`])
  })

  it('restarts the container whose policy says so', async () => {
    const c = await running({ requests: { memory: '64Mi' }, limits: { memory: '64Mi' } }, [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }])
    const p = await resize(c, { requests: { memory: '128Mi' }, limits: { memory: '128Mi' } })
    expect(p.status?.containerStatuses?.[0]).toMatchObject({ restartCount: 1, ready: true, resources: { limits: { memory: '128Mi' } } })
    expect(await told(c)).toContain('Killing: Container c resize requires restart')
  })

  it('waits for room on the node, and is refused where there can be none', async () => {
    const c = await running({ requests: { cpu: '1' } })
    await c.apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'other' }, spec: { containers: [{ name: 'c', image: 'nginx', resources: { requests: { cpu: '2' } } }] } })
    const deferred = await resize(c, { requests: { cpu: '3' } })
    expect(conditions(deferred)).toEqual([['PodResizePending', 'True', 'Deferred', "Node didn't have enough resource: cpu, requested: 3000, used: 2000, capacity: 4000"]])
    expect(deferred.status?.containerStatuses?.[0]?.allocatedResources).toEqual({ cpu: '1' })
    expect(await told(c)).toEqual([`ResizeDeferred: Pod resize OutOfcpu: {"containers":[{"name":"c","resources":{"requests":{"cpu":"3"}}}],"generation":2,"error":"Node didn't have enough resource: cpu, requested: 3000, used: 2000, capacity: 4000"}`])
    const infeasible = await resize(c, { requests: { cpu: '8' } })
    expect(conditions(infeasible)).toEqual([['PodResizePending', 'True', 'Infeasible', "Node didn't have enough capacity: cpu, requested: 8000, capacity: 4000"]])
    await resize(c, { requests: { cpu: '3' } })
    await c.client.delete(pod, { metadata: { name: 'other', namespace: 'default' } })
    await c.later(240_000)
    const done = c.get<Pod>(pod, 'web')
    expect(conditions(done)).toEqual([])
    expect(done.status?.containerStatuses?.[0]?.allocatedResources).toEqual({ cpu: '3' })
  })

  it('is refused while more memory is used than the limit is to be', async () => {
    const c = await running({ requests: { memory: '200Mi' }, limits: { memory: '200Mi' } })
    const use = async (memory: string): Promise<void> => {
      await c.client.patch(pod, { metadata: { name: 'web', namespace: 'default' } }, 'merge', { metadata: { annotations: { 'kubottle.dev/load': `memory=${memory}` } } })
      await c.settle()
    }
    await use('100Mi')
    await resize(c, { requests: { memory: '50Mi' }, limits: { memory: '50Mi' } })
    await c.later(60_000)
    const refused = c.get<Pod>(pod, 'web')
    const why = 'cannot decrease memory limits: [attempting to set pod memory limit (52428800) below current usage (104857600), attempting to set container "c" memory limit (52428800) below current usage (104857600)]'
    expect(conditions(refused)).toEqual([['PodResizeInProgress', 'True', 'Error', why]])
    expect(refused.status?.containerStatuses?.[0]).toMatchObject({ restartCount: 0, ready: true, resources: { limits: { memory: '200Mi' } } })
    const sizes = '"containers":[{"name":"c","resources":{"limits":{"memory":"50Mi"},"requests":{"memory":"50Mi"}}}],"generation":2'
    expect(await told(c)).toContain(`ResizeError: Pod resize error: {${sizes},"error":${JSON.stringify(why)}}`)
    await use('20Mi')
    const done = c.get<Pod>(pod, 'web')
    expect(conditions(done)).toEqual([])
    expect(done.status?.containerStatuses?.[0]).toMatchObject({ restartCount: 0, resources: { limits: { memory: '50Mi' } } })
    expect(await told(c)).toContain(`ResizeCompleted: Pod resize completed: {${sizes}}`)
  })

  it('that was refused can be taken back', async () => {
    const c = await running({ requests: { memory: '64Mi' }, limits: { memory: '64Mi' } })
    await c.client.patch(pod, { metadata: { name: 'web', namespace: 'default' } }, 'merge', { metadata: { annotations: { 'kubottle.dev/load': 'memory=50Mi' } } })
    expect(conditions(await resize(c, { requests: { memory: '32Mi' }, limits: { memory: '32Mi' } }))[0]?.[2]).toBe('Error')
    const back = await resize(c, { requests: { memory: '64Mi' }, limits: { memory: '64Mi' } })
    await c.later(60_000)
    expect(conditions(back)).toEqual([])
    expect(c.get<Pod>(pod, 'web').status?.containerStatuses?.[0]).toMatchObject({ restartCount: 0, resources: { limits: { memory: '64Mi' } } })
  })
})
