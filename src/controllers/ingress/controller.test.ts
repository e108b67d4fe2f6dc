import { describe, expect, it } from 'vitest'
import { POWER } from '../../kinds/core/node/power'
import { node as nodeKind } from '../../kinds/core/node/kind'
import { event as eventKind } from '../../kinds/core/event/kind'
import { ingress as ingressKind } from '../../kinds/networking/ingress/kind'
import type { Event, Node } from '../../kinds/schema/types/core.v1'
import { testCluster, type TestCluster } from '../cluster.testing'

const made = async (): Promise<TestCluster> => {
  const cluster = await testCluster('fast', 3)
  const ingress = (name: string, spec: object): Promise<void> => cluster.apply({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name }, spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } }, ...spec } })
  await ingress('ours', { ingressClassName: 'nginx' })
  await ingress('theirs', { ingressClassName: 'traefik' })
  return cluster
}
const addresses = (cluster: TestCluster, name: string): (string | undefined)[] => (cluster.get(ingressKind, name).status?.loadBalancer?.ingress ?? []).map(i => i.ip)
const change = async (cluster: TestCluster, name: string, metadata: { labels?: Record<string, string>; annotations?: Record<string, string> }): Promise<void> => {
  const n = cluster.lister.get<Node>(nodeKind, name) as Node
  await cluster.client.update(nodeKind, { ...n, metadata: { ...n.metadata, labels: { ...n.metadata.labels, ...metadata.labels }, annotations: { ...n.metadata.annotations, ...metadata.annotations } } })
  await cluster.settle()
}

describe('ingresses', () => {
  it('of our class are told where they are served, and it is said', async () => {
    const cluster = await made()
    expect([addresses(cluster, 'ours'), addresses(cluster, 'theirs')]).toEqual([['172.18.0.2'], []])
    const told = cluster.lister.list<Event>(eventKind, 'default').filter(e => e.involvedObject.kind === 'Ingress').map(e => `${e.involvedObject.name} ${e.reason} x${e.count} ${e.source?.component} ${e.message}`)
    expect(told).toEqual(['ours Sync x2 nginx-ingress-controller Scheduled for sync'])
  })
  it('follow the nodes that are labelled for them, else move when their node is gone', async () => {
    const cluster = await made()
    await change(cluster, 'node-1', { annotations: { [POWER]: 'off' } })
    expect(addresses(cluster, 'ours')).toEqual(['172.18.0.3'])
    await change(cluster, 'node-2', { labels: { 'ingress-ready': 'true' } })
    await change(cluster, 'node-3', { labels: { 'ingress-ready': 'true' } })
    expect(addresses(cluster, 'ours')).toEqual(['172.18.0.3', '172.18.0.4'])
  })
})
