/** Requests to a server, over HTTP or HTTPS, as whoever the kubeconfig says. upstream: client-go/rest, transport */
import type { Agent, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import type { ConnectionOptions } from 'node:tls'
import { durationText } from '../../base/duration'
import { ConnectionError } from '../../base/errors'
import type { RawRequest } from '../../client/client'
import type { RequestLog } from '../../client/request-log'
import type { ServerAddress } from '../../client/server-address'
import { goError } from '../go-errors'
import { dial, proxyAuthorization } from './dial'
import { authorities } from './trust'

export interface Sent {
  readonly code: number
  readonly contentType: string
  readonly warnings: readonly string[]
  readonly headers: IncomingMessage['headers']
  /** To be read, or left by destroying it. */
  readonly body: Readable
}

/** A request that asks for another protocol, as it goes over a socket of its own. */
export interface Upgrade {
  /** With the server's own path before it. */
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly socket: Socket
  /** Tells what was answered, if anybody wants to know. */
  readonly answered: (code: number, statusMessage: string | undefined, headers: IncomingMessage['headers']) => void
}

export class Transport {
  private readonly base: URL
  private readonly tls: ConnectionOptions | undefined
  private readonly agent: Agent
  private readonly headers: Record<string, string | string[]>

  constructor(
    private readonly server: ServerAddress,
    userAgent: string,
    private readonly log?: RequestLog,
    /** Told of the head of each answer. */
    private readonly onAnswer?: (headers: IncomingMessage['headers']) => void,
    private readonly proxy?: URL,
  ) {
    this.base = new URL(server.url)
    const { identity } = server
    const secure = this.base.protocol === 'https:'
    this.tls = secure ? {
      ca: server.certificateAuthority ?? authorities(),
      ...(identity.clientCertificate === undefined ? {} : { cert: identity.clientCertificate }),
      ...(identity.clientKey === undefined ? {} : { key: identity.clientKey }),
      ...(server.tlsServerName === undefined ? {} : { servername: server.tlsServerName }),
      ...(server.insecureSkipTlsVerify ? { rejectUnauthorized: false } : {}),
    } : undefined
    // Loaded when first needed: commands on a cluster in a file start without it.
    const { Agent } = process.getBuiltinModule(secure ? 'node:https' : 'node:http')
    this.agent = new Agent({ keepAlive: true })
    if (proxy !== undefined) Object.assign(this.agent, { createConnection: (_: unknown, made: (error: Error | null, socket?: Socket) => void) => void this.dial(undefined, this.isAsked).then(socket => made(null, socket), made) })
    this.headers = { 'user-agent': userAgent, ...server.headers, ...credentialHeaders(identity), ...(server.disableCompression === true ? {} : { 'accept-encoding': 'gzip' }) }
  }

  /** A proxy for HTTP is asked for plain requests itself. */
  private get isAsked(): boolean {
    return this.tls === undefined && this.proxy?.protocol.startsWith('http') === true
  }

  /** A socket on which the server, or the proxy that is asked in its place, listens. */
  private dial(signal: AbortSignal | undefined, toProxy: boolean): Promise<Socket> {
    const { proxy, tls, server: { socketPath } } = this
    const to = toProxy ? (proxy as URL) : this.base
    const secure = to.protocol === 'https:'
    const there = { host: to.hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(to.port) || (secure ? 443 : 80) }
    return dial(toProxy ? { ...there, ...(secure ? { tls: {} } : {}) } : { ...there, socketPath, tls, proxy }, signal)
  }

  /** What a failed connection is called. */
  private failure(e: Error): ConnectionError {
    const { base: { host, hostname, port, protocol }, proxy } = this
    if (proxy !== undefined && (e as { syscall?: string }).syscall !== undefined) return new ConnectionError(host, `${proxy.protocol.startsWith('socks') ? `socks connect tcp ${proxy.host}->${host}` : 'proxyconnect tcp'}: ${goError(e, proxy.host, proxy.hostname)}`)
    return new ConnectionError(host, goError(e, port === '' ? `${hostname}:${protocol === 'https:' ? 443 : 80}` : host, hostname))
  }

  /** Opens a socket for a request that asks for another protocol. Throws ConnectionError. */
  async upgrade(method: 'GET' | 'POST', path: string, more: Readonly<Record<string, string>>, signal: AbortSignal | undefined, rooted = false): Promise<Upgrade> {
    const { protocol, host, pathname } = this.base
    const { 'accept-encoding': _, ...own } = this.headers
    const whole = this.timed((rooted ? '' : pathname.replace(/\/$/, '')) + path)
    const told = this.log?.request({ method, url: `${protocol}//${host}${whole}`, headers: { ...own, ...more }, body: '' })
    const answered: Upgrade['answered'] = (code, statusMessage = '', headers) => {
      this.onAnswer?.(headers)
      told?.({ status: `${code} ${statusMessage}`.trimEnd(), headers })
    }
    const socket = await this.dial(signal, false).catch((e: Error) => {
      told?.({ status: '', headers: {} })
      throw this.failure(e)
    })
    return { path: whole, headers: { ...own, host }, socket, answered }
  }

  /** Whether every request has a limit. */
  get limited(): boolean {
    return this.server.requestTimeoutMs > 0
  }

  /** The server is told how long its client waits. upstream: rest.Request timeout */
  private timed(path: string): string {
    const { requestTimeoutMs } = this.server
    return requestTimeoutMs > 0 && !/[?&]timeout(Seconds)?=/.test(path) ? `${path}${path.includes('?') ? '&' : '?'}timeout=${durationText(requestTimeoutMs)}` : path
  }

  /** Answered with the head of the answer. Throws ConnectionError. */
  send(request: Pick<RawRequest, 'method' | 'path' | 'rooted' | 'body' | 'contentType' | 'accept'>, signal?: AbortSignal): Promise<Sent> {
    const { hostname, port, protocol, pathname, host } = this.base
    const { request: ask } = process.getBuiltinModule(protocol === 'https:' ? 'node:https' : 'node:http')
    const headers: Record<string, string | string[]> = { ...this.headers, accept: request.accept ?? 'application/json' }
    if (request.body !== undefined) {
      if (request.contentType !== '') headers['content-type'] = request.contentType ?? 'application/json'
      headers['content-length'] = String(Buffer.byteLength(request.body))
    }
    const limit = this.server.requestTimeoutMs > 0 ? AbortSignal.timeout(this.server.requestTimeoutMs) : undefined
    const signals = [signal, limit].filter(s => s !== undefined)
    const path = this.timed((request.rooted === true ? '' : pathname.replace(/\/$/, '')) + request.path)
    const authorization = this.isAsked ? proxyAuthorization(this.proxy as URL) : undefined
    if (authorization !== undefined) headers['proxy-authorization'] = authorization
    const { 'accept-encoding': _, ...told } = headers
    const answered = this.log?.request({ method: request.method, url: `${protocol}//${host}${path}`, headers: told, body: request.body ?? '' })
    return new Promise((done, failed) => {
      const call = ask({
        ...this.tls,
        agent: this.agent,
        ...(this.server.socketPath === undefined ? {} : { socketPath: this.server.socketPath }),
        hostname: hostname.replace(/^\[(.*)\]$/, '$1'),
        port,
        path: this.isAsked ? `${protocol}//${host}${path}` : path,
        method: request.method,
        headers,
        ...(signals.length === 0 ? {} : { signal: AbortSignal.any(signals) }),
      })
      call.on('error', e => {
        answered?.({ status: '', headers: {} })
        failed(this.failure(e))
      })
      call.on('response', message => {
        const code = message.statusCode ?? 0
        this.onAnswer?.(message.headers)
        answered?.({ status: `${code} ${message.statusMessage ?? ''}`.trimEnd(), headers: message.headers })
        done({ code, contentType: message.headers['content-type'] ?? '', warnings: warningsOf(message.headers.warning), headers: message.headers, body: unpacked(message) })
      })
      call.end(request.body)
    })
  }

  /** The whole of a body, which is told if anything is. */
  async text(body: AsyncIterable<Uint8Array>): Promise<string> {
    const text = (await bytesOf(body)).toString('utf8')
    this.log?.body(text)
    return text
  }
}

/** The body as it was before the server packed it. */
function unpacked(message: IncomingMessage): Readable {
  if (message.headers['content-encoding'] !== 'gzip') return message
  const { createGunzip, constants } = process.getBuiltinModule('node:zlib')
  // A watch goes on after each event: what has come is handed on at once.
  const out = createGunzip({ flush: constants.Z_SYNC_FLUSH })
  message.once('error', e => out.destroy(e))
  return message.pipe(out)
}

export async function bytesOf(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const c of body) chunks.push(c)
  return Buffer.concat(chunks)
}

/** upstream: client-go/transport/round_trippers.go */
function credentialHeaders({ token, basic, impersonate }: ServerAddress['identity']): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {}
  if (token !== undefined && token !== '') headers.authorization = `Bearer ${token}`
  else if (basic !== undefined) headers.authorization = `Basic ${Buffer.from(`${basic.username}:${basic.password}`).toString('base64')}`
  if (impersonate === undefined) return headers
  headers['impersonate-user'] = impersonate.user
  if (impersonate.uid !== undefined && impersonate.uid !== '') headers['impersonate-uid'] = impersonate.uid
  if (impersonate.groups.length > 0) headers['impersonate-group'] = [...impersonate.groups]
  for (const key in impersonate.extra) headers[`impersonate-extra-${encodeURIComponent(key)}`] = [...(impersonate.extra[key] as readonly string[])]
  return headers
}

/** The texts of `299 - "…"` headers. upstream: apimachinery/pkg/util/net ParseWarningHeaders */
export function warningsOf(header: string | readonly string[] | undefined): string[] {
  const text = typeof header === 'string' ? header : (header ?? []).join(', ')
  return [...text.matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, quoted]) => Buffer.from((quoted as string).replace(/\\(.)/g, '$1'), 'latin1').toString('utf8'))
}
