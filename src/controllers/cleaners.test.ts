/** What goes by itself after its time, and what is given to a new node. */
import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { certificateSigningRequest } from '../kinds/certificates/certificate-signing-request/kind'
import { lease } from '../kinds/coordination/lease/kind'
import { configMap } from '../kinds/core/config-map/kind'
import { node } from '../kinds/core/node/kind'
import { secret } from '../kinds/core/secret/kind'
import type { CertificateSigningRequest } from '../kinds/schema/types/certificates.v1'
import type { ConfigMap, Node } from '../kinds/schema/types/core.v1'
import { signed } from './bootstrap/tokens'
import { goesAtMs } from './certificates/cleaning'
import { START, testCluster } from './cluster.testing'
import { freeRange } from './node-ipam/controller'

const HOUR = 3_600_000
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const token = (id: string, more: Record<string, string> = {}): object => ({ apiVersion: 'v1', kind: 'Secret', type: 'bootstrap.kubernetes.io/token', metadata: { name: `bootstrap-token-${id}`, namespace: 'kube-system' }, data: Object.fromEntries(Object.entries({ 'token-id': id, 'token-secret': '0123456789abcdef', 'usage-bootstrap-signing': 'true', ...more }).map(([k, v]) => [k, base64(v)])) })
const REQUEST = ['-----BEGIN CERTIFICATE REQUEST-----', 'MIHZMIGAAgEAMB4xDTALBgNVBAMMBGphbmUxDTALBgNVBAoMBGRldnMwWTATBgcq', 'hkjOPQIBBggqhkjOPQMBBwNCAARwx6dc47YgdjmYnFuUAjCIYBeiSSW5AlQ+MWi8', 'thvpv6rQ+f6FjQWoalzFoAJY0bzTCp5Vpfd5v+wfUbXMipAcoAAwCgYIKoZIzj0E', 'AwIDSAAwRQIgMjBrJWJeiFkB5Fy7T4Ao9wjvWvS2LEZabQ0CVh7Eq+4CIQCqBvZX', '4AWxBQbTqI/b9Zzmau+VzuX4Z1n81lncSiyPvQ==', '-----END CERTIFICATE REQUEST-----', ''].join('\n')
const PLANE = { addOns: ['control-plane'] }

describe('requests for certificates', () => {
  const csr = (status?: object): CertificateSigningRequest => ({ metadata: { name: 'c', creationTimestamp: new Date(START).toISOString() }, spec: {}, status }) as unknown as CertificateSigningRequest
  const decided = (type: string): object => ({ type, status: 'True', lastUpdateTime: new Date(START + 5 * HOUR).toISOString() })
  it.each([
    ['undecided: after a day', csr(), START + 24 * HOUR],
    ['denied: after an hour', csr({ conditions: [decided('Denied')] }), START + 6 * HOUR],
    ['failed: after an hour', csr({ conditions: [decided('Approved'), decided('Failed')] }), START + 6 * HOUR],
    ['approved and issued: after an hour', csr({ conditions: [decided('Approved')], certificate: base64('x') }), START + 6 * HOUR],
    ['approved and not issued: stays', csr({ conditions: [decided('Approved')] }), undefined],
  ])('%s', (_, request, at) => expect(goesAtMs(request, START, START)).toBe(at))

  it('go when their time has come', async () => {
    const c = await testCluster('fast', 1)
    await c.apply({ apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest', metadata: { name: 'mine' }, spec: { request: base64(REQUEST), signerName: 'example.com/own', usages: ['client auth'] } })
    await c.later(23 * HOUR)
    expect(c.lister.get(certificateSigningRequest, 'mine')?.metadata.name).toBe('mine')
    await c.later(HOUR)
    expect(c.lister.get(certificateSigningRequest, 'mine')).toBeUndefined()
  })
})

describe('bootstrap tokens', () => {
  it('go when they expire, and sign cluster-info until then', async () => {
    const c = await testCluster('fast', 1, PLANE)
    await c.apply(token('abcdef', { expiration: new Date(START + 2 * HOUR).toISOString() }))
    await c.apply(token('fedcba', { 'usage-bootstrap-signing': 'false' }))
    await c.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cluster-info', namespace: 'kube-public' }, data: { kubeconfig: 'apiVersion: v1\n' } })
    const info = (): ConfigMap => c.lister.get(configMap, 'cluster-info', 'kube-public') as ConfigMap
    expect(info().data).toEqual({ kubeconfig: 'apiVersion: v1\n', 'jws-kubeconfig-abcdef': signed('apiVersion: v1\n', 'abcdef', '0123456789abcdef') })
    const [header, empty, signature] = (info().data?.['jws-kubeconfig-abcdef'] as string).split('.') as [string, string, string]
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({ alg: 'HS256', kid: 'abcdef' })
    expect(empty).toBe('')
    expect(signature).toBe(createHmac('sha256', '0123456789abcdef').update(`${header}.${Buffer.from('apiVersion: v1\n').toString('base64url')}`).digest('base64url'))
    await c.later(2 * HOUR + 1000)
    expect(c.names(secret, 'kube-system')).toEqual(['bootstrap-token-fedcba'])
    expect(info().data).toEqual({ kubeconfig: 'apiVersion: v1\n' })
  })
})

describe('nodes', () => {
  it('row 25: a node without a range of addresses gets the next free one', async () => {
    const c = await testCluster('fast', 2, PLANE)
    await c.client.create(node, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'more' } } as Node)
    await c.settle()
    expect(c.lister.list<Node>(node).map(n => n.spec?.podCIDR)).toEqual(['10.244.2.0/24', '10.244.0.0/24', '10.244.1.0/24'])
  })
  it('all ranges of a network are given out once', () => {
    expect(freeRange('10.0.0.0/23', new Set(['10.0.0.0/24']))).toBe('10.0.1.0/24')
    expect(freeRange('10.0.0.0/23', new Set(['10.0.0.0/24', '10.0.1.0/24']))).toBeUndefined()
  })
})

it('the identity of an apiserver that is gone is forgotten', async () => {
  const c = await testCluster('fast', 1)
  await c.apply({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'apiserver-old', namespace: 'kube-system', labels: { 'apiserver.kubernetes.io/identity': 'kube-apiserver' } }, spec: { holderIdentity: 'old', leaseDurationSeconds: 3600, renewTime: new Date(START).toISOString().replace('Z', '000Z') } })
  expect(c.names(lease, 'kube-system')).toEqual(['apiserver-old'])
  await c.later(HOUR + 1000)
  expect(c.names(lease, 'kube-system')).toEqual([])
})
