import { describe, expect, it } from 'vitest'
import type { RawRequest, RawResponse } from '../client/client'
import { createHandler } from './handler'

const ok = (body: string): RawResponse => ({ code: 200, contentType: 'application/json', body, warnings: [] })
const get = (path: string): RawRequest => ({ method: 'GET', path })
const later = (): Promise<void> => new Promise(done => setImmediate(done))

describe('the handler of requests', () => {
  it('answers one after another, and settles between a write and the next request', async () => {
    const order: string[] = []
    const handler = createHandler({
      async answer({ method, path }) {
        order.push(`${method} ${path}`)
        await later()
        order.push(`${path} answered`)
        return ok(path)
      },
      async settle() {
        await later()
        order.push('settled')
      },
      failed: () => {},
    })
    const answers = await Promise.all([handler({ method: 'POST', path: '/a' }), handler(get('/b')), handler(get('/c'))])
    expect(answers.map(a => a.body)).toEqual(['/a', '/b', '/c'])
    expect(order).toEqual(['POST /a', '/a answered', 'settled', 'GET /b', '/b answered', 'GET /c', '/c answered'])
  })

  it('answers a failure of ours with a Status that says nothing of the code, and goes on', async () => {
    const failures: unknown[] = []
    const bug = new Error('out of luck')
    const handler = createHandler({
      answer: request => (request.path === '/bug' ? Promise.reject(bug) : Promise.resolve(ok('fine'))),
      settle: () => Promise.resolve(),
      failed: e => failures.push(e),
    })
    const answer = await handler(get('/bug'))
    expect(answer.code).toBe(500)
    expect(JSON.parse(answer.body)).toEqual({
      kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: 'Internal error occurred: out of luck', reason: 'InternalError', details: { causes: [{ message: 'out of luck' }] }, code: 500,
    })
    expect(failures).toEqual([bug])
    expect((await handler(get('/next'))).body).toBe('fine')
  })

  it('goes on when settling fails', async () => {
    const failures: unknown[] = []
    const handler = createHandler({ answer: () => Promise.resolve(ok('fine')), settle: () => Promise.reject(new Error('stuck')), failed: e => failures.push((e as Error).message) })
    expect((await handler({ method: 'DELETE', path: '/a' })).code).toBe(200)
    expect((await handler(get('/b'))).body).toBe('fine')
    expect(failures).toEqual(['stuck'])
  })
})
