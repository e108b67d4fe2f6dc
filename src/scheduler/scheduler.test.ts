import { describe, expect, it } from 'vitest'
import { readConfig } from '../cluster/config'
import { createInMemory } from '../cluster/create'
import { numberedNodes } from '../cluster/nodes'
import { event } from '../kinds/core/event/kind'
import { node } from '../kinds/core/node/kind'
import { pod } from '../kinds/core/pod/kind'
import { priorityClass } from '../kinds/scheduling/priority-class/kind'
import type { Node, Pod, PodSpec } from '../kinds/schema/types/core.v1'
import { feasibleToFind } from './cycle'
import { fitMessage } from './message'

const admin = { user: 'kubernetes-admin', groups: ['system:masters'], manager: 'kubectl', trusted: false }
let now = Date.parse('2026-11-21T08:00:00Z')

async function cluster(nodes: readonly Node[]) {
  now = Date.parse('2026-11-21T08:00:00Z')
  const { config } = readConfig({ lifecycle: 'fast', addOns: [], clock: { mode: 'fixed', at: '2026-11-21T08:00:00Z' }, settle: { quiet: '2.5s', busyQuiet: '7s', cap: '45s' } })
  const made = await createInMemory({ config, nodes }, () => now)
  return { ...made, c: made, client: made.clientFor(admin) }
}

const aPod = (name: string, spec: Partial<PodSpec> = {}): Pod => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default', labels: { app: name } }, spec: { containers: [{ name: 'main', image: 'nginx:1.27' }], ...spec } })
const asking = (cpu: string): Partial<PodSpec> => ({ containers: [{ name: 'main', image: 'nginx:1.27', resources: { requests: { cpu } } }] })

describe('the scheduler', () => {
  it('spreads equal pods over equal nodes', async () => {
    const { c, client } = await cluster(numberedNodes(4))
    for (let i = 0; i < 4; i++) await client.create(pod, aPod(`p${i}`, asking('100m')))
    await c.settle()
    const nodes = c.server.lister.list(pod, 'default').map(p => p.spec.nodeName)
    expect([...nodes].sort()).toEqual(['node-1', 'node-2', 'node-3', 'node-4'])
    expect(c.server.lister.list(event, 'default').filter(e => e.reason === 'Scheduled')).toHaveLength(4)
  })

  it('says node by node why a pod does not fit, and places it when that changes', async () => {
    const nodes = numberedNodes(4)
    const { c, client } = await cluster([{ ...(nodes[0] as Node), spec: { ...nodes[0]?.spec, unschedulable: true } }, ...nodes.slice(1)])
    await client.create(pod, aPod('picky', { nodeSelector: { disktype: 'ssd' } }))
    await client.create(pod, aPod('huge', asking('64')))
    await c.settle()
    const messages = c.server.lister.list(event, 'default').filter(e => e.reason === 'FailedScheduling').map(e => e.message)
    expect(messages).toEqual([
      '0/4 nodes are available: 1 node(s) were unschedulable, 3 Insufficient cpu. no new claims to deallocate, preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.',
      "0/4 nodes are available: 1 node(s) were unschedulable, 3 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.",
    ])
    await client.patch(node, { metadata: { name: 'node-3' } }, 'merge', { metadata: { labels: { disktype: 'ssd' } } })
    await c.settle()
    expect(c.server.lister.get(pod, 'picky', 'default')?.spec.nodeName).toBe('node-3')
  })

  it('removes less important pods for a more important one', async () => {
    const { c, client } = await cluster(numberedNodes(1))
    await client.create(priorityClass, { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'high' }, value: 1000 })
    await client.create(pod, aPod('low', asking('3')))
    await c.settle()
    await client.create(pod, aPod('high', { ...asking('3'), priorityClassName: 'high' }))
    await c.settle()
    expect(c.server.lister.get(pod, 'low', 'default')).toBeUndefined()
    expect(c.server.lister.get(pod, 'high', 'default')?.spec.nodeName).toBe('node-1')
    expect(c.server.lister.list(event, 'default').filter(e => e.reason === 'Preempted').map(e => [e.involvedObject.name, e.type])).toEqual([['low', 'Normal']])
  })

  it('keeps host ports apart', async () => {
    const { c, client } = await cluster(numberedNodes(2))
    const spec: Partial<PodSpec> = { containers: [{ name: 'main', image: 'nginx:1.27', ports: [{ containerPort: 80, hostPort: 8080 }] }] }
    for (const name of ['a', 'b', 'c']) await client.create(pod, aPod(name, spec))
    await c.settle()
    const placed = c.server.lister.list(pod, 'default').map(p => p.spec.nodeName ?? '')
    expect(placed.sort()).toEqual(['', 'node-1', 'node-2'])
    expect(c.server.lister.list(event, 'default').find(e => e.reason === 'FailedScheduling')?.message).toBe(
      "0/2 nodes are available: 2 node(s) didn't have free ports for the requested pod ports. no new claims to deallocate, preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.",
    )
  })

  it('looks at a part of a large cluster only', () => {
    expect([10, 99, 100, 1000, 5000, 15000].map(n => feasibleToFind(n))).toEqual([10, 99, 100, 420, 500, 750])
  })

  it('words its refusals as the real one', () => {
    expect(fitMessage(3, [['a'], ['b', 'a'], ['b']])).toBe('0/3 nodes are available: 2 a, 2 b.')
    expect(fitMessage(3, [], 'no such claim')).toBe('0/3 nodes are available: no such claim.')
  })
})
