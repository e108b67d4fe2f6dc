import { beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../cluster/config'
import { createInMemory } from '../cluster/create'
import { service as serviceKind } from '../kinds/core/service/kind'
import { endpointSlice } from '../kinds/discovery/endpoint-slice/kind'
import type { Service } from '../kinds/schema/types/core.v1'
import type { EndpointSlice } from '../kinds/schema/types/discovery.v1'
import { clusterNetwork } from './cluster-network'
import type { Network, RecordType } from './network'

const DNS = '10.96.0.10'
const FROM = { ip: '10.244.0.9', nodeName: 'node-1' }
const START = Date.UTC(2026, 0, 1)
let network: Network
const ip: Record<string, string> = {}

async function made(): Promise<Network> {
  const cluster = await createInMemory(readConfig({ nodes: 1, seed: 's', clock: { mode: 'fixed', at: new Date(START) } }), () => START)
  const client = cluster.clientFor({ user: 'admin', groups: ['system:masters'], manager: 'test', trusted: false })
  const service = async (name: string, spec: object): Promise<void> => {
    const s = await client.create(serviceKind, { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'default' }, spec } as Service)
    ip[name] = s.spec.clusterIP as string
  }
  const endpoints = (service: string, list: object[]): Promise<unknown> =>
    client.create(endpointSlice, { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: `${service}-1`, namespace: 'default', labels: { 'kubernetes.io/service-name': service } }, addressType: 'IPv4', ports: [{ name: 'http', port: 8080, protocol: 'TCP' }], endpoints: list } as unknown as EndpointSlice)
  const ports = [{ name: 'http', port: 80, targetPort: 8080 }]
  await service('web', { ports, type: 'NodePort' })
  await service('idle', { ports })
  await service('db', { ports, clusterIP: 'None' })
  await service('away', { type: 'ExternalName', externalName: 'example.com' })
  await endpoints('web', [{ addresses: ['10.244.0.5'], conditions: { ready: true } }, { addresses: ['10.244.0.6'], conditions: { ready: false } }])
  await endpoints('db', [{ addresses: ['10.244.0.7'], hostname: 'db-0', conditions: { ready: true } }, { addresses: ['10.244.0.8'], conditions: { ready: true } }])
  ip['web node port'] = String(cluster.server.lister.get(serviceKind, 'web', 'default')?.spec.ports?.[0]?.nodePort)
  return clusterNetwork({ lister: cluster.server.lister, proxy: true, policies: true, ingress: false, dnsAddress: DNS, dnsPods: false, podNetwork: '10.244.0.0/16', domain: 'cluster.local', draw: () => 0.99, now: () => START, affinity: { get: () => undefined, put() {}, delete() {} } })
}
beforeAll(async () => {
  network = await made()
})

describe('routes', () => {
  it('lead to ready endpoints by the port that the Service maps', () => {
    expect(network.route(FROM, ip['web'] as string, 80, 'TCP')).toEqual({ kind: 'endpoint', ip: '10.244.0.5', port: 8080 })
    expect(network.route(FROM, '172.18.0.2', Number(ip['web node port']), 'TCP')).toEqual({ kind: 'endpoint', ip: '10.244.0.5', port: 8080 })
    expect(network.route(FROM, ip['web'] as string, 81, 'TCP')).toEqual({ kind: 'dropped' })
    expect(network.route(FROM, ip['idle'] as string, 80, 'TCP')).toEqual({ kind: 'refused' })
    expect(network.route({ ip: '172.18.0.2', nodeName: 'node-1' }, '10.244.0.6', 8080, 'TCP')).toEqual({ kind: 'endpoint', ip: '10.244.0.6', port: 8080 })
    // No pod has told of that address, and nobody answers outside.
    expect(network.route(FROM, '10.244.0.6', 8080, 'TCP')).toEqual({ kind: 'unreachable' })
    expect(network.route(FROM, '8.8.8.8', 53, 'TCP')).toEqual({ kind: 'dropped' })
  })
})

describe('names', () => {
  const ask = (name: string, type: RecordType = 'A', server = DNS): unknown => {
    const a = network.resolve(FROM, server, name, type)
    return a.kind === 'noServer' ? a.kind : a.code === 'NOERROR' ? a.records.map(r => r.data) : a.code
  }
  it('of Services, their ports and their endpoints', () => {
    expect(ask('web.default.svc.cluster.local')).toEqual([ip['web']])
    expect(ask('WEB.default.svc.cluster.local')).toEqual([ip['web']])
    expect(ask('web.default.svc.cluster.local', 'AAAA')).toEqual([])
    expect(ask('web.other.svc.cluster.local')).toBe('NXDOMAIN')
    expect(ask('web')).toBe('NXDOMAIN')
    expect(ask('db.default.svc.cluster.local')).toEqual(['10.244.0.7', '10.244.0.8'])
    expect(ask('db-0.db.default.svc.cluster.local')).toEqual(['10.244.0.7'])
    expect(ask('db-1.db.default.svc.cluster.local')).toBe('NXDOMAIN')
    expect(ask('away.default.svc.cluster.local')).toEqual(['example.com'])
    expect(ask('_http._tcp.web.default.svc.cluster.local', 'SRV')).toEqual(['0 100 80 web.default.svc.cluster.local'])
    expect(ask('_http._tcp.db.default.svc.cluster.local', 'SRV')).toEqual(['0 50 8080 db-0.db.default.svc.cluster.local', '0 50 8080 10-244-0-8.db.default.svc.cluster.local'])
    expect(ask('10-244-0-5.default.pod.cluster.local')).toEqual(['10.244.0.5'])
    expect(ask('7.0.244.10.in-addr.arpa', 'PTR')).toEqual(['db-0.db.default.svc.cluster.local'])
    expect(ask('example.com')).toBe('NXDOMAIN')
    expect(ask('web.default.svc.cluster.local', 'A', '8.8.8.8')).toBe('noServer')
  })
})

describe('from a machine outside', () => {
  const OUTSIDE = { ip: '172.18.0.1', nodeName: '' }
  it('node ports lead in, by the address of the node', () => {
    expect(network.route(OUTSIDE, '172.18.0.2', Number(ip['web node port']), 'TCP')).toEqual({ kind: 'endpoint', ip: '10.244.0.5', port: 8080, as: '172.18.0.2' })
    expect(network.route(FROM, '172.18.0.2', Number(ip['web node port']), 'TCP')).toEqual({ kind: 'endpoint', ip: '10.244.0.5', port: 8080 })
  })
  it('pods, Services and their names are not to be reached', () => {
    expect(['10.244.0.5', '10.244.7.7', ip['web'] as string].map(to => network.route(OUTSIDE, to, 80, 'TCP').kind)).toEqual(['dropped', 'dropped', 'dropped'])
    expect(network.resolve(OUTSIDE, DNS, 'web.default.svc.cluster.local', 'A')).toEqual({ kind: 'noServer' })
  })
})
