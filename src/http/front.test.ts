/** A cluster behind a port, with everything that stands before it. */
import { request as httpRequest, type IncomingMessage, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { inMemory } from '../apiserver/in-memory.testing'
import type { Alarm } from '../base/alarm'
import type { Actor } from '../apiserver/actor'
import type { RawRequest, RawResponse } from '../client/client'
import { readAuditPolicy } from './audit/policy'
import { Front } from './front'
import { serveHttp } from './plain'
import { requestLog } from './request-log'

const POLICY = `
apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- {level: None, nonResourceURLs: ["/*"]}
- {level: Metadata, verbs: [list, watch]}
- {level: RequestResponse, omitManagedFields: true}`

let server: Server
let front: Front
let port = 0
const events: Record<string, unknown>[] = []
const lines: string[] = []
const failures: unknown[] = []
const alarms = new Set<{ ms: number; ring: () => void }>()
/** Requests for these paths wait until they are let go. */
let held: Map<string, () => void>
let actor: Actor

beforeEach(async () => {
  for (const list of [events, lines, failures]) list.length = 0
  alarms.clear()
  held = new Map()
  actor = { user: 'ann', groups: ['dev', 'system:authenticated'], manager: 'test', trusted: false }
  const { cluster, as } = await inMemory()
  const alarm: Alarm = (ms, ring) => {
    const mine = { ms, ring }
    alarms.add(mine)
    return () => void alarms.delete(mine)
  }
  let ids = 0
  front = new Front(cluster.server, {
    nowMs: () => Date.UTC(2026, 0, 1), alarm, newId: () => `id-${++ids}`, limits: { reading: 2, mutating: 1 }, timeoutMs: 60_000, queues: () => cluster.engine.queues(), failed: e => failures.push(e),
    log: requestLog(line => lines.push(line)),
    audit: { policy: readAuditPolicy(POLICY, 'p'), write: line => events.push(JSON.parse(line) as never), nowMs: () => Date.UTC(2026, 0, 1), decide: () => ({ allowed: true, reason: 'so it is' }) },
  })
  server = await serveHttp(front.answer({
    actorOf: () => actor,
    async answer(request: RawRequest, { user }): Promise<RawResponse> {
      const { path } = request
      if (path.includes('held')) await new Promise<void>(go => held.set(path, go))
      if (path.includes('bug')) throw new Error('out of luck')
      return as(user, ['system:masters']).request(request)
    },
  }), '127.0.0.1', 0)
  port = (server.address() as AddressInfo).port
})
afterEach(() => {
  server.close()
  server.closeAllConnections()
})

interface Answered {
  readonly code: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
}
const ask = (method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<Answered> =>
  new Promise((done, failed) => {
    const r = httpRequest({ port, method, path, agent: false, headers: { 'content-type': 'application/json', ...headers } }, response => {
      const chunks: Buffer[] = []
      response.on('data', (c: Buffer) => chunks.push(c))
      response.on('end', () => done({ code: response.statusCode as number, headers: response.headers, text: Buffer.concat(chunks).toString() }))
    })
    r.on('error', failed)
    r.end(body)
  })
const until = async (condition: () => boolean): Promise<void> => {
  for (let n = 0; n < 2_000 && !condition(); n++) await new Promise(done => setTimeout(done, 2))
  expect(condition()).toBe(true)
}
const raw = (bytes: string): Promise<string> =>
  new Promise((done, failed) => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    socket.on('data', chunk => (text += String(chunk)))
    socket.on('close', () => done(text))
    socket.on('error', failed)
    socket.write(bytes)
  })
const MAPS = '/api/v1/namespaces/default/configmaps'

describe('what stands before the apiserver', () => {
  it('turns away one request too many, but none that lasts, asks after health, or is an administrator\'s', async () => {
    const reads = [ask('GET', '/api?held=1'), ask('GET', '/api?held=2')]
    await until(() => held.size === 2)
    const { code, headers, text } = await ask('GET', '/api')
    expect({ code, text, after: headers['retry-after'], type: headers['content-type'] }).toEqual({ code: 429, text: 'Too many requests, please try again later.\n', after: '1', type: 'text/plain; charset=utf-8' })
    expect((await ask('GET', '/readyz')).code).toBe(200)
    const write = ask('POST', `${MAPS}?held=3`, '{"metadata":{"name":"a"}}')
    await until(() => held.size === 3)
    expect((await ask('POST', MAPS, '{"metadata":{"name":"b"}}')).code).toBe(429)
    actor = { ...actor, groups: ['system:masters'] }
    expect((await ask('POST', MAPS, '{"metadata":{"name":"b"}}')).code).toBe(201)
    for (const go of held.values()) go()
    expect((await Promise.all([...reads, write])).map(a => a.code)).toEqual([200, 200, 201])
    actor = { ...actor, groups: [] }
    expect((await ask('GET', '/api')).code).toBe(200)
  })

  it('answers in time, or says that it does not', async () => {
    const late = ask('GET', '/api?held=1&timeout=5s')
    await until(() => held.size === 1)
    expect([...alarms].map(a => a.ms)).toEqual([5_000])
    for (const a of alarms) a.ring()
    const { code, text } = await late
    expect({ code, status: JSON.parse(text) as object }).toEqual({ code: 504, status: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: 'Timeout: request did not complete within the allotted timeout', reason: 'Timeout', details: {}, code: 504 } })
    for (const go of held.values()) go()
    expect(JSON.parse((await ask('GET', '/api?timeout=soon')).text)).toMatchObject({ code: 400, message: 'invalid timeout specified in the request URL - time: invalid duration "soon"' })
  })

  it('says of a failure of ours nothing of the code', async () => {
    const { code, text } = await ask('GET', '/api?bug')
    expect({ code, text: JSON.parse(text) as object }).toEqual({ code: 500, text: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: 'Internal error occurred: out of luck', reason: 'InternalError', details: { causes: [{ message: 'out of luck' }] }, code: 500 } })
    expect(failures).toEqual([new Error('out of luck')])
  })

  it('refuses what is too large or no request', async () => {
    const { code, text } = await ask('POST', MAPS, JSON.stringify({ metadata: { name: 'large' }, data: { x: 'x'.repeat(9_000_000) } }))
    expect({ code, text: JSON.parse(text) as object }).toEqual({ code: 413, text: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: 'Request entity too large: limit is 3145728', reason: 'RequestEntityTooLarge', code: 413 } })
    expect(await raw('NO REQUEST\r\n\r\n')).toBe('HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request')
    expect(await raw(`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(1_200_000)}\r\n\r\n`)).toContain('HTTP/1.1 431 Request Header Fields Too Large\r\n')
    expect(await ask('GET', '/api/v1/namespaces/%zz/pods')).toMatchObject({ code: 400, text: '400 Bad Request' })
    expect((await ask('HEAD', `${MAPS}`)).code).toBe(405)
    expect(JSON.parse((await ask('OPTIONS', `${MAPS}`)).text)).toMatchObject({ code: 405, reason: 'MethodNotAllowed' })
  })

  it('notes requests in the log and in the audit log', async () => {
    const { headers } = await ask('POST', MAPS, '{"metadata":{"name":"a"}}', { 'user-agent': 'tester/1', 'audit-id': 'mine' })
    expect({ id: headers['audit-id'], cached: headers['cache-control'] }).toEqual({ id: 'mine', cached: 'no-cache, private' })
    await ask('GET', `${MAPS}/none`)
    await ask('GET', MAPS)
    await ask('GET', '/version')
    expect(events.map(e => `${e.auditID} ${e.level} ${e.stage} ${e.verb}`)).toEqual([
      'mine RequestResponse RequestReceived create', 'mine RequestResponse ResponseComplete create', 'id-1 RequestResponse RequestReceived get', 'id-1 RequestResponse ResponseComplete get', 'id-2 Metadata RequestReceived list', 'id-2 Metadata ResponseComplete list',
    ])
    expect(events[1]).toMatchObject({
      kind: 'Event', apiVersion: 'audit.k8s.io/v1', requestURI: MAPS, user: { username: 'ann', groups: ['dev', 'system:authenticated'] }, sourceIPs: ['127.0.0.1'], userAgent: 'tester/1',
      objectRef: { resource: 'configmaps', namespace: 'default', name: 'a', apiVersion: 'v1' }, responseStatus: { metadata: {}, code: 201 }, requestObject: { metadata: { name: 'a' } }, responseObject: { kind: 'ConfigMap', metadata: { name: 'a' } },
      annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': 'so it is' },
    })
    expect((events[1] as { responseObject: { metadata: object } }).responseObject.metadata).not.toHaveProperty('managedFields')
    expect(events[3]).toMatchObject({ responseStatus: { metadata: {}, status: 'Failure', reason: 'NotFound', code: 404 } })
    expect(events[5]).not.toHaveProperty('responseObject')
    expect(lines).toHaveLength(4)
    expect(lines[0]).toMatch(/^2026-01-01T00:00:00\.000000Z "HTTP" verb="POST" URI="\/api\/v1\/namespaces\/default\/configmaps" latency="0s" userAgent="tester\/1" contentType="application\/json" audit-ID="mine" srcIP="127\.0\.0\.1:\d+" resp=201\n$/)
  })

  it('counts, in the text format of Prometheus', async () => {
    await ask('POST', MAPS, '{"metadata":{"name":"a"}}')
    await ask('GET', `${MAPS}/a`)
    await ask('GET', `${MAPS}/a`)
    await ask('GET', '/some/invented/path')
    const { code, headers, text } = await ask('GET', '/metrics')
    expect({ code, type: headers['content-type'] }).toEqual({ code: 200, type: 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores' })
    const families = new Map<string, string>()
    for (const line of text.trimEnd().split('\n')) {
      const type = /^# TYPE (\S+) (counter|gauge|histogram)$/.exec(line)
      if (type !== null) families.set(type[1] as string, type[2] as string)
      else if (!line.startsWith('# HELP ')) {
        const [, name = ''] = /^([a-z_]+)(?:\{[a-z_]+="(?:[^"\\\n]|\\.)*"(?:,[a-z_]+="(?:[^"\\\n]|\\.)*")*\})? [-+0-9.e]+$/.exec(line) ?? []
        expect(families.has(name) || families.get(name.replace(/_(bucket|sum|count)$/, '')) === 'histogram', line).toBe(true)
      }
    }
    const where = 'group="",version="v1",resource="configmaps",subresource=""'
    expect(text).toContain(`apiserver_request_total{verb="GET",dry_run="",${where},scope="resource",component="apiserver",code="200"} 2\n`)
    expect(text).toContain(`apiserver_request_total{verb="POST",dry_run="",${where},scope="namespace",component="apiserver",code="201"} 1\n`)
    expect(text).toContain(`apiserver_request_duration_seconds_bucket{verb="GET",dry_run="",${where},scope="resource",component="apiserver",le="0.005"} 2\n`)
    expect(text).not.toContain('invented')
    expect([...families.keys()]).toEqual(expect.arrayContaining(['apiserver_current_inflight_requests', 'apiserver_longrunning_requests', 'apiserver_registered_watchers', 'process_cpu_seconds_total', 'process_resident_memory_bytes', 'workqueue_adds_total', 'workqueue_depth']))
  })

  it('ends watches when it shuts down, and says that it is not ready', async () => {
    const watch = ask('GET', `${MAPS}?watch=1&held=1`)
    await until(() => held.size === 1)
    front.shutDown()
    for (const go of held.values()) go()
    expect((await watch).code).toBe(200)
    const { code, text } = await ask('GET', '/readyz')
    expect({ code, last: text.split('\n').slice(-3) }).toEqual({ code: 500, last: ['[-]shutdown failed: reason withheld', 'readyz check failed', ''] })
    expect((await ask('GET', '/livez')).text).toBe('ok')
    expect(await ask('GET', '/readyz/shutdown')).toMatchObject({ code: 500, text: 'internal server error: process is shutting down\n' })
    expect((await ask('GET', '/readyz?exclude=shutdown')).code).toBe(200)
  })
})
