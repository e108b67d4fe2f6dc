import { describe, expect, it } from 'vitest'
import { readConfig } from '../cluster/config'
import { createInMemory } from '../cluster/create'
import { numberedNodes } from '../cluster/nodes'
import { event } from '../kinds/core/event/kind'
import { node as nodeKind } from '../kinds/core/node/kind'
import { pod } from '../kinds/core/pod/kind'
import { podDisruptionBudget } from '../kinds/policy/pod-disruption-budget/kind'
import { priorityClass } from '../kinds/scheduling/priority-class/kind'
import { resourceClaim } from '../kinds/resource/resource-claim/kind'
import type { Node, Pod, PodSpec } from '../kinds/schema/types/core.v1'
import { aPod } from './world.testing'

async function cluster(nodes: number) {
  let now = Date.parse('2026-11-21T08:00:00Z')
  const { config } = readConfig({ lifecycle: 'fast', addOns: [], clock: { mode: 'fixed', at: '2026-11-21T08:00:00Z' }, settle: { quiet: '2.5s', busyQuiet: '7s', cap: '45s' } })
  const c = await createInMemory({ config, nodes: numberedNodes(nodes) }, () => now)
  const client = c.clientFor({ user: 'kubernetes-admin', groups: ['system:masters'], manager: 'kubectl', trusted: false })
  const { lister } = c.server
  const add = async (name: string, spec: Partial<PodSpec>, labels: Record<string, string> = { app: name }): Promise<void> => {
    await client.create(pod, aPod(name, labels, spec))
    now += 1000
    await c.settle()
  }
  return {
    c, client, lister, add,
    nodeOf: (name: string) => lister.get(pod, name, 'default')?.spec.nodeName,
    failures: (name: string) => lister.list(event, 'default').filter(e => e.reason === 'FailedScheduling' && e.involvedObject.name === name).map(e => e.message),
    settle: async () => { now += 1000; await c.settle() },
    async classes(values: Record<string, number>) { for (const [name, value] of Object.entries(values)) await client.create(priorityClass, { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value }) },
  }
}
const asking = (cpu: string, more: Partial<PodSpec> = {}): Partial<PodSpec> => ({ containers: [{ name: 'main', image: 'nginx:1.27', resources: { requests: { cpu } } }], terminationGracePeriodSeconds: 0, ...more })

describe('pods that wait', () => {
  it('are tried again after what can help them, and left alone by what cannot', async () => {
    const w = await cluster(2)
    await w.add('picky', asking('100m', { nodeSelector: { disk: 'ssd' } }))
    await w.client.patch(nodeKind, { metadata: { name: 'node-1' } }, 'merge', { metadata: { labels: { disk: 'hdd' } } })
    await w.settle()
    await w.client.patch(nodeKind, { metadata: { name: 'node-2' } }, 'merge', { metadata: { labels: { disk: 'ssd' } } })
    await w.settle()
    expect(w.nodeOf('picky')).toBe('node-2')
    // One try in vain: the other disk was no reason for another.
    expect(w.failures('picky')).toHaveLength(1)
    expect(w.lister.list(event, 'default').find(e => e.reason === 'FailedScheduling')?.series?.count ?? 1).toBe(1)
  })

  it('wait for their gates, then for nothing', async () => {
    const w = await cluster(1)
    await w.add('gated', asking('100m', { schedulingGates: [{ name: 'example.com/go' }] }))
    expect([w.nodeOf('gated'), w.failures('gated')]).toEqual([undefined, []])
    const gated = w.lister.get(pod, 'gated', 'default') as Pod
    await w.client.update(pod, { ...gated, spec: { ...gated.spec, schedulingGates: [] } })
    await w.settle()
    expect(w.nodeOf('gated')).toBe('node-1')
  })

  it('wait for their resource claims, then for devices', async () => {
    const w = await cluster(1)
    await w.add('drawing', asking('100m', { resourceClaims: [{ name: 'gpu', resourceClaimName: 'gpu' }] }))
    expect([w.nodeOf('drawing'), w.failures('drawing')]).toEqual([undefined, []])
    await w.client.create(resourceClaim, { apiVersion: 'resource.k8s.io/v1', kind: 'ResourceClaim', metadata: { name: 'gpu', namespace: 'default' }, spec: { devices: { requests: [{ name: 'one', exactly: { deviceClassName: 'gpu.example.com' } }] } } })
    await w.settle()
    expect(w.failures('drawing')).toEqual(['0/1 nodes are available: request one: device class gpu.example.com does not exist. still not schedulable, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.'])
  })
})

