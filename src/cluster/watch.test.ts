/** Watches of a cluster that is served, as their lines. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { Alarm } from '../base/alarm'
import { component } from '../apiserver/actor'
import type { Client, RawResponse } from '../client/client'
import { readConfig } from './config'
import { createInMemory } from './create'
import type { Cluster } from './open'
import { servingOptions, settleBySelf } from './serving'

interface Event {
  readonly type: string
  readonly object: { kind: string; apiVersion: string; code?: number; reason?: string; message?: string; details?: object; metadata: { name?: string; resourceVersion: string; labels?: object; annotations?: object; managedFields?: unknown[] }; data?: object; rows?: unknown[]; columnDefinitions?: unknown }
}
const later = (): Promise<void> => new Promise(done => setImmediate(done))
const PATH = '/api/v1/namespaces/default/configmaps'

let cluster: Cluster
let client: Client
const alarms = new Set<{ ms: number; ring: () => void }>()
beforeEach(async () => {
  alarms.clear()
  const alarm: Alarm = (ms, ring) => {
    const mine = { ms, ring }
    alarms.add(mine)
    return () => void alarms.delete(mine)
  }
  const failed = (e: unknown): never => {
    throw e
  }
  cluster = await createInMemory(readConfig({ nodes: 0, seed: 's' }), () => Date.UTC(2026, 0, 1), true, { ...servingOptions(() => 0, later, alarm, failed), secret: 's' })
  settleBySelf(cluster, alarm, failed)
  client = cluster.clientFor({ ...component('ann', 'test'), trusted: false })
})
const ring = (ms: number): void => {
  for (const a of [...alarms].filter(a => a.ms === ms)) {
    alarms.delete(a)
    a.ring()
  }
}
const send = async (method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<Event['object']> => {
  const answer = await client.request({ method, path, contentType: method === 'PATCH' ? 'application/merge-patch+json' : 'application/json', body: body === undefined ? undefined : JSON.stringify(body) })
  expect(answer.code).toBeLessThan(300)
  return JSON.parse(answer.body) as Event['object']
}
const make = (name: string, labels: object = {}): Promise<Event['object']> => send('POST', PATH, { metadata: { name, labels } })

/** Reads events one by one. */
async function open(query: string, accept?: string, path = PATH) {
  const gone = new AbortController()
  const answer: RawResponse = await client.request({ method: 'GET', path: `${path}?watch=1${query}`, accept, signal: gone.signal })
  expect(answer.code).toBe(200)
  const chunks = (answer.stream as AsyncIterable<string>)[Symbol.asyncIterator]()
  const waiting: Event[] = []
  const next = async (): Promise<Event | 'end'> => {
    if (waiting.length === 0) {
      const { done, value } = await chunks.next()
      if (done === true) return 'end'
      waiting.push(...value.trim().split('\n').map(line => JSON.parse(line) as Event))
    }
    return waiting.shift() as Event
  }
  const told = async (): Promise<string> => {
    const e = await next()
    return e === 'end' ? e : `${e.type} ${e.object.metadata.name ?? e.object.code}`
  }
  return { answer, gone, next, told }
}
const refused = async (query: string): Promise<{ code: number; message: string }> => {
  const { code, body } = await client.request({ method: 'GET', path: `${PATH}?${query}` })
  return { code, message: (JSON.parse(body) as { message: string }).message }
}

