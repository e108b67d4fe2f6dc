import { beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../cluster/config'
import { createInMemory } from '../cluster/create'
import { node as nodeKind } from '../kinds/core/node/kind'
import { pod as podKind } from '../kinds/core/pod/kind'
import type { Node, Pod } from '../kinds/schema/types/core.v1'
import { podAt } from '../network/pod-addresses'

const START = Date.UTC(2026, 0, 1)
type Cluster = Awaited<ReturnType<typeof createInMemory>>
let cluster: Cluster
let client: ReturnType<Cluster['clientFor']>

async function addressOf(name: string, node: string, more: object = {}): Promise<string | undefined> {
  await client.create(podKind, { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' }, spec: { nodeName: node, containers: [{ name: 'c', image: 'nginx' }], ...more } } as Pod)
  await cluster.settle()
  return (await client.get(podKind, name, 'default')).status?.podIP
}
const nodeWith = (name: string, podCIDR: string): Promise<Node> => client.create(nodeKind, { apiVersion: 'v1', kind: 'Node', metadata: { name }, spec: { podCIDR, podCIDRs: [podCIDR] }, status: { addresses: [{ type: 'InternalIP', address: `172.19.0.${podCIDR.split('.')[2]}` }], allocatable: { cpu: '4', memory: '8Gi', pods: '110' } } } as unknown as Node)
const gone = async (name: string): Promise<void> => {
  await client.delete(podKind, { metadata: { name, namespace: 'default' } })
  await cluster.settle()
}

beforeAll(async () => {
  cluster = await createInMemory(readConfig({ nodes: 1, seed: 's', lifecycle: 'fast', clock: { mode: 'fixed', at: new Date(START) } }), () => START)
  client = cluster.clientFor({ user: 'admin', groups: ['system:masters'], manager: 'test', trusted: false })
})

describe('pod addresses', () => {
  it('are handed out in order, and again when all have had their turn', async () => {
    await nodeWith('small', '10.9.0.0/29')
    const first = []
    for (let i = 0; i < 6; i++) first.push(await addressOf(`p${i}`, 'small'))
    expect(first).toEqual([2, 3, 4, 5, 6, 7].map(n => `10.9.0.${n}`))
    expect(await addressOf('late', 'small')).toBeUndefined()
    await gone('late')
    await gone('p3')
    await gone('p1')
    expect(await addressOf('next', 'small')).toBe('10.9.0.3')
    expect(await addressOf('after', 'small')).toBe('10.9.0.5')
  })

  it('lead to their pod, whichever range they lie in', async () => {
    const { lister } = cluster.server
    expect(podAt(lister, '10.9.0.3')?.metadata.name).toBe('next')
    expect(podAt(lister, '10.9.0.9')).toBeUndefined()
    expect(podAt(lister, 'nonsense')).toBeUndefined()
    const ordinary = (await addressOf('ordinary', 'node-1')) as string
    expect(podAt(lister, ordinary)?.metadata.name).toBe('ordinary')
    await gone('ordinary')
    expect(podAt(lister, ordinary)).toBeUndefined()
  })

  it('are not those of the machine for pods on its network', async () => {
    const { lister } = cluster.server
    const address = (await addressOf('host', 'node-1', { hostNetwork: true })) as string
    expect(address).toMatch(/^172\./)
    expect(podAt(lister, address)).toBeUndefined()
  })

  it('go on in a file that remembers the next one as text', async () => {
    await nodeWith('old', '10.9.1.0/29')
    const { store } = cluster
    store.transact(() => store.setMemory('kubelet', 'addresses 10.9.1.0/29', '"10.9.1.7"'))
    expect(await addressOf('o1', 'old')).toBe('10.9.1.7')
    expect(await addressOf('o2', 'old')).toBe('10.9.1.2')
  })
})
