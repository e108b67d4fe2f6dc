/** Who asks for a stream in a wrong way, or may not have it, is told so before anything is upgraded; noise ends the connection and nothing else. */
import { readFileSync } from 'node:fs'
import { request, type RequestOptions } from 'node:https'
import type { Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readYaml } from '../../src/base/yaml/reader'
import { startServer, type TestServer } from '../clients/server'
import { until } from '../clients/until'

interface Answer {
  readonly code: number
  readonly text: string
  readonly headers: Readonly<Record<string, unknown>>
  /** Where it was upgraded. */
  readonly socket?: Socket
}

let server: TestServer
let credentials: RequestOptions
const PODS = '/api/v1/namespaces/default/pods'

beforeAll(async () => {
  server = await startServer()
  const { users } = readYaml(readFileSync(server.kubeconfig, 'utf8')) as { users: readonly { user: Record<string, string> }[] }
  const pem = (key: string): string => Buffer.from(users[0]?.user[key] ?? '', 'base64').toString()
  credentials = { cert: pem('client-certificate-data'), key: pem('client-key-data'), rejectUnauthorized: false, agent: false }
  await server.ours('run', 'box', '--image=busybox:1.36', '--', 'sleep', '100000')
  await server.ours('run', 'lost', '--image=busybox:1.36', '--overrides', '{"spec":{"nodeSelector":{"no":"where"}}}')
  await server.ours('wait', '--for=condition=Ready', 'pod/box', '--timeout=60s')
}, 60_000)
afterAll(() => server?.remove())

function ask(path: string, headers: Record<string, string | string[]>, method = 'GET'): Promise<Answer> {
  return new Promise((done, failed) => {
    const asked = request(server.url + path, { ...credentials, method, headers })
    asked.once('error', failed)
    asked.once('response', response => {
      let text = ''
      response.setEncoding('utf8').on('data', chunk => (text += chunk)).on('end', () => done({ code: response.statusCode ?? 0, text, headers: response.headers }))
    })
    asked.once('upgrade', (response, socket) => done({ code: response.statusCode ?? 0, text: '', headers: response.headers, socket: socket as Socket }))
    asked.end()
  })
}

const webSocket = (...protocols: string[]): Record<string, string> => ({
  connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
  ...(protocols.length === 0 ? {} : { 'sec-websocket-protocol': protocols.join(', ') }),
})
const spdy = (...protocols: string[]): Record<string, string | string[]> => ({ connection: 'Upgrade', upgrade: 'SPDY/3.1', ...(protocols.length === 0 ? {} : { 'x-stream-protocol-version': protocols }) })
const V5 = 'v5.channel.k8s.io'
const message = ({ code, text }: Answer): string => `${code} ${(JSON.parse(text) as { message: string }).message}`

