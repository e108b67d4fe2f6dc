import { describe, expect, it } from 'vitest'
import { readConfig } from '../cluster/config'
import { createInMemory } from '../cluster/create'
import { answerRaw } from './raw'

const ACTOR = { user: 'kubernetes-admin', groups: ['system:masters'], manager: 'test', trusted: false }

async function server() {
  const cluster = await createInMemory(readConfig(undefined), () => 1_700_000_000_000)
  return async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object, contentType?: string) => {
    const answer = await answerRaw(cluster.server, { method, path, ...(body === undefined ? {} : { body: JSON.stringify(body) }), ...(contentType === undefined ? {} : { contentType }) }, ACTOR)
    return { code: answer.code, body: JSON.parse(answer.body) as Record<string, never> & { items: Record<string, never>[]; message: string } }
  }
}

const CORE = '/api/v1/namespaces/default/events'
const NEWER = '/apis/events.k8s.io/v1/namespaces/default/events'
const newer = {
  kind: 'Event', apiVersion: 'events.k8s.io/v1', metadata: { name: 'p.1' }, eventTime: '2023-11-14T22:13:20.000000Z', reportingController: 'example.com/c', reportingInstance: 'c-1',
  action: 'Binding', reason: 'Scheduled', type: 'Normal', note: 'hello', regarding: { kind: 'Pod', namespace: 'default', name: 'p' },
}

describe('events of both groups', () => {
  it('are one store', async () => {
    const send = await server()
    const created = await send('POST', NEWER, newer)
    expect(created.code).toBe(201)
    expect(created.body).toMatchObject({ apiVersion: 'events.k8s.io/v1', note: 'hello', regarding: { name: 'p' }, deprecatedFirstTimestamp: null })
    const read = await send('GET', `${CORE}/p.1`)
    expect(read.body).toMatchObject({ apiVersion: 'v1', message: 'hello', involvedObject: { name: 'p' }, reportingComponent: 'example.com/c' })
    const listed = await send('GET', `${NEWER}?fieldSelector=regarding.name%3Dp`)
    expect(listed.body.items.map(e => e.note)).toEqual(['hello'])
    expect((await send('GET', `${NEWER}?fieldSelector=regarding.name%3Dq`)).body.items).toEqual([])
    expect((await send('GET', `${NEWER}?fieldSelector=involvedObject.name%3Dq`)).body.message).toBe('field label not supported: involvedObject.name')
  })

  it('are patched and deleted in either form', async () => {
    const send = await server()
    await send('POST', NEWER, newer)
    const series = { count: 2, lastObservedTime: '2023-11-14T22:14:20.000000Z' }
    const patched = await send('PATCH', `${NEWER}/p.1`, { series }, 'application/merge-patch+json')
    expect(patched.body).toMatchObject({ apiVersion: 'events.k8s.io/v1', series })
    const refused = await send('PATCH', `${NEWER}/p.1`, { note: 'other' }, 'application/merge-patch+json')
    expect(refused.body.message).toBe('Event "p.1" is invalid: message: Invalid value: "other": field is immutable')
    expect((await send('GET', `${CORE}/p.1`)).body).toMatchObject({ series, message: 'hello' })
    expect((await send('DELETE', `${NEWER}/p.1`)).code).toBe(200)
    expect((await send('GET', `${CORE}/p.1`)).code).toBe(404)
  })
})