describe('preemption', () => {
  it('takes the node where the fewest budgets break', async () => {
    const w = await cluster(2)
    await w.classes({ high: 1000 })
    await w.add('guarded', asking('3'), { app: 'guarded' })
    await w.add('free', asking('3'), { app: 'free' })
    await w.client.create(podDisruptionBudget, { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'b', namespace: 'default' }, spec: { minAvailable: 1, selector: { matchLabels: { app: 'guarded' } } } })
    await w.settle()
    const place = w.nodeOf('free')
    await w.add('urgent', asking('3', { priorityClassName: 'high' }))
    expect(w.lister.list(pod, 'default').map(p => [p.metadata.name, p.spec.nodeName]).sort()).toEqual([['guarded', w.nodeOf('guarded')], ['urgent', place]])
    // Room is being made: nothing is said of preemption.
    expect(w.failures('urgent')).toEqual(['0/2 nodes are available: 2 Insufficient cpu.'])
  })

  it('takes the least important victims first, then the fewest', async () => {
    const w = await cluster(2)
    await w.classes({ low: 10, middle: 20, high: 1000 })
    await w.add('middle', asking('3', { priorityClassName: 'middle' }))
    await w.add('low-1', asking('1500m', { priorityClassName: 'low' }))
    await w.add('low-2', asking('1500m', { priorityClassName: 'low' }))
    await w.add('urgent', asking('3', { priorityClassName: 'high' }))
    expect(w.lister.list(pod, 'default').map(p => p.metadata.name).sort()).toEqual(['middle', 'urgent'])
  })

  it('spares the more important ones first, as far as there is room', async () => {
    const w = await cluster(1)
    await w.classes({ low: 10, high: 1000 })
    await w.add('big', asking('2', { priorityClassName: 'low' }))
    await w.add('small', asking('1', { priorityClassName: 'low' }))
    await w.add('urgent', asking('2', { priorityClassName: 'high' }))
    expect(w.lister.list(pod, 'default').map(p => p.metadata.name).sort()).toEqual(['big', 'urgent'])
  })

  it('never happens for who does not want it', async () => {
    const w = await cluster(1)
    await w.client.create(priorityClass, { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'polite' }, value: 1000, preemptionPolicy: 'Never' })
    await w.add('low', asking('3'))
    await w.add('polite', asking('3', { priorityClassName: 'polite' }))
    expect(w.nodeOf('low')).toBe('node-1')
    expect(w.failures('polite')).toEqual(['0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.'])
  })

  it('makes room for a pod that others keep away', async () => {
    const w = await cluster(1)
    await w.classes({ high: 1000 })
    const away = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: { app: 'loud' } }, topologyKey: 'kubernetes.io/hostname' }] } }
    await w.add('quiet', asking('100m', { affinity: away }))
    await w.add('bystander', asking('100m'))
    await w.add('loud', asking('100m', { priorityClassName: 'high' }), { app: 'loud' })
    expect(w.lister.list(pod, 'default').map(p => p.metadata.name).sort()).toEqual(['bystander', 'loud'])
  })

  it('makes room where topology spread has none', async () => {
    const w = await cluster(2)
    await w.classes({ high: 1000 })
    const spread = { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: 's' } } }] }
    const second = w.lister.get(nodeKind, 'node-2') as Node
    await w.add('first', { ...asking('100m'), nodeSelector: { 'kubernetes.io/hostname': 'node-1' } }, { app: 's' })
    await w.client.update(nodeKind, { ...second, spec: { ...second.spec, unschedulable: true } })
    await w.add('urgent', asking('100m', { ...spread, priorityClassName: 'high' }), { app: 's' })
    expect(w.lister.list(pod, 'default').map(p => [p.metadata.name, p.spec.nodeName])).toEqual([['urgent', 'node-1']])
  })
})