describe('a request for a stream', { timeout: 30_000 }, () => {
  it('of nobody, of no such container, of a pod that is nowhere', async () => {
    const exec = (pod: string, query: string): Promise<Answer> => ask(`${PODS}/${pod}/exec?command=ls&stdout=true${query}`, webSocket(V5))
    expect(message(await exec('nobody', ''))).toBe('404 pods "nobody" not found')
    expect(message(await exec('box', '&container=nope'))).toBe('400 container nope is not valid for pod box')
    expect(message(await exec('lost', ''))).toBe('400 pod lost does not have a host assigned')
    expect(message(await ask(`${PODS}/lost/portforward`, webSocket('SPDY/3.1+portforward.k8s.io')))).toBe('400 pod lost does not have a host assigned')
  })

  it('needs the right to create, also as a GET', async () => {
    await server.ours('create', 'role', 'looks', '--verb=get', '--resource=pods/exec')
    await server.ours('create', 'rolebinding', 'looks', '--role=looks', '--user=jane')
    const asked = (headers: Record<string, string | string[]>, method?: string): Promise<Answer> => ask(`${PODS}/box/exec?command=ls&stdout=true`, { ...headers, 'impersonate-user': 'jane' }, method)
    const refused = '403 pods "box" is forbidden: User "jane" cannot create resource "pods/exec" in API group "" in the namespace "default"'
    expect(message(await asked(webSocket(V5)))).toBe(refused)
    expect(message(await asked(spdy(), 'POST'))).toBe(refused)
    await server.ours('create', 'role', 'works', '--verb=create', '--resource=pods/exec')
    await server.ours('create', 'rolebinding', 'works', '--role=works', '--user=jane')
    const { code, headers, socket } = await asked(webSocket(V5))
    socket?.destroy()
    expect([code, headers['sec-websocket-protocol']]).toEqual([101, V5])
  })

  it('without an upgrade, without a protocol that is spoken, without any stream', async () => {
    expect(message(await ask(`${PODS}/box/exec?command=ls&stdout=true`, {}))).toBe('400 Upgrade request required')
    expect(await ask(`${PODS}/box/exec?command=ls&stdout=true`, webSocket('v9.channel.k8s.io'))).toMatchObject({ code: 403, text: '' })
    expect(await ask(`${PODS}/box/exec?command=ls`, webSocket(V5))).toMatchObject({ code: 400, text: 'you must specify at least 1 of stdin, stdout, stderr\n' })
    expect(await ask(`${PODS}/box/exec?command=ls&stdout=true`, spdy('v9.channel.k8s.io'), 'POST')).toMatchObject({ code: 403, text: 'unable to upgrade: unable to negotiate protocol: client supports [v9.channel.k8s.io], server accepts [v4.channel.k8s.io v3.channel.k8s.io v2.channel.k8s.io channel.k8s.io]\n' })
    expect(await ask(`${PODS}/box/portforward?ports=0`, webSocket('v4.channel.k8s.io'))).toMatchObject({ code: 400, text: 'unable to parse "0" as a port\n' })
  })

  it('speaks the oldest protocol with who offers none', async () => {
    const { code, headers, socket } = await ask(`${PODS}/box/exec?command=echo&command=hi&stdout=true`, webSocket())
    expect([code, headers['sec-websocket-protocol']]).toEqual([101, undefined])
    let bytes = Buffer.alloc(0)
    socket?.on('data', (chunk: Buffer) => void (bytes = Buffer.concat([bytes, chunk])))
    // An empty message for stdout, then its text, then the end.
    await until('the end', () => bytes.includes(Buffer.from([0x88, 2, 0x03, 0xe8])))
    expect(bytes.subarray(0, 9)).toEqual(Buffer.from([0x82, 1, 1, 0x82, 4, 1, 0x68, 0x69, 0x0a]))
    socket?.destroy()
  })

  it('of another protocol than those is answered as if nothing had been asked', async () => {
    const { code, text } = await ask('/version', { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABkAAQAAP__' })
    expect([code, (JSON.parse(text) as { major: string }).major]).toEqual([200, '1'])
    expect((await ask(`${PODS}/box/proxy/`, webSocket())).text).toBe('kubottle: a connection through the proxy of a pod, a service or a node cannot be upgraded\n')
  })

  it('is not hurt by noise', async () => {
    for (const [headers, path, method] of [[webSocket(V5), `${PODS}/box/exec?command=cat&stdin=true&stdout=true`, 'GET'], [spdy(), `${PODS}/box/exec?command=cat&stdin=true&stdout=true`, 'POST'], [webSocket('SPDY/3.1+portforward.k8s.io'), `${PODS}/box/portforward`, 'GET'], [spdy('portforward.k8s.io'), `${PODS}/box/portforward`, 'POST']] as const) {
      const { code, socket } = await ask(path, headers, method)
      expect(code).toBe(101)
      const ended = new Promise(done => socket?.once('close', done))
      socket?.on('error', () => {})
      socket?.resume()
      socket?.write(Buffer.from('f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff'.repeat(100), 'hex'))
      socket?.end()
      await ended
    }
    expect((await ask('/healthz', {})).text).toBe('ok')
    expect(await server.ours('exec', 'box', '--', 'echo', 'still here')).toBe('still here\n')
  })
})
