import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readConfig } from '../cluster/config'
import { createInMemory } from '../cluster/create'
import type { Client } from '../client/client'
import { secret as secretKind } from '../kinds/core/secret/kind'
import { service as serviceKind } from '../kinds/core/service/kind'
import { endpointSlice } from '../kinds/discovery/endpoint-slice/kind'
import { ingress as ingressKind } from '../kinds/networking/ingress/kind'
import { createIngress } from './ingress'
import type { Ingress, IngressAnswer } from './network'
import { permitted } from './policies'

const START = Date.UTC(2026, 0, 1)
let client: Client
let controller: Ingress
let drawn = 0

beforeAll(async () => {
  const cluster = await createInMemory(readConfig({ nodes: 1, seed: 's', clock: { mode: 'fixed', at: new Date(START) } }), () => START)
  client = cluster.clientFor({ user: 'admin', groups: ['system:masters'], manager: 'test', trusted: true })
  for (const [name, ip] of [['web', '10.244.0.5'], ['api', '10.244.0.6'], ['canary', '10.244.0.7']]) {
    await client.create(serviceKind, { metadata: { name, namespace: 'default' }, spec: { ports: [{ name: 'http', port: 80, targetPort: 8080 }] } } as never)
    await client.create(endpointSlice, { metadata: { name: `${name}-1`, namespace: 'default', labels: { 'kubernetes.io/service-name': name } }, addressType: 'IPv4', ports: [{ name: 'http', port: 8080, protocol: 'TCP' }], endpoints: [{ addresses: [ip], conditions: { ready: true } }] } as never)
  }
  await client.create(serviceKind, { metadata: { name: 'idle', namespace: 'default' }, spec: { ports: [{ port: 80 }] } } as never)
  await client.create(secretKind, { metadata: { name: 'cert', namespace: 'default' }, data: { 'tls.crt': Buffer.from('PEM').toString('base64'), 'tls.key': '' }, type: 'kubernetes.io/tls' } as never)
  controller = createIngress({ lister: cluster.server.lister, policies: true, draw: () => drawn, now: () => START }, permitted)
})
beforeEach(async () => {
  for (const i of (await client.list(ingressKind, { namespace: 'default' })).items) await client.delete(ingressKind, i)
})

interface Rule {
  host?: string
  path?: string
  type?: string
  to: string
}

const ingress = (name: string, rules: readonly Rule[], { annotations = {}, ...more }: { annotations?: Record<string, string>; [field: string]: unknown } = {}): Promise<unknown> =>
  client.create(ingressKind, {
    metadata: { name, namespace: 'default', annotations: Object.fromEntries(Object.entries(annotations).map(([k, v]) => [`nginx.ingress.kubernetes.io/${k}`, v])) },
    spec: { ingressClassName: 'nginx', ...more, rules: rules.map(({ host, path = '/', type = 'Prefix', to }) => ({ ...(host === undefined ? {} : { host }), http: { paths: [{ path, pathType: type, backend: { service: { name: to, port: { number: 80 } } } }] } })) },
  } as never)

const ask = (url: string, headers: readonly (readonly [string, string])[] = []): IngressAnswer => {
  const [, scheme, host = '', target] = /^(https?):\/\/([^/]*)(\/.*)$/.exec(url) as RegExpExecArray
  return controller.handle({ host, method: 'GET', target: target as string, headers, secure: scheme === 'https', ip: '172.18.0.2', from: '10.244.0.9' })
}
const NAMES: Record<string, string> = { '10.244.0.5': 'web', '10.244.0.6': 'api', '10.244.0.7': 'canary' }
/** `web /path`, or the status. */
const goes = (url: string, headers: readonly (readonly [string, string])[] = []): string => {
  const a = ask(url, headers)
  return a.kind === 'backend' ? `${NAMES[a.ip]}:${a.port} ${a.target}` : `${a.status}${a.headers.filter(([k]) => k === 'Location').map(([, v]) => ` ${v}`).join('')}`
}

