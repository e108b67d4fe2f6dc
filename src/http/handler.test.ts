import { describe, expect, it } from 'vitest'
import type { RawRequest, RawResponse } from '../client/client'
import { createHandler } from './handler'

const ok = (body: string): RawResponse => ({ code: 200, contentType: 'application/json', body, warnings: [] })
const get = (path: string): RawRequest => ({ method: 'GET', path })

describe('the handler of requests', () => {
  it('answers a failure of ours with a Status that says nothing of the code, and goes on', async () => {
    const failures: unknown[] = []
    const bug = new Error('out of luck')
    const handler = createHandler({
      answer: request => (request.path === '/bug' ? Promise.reject(bug) : Promise.resolve(ok('fine'))),
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
})
