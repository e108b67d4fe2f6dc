import { createServer as createHttpServer, type Server as HttpServer } from 'node:http'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HttpClient } from './http-client'
import { proxyFor } from './proxy-choice'
import { Transport } from './transport'

let api: HttpServer
let http: HttpServer
let socks: Server
/** What the proxies were asked for. */
const asked: string[] = []
const port = (server: { address(): AddressInfo | string | null }): number => (server.address() as AddressInfo).port
const listen = (server: Server | HttpServer): Promise<void> => new Promise(done => void server.listen(0, '127.0.0.1', done))

/** Both sides of a proxied connection, joined. */
function join(one: Socket, two: Socket): void {
  one.pipe(two).pipe(one)
  for (const socket of [one, two]) socket.on('error', () => {})
}

beforeAll(async () => {
  api = createHttpServer((request, response) => response.end(JSON.stringify({ at: request.url, host: request.headers.host })))
  http = createHttpServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? '-'}`)
    response.end(JSON.stringify({ at: 'the proxy' }))
  })
  http.on('connect', (request, socket: Socket) => {
    asked.push(`CONNECT ${request.url} ${request.headers['proxy-authorization'] ?? '-'}`)
    if (request.url?.startsWith('forbidden')) return void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    join(socket, connect(port(api), '127.0.0.1'))
  })
  socks = createServer(socket => {
    let bytes = Buffer.alloc(0)
    socket.on('data', function greet(chunk) {
      bytes = Buffer.concat([bytes, chunk as Buffer])
      if (bytes[1] === 1 && bytes.length === 3) return void socket.write(Buffer.from([5, 0]))
      const length = bytes[7]
      if (length === undefined || bytes.length < 8 + length + 2) return
      asked.push(`socks ${bytes.toString('utf8', 8, 8 + length)}:${bytes.readUInt16BE(8 + length)}`)
      socket.off('data', greet)
      socket.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 80]))
      join(socket, connect(port(api), '127.0.0.1'))
    })
  })
  await Promise.all([listen(api), listen(http), listen(socks)])
})
afterAll(() => {
  for (const server of [api, http]) server.closeAllConnections()
  for (const server of [api, http, socks]) server.close()
})

const identity = { token: undefined, clientCertificate: undefined, clientKey: undefined, basic: undefined, impersonate: undefined }
const through = (proxy: string | undefined, url: string): Transport =>
  new Transport({ url, insecureSkipTlsVerify: false, certificateAuthority: undefined, tlsServerName: undefined, requestTimeoutMs: 0, identity }, 'test', undefined, undefined, proxy === undefined ? undefined : new URL(proxy))

describe('a server behind a proxy', () => {
  it('is asked through SOCKS by its name', async () => {
    const client = new HttpClient(through(`socks5://127.0.0.1:${port(socks)}`, 'http://api.example:8443/below'), () => {})
    expect(JSON.parse((await client.request({ method: 'GET', path: '/version' })).body)).toEqual({ at: '/below/version', host: 'api.example:8443' })
    expect(asked.splice(0)).toEqual(['socks api.example:8443'])
  })

  it('is asked for plainly by an HTTP proxy, with its own credentials', async () => {
    const client = new HttpClient(through(`http://jane:p%40ss@127.0.0.1:${port(http)}`, 'http://api.example:8443'), () => {})
    expect(JSON.parse((await client.request({ method: 'GET', path: '/version' })).body)).toEqual({ at: 'the proxy' })
    expect(asked.splice(0)).toEqual([`GET http://api.example:8443/version Basic ${Buffer.from('jane:p@ss').toString('base64')}`])
  })

  it('is connected to by an HTTP proxy for streams', async () => {
    const { socket } = await through(`http://127.0.0.1:${port(http)}`, 'http://api.example:8443').upgrade('GET', '/x', {}, undefined)
    expect(asked.splice(0)).toEqual(['CONNECT api.example:8443 -'])
    socket.destroy()
    await expect(through(`http://127.0.0.1:${port(http)}`, 'http://forbidden:1').upgrade('GET', '/x', {}, undefined)).rejects.toThrow('Forbidden')
    asked.splice(0)
  })

  it('says that the proxy does not answer', async () => {
    const client = new HttpClient(through('http://127.0.0.1:1', 'https://api.example:8443'), () => {})
    await expect(client.request({ method: 'GET', path: '/version' })).rejects.toThrow('proxyconnect tcp: dial tcp 127.0.0.1:1: connect: connection refused')
  })
})

describe('which proxy', () => {
  const server = new URL('https://api.example:6443')
  const env = { HTTPS_PROXY: 'proxy:3128', HTTP_PROXY: 'http://other:3128' }
  it.each([
    [server, undefined, env, 'http://proxy:3128/'],
    [new URL('http://api.example'), undefined, env, 'http://other:3128/'],
    [server, 'socks5://10.0.0.1:1080', env, 'socks5://10.0.0.1:1080'],
    [server, undefined, { ...env, NO_PROXY: 'example' }, undefined],
    [server, undefined, { ...env, no_proxy: '.example' }, undefined],
    [server, undefined, { ...env, NO_PROXY: 'api.example:443' }, 'http://proxy:3128/'],
    [server, undefined, { ...env, NO_PROXY: 'pi.example' }, 'http://proxy:3128/'],
    [new URL('https://10.1.2.3:6443'), undefined, { ...env, NO_PROXY: '192.168.0.0/16, 10.0.0.0/8' }, undefined],
    [new URL('https://127.0.0.1:6443'), undefined, env, undefined],
    [new URL('https://localhost:6443'), 'http://proxy:1', env, 'http://proxy:1/'],
    [server, undefined, {}, undefined],
  ])('%s named %s', (url, named, environment, expected) => {
    expect(proxyFor(url, named, environment)?.href).toBe(expected)
  })
  it('is none with another scheme', () => {
    expect(() => proxyFor(server, 'ftp://proxy', {})).toThrow('invalid proxy URL "ftp://proxy": unsupported scheme')
  })
})
