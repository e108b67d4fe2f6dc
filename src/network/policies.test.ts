import { beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../cluster/config'
import { createInMemory } from '../cluster/create'
import type { Client } from '../client/client'
import type { Lister } from '../client/lister'
import { namespace } from '../kinds/core/namespace/kind'
import { serviceAccount } from '../kinds/core/service-account/kind'
import { pod as podKind } from '../kinds/core/pod/kind'
import { networkPolicy } from '../kinds/networking/network-policy/kind'
import type { KubeObject } from '../kinds/kind'
import type { NetworkPolicy } from '../kinds/schema/types/networking.v1'
import { partyAt } from './parties'
import { permitted } from './policies'

const START = Date.UTC(2026, 0, 1)
let client: Client
let lister: Lister
const IP: Record<string, string> = { web: '10.244.0.5', friend: '10.244.0.6', guest: '10.244.1.7', node: '172.18.0.2', otherNode: '172.18.0.3', outside: '203.0.113.9' }

async function pod(name: string, space: string, labels: Record<string, string>, nodeName: string): Promise<void> {
  const ports = [{ name: 'http', containerPort: 80 }, { name: 'metrics', containerPort: 9090 }]
  const made = await client.create(podKind, { metadata: { name, namespace: space, labels }, spec: { nodeName, containers: [{ name: 'c', image: 'x', ports }] } } as never)
  await client.update(podKind, { ...made, status: { phase: 'Running', podIP: IP[name], podIPs: [{ ip: IP[name] }] } } as never, { subresource: 'status' })
}

beforeAll(async () => {
  const cluster = await createInMemory(readConfig({ nodes: 2, seed: 's', clock: { mode: 'fixed', at: new Date(START) } }), () => START, true)
  client = cluster.clientFor({ user: 'admin', groups: ['system:masters'], manager: 'test', trusted: true })
  lister = cluster.server.lister
  await client.create(namespace, { metadata: { name: 'other', labels: { team: 'b' } } } as never)
  for (const space of ['default', 'other']) await client.create(serviceAccount, { metadata: { name: 'default', namespace: space } } as never)
  await pod('web', 'default', { app: 'web' }, 'node-1')
  await pod('friend', 'default', { role: 'friend' }, 'node-1')
  await pod('guest', 'other', { role: 'friend' }, 'node-2')
})

/** Who of all callers reaches web at the port while these policies stand in its namespace. */
async function reaching(specs: readonly object[], port = 80, protocol: 'TCP' | 'UDP' = 'TCP', space = 'default'): Promise<string[]> {
  const made: KubeObject[] = []
  for (const [i, spec] of specs.entries()) made.push(await client.create(networkPolicy, { metadata: { name: `p${i}`, namespace: space }, spec } as NetworkPolicy))
  try {
    return ['friend', 'guest', 'node', 'otherNode', 'outside'].filter(from => permitted(lister, { from: partyAt(lister, IP[from] as string), to: partyAt(lister, IP['web'] as string), port, protocol }))
  } finally {
    for (const p of made) await client.delete(networkPolicy, p)
  }
}

const WEB = { matchLabels: { app: 'web' } }
const ALL = ['friend', 'guest', 'node', 'otherNode', 'outside']

describe('what may come in', () => {
  it('is everything while no policy selects the pod', async () => {
    expect(await reaching([])).toEqual(ALL)
    expect(await reaching([{ podSelector: { matchLabels: { app: 'db' } } }])).toEqual(ALL)
    // Only another direction is meant.
    expect(await reaching([{ podSelector: {}, policyTypes: ['Egress'], egress: [{}] }])).toEqual(ALL)
  })
  it('is what its own machine sends once one does', async () => {
    expect(await reaching([{ podSelector: {} }])).toEqual(['node'])
    expect(await reaching([{ podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['web', 'db'] }] }, policyTypes: ['Ingress'] }])).toEqual(['node'])
    expect(await reaching([{ podSelector: {}, ingress: [{}] }])).toEqual(ALL)
  })
  it('by labels of pods and of namespaces', async () => {
    const from = (...peers: object[]): object[] => [{ podSelector: WEB, ingress: [{ from: peers }] }]
    expect(await reaching(from({ podSelector: { matchLabels: { role: 'friend' } } }))).toEqual(['friend', 'node'])
    expect(await reaching(from({ namespaceSelector: { matchLabels: { team: 'b' } } }))).toEqual(['guest', 'node'])
    expect(await reaching(from({ namespaceSelector: {}, podSelector: { matchLabels: { role: 'friend' } } }))).toEqual(['friend', 'guest', 'node'])
    expect(await reaching(from({ namespaceSelector: { matchLabels: { team: 'b' } }, podSelector: { matchLabels: { role: 'enemy' } } }))).toEqual(['node'])
    expect(await reaching(from({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'other' } } }, { podSelector: {} }))).toEqual(['friend', 'guest', 'node'])
  })
  it('by addresses, with exceptions', async () => {
    const block = (cidr: string, except?: string[]): object[] => [{ podSelector: WEB, ingress: [{ from: [{ ipBlock: { cidr, ...(except === undefined ? {} : { except }) } }] }] }]
    expect(await reaching(block('203.0.113.0/24'))).toEqual(['node', 'outside'])
    expect(await reaching(block('0.0.0.0/0'))).toEqual(ALL)
    expect(await reaching(block('0.0.0.0/0', ['10.0.0.0/8', '203.0.113.9/32']))).toEqual(['node', 'otherNode'])
  })
  it('by ports: numbers, ranges, names and protocols', async () => {
    const ports = (...list: object[]): object[] => [{ podSelector: WEB, ingress: [{ ports: list }] }]
    expect(await reaching(ports({ port: 80 }))).toEqual(ALL)
    expect(await reaching(ports({ port: 80 }), 81)).toEqual(['node'])
    expect(await reaching(ports({ port: 80, protocol: 'UDP' }))).toEqual(['node'])
    expect(await reaching(ports({ port: 80, protocol: 'UDP' }), 80, 'UDP')).toEqual(ALL)
    expect(await reaching(ports({ port: 8000, endPort: 9000 }), 8999)).toEqual(ALL)
    expect(await reaching(ports({ port: 8000, endPort: 9000 }), 9001)).toEqual(['node'])
    expect(await reaching(ports({ port: 'metrics' }), 9090)).toEqual(ALL)
    expect(await reaching(ports({ port: 'metrics' }))).toEqual(['node'])
    expect(await reaching(ports({ protocol: 'TCP' }), 1234)).toEqual(ALL)
  })
  it('by any of several policies', async () => {
    expect(await reaching([{ podSelector: {} }, { podSelector: WEB, ingress: [{ from: [{ podSelector: {} }] }] }, { podSelector: WEB, ingress: [{ from: [{ ipBlock: { cidr: '203.0.113.0/24' } }] }] }])).toEqual(['friend', 'node', 'outside'])
  })
})

describe('what may go out', () => {
  it('is asked of the caller, and both ends must agree', async () => {
    const egress = (rules: object[]): object => ({ podSelector: { matchLabels: { role: 'friend' } }, policyTypes: ['Egress'], egress: rules })
    expect(await reaching([egress([])])).toEqual(['guest', 'node', 'otherNode', 'outside'])
    expect(await reaching([egress([{ to: [{ podSelector: WEB }], ports: [{ port: 'http' }] }])])).toEqual(ALL)
    expect(await reaching([egress([{ to: [{ podSelector: WEB }], ports: [{ port: 'http' }] }])], 9090)).toEqual(['guest', 'node', 'otherNode', 'outside'])
    expect(await reaching([egress([{}]), { podSelector: WEB }])).toEqual(['node'])
    // Of the caller's namespace.
    expect(await reaching([egress([])], 80, 'TCP', 'other')).toEqual(['friend', 'node', 'otherNode', 'outside'])
  })
})
