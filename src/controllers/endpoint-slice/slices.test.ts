import { describe, expect, it } from 'vitest'
import type { Node, Pod, Service } from '../../kinds/schema/types/core.v1'
import { desiredGroups } from './slices'

const pod = (n: number, more: { ready?: boolean; deleted?: boolean; phase?: string; ips?: string[]; port?: number; hostname?: string } = {}): Pod =>
  ({
    metadata: { name: `p${n}`, namespace: 'default', uid: `u${n}`, ...(more.deleted ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}) },
    spec: { nodeName: n % 2 === 0 ? 'node-0' : 'node-1', ...(more.hostname === undefined ? {} : { hostname: more.hostname, subdomain: 'web' }), containers: [{ name: 'c', ports: [{ name: 'http', containerPort: more.port ?? 8080 }] }] },
    status: { phase: more.phase ?? 'Running', podIPs: (more.ips ?? [`10.0.0.${n}`]).map(ip => ({ ip })), conditions: [{ type: 'Ready', status: more.ready === false ? 'False' : 'True' }] },
  }) as unknown as Pod
const node = (name: string): Node => ({ metadata: { name, labels: { 'topology.kubernetes.io/zone': `zone-${name}` } }, spec: {} })
const service = (spec: object): Service => ({ metadata: { name: 'web', namespace: 'default' }, spec: { ipFamilies: ['IPv4'], ports: [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }], ...spec } }) as Service
const conditions = (spec: object, p: Pod): unknown => desiredGroups(service(spec), [p], node)[0]?.endpoints[0]?.conditions

describe('endpoints', () => {
  it('say whether they are ready, serve and end', () => {
    expect(conditions({}, pod(1))).toEqual({ ready: true, serving: true, terminating: false })
    expect(conditions({}, pod(1, { ready: false }))).toEqual({ ready: false, serving: false, terminating: false })
    expect(conditions({}, pod(1, { deleted: true }))).toEqual({ ready: false, serving: true, terminating: true })
    expect(conditions({ publishNotReadyAddresses: true }, pod(1, { ready: false }))).toEqual({ ready: true, serving: false, terminating: false })
    expect(conditions({}, pod(1, { phase: 'Succeeded' }))).toBeUndefined()
  })
  it('are grouped by family and by the ports that they serve', () => {
    const groups = desiredGroups(service({ ipFamilies: ['IPv4', 'IPv6'] }), [pod(1, { ips: ['10.0.0.1', 'fd00::1'] }), pod(2, { port: 9090 }), pod(3, { hostname: 'db-0' })], node)
    expect(groups.map(g => [g.addressType, g.ports[0]?.port, g.endpoints.map(e => `${e.addresses[0]} ${e.zone} ${e.hostname ?? ''}`)])).toEqual([['IPv4', 8080, ['10.0.0.1 zone-node-1 ', '10.0.0.3 zone-node-1 db-0']], ['IPv4', 9090, ['10.0.0.2 zone-node-0 ']], ['IPv6', 8080, ['fd00::1 zone-node-1 ']]])
  })
  it('carry hints for whom to prefer, while they are ready', () => {
    const hints = (trafficDistribution: string, p = pod(1)): unknown => desiredGroups(service({ trafficDistribution }), [p], node)[0]?.endpoints[0]?.hints
    expect(hints('PreferClose')).toEqual({ forZones: [{ name: 'zone-node-1' }] })
    expect(hints('PreferSameZone')).toEqual({ forZones: [{ name: 'zone-node-1' }] })
    expect(hints('PreferSameNode')).toEqual({ forZones: [{ name: 'zone-node-1' }], forNodes: [{ name: 'node-1' }] })
    expect([hints('Other'), hints('PreferSameNode', pod(1, { ready: false }))]).toEqual([undefined, undefined])
  })
})
