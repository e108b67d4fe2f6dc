/** Odd paths, queries, headers and bodies, drawn from a seed: every request is answered, and none shows a failure of ours. */
import { readFileSync, existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { parseAllDocuments } from 'yaml'
import { inMemory } from '../apiserver/in-memory.testing'
import type { RawRequest, RawResponse } from '../client/client'
import { seeded, type Random } from '../../test/seeded'
import { credentialsOf } from './credentials'
import { Front } from './front'
import { encoded } from './media'
import { serveHttp, type Answer } from './plain'

const SEED = Number(process.env['KUBOTTLE_SEED'] ?? 1)
const CASES = Number(process.env['KUBOTTLE_FUZZ'] ?? 2_500)
const SAMPLES = new URL('../../../shared/recordings/api/samples.yaml', import.meta.url)

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

const failures: { error: unknown; request: RawRequest | undefined }[] = []
let current: RawRequest | undefined
let answer: Answer
let server: Server
let samples: Json[]
let paths: string[]
/** Where objects of a kind lie, by apiVersion and kind. */
const homes = new Map<string, string>()

beforeAll(async () => {
  const { cluster, admin } = await inMemory()
  const failed = (error: unknown): void => void failures.push({ error, request: current })
  const front = new Front(cluster.server, { nowMs: () => performance.now(), alarm: (ms, ring) => { const t = setTimeout(ring, ms); return () => clearTimeout(t) }, newId: () => 'id', limits: { reading: 0, mutating: 0 }, timeoutMs: 5_000, queues: () => cluster.engine.queues(), failed })
  answer = front.answer({
    actorOf({ headers = {} }) {
      const { token, wanted } = credentialsOf(headers)
      return token === undefined ? cluster.ownUser(undefined, [], 'fuzz', wanted) : cluster.actorFor({ token, wanted }, 'fuzz')
    },
    answer: (request, actor) => cluster.clientFor(actor).request(request),
  })
  server = await serveHttp(answer, '127.0.0.1', 0)
  samples = existsSync(SAMPLES) ? parseAllDocuments(readFileSync(SAMPLES, 'utf8')).map(d => d.toJS() as Json).filter(Boolean) : []
  samples.push({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', labels: { a: 'b' } }, data: { x: 'y' } }, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 80 }] }] } })
  const list = async (path: string): Promise<{ name: string; kind: string; namespaced: boolean }[]> => (JSON.parse((await admin.request({ method: 'GET', path })).body) as { resources: { name: string; kind: string; namespaced: boolean }[] }).resources
  const groups = (JSON.parse((await admin.request({ method: 'GET', path: '/apis' })).body) as { groups: { versions: { groupVersion: string }[] }[] }).groups.flatMap(g => g.versions.map(v => `/apis/${v.groupVersion}`))
  paths = (await Promise.all(['/api/v1', ...groups].map(async base => (await list(base)).map(({ name, kind, namespaced }) => {
    const path = `${base}${namespaced ? '/namespaces/default' : ''}/${name.replace('/', '/NAME/')}`
    if (!name.includes('/')) homes.set(`${base.replace(/^\/apis?\//, '')}/${kind}`, path)
    return path
  })))).flat()
})
afterAll(() => void server.close())

const TEXTS = ['', 'x', 'c', 'p', 'default', 'kube-system', '0', '-1', '1', 'true', 'NaN', '1e400', '99999999999999999999', 'All', 'Strict', 'Foreground', '..', '.', '%', '%2f', '%00', 'a=b', 'a in (b', '!a', 'a==b,c!=d', 'metadata.name=x', 'spec.nodeName!=', '\u0000', '\ud800', 'ü', '☃', 'x'.repeat(3_000), '__proto__', 'constructor', 'toString', '{}', '[]', 'null', 'eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiJ4In0', '2026-01-01T00:00:00Z', '10s']
const PARAMETERS = ['watch', 'limit', 'continue', 'resourceVersion', 'resourceVersionMatch', 'sendInitialEvents', 'allowWatchBookmarks', 'timeoutSeconds', 'timeout', 'labelSelector', 'fieldSelector', 'dryRun', 'fieldManager', 'fieldValidation', 'force', 'pretty', 'includeObject', 'gracePeriodSeconds', 'propagationPolicy', 'orphanDependents', 'container', 'follow', 'tailLines', 'limitBytes', 'sinceSeconds', 'sinceTime', 'previous', 'timestamps', 'command', 'ports', 'path', 'verbose', 'exclude', 'hash', 'stream', 'shardSelector']
const TYPES = ['application/json', 'application/yaml', 'application/merge-patch+json', 'application/strategic-merge-patch+json', 'application/json-patch+json', 'application/apply-patch+yaml', 'application/vnd.kubernetes.protobuf', 'application/cbor', 'text/plain', '', 'application/json; charset=utf-8', ';;;', 'application/apply-patch+cbor']
const ACCEPTS = ['application/json', '*/*', '', 'application/yaml', 'application/vnd.kubernetes.protobuf', 'application/json;as=Table;v=v1;g=meta.k8s.io', 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io', 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io', 'application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;v=v1;g=meta.k8s.io', 'application/json;as=Nothing;v=v1;g=meta.k8s.io', 'application/json;q=x,*/*;q=0', 'image/png', ',;=', 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList', 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf']
const OTHER_PATHS = ['/', '/api', '/apis', '/api/v1', '/apis/apps', '/apis/apps/v1', '/apis/none/v1/x', '/openapi/v2', '/openapi/v3', '/openapi/v3/api/v1', '/healthz', '/readyz/ping', '/livez', '/version', '/metrics', '/logs', '/api/v1/watch/pods', '/api/v1/watch/namespaces/default/configmaps/c', '/api/v1/namespaces/default/pods/p:80/proxy/x', '/api/v1/nodes/node-1/proxy/pods', '/api/v1/namespaces/default/services/https:s:443/proxy', '/api/v1/proxy/x', '//', '/api//v1///pods', '/api/v1/namespaces/default', '/api/v1/namespaces/default/status', '/api/v1/namespaces/default/finalize', '/openid/v1/jwks', '/.well-known/openid-configuration']
const METHODS = ['GET', 'GET', 'GET', 'POST', 'POST', 'PUT', 'PATCH', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND']

function oddPath(r: Random): string {
  let path = r.below(5) === 0 ? r.pick(OTHER_PATHS) : r.pick(paths).replace('NAME', r.pick(['c', 'p', 'none', 'default']))
  if (r.below(3) === 0) path += `/${r.pick(['c', 'p', 'x', 'status', 'scale', 'log', 'exec', 'binding', 'eviction', 'token', 'proxy', 'ephemeralcontainers', 'resize', 'finalize', 'approval'])}`
  for (let n = r.below(3); n > 0; n--) {
    const parts = path.split('/')
    parts[r.below(parts.length)] = encoded_(r.pick(TEXTS), r)
    path = parts.join('/')
  }
  if (!path.startsWith('/')) path = `/${path}`
  const pairs = Array.from({ length: r.below(4) }, () => `${r.pick(PARAMETERS)}${r.below(6) === 0 ? '' : `=${encoded_(r.pick(TEXTS), r)}`}`)
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`
}
/** Mostly as URLs want it. */
function encoded_(text: string, r: Random): string {
  if (r.below(8) === 0) return text.replace(/[\s\u0000-\u001f\u0080-\uffff]/g, '')
  try {
    return encodeURIComponent(text)
  } catch {
    return '%ED%A0%80'
  }
}

const deep = (n: number): Json => {
  let value: Json = 1
  for (let i = 0; i < n; i++) value = i % 2 === 0 ? [value] : { a: value }
  return value
}
const leaf = (r: Random): Json => r.pick<() => Json>([() => r.pick(TEXTS), () => null, () => r.below(2) === 0, () => r.below(1_000) - 500, () => 1.5, () => 1e300, () => 9_007_199_254_740_993, () => [], () => ({}), () => [null], () => ({ a: 1 }), () => deep(50)])()

/** Changes one thing somewhere. */
function mutated(value: Json, r: Random): Json {
  if (value === null || typeof value !== 'object' || r.below(12) === 0) return leaf(r)
  if (Array.isArray(value)) {
    if (value.length === 0) return [leaf(r)]
    const i = r.below(value.length)
    return r.below(6) === 0 ? [...value, value[i] as Json] : value.map((v, n) => (n === i ? mutated(v, r) : v))
  }
  const keys = Object.keys(value)
  const key = keys.length === 0 || r.below(10) === 0 ? r.pick(['x', '__proto__', 'metadata', 'spec', 'status', 'name', '', 'managedFields', 'ownerReferences', 'finalizers', 'generateName', 'resourceVersion', 'uid']) : r.pick(keys)
  if (r.below(10) === 0) return Object.fromEntries(keys.filter(k => k !== key).map(k => [k, value[k] as Json]))
  return { ...value, [key]: mutated(value[key] ?? null, r) }
}

function oddBody(r: Random): string {
  switch (r.below(10)) {
    case 0:
      return r.pick(['', '{', '[]', 'null', '"x"', '1', '{"a":1}{"b":2}', 'k8s\u0000\n\u0012\u0003', '---\na: &x [*x]\n', '- a\n- b\n', 'a: !!js/function x', '{"a":1,"a":2}', '\u0000', '{"metadata":null}', '{"kind":"DeleteOptions","preconditions":{"uid":5}}', JSON.stringify(deep(5_000))])
    case 1:
      return JSON.stringify(Array.from({ length: r.below(4) }, () => ({ op: r.pick(['add', 'remove', 'replace', 'move', 'copy', 'test', 'x']), path: r.pick(['/metadata/labels/a', '/data', '', '/', '/spec/containers/-', '/spec/containers/99', '/metadata/name', '~', '/a~2b']), from: r.pick(['/data', '/x', '']), value: leaf(r) })))
    case 2:
      return JSON.stringify({ metadata: mutated({ labels: { a: 'b' }, annotations: {}, finalizers: ['a/b'] }, r), data: leaf(r), spec: leaf(r), $patch: r.pick(['replace', 'delete', 'x']), '$setElementOrder/containers': leaf(r) })
    default: {
      let body = r.pick(samples)
      for (let n = 1 + r.below(3); n > 0; n--) body = mutated(body, r)
      return JSON.stringify(body)
    }
  }
}

/** An object of the samples, changed in a few places, where it belongs. */
function nearlyGood(r: Random): RawRequest {
  const sample = r.pick(samples) as { apiVersion: string; kind: string; metadata: { name: string; namespace?: string } }
  const { namespace: _, ...metadata } = sample.metadata ?? { name: 'none' }
  let body: Json = { ...sample, metadata }
  for (let n = r.below(4); n > 0; n--) body = mutated(body, r)
  const home = homes.get(`${sample.apiVersion}/${sample.kind}`) ?? '/api/v1/namespaces'
  const method = r.pick(['POST', 'POST', 'PUT', 'PATCH', 'GET', 'DELETE'] as const)
  const query = `?fieldValidation=${r.pick(['Strict', 'Ignore', 'Warn'])}${r.below(2) === 0 ? '&dryRun=All' : ''}&fieldManager=f&force=true`
  const path = `${home}${method === 'POST' ? '' : `/${metadata.name}${r.below(6) === 0 ? '/status' : ''}`}${query}`
  return { method, path, body: method === 'GET' ? undefined : JSON.stringify(body), contentType: method === 'PATCH' ? r.pick(['application/merge-patch+json', 'application/strategic-merge-patch+json', 'application/apply-patch+yaml']) : 'application/json', accept: r.below(4) === 0 ? r.pick(ACCEPTS) : 'application/json', headers: {} }
}

function oddRequest(r: Random): RawRequest {
  if (r.below(2) === 0) return nearlyGood(r)
  const headers: Record<string, readonly string[]> = {}
  if (r.below(15) === 0) headers.authorization = [r.pick(['Bearer', 'Bearer x', 'Bearer a.b.c', 'Basic eDp5', 'bearer  eyJhbGciOiJub25lIn0.e30.', ''])]
  if (r.below(15) === 0) headers[r.pick(['impersonate-user', 'impersonate-group', 'impersonate-uid', 'impersonate-extra-x', 'impersonate-extra-%zz', 'audit-id', '__proto__'])] = [r.pick(TEXTS)]
  const method = r.pick(METHODS) as RawRequest['method']
  const contentType = r.pick(TYPES)
  return { method, path: oddPath(r), body: method === 'GET' && r.below(4) > 0 ? undefined : oddBody(r), contentType: contentType === '' ? undefined : contentType, accept: r.below(3) === 0 ? r.pick(ACCEPTS) : 'application/json', userAgent: r.pick(['kubectl/v1', '', 'curl/8', 'x'.repeat(500)]), headers }
}

/** The first piece of what goes on for ever is enough. */
async function whole(response: RawResponse): Promise<string> {
  const { stream, body } = encoded(response)
  if (stream === undefined) return String(body)
  const pieces = stream[Symbol.asyncIterator]()
  const { value } = await pieces.next()
  await pieces.return?.()
  return String(value ?? '')
}
const shown = ({ method, path, body, contentType, accept, headers }: RawRequest): string => JSON.stringify({ method, path: path.slice(0, 300), body: body?.slice(0, 600), contentType, accept, headers })

describe('odd requests', () => {
  it(`are all answered, and none of them finds a failure of ours (seed ${SEED})`, async () => {
    const r = seeded(SEED)
    const codes = new Map<number, number>()
    const wrong: string[] = []
    for (let n = 0; n < CASES; n++) {
      const gone = new AbortController()
      const request = { ...oddRequest(r), signal: gone.signal }
      current = request
      const stuck = setTimeout(() => wrong.push(`no answer: ${shown(request)}`), 4_000)
      const before = failures.length
      const response = await answer(request)
      gone.abort()
      const text = await whole(response).catch((e: unknown) => `cannot be written: ${(e as Error).stack}`)
      clearTimeout(stuck)
      codes.set(response.code, (codes.get(response.code) ?? 0) + 1)
      if (failures.length > before) wrong.push(`${(failures.at(-1)?.error as Error).stack?.split('\n').slice(0, 4).join(' | ')}: ${shown(request)}`)
      else if (response.code >= 500 && process.env['KUBOTTLE_FUZZ_500'] !== undefined) console.log(response.code, text.slice(0, 300), shown(request).slice(0, 200))
      else if (/\n +at |node:internal|cannot be written/.test(text)) wrong.push(`${text.slice(0, 500)}: ${shown(request)}`)
    }
    expect(wrong.slice(0, 20)).toEqual([])
    // It reaches what is behind the door.
    for (const code of [200, 201, 400, 404, 405, 415, 422]) expect(codes.get(code) ?? 0, String(code)).toBeGreaterThan(0)
  }, 120_000)

  it('that were found once are answered as they should be', async () => {
    const send = async (method: RawRequest['method'], path: string, body?: string, contentType = 'application/json', accept = 'application/json'): Promise<string> => {
      const response = await answer({ method, path, body, contentType, accept })
      const status = accept === 'application/json' ? (JSON.parse(await whole(response)) as { message?: string }) : { message: await whole(response) && 'bytes' }
      return `${response.code} ${status.message ?? ''}`
    }
    const maps = '/api/v1/namespaces/default/configmaps'
    expect(await send('POST', maps, '{"metadata":{"name":"found"}}')).toBe('201 ')
    expect(await send('PATCH', `${maps}/found?fieldManager=f`, 'null', 'application/apply-patch+yaml')).toBe('400 invalid object type: /, Kind=')
    expect(await send('PATCH', `${maps}/found?fieldManager=f`, '[]', 'application/apply-patch+yaml')).toBe('400 error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}')
    expect(await send('PATCH', `${maps}/found`, '{"apiVersion":null,"kind":null}', 'application/merge-patch+json', 'application/vnd.kubernetes.protobuf')).toBe('200 bytes')
    expect(await send('DELETE', `${maps}/found?gracePeriodSeconds=x`)).toBe('400 strconv.ParseInt: parsing "x": invalid syntax')
    expect(await send('DELETE', `${maps}/found`, '{"gracePeriodSeconds":"x"}')).toBe('400 DeleteOptions in version "v1" cannot be handled as a DeleteOptions: json: cannot unmarshal string into Go struct field DeleteOptions.gracePeriodSeconds of type int64')
    const accounts = '/api/v1/namespaces/default/serviceaccounts'
    expect(await send('POST', accounts, '{"metadata":{"name":"found"},"secrets":[{}]}')).toBe('201 ')
    expect(await send('PATCH', `${accounts}/found?fieldManager=f`, '{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"found"},"secrets":[{"name":"a"}]}', 'application/apply-patch+yaml')).toMatch(/^500 failed to create typed live object \(default\/found; \/v1, Kind=ServiceAccount\): /)
  })

  it('that are no HTTP leave the server as it was', async () => {
    const r = seeded(SEED)
    const { port } = server.address() as AddressInfo
    const pieces = ['GET / HTTP/1.1\r\n', 'Host: x\r\n', 'Content-Length: 5\r\n', 'Content-Length: -1\r\n', 'Transfer-Encoding: chunked\r\n', 'Transfer-Encoding: identity, chunked\r\n', 'ffffffffffff\r\n', '\r\n', '\0\0\0', 'POST /api/v1/namespaces HTTP/1.1\r\n', 'Upgrade: websocket\r\nConnection: Upgrade\r\n', 'Expect: 100-continue\r\n', 'GET http://other/api HTTP/1.1\r\n', 'OPTIONS * HTTP/1.1\r\n', 'CONNECT a:1 HTTP/1.1\r\n', '\x16\x03\x01\x02\x00', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'GET /api/v1/pods?watch=1 HTTP/1.1\r\n', 'X: \x7f\r\n', '{"a":1}']
    for (let n = 0; n < 150; n++)
      await new Promise<void>(done => {
        const socket = connect(port, '127.0.0.1')
        socket.on('error', () => {})
        socket.on('close', () => done())
        socket.on('data', () => {})
        socket.write(Array.from({ length: 1 + r.below(7) }, () => r.pick(pieces)).join(''), 'latin1')
        setTimeout(() => void socket.destroy(), 5)
      })
    expect(failures.slice(0, 3).map(f => String(f.error))).toEqual([])
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200)
  })
})
