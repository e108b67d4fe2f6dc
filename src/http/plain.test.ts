import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { Server } from 'node:http'
import type { RawRequest, RawResponse } from '../client/client'
import { serveHttp } from './plain'

let server: Server | undefined
afterEach(() => void server?.close())

async function serving(answer: (request: RawRequest) => RawResponse | Promise<RawResponse>): Promise<string> {
  server = await serveHttp(async request => answer(request), '127.0.0.1', 0)
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('plain HTTP', () => {
  it('hands over method, path, body and types', async () => {
    let seen: RawRequest | undefined
    const url = await serving(request => {
      seen = request
      return { code: 201, contentType: 'application/json', body: '{}', warnings: [] }
    })
    const response = await fetch(`${url}/api/v1/namespaces?dryRun=All`, { method: 'POST', body: 'kind: Namespace', headers: { 'content-type': 'application/yaml', accept: 'application/json' } })
    expect(response.status).toBe(201)
    expect(seen).toMatchObject({ method: 'POST', path: '/api/v1/namespaces?dryRun=All', body: 'kind: Namespace', contentType: 'application/yaml', accept: 'application/json' })
  })

  it('sends warnings as headers', async () => {
    const url = await serving(() => ({ code: 200, contentType: 'application/json', body: '{}', warnings: ['unknown field "spec.x"'] }))
    expect((await fetch(url)).headers.get('warning')).toBe('299 - "unknown field \\"spec.x\\""')
  })

  it('sends a stream as it comes', async () => {
    async function* chunks(): AsyncGenerator<string> {
      yield '{"type":"ADDED"}\n'
      yield '{"type":"BOOKMARK"}\n'
    }
    const url = await serving(() => ({ code: 200, contentType: 'application/json', body: '', warnings: [], stream: chunks() }))
    expect(await (await fetch(url)).text()).toBe('{"type":"ADDED"}\n{"type":"BOOKMARK"}\n')
  })
})
