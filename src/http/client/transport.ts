/** Requests to a server, over HTTP or HTTPS, as whoever the kubeconfig says. upstream: client-go/rest, transport */
import type { IncomingMessage, RequestOptions } from 'node:http'
import type { Readable } from 'node:stream'
import { durationText } from '../../base/duration'
import { ConnectionError } from '../../base/errors'
import type { RawRequest } from '../../client/client'
import type { RequestLog } from '../../client/request-log'
import type { ServerAddress } from '../../client/server-address'
import { goError } from '../go-errors'

export interface Sent {
  readonly code: number
  readonly contentType: string
  readonly warnings: readonly string[]
  readonly headers: IncomingMessage['headers']
  /** To be read, or left by destroying it. */
  readonly body: Readable
}

export class Transport {
  private readonly base: URL
  private readonly options: RequestOptions & { ca?: string; cert?: string; key?: string; servername?: string; rejectUnauthorized?: boolean }
  private readonly headers: Record<string, string | string[]>

  constructor(
    private readonly server: ServerAddress,
    userAgent: string,
    private readonly log?: RequestLog,
    /** Told of the head of each answer. */
    private readonly onAnswer?: (headers: IncomingMessage['headers']) => void,
  ) {
    this.base = new URL(server.url)
    const { identity } = server
    const secure = this.base.protocol === 'https:'
    // Loaded when first needed: commands on a cluster in a file start without it.
    const { Agent } = process.getBuiltinModule(secure ? 'node:https' : 'node:http')
    this.options = {
      agent: new Agent({ keepAlive: true }),
      ...(server.socketPath === undefined ? {} : { socketPath: server.socketPath }),
      ...(secure && server.certificateAuthority !== undefined ? { ca: server.certificateAuthority } : {}),
      ...(secure && identity.clientCertificate !== undefined ? { cert: identity.clientCertificate } : {}),
      ...(secure && identity.clientKey !== undefined ? { key: identity.clientKey } : {}),
      ...(secure && server.tlsServerName !== undefined ? { servername: server.tlsServerName } : {}),
      ...(server.insecureSkipTlsVerify ? { rejectUnauthorized: false } : {}),
    }
    this.headers = { 'user-agent': userAgent, ...server.headers, ...credentialHeaders(identity), ...(server.disableCompression === true ? {} : { 'accept-encoding': 'gzip' }) }
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
      headers['content-type'] = request.contentType ?? 'application/json'
      headers['content-length'] = String(Buffer.byteLength(request.body))
    }
    const limit = this.server.requestTimeoutMs > 0 ? AbortSignal.timeout(this.server.requestTimeoutMs) : undefined
    const signals = [signal, limit].filter(s => s !== undefined)
    const path = this.timed((request.rooted === true ? '' : pathname.replace(/\/$/, '')) + request.path)
    const { 'accept-encoding': _, ...told } = headers
    const answered = this.log?.request({ method: request.method, url: `${protocol}//${host}${path}`, headers: told, body: request.body ?? '' })
    return new Promise((done, failed) => {
      const call = ask({
        ...this.options,
        hostname: hostname.replace(/^\[(.*)\]$/, '$1'),
        port,
        path,
        method: request.method,
        headers,
        ...(signals.length === 0 ? {} : { signal: AbortSignal.any(signals) }),
      })
      call.on('error', e => {
        answered?.({ status: '', headers: {} })
        failed(new ConnectionError(host, goError(e, port === '' ? `${hostname}:${protocol === 'https:' ? 443 : 80}` : host, hostname)))
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
