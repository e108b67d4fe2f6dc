import { describe, expect, it } from 'vitest'
import { createDraw } from '../../../base/draw'
import { deepClone } from '../../../base/equal'
import { fieldErrorBody, type FieldErrors } from '../../../base/field'
import { cidrContains, parseCidr, parseIp } from '../../../base/ip'
import type { WriteEnv } from '../../kind'
import type { Service } from '../../schema/types/core.v1'
import { SERVICE_CIDR } from './allocate'
import { service } from './kind'

const texts = (errors: FieldErrors | undefined): string[] => [...(errors ?? [])].map(e => `${e.field}: ${fieldErrorBody(e)}`)

/** What is stored, found by the kind's own indexes. */
function envWith(stored: readonly Service[], dryRun = false): WriteEnv {
  return {
    nowMs: 0,
    draw: createDraw('seed'),
    dryRun,
    user: { name: 'kubernetes-admin', groups: ['system:masters'] },
    byIndex: (_, index, value) => stored.filter(s => service.indexes?.[index]?.(s).includes(value)) as never,
    get: () => undefined,
  }
}

function made(name: string, spec: Partial<Service['spec']>, stored: readonly Service[] = [], dryRun = false): Service {
  const s = { metadata: { name, namespace: 'default', uid: `uid-${name}`, resourceVersion: '1' }, spec: deepClone(spec) } as Service
  service.applyDefaults?.(s)
  service.prepareForCreate?.(s, envWith(stored, dryRun))
  return s
}

function changed(previous: Service, change: (spec: Service['spec']) => void, stored: readonly Service[] = [previous]): Service {
  const next = deepClone(previous)
  change(next.spec)
  service.applyDefaults?.(next)
  service.prepareForUpdate?.(next, previous, envWith(stored))
  return next
}

const http = { ports: [{ name: 'http', port: 80 }], selector: { app: 'web' } }

describe('a Service', () => {
  it('gets an address of the cluster, another than those that are taken', () => {
    const a = made('a', http)
    const cidr = parseCidr(SERVICE_CIDR)
    const ip = parseIp(a.spec.clusterIP as string)
    expect(cidr !== undefined && ip !== undefined && cidrContains(cidr, ip)).toBe(true)
    expect(a.spec.clusterIPs).toEqual([a.spec.clusterIP])
    expect(a.spec).toMatchObject({ ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack', internalTrafficPolicy: 'Cluster', sessionAffinity: 'None' })
    const squatter = made('b', { ...http, clusterIP: a.spec.clusterIP as string })
    expect(made('a', http, [squatter]).spec.clusterIP).not.toBe(a.spec.clusterIP)
    expect(texts(service.validate?.(a))).toEqual([])
  })

  it('is refused an address that is taken or lies elsewhere', () => {
    const a = made('a', { ...http, clusterIP: '10.96.0.20' })
    expect(() => made('b', { ...http, clusterIP: '10.96.0.20' }, [a])).toThrow('Service "b" is invalid: spec.clusterIPs: Invalid value: ["10.96.0.20"]: failed to allocate IP 10.96.0.20: provided IP is already allocated')
    expect(() => made('b', { ...http, clusterIP: '192.168.0.1' })).toThrow('failed to allocate IP 192.168.0.1: the provided network does not match the current range')
  })

  it('gets ports on the nodes, one for a port under two protocols', () => {
    const dns = made('dns', { type: 'NodePort', ports: [{ name: 'udp', port: 53, protocol: 'UDP' }, { name: 'tcp', port: 53 }, { name: 'metrics', port: 9153 }] })
    const [udp, tcp, metrics] = (dns.spec.ports ?? []).map(p => p.nodePort as number)
    expect(udp).toBe(tcp)
    expect(metrics).not.toBe(udp)
    for (const port of [udp, metrics]) expect(port !== undefined && port >= 30086 && port <= 32767).toBe(true)
  })

  it('is refused a port that is taken or out of range', () => {
    const a = made('a', { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] })
    expect(() => made('b', { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] }, [a])).toThrow('spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated')
    expect(() => made('b', { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] })).toThrow('spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767')
  })

  it('keeps what it was given when a client leaves it out', () => {
    const a = made('a', { type: 'NodePort', ...http })
    const next = changed(a, spec => {
      delete spec.clusterIP
      delete spec.clusterIPs
      spec.ports = [{ name: 'http', port: 8080 }]
    })
    expect(next.spec.clusterIP).toBe(a.spec.clusterIP)
    expect(next.spec.ports?.[0]).toMatchObject({ port: 8080, nodePort: a.spec.ports?.[0]?.nodePort })
    expect(texts(service.validateUpdate?.(next, a))).toEqual([])
  })

  it('gives up what a new type does not need, and gets what it needs', () => {
    const balanced = made('a', { type: 'LoadBalancer', externalTrafficPolicy: 'Local', ...http })
    expect(balanced.spec.healthCheckNodePort).toBeGreaterThanOrEqual(30000)
    const plain = changed(balanced, spec => (spec.type = 'ClusterIP'))
    expect(plain.spec.clusterIP).toBe(balanced.spec.clusterIP)
    expect(plain.spec.ports?.[0]?.nodePort).toBeUndefined()
    for (const field of ['healthCheckNodePort', 'externalTrafficPolicy', 'allocateLoadBalancerNodePorts'] as const) expect(plain.spec[field]).toBeUndefined()
    const named = changed(plain, spec => Object.assign(spec, { type: 'ExternalName', externalName: 'db.example.com' }))
    expect(named.spec).toEqual({ ports: plain.spec.ports, selector: http.selector, sessionAffinity: 'None', type: 'ExternalName', externalName: 'db.example.com' })
    expect(changed(named, spec => (spec.type = 'ClusterIP')).spec.clusterIP).toMatch(/^10\./)
  })

  it('never changes its address', () => {
    const a = made('a', http)
    const next = changed(a, spec => (spec.clusterIP = '10.96.0.9'))
    expect(texts(service.validateUpdate?.(next, a))).toEqual(['spec.clusterIPs[0]: Invalid value: ["10.96.0.9"]: may not change once set'])
  })

  it('without a head has no address, and shows it', () => {
    const s = made('a', { ...http, clusterIP: 'None' })
    expect(s.spec.clusterIPs).toEqual(['None'])
    const cells = service.columns.map(c => c.cell(s, { nowMs: 0 }))
    expect(cells.slice(1, 5)).toEqual(['ClusterIP', 'None', '<none>', '80/TCP'])
  })
})
