import { beforeAll, describe, expect, it } from 'vitest'
import { event as eventKind } from '../../kinds/core/event/kind'
import { service as serviceKind } from '../../kinds/core/service/kind'
import type { Event, Service } from '../../kinds/schema/types/core.v1'
import { testCluster, type TestCluster } from '../cluster.testing'
import { CLEANUP, serviceController } from './controller'

let cluster: TestCluster
beforeAll(async () => {
  cluster = await testCluster('fast')
})

const lb = (name: string, spec: object = {}): Promise<void> => cluster.apply({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { type: 'LoadBalancer', ports: [{ port: 80 }], ...spec } })
const get = (name: string): Service => cluster.get(serviceKind, name)
const address = (name: string): string | undefined => get(name).status?.loadBalancer?.ingress?.[0]?.ip
const told = (name: string): string[] => cluster.lister.list<Event>(eventKind, 'default').filter(e => e.involvedObject.name === name).sort((a, b) => String(a.firstTimestamp).localeCompare(String(b.firstTimestamp))).map(e => `${e.reason} x${e.count} ${e.source?.component}`)

describe('load balancers', () => {
  it('have an address of the pool, a finalizer and a story', async () => {
    await lb('a')
    await lb('b')
    expect([address('a'), address('b')]).toEqual(['172.18.255.200', '172.18.255.201'])
    expect(get('a').status?.loadBalancer).toEqual({ ingress: [{ ip: '172.18.255.200', ipMode: 'VIP' }] })
    expect(get('a').metadata.finalizers).toEqual([CLEANUP])
    expect(get('a').spec.ports?.[0]?.nodePort).toBeGreaterThan(29_999)
    expect(told('a')).toEqual(['EnsuringLoadBalancer x1 service-controller', 'EnsuredLoadBalancer x1 service-controller'])
    expect((await cluster.secondLook(serviceController as never)).writes).toBe(0)
  })
  it('have the address that was asked for, unless another one has it', async () => {
    await lb('wish', { loadBalancerIP: '172.18.255.77' })
    await lb('late', { loadBalancerIP: '172.18.255.77' })
    expect([address('wish'), address('late')]).toEqual(['172.18.255.77', undefined])
    expect(told('late')).toEqual(['EnsuringLoadBalancer x1 service-controller', 'SyncLoadBalancerFailed x1 service-controller'])
  })
  it('of other classes are left alone, and node ports only where they are wanted', async () => {
    await lb('other', { loadBalancerClass: 'example.com/lb' })
    await lb('bare', { allocateLoadBalancerNodePorts: false })
    expect([address('other'), get('other').metadata.finalizers, told('other')]).toEqual([undefined, undefined, []])
    expect([address('bare'), get('bare').spec.ports?.[0]?.nodePort]).toEqual(['172.18.255.202', undefined])
  })
  it('follow changes and go with their Service or its type', async () => {
    const a = get('a')
    await cluster.client.update(serviceKind, { ...a, spec: { ...a.spec, ports: [{ ...a.spec.ports?.[0], port: 81 }] } } as Service)
    await cluster.settle()
    expect([address('a'), told('a').slice(-2)]).toEqual(['172.18.255.200', ['EnsuringLoadBalancer x2 service-controller', 'EnsuredLoadBalancer x2 service-controller']])
    const b = get('b')
    await cluster.client.update(serviceKind, { ...b, spec: { ...b.spec, type: 'ClusterIP' } } as Service)
    await cluster.settle()
    expect([get('b').status, get('b').metadata.finalizers]).toEqual([{ loadBalancer: {} }, undefined])
    await cluster.client.delete(serviceKind, get('a'))
    await cluster.settle()
    expect(cluster.names(serviceKind)).not.toContain('a')
    expect(told('a').slice(-2)).toEqual(['DeletingLoadBalancer x1 service-controller', 'DeletedLoadBalancer x1 service-controller'])
    await lb('c')
    expect(address('c')).toBe('172.18.255.200')
  })
})
