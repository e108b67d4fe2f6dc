import { describe, expect, it } from 'vitest'
import type { Pod, ResourceQuota, Service } from '../../kinds/schema/types/core.v1'
import { inMemory, refusal, resource } from '../in-memory.testing'

const quotas = resource<ResourceQuota>('v1', 'ResourceQuota')
const pods = resource<Pod>('v1', 'Pod')
type Resources = { requests?: Record<string, string>; limits?: Record<string, string> }
const pod = (name: string, resources: Resources = {}, more: Partial<Pod['spec']> = {}): Pod => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' }, spec: { containers: [{ name: 'c', image: 'nginx', resources }], ...more } })
const range = (...limits: object[]) => ({ apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'r', namespace: 'default' }, spec: { limits } })
const quota = (name: string, hard: Record<string, string>, more: object = {}): ResourceQuota => ({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name, namespace: 'default' }, spec: { hard, ...more } })

describe('LimitRanger', () => {
  it('gives defaults, and says so in an annotation', async () => {
    const { make } = await inMemory()
    await make(range({ type: 'Container', default: { cpu: '200m', memory: '128Mi' }, defaultRequest: { cpu: '100m', memory: '64Mi' } }))
    const made = await make(pod('p', { requests: { cpu: '50m' } }, { initContainers: [{ name: 'i', image: 'busybox' }] }))
    expect(made.spec.containers[0]?.resources).toEqual({ requests: { cpu: '50m', memory: '64Mi' }, limits: { cpu: '200m', memory: '128Mi' } })
    expect(made.spec.initContainers?.[0]?.resources).toEqual({ requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '200m', memory: '128Mi' } })
    expect(made.metadata.annotations?.['kubernetes.io/limit-ranger']).toBe('LimitRanger plugin set: memory request for container c; cpu, memory limit for container c; cpu, memory request for init container i; cpu, memory limit for init container i')
  })

  it('refuses what lies outside, in the real words', async () => {
    const { make } = await inMemory()
    await make(range({ type: 'Container', min: { cpu: '50m' }, max: { cpu: '500m', memory: '512Mi' }, maxLimitRequestRatio: { cpu: '2' }, default: { cpu: '100m' }, defaultRequest: { cpu: '100m' } }, { type: 'PersistentVolumeClaim', max: { storage: '1Gi' } }))
    expect(await refusal(make(pod('p', { limits: { cpu: '2', memory: '1Gi' } })))).toBe('pods "p" is forbidden: [maximum cpu usage per Container is 500m, but limit is 2, maximum memory usage per Container is 512Mi, but limit is 1Gi]')
    expect(await refusal(make(pod('p', { requests: { cpu: '10m', memory: '1Mi' }, limits: { cpu: '20m', memory: '1Mi' } })))).toBe('pods "p" is forbidden: minimum cpu usage per Container is 50m, but request is 10m')
    expect(await refusal(make(pod('p', { requests: { cpu: '100m' }, limits: { cpu: '400m', memory: '1Mi' } })))).toBe('pods "p" is forbidden: cpu max limit to request ratio per Container is 2, but provided ratio is 4.000000')
    expect(await refusal(make({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'c', namespace: 'default' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' } } } } as never))).toBe('persistentvolumeclaims "c" is forbidden: maximum storage usage per PersistentVolumeClaim is 1Gi, but request is 2Gi')
    expect((await make(pod('p', { limits: { cpu: '400m', memory: '1Mi' } }))).metadata.name).toBe('p')
  })
})

describe('ResourceQuota', () => {
  const status = async (made: Awaited<ReturnType<typeof inMemory>>, name: string) => {
    await made.cluster.settle()
    return (await made.admin.get(quotas, name, 'default')).status?.used
  }

  it('counts what is there already, charges what is made, and gives back what goes', async () => {
    const made = await inMemory()
    await made.make(pod('old', { requests: { cpu: '100m', memory: '64Mi' } }))
    await made.make(quota('q', { pods: '3', 'requests.cpu': '500m', 'requests.memory': '1Gi', configmaps: '2', 'count/deployments.apps': '1' }))
    expect(await status(made, 'q')).toEqual({ pods: '1', 'requests.cpu': '100m', 'requests.memory': '64Mi', configmaps: '1', 'count/deployments.apps': '0' })
    await made.make(pod('new', { requests: { cpu: '150m', memory: '64Mi' } }))
    expect(await status(made, 'q')).toMatchObject({ pods: '2', 'requests.cpu': '250m', 'requests.memory': '128Mi' })
    expect(await refusal(made.make(pod('big', { requests: { cpu: '300m', memory: '1Mi' } })))).toBe('pods "big" is forbidden: exceeded quota: q, requested: requests.cpu=300m, used: requests.cpu=250m, limited: requests.cpu=500m')
    expect(await refusal(made.make(pod('silent')))).toBe('pods "silent" is forbidden: failed quota: q: must specify requests.cpu for: c; requests.memory for: c')
    await made.admin.delete(pods, pod('old'), { gracePeriodSeconds: 0 })
    expect(await status(made, 'q')).toMatchObject({ pods: '1', 'requests.cpu': '150m', 'requests.memory': '64Mi' })
    await made.admin.delete(quotas, quota('q', {}))
    expect((await made.make(pod('free', { requests: { cpu: '9' } }))).metadata.name).toBe('free')
    await made.make(quota('again', { pods: '1' }))
    expect(await status(made, 'again')).toEqual({ pods: '2' })
  })

  it('leaves pods that have ended out, but counts them as objects', async () => {
    const made = await inMemory()
    await made.make(quota('q', { pods: '5', 'count/pods': '5' }))
    await made.cluster.settle()
    const one = await made.make(pod('p', {}, { schedulerName: 'nobody' }))
    expect(await status(made, 'q')).toEqual({ pods: '1', 'count/pods': '1' })
    await made.admin.patch(pods, one, 'merge', { status: { phase: 'Succeeded' } }, { subresource: 'status' })
    expect(await status(made, 'q')).toEqual({ pods: '0', 'count/pods': '1' })
  })

  it('heeds scopes', async () => {
    const made = await inMemory()
    await made.make({ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'high' }, value: 10 } as never)
    await made.make(quota('best', { pods: '1' }, { scopes: ['BestEffort'] }))
    await made.make(quota('high', { pods: '1' }, { scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['high'] }] } }))
    await made.make(quota('brief', { pods: '1' }, { scopes: ['Terminating'] }))
    await made.cluster.settle()
    await made.make(pod('a'))
    expect(await refusal(made.make(pod('b')))).toBe('pods "b" is forbidden: exceeded quota: best, requested: pods=1, used: pods=1, limited: pods=1')
    const some = { requests: { cpu: '1m' } }
    await made.make(pod('c', some))
    await made.make(pod('d', some, { priorityClassName: 'high' }))
    expect(await refusal(made.make(pod('e', some, { priorityClassName: 'high' })))).toContain('exceeded quota: high')
    await made.make(pod('f', some, { activeDeadlineSeconds: 10 }))
    expect(await refusal(made.make(pod('g', some, { activeDeadlineSeconds: 10 })))).toContain('exceeded quota: brief')
    await made.cluster.settle()
    expect((await made.admin.get(quotas, 'best', 'default')).status?.used).toEqual({ pods: '1' })
  })

  it('counts node ports of services, also when a service comes to use some', async () => {
    const made = await inMemory()
    await made.make(quota('q', { services: '2', 'services.nodeports': '1' }))
    await made.cluster.settle()
    const service = (name: string, type: string, ports: number[]): Service => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'default' }, spec: { type, selector: { a: 'b' }, ports: ports.map(port => ({ port, name: `p${port}` })) } }) as Service
    // The service of the API is one.
    await made.make(service('a', 'ClusterIP', [1, 2]))
    expect(await refusal(made.admin.patch(resource('v1', 'Service'), { metadata: { name: 'a', namespace: 'default' } }, 'merge', { spec: { type: 'NodePort' } }))).toBe('services "a" is forbidden: exceeded quota: q, requested: services.nodeports=2, used: services.nodeports=0, limited: services.nodeports=1')
    expect(await refusal(made.make(service('b', 'ClusterIP', [1])))).toContain('requested: services=1, used: services=2, limited: services=2')
  })

  it('is charged nothing by a dry run, and less than its limit by an update', async () => {
    const made = await inMemory()
    await made.make(quota('q', { pods: '2' }))
    await made.cluster.settle()
    await made.admin.create(pods, pod('p'), { dryRun: true })
    expect(await status(made, 'q')).toEqual({ pods: '0' })
  })
})
