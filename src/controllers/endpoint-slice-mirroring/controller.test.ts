import { beforeAll, describe, expect, it } from 'vitest'
import { endpoints as endpointsKind } from '../../kinds/core/endpoints/kind'
import { endpointSlice } from '../../kinds/discovery/endpoint-slice/kind'
import type { EndpointSlice } from '../../kinds/schema/types/discovery.v1'
import { testCluster, type TestCluster } from '../cluster.testing'
import { endpointSliceMirroringController } from './controller'
import { mirrored } from './mirrored'

let cluster: TestCluster
beforeAll(async () => {
  cluster = await testCluster('fast')
})
const slices = (): readonly EndpointSlice[] => cluster.lister.list(endpointSlice, 'default').filter(s => s.metadata.name !== 'kubernetes')

describe('Endpoints made by hand', () => {
  it('are mirrored while their Service has no selector, change and go', async () => {
    await cluster.apply({ apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'db', labels: { a: 'b' }, annotations: { note: 'x', 'kubectl.kubernetes.io/last-applied-configuration': '{}' } }, subsets: [{ addresses: [{ ip: '192.0.2.1' }], notReadyAddresses: [{ ip: '192.0.2.2', nodeName: 'node-1' }], ports: [{ port: 5432 }] }] })
    expect(slices()).toEqual([])
    await cluster.apply({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'db' }, spec: { ports: [{ port: 5432 }] } })
    expect(slices()).toHaveLength(1)
    expect(slices()[0]).toMatchObject({
      metadata: { labels: { a: 'b', 'kubernetes.io/service-name': 'db', 'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io' }, annotations: { note: 'x' }, ownerReferences: [{ kind: 'Endpoints', name: 'db', controller: true }] },
      addressType: 'IPv4',
      ports: [{ name: '', port: 5432, protocol: 'TCP' }],
      endpoints: [{ addresses: ['192.0.2.1'], conditions: { ready: true } }, { addresses: ['192.0.2.2'], conditions: { ready: false }, nodeName: 'node-1' }],
    })
    expect((await cluster.secondLook(endpointSliceMirroringController as never)).writes).toBe(0)
    const { name } = (slices()[0] as EndpointSlice).metadata
    const db = cluster.get(endpointsKind, 'db')
    await cluster.client.update(endpointsKind, { ...db, subsets: [{ addresses: [{ ip: '192.0.2.9' }], ports: [{ port: 5432, protocol: 'TCP' }] }] })
    await cluster.settle()
    expect(slices().map(s => [s.metadata.name, s.endpoints?.map(e => e.addresses[0])])).toEqual([[name, ['192.0.2.9']]])
    await cluster.client.delete(endpointsKind, cluster.get(endpointsKind, 'db'))
    await cluster.settle()
    expect(slices()).toEqual([])
  })
  it('are left alone where they say so', async () => {
    await cluster.apply({ apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'db', labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } }, subsets: [{ addresses: [{ ip: '192.0.2.1' }], ports: [{ port: 1 }] }] })
    expect(slices()).toEqual([])
  })
  it('are grouped by family and ports, at most 1000 of a subset', () => {
    const groups = mirrored([{ addresses: [{ ip: '192.0.2.1', hostname: 'a' }, { ip: '2001:db8::1' }], ports: [{ name: 'x', port: 1, protocol: 'UDP' }] }, { addresses: [{ ip: '192.0.2.3' }], ports: [{ name: 'x', port: 1, protocol: 'UDP' }] }])
    expect(groups.map(g => [g.addressType, g.ports, g.endpoints.map(e => e.addresses[0])])).toEqual([['IPv4', [{ name: 'x', port: 1, protocol: 'UDP' }], ['192.0.2.1', '192.0.2.3']], ['IPv6', [{ name: 'x', port: 1, protocol: 'UDP' }], ['2001:db8::1']]])
    expect(mirrored([{ addresses: Array.from({ length: 1200 }, (_, i) => ({ ip: `10.0.${i >> 8}.${i & 255}` })), ports: [{ port: 1 }] }])[0]?.endpoints).toHaveLength(1000)
  })
})