describe('requests', () => {
  it('go by host: a name, a wildcard, any', async () => {
    await ingress('a', [{ host: 'shop.example.com', to: 'web' }, { host: '*.example.com', to: 'api' }])
    expect(goes('http://shop.example.com/')).toBe('web:8080 /')
    expect(goes('http://SHOP.example.com:80/x?y=1')).toBe('web:8080 /x?y=1')
    expect(goes('http://other.example.com/')).toBe('api:8080 /')
    expect(goes('http://a.b.example.com/')).toBe('404')
    expect(goes('http://172.18.0.2/')).toBe('404')
    await ingress('any', [{ to: 'canary' }])
    expect(goes('http://172.18.0.2/')).toBe('canary:8080 /')
    expect(goes('http://shop.example.com/')).toBe('web:8080 /')
  })
  it('go by path', async () => {
    await ingress('a', [{ path: '/shop', to: 'web' }, { path: '/shop/exact', type: 'Exact', to: 'api' }, { path: '/start', type: 'ImplementationSpecific', to: 'canary' }])
    expect(['/shop', '/shop/', '/shop/x', '/shopping', '/shop/exact', '/shop/exact/', '/start', '/starting', '/'].map(p => goes(`http://x${p}`))).toEqual(['web:8080 /shop', 'web:8080 /shop/', 'web:8080 /shop/x', '404', 'api:8080 /shop/exact', 'web:8080 /shop/exact/', 'canary:8080 /start', 'canary:8080 /starting', '404'])
  })
  it('go to the default backend when nothing else is for them, and nowhere without endpoints', async () => {
    await ingress('a', [{ path: '/idle', to: 'idle' }, { path: '/gone', to: 'gone' }], { defaultBackend: { service: { name: 'web', port: { name: 'http' } } } })
    expect(['/idle', '/gone', '/x'].map(p => goes(`http://x${p}`))).toEqual(['503', '503', 'web:8080 /x'])
  })
  it('are those of our class', async () => {
    await client.create(ingressKind, { metadata: { name: 'b', namespace: 'default' }, spec: { ingressClassName: 'traefik', defaultBackend: { service: { name: 'api', port: { number: 80 } } } } } as never)
    expect(goes('http://x/')).toBe('404')
  })
  it('are rewritten and told who asked', async () => {
    await ingress('a', [{ host: 'x', path: '/api(/|$)(.*)', type: 'ImplementationSpecific', to: 'api' }], { annotations: { 'use-regex': 'true', 'rewrite-target': '/$2' } })
    expect(['/api', '/api/', '/api/users/1?a=b', '/apis'].map(p => goes(`http://x${p}`))).toEqual(['api:8080 /', 'api:8080 /', 'api:8080 /users/1?a=b', '404'])
    const a = ask('http://x/api/', [['Host', 'x'], ['User-Agent', 'curl'], ['X-Forwarded-For', '1.1.1.1']])
    expect(a.kind === 'backend' && Object.fromEntries(a.headers)).toMatchObject({ Host: 'x', 'User-Agent': 'curl', 'X-Forwarded-For': '10.244.0.9', 'X-Original-Forwarded-For': '1.1.1.1', 'X-Forwarded-Proto': 'http', 'X-Real-IP': '10.244.0.9' })
  })
  it('are sent to TLS where the host has it', async () => {
    await ingress('a', [{ host: 's.example.com', to: 'web' }], { tls: [{ hosts: ['s.example.com'], secretName: 'cert' }] })
    expect(goes('http://s.example.com/x?y')).toBe('308 https://s.example.com/x?y')
    expect(goes('https://s.example.com/x')).toBe('web:8080 /x')
    expect([controller.certificate('S.example.com'), controller.certificate('other')]).toEqual(['PEM', undefined])
  })
  it('reach a canary by share, header and cookie', async () => {
    await ingress('main', [{ host: 'x', to: 'web' }])
    await ingress('next', [{ host: 'x', to: 'canary' }], { annotations: { canary: 'true', 'canary-weight': '10', 'canary-by-header': 'X-Next', 'canary-by-cookie': 'next' } })
    const shares = Array.from({ length: 10 }, (_, i) => {
      drawn = i / 10
      return goes('http://x/')
    })
    expect(shares.filter(s => s === 'canary:8080 /')).toHaveLength(1)
    drawn = 0.5
    expect([goes('http://x/', [['x-next', 'always']]), goes('http://x/', [['Cookie', 'a=b; next=always']])]).toEqual(['canary:8080 /', 'canary:8080 /'])
    drawn = 0
    expect(goes('http://x/', [['X-Next', 'never']])).toBe('web:8080 /')
  })
})