describe('a watch', () => {
  it('tells what exists, then what is written', async () => {
    await make('a')
    await make('b')
    const { told, gone } = await open('')
    expect([await told(), await told()]).toEqual(['ADDED a', 'ADDED b'])
    await make('c')
    await send('PATCH', `${PATH}/a`, { data: { x: '1' } })
    await send('DELETE', `${PATH}/b`)
    expect([await told(), await told(), await told()]).toEqual(['ADDED c', 'MODIFIED a', 'DELETED b'])
    gone.abort()
    expect(await told()).toBe('end')
    expect(cluster.server.hub?.counts().size).toBe(0)
  })

  it('begins after the revision that is named, also one to come', async () => {
    const { metadata } = await make('a')
    await make('b')
    const after = await open(`&resourceVersion=${metadata.resourceVersion}`)
    expect(await after.told()).toBe('ADDED b')
    const ahead = await open(`&resourceVersion=${cluster.store.head() + 2}`)
    for (const name of ['c', 'd', 'e']) await make(name)
    expect(await ahead.told()).toBe('ADDED e')
    expect([await after.told(), await after.told(), await after.told()]).toEqual(['ADDED c', 'ADDED d', 'ADDED e'])
  })

  it('from a forgotten revision is an event that says so', async () => {
    const { metadata } = await make('a')
    for (let n = 0; n < 5; n++) await send('PATCH', `${PATH}/a`, { data: { n: String(n) } })
    cluster.store.compact(cluster.store.head() - 1, 100_000)
    const { next, told } = await open(`&resourceVersion=${metadata.resourceVersion}`)
    expect(await next()).toEqual({ type: 'ERROR', object: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: `too old resource version: ${metadata.resourceVersion} (${cluster.store.compactedTo()})`, reason: 'Expired', code: 410 } })
    expect(await told()).toBe('end')
    // The newest change alone is left: what it replaced is not.
    const last = await open(`&resourceVersion=${cluster.store.compactedTo()}`)
    expect(await last.told()).toBe('MODIFIED a')
  })

  it('with initial events ends them with a bookmark', async () => {
    await make('a')
    const { told, next } = await open('&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan&resourceVersion=1')
    expect(await told()).toBe('ADDED a')
    expect(await next()).toEqual({ type: 'BOOKMARK', object: { kind: 'ConfigMap', apiVersion: 'v1', metadata: { resourceVersion: String(cluster.store.head()), annotations: { 'k8s.io/initial-events-end': 'true' } } } })
    await make('b')
    expect(await told()).toBe('ADDED b')
    const ahead = await open(`&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan&resourceVersion=${cluster.store.head() + 9}`)
    expect(await ahead.next()).toEqual({ type: 'ERROR', object: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason: 'Timeout', code: 504, message: `Timeout: Too large resource version: ${cluster.store.head() + 9}, current: ${cluster.store.head()}`, details: { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }], retryAfterSeconds: 1 } } })
    const without = await open('&sendInitialEvents=false&resourceVersionMatch=NotOlderThan')
    const first = without.next()
    await later()
    await make('c')
    expect(await first).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'c' } } })
  })

  it('tells what stops to match as deleted, as it was, and what begins to as added', async () => {
    await make('a', { on: 'yes' })
    await make('b')
    const { next, told } = await open('&labelSelector=on%3Dyes')
    expect(await told()).toBe('ADDED a')
    const off = await send('PATCH', `${PATH}/a`, { metadata: { labels: { on: 'no' } }, data: { x: 'new' } })
    const deleted = (await next()) as Event
    expect([deleted.type, deleted.object.metadata.labels, deleted.object.data, deleted.object.metadata.resourceVersion]).toEqual(['DELETED', { on: 'yes' }, undefined, off.metadata.resourceVersion])
    await send('PATCH', `${PATH}/b`, { metadata: { labels: { on: 'yes' } } })
    expect(await told()).toBe('ADDED b')
    const one = await open('&fieldSelector=metadata.name%3Dz')
    await make('y')
    await make('z')
    expect(await one.told()).toBe('ADDED z')
  })

  it('gets a bookmark each minute where it is allowed, and ends in time', async () => {
    const { next, told } = await open(`&allowWatchBookmarks=true&timeoutSeconds=90&resourceVersion=${cluster.store.head()}`)
    const first = next()
    await later()
    ring(60_000)
    expect(await first).toEqual({ type: 'BOOKMARK', object: { kind: 'ConfigMap', apiVersion: 'v1', metadata: { resourceVersion: String(cluster.store.head()) } } })
    await make('a')
    expect(await told()).toBe('ADDED a')
    const end = told()
    await later()
    ring(90_000)
    expect(await end).toBe('end')
  })

  it('is told in tables, metadata alone, and by the old path', async () => {
    await make('a', { x: 'y' })
    const table = await open('', 'application/json;as=Table;v=v1;g=meta.k8s.io')
    expect(await table.next()).toMatchObject({ type: 'ADDED', object: { kind: 'Table', columnDefinitions: expect.any(Array), rows: [{ cells: ['a', 0, expect.anything()], object: { kind: 'PartialObjectMetadata', metadata: { name: 'a' } } }] } })
    const partial = await open('', 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io')
    expect(Object.keys(((await partial.next()) as Event).object)).toEqual(['kind', 'apiVersion', 'metadata'])
    const old = await client.request({ method: 'GET', path: '/api/v1/watch/namespaces/default/configmaps/a' })
    const { value } = await (old.stream as AsyncIterable<string>)[Symbol.asyncIterator]().next() as { value: string }
    expect((JSON.parse(value) as Event).object.metadata).toMatchObject({ name: 'a', managedFields: [expect.anything()] })
  })

  it('is cut off when nobody reads it', async () => {
    const { answer, next } = await open(`&resourceVersion=${cluster.store.head()}`)
    const first = next()
    await later()
    await make('a')
    await first
    for (let n = 0; n < 8_200; n++) await client.request({ method: 'PATCH', path: `${PATH}/a`, contentType: 'application/merge-patch+json', body: `{"data":{"n":"${n}"}}` })
    expect(answer.broken?.aborted).toBe(true)
    expect(cluster.server.hub?.counts().size).toBe(0)
  })

  it('is refused with what does not go together', async () => {
    const options = (why: string): object => ({ code: 422, message: `ListOptions.meta.k8s.io "" is invalid: ${why}` })
    expect(await refused('watch=1&resourceVersion=x')).toEqual({ code: 400, message: 'invalid resource version: resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax' })
    expect(await refused('watch=1&sendInitialEvents=true')).toEqual(options('resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'))
    expect(await refused('watch=1&resourceVersionMatch=NotOlderThan')).toEqual(options('resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'))
    expect(await refused('sendInitialEvents=true')).toEqual(options('sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list'))
    expect(await refused('watch=1&timeoutSeconds=x')).toEqual({ code: 400, message: 'strconv.ParseInt: parsing "x": invalid syntax' })
    expect(await refused('watch=1&fieldSelector=data.x%3Dy')).toMatchObject({ code: 400 })
  })
})
