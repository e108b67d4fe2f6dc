/** HTTP, plain or over TLS, in front of an apiserver: every request is one raw request. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { pemOf } from '../base/der'
import type { RawRequest, RawResponse } from '../client/client'
import { encoded, packed } from './media'
import { decodeProtobuf } from './protobuf/decode'
import { PROTOBUF } from './protobuf/wire'
import { remoteOf } from './remote'
import { acceptUpgrades, type Admit } from './upgrade'

export type Answer = (request: RawRequest) => Promise<RawResponse>

/** PEM: what a server shows, and whose certificates it asks its clients for. */
export interface TlsPair {
  readonly certificate: string
  readonly key: string
  readonly authority: string
}

/** Starts to listen, with TLS if there is a pair; the promise is fulfilled when the port is open. Without a port, `host` is the path of a socket. */
export function serveHttp(answer: Answer, host: string, port: number | undefined, tls?: TlsPair, admit?: Admit): Promise<Server> {
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    // A broken connection, or a stream that ends in an error: what was not sent yet cannot be sent any more.
    handle(answer, request, response).catch(() => void response.destroy())
  }
  // Loaded when first needed: commands that serve nothing start without it. Certificates of others are judged with the request, which is refused then.
  const server: Server =
    tls === undefined
      ? process.getBuiltinModule('node:http').createServer(LIMITS, listener)
      : (process.getBuiltinModule('node:https').createServer({ ...LIMITS, key: tls.key, cert: tls.certificate, ca: tls.authority, requestCert: true, rejectUnauthorized: false }, listener) as unknown as Server)
  server.on('clientError', refuseMalformed)
  if (admit !== undefined) acceptUpgrades(server, admit, certificateOf)
  return new Promise((done, failed) => {
    server.once('error', failed)
    server.listen(port === undefined ? { path: host } : { port, host }, () => done(server))
  })
}

/** upstream: net/http DefaultMaxHeaderBytes; apiserver/pkg/server/secure_serving.go's time-outs */
const LIMITS = { maxHeaderSize: 1024 * 1024, headersTimeout: 32_000, requestTimeout: 120_000, keepAliveTimeout: 90_000 }
const MAX_BODY_BYTES = 3 * 1024 * 1024

/** What is no request is told so in the words of Go's server, and cut off. */
function refuseMalformed(error: Error & { code?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const text = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? '408 Request Timeout' : '400 Bad Request'
  socket.end(`HTTP/1.1 ${text}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n${text}`)
}

/** All of a body; undefined when it is more than anybody may send. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  // The connection stays: the answer goes over it.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MAX_BODY_BYTES) return undefined
    chunks.push(chunk)
  }
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)
}

async function handle(answer: Answer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request)
  const gone = new AbortController()
  response.once('close', () => void (response.writableFinished || gone.abort()))
  const answered = await answer({
    method: (request.method ?? 'GET') as RawRequest['method'],
    path: pathOf(request.url ?? '/'),
    ...(body === undefined ? { bodyTooLarge: true, contentType: request.headers['content-type'] } : bodyOf(body, request.headers['content-type'])),
    accept: request.headers.accept,
    userAgent: request.headers['user-agent'],
    remote: remoteOf(request.socket),
    headers: request.headersDistinct,
    clientCertificate: certificateOf(request),
    connection: nameOf(request.socket),
    signal: gone.signal,
  })
  const result = await packed(encoded(answered), request.headers['accept-encoding'] as string | undefined)
  const headers: Record<string, string | string[]> = { ...result.headers, 'content-type': result.contentType }
  if (result.warnings.length > 0) headers.warning = result.warnings.map(warningHeader)
  // What is left of the body is not read: nothing can follow it.
  if (body === undefined) {
    headers.connection = 'close'
    request.resume()
  }
  if (response.destroyed) return void (await result.stream?.[Symbol.asyncIterator]().return?.())
  response.writeHead(result.code, headers)
  if (result.stream === undefined) return void response.end(result.body)
  // A watch is known to have begun before anything happens.
  response.flushHeaders()
  result.broken?.addEventListener('abort', () => void response.destroy(), { once: true })
  for await (const chunk of result.stream) {
    if (gone.signal.aborted) return
    if (!response.write(chunk)) await drained(response)
  }
  response.end()
}

/** A proxy's client names the whole URL. */
function pathOf(url: string): string {
  if (url.startsWith('/')) return url
  const rest = /^[a-z]+:\/\/[^/?]*(.*)$/i.exec(url)?.[1]
  return rest?.startsWith('/') === true ? rest : `/${rest ?? ''}`
}

/** Fulfilled when more may be written, or never will be. */
const drained = (response: ServerResponse): Promise<void> =>
  new Promise(done => {
    const over = (): void => {
      response.off('drain', over).off('close', over)
      done()
    }
    response.on('drain', over).on('close', over)
    if (response.destroyed) over()
  })

/** Protocol buffers become the JSON that they stand for; what cannot be read is left for the apiserver to refuse. */
function bodyOf(bytes: Buffer, contentType: string | undefined): Pick<RawRequest, 'body' | 'contentType'> {
  if (bytes.length === 0) return { body: undefined, contentType }
  if (contentType?.startsWith(PROTOBUF) !== true) return { body: bytes.toString(), contentType }
  try {
    return { body: JSON.stringify(decodeProtobuf(bytes)), contentType: 'application/json' }
  } catch {
    return { body: bytes.toString('latin1'), contentType }
  }
}

const names = new WeakMap<object, string>()
let connections = 0

/** The same for all requests over one connection. */
function nameOf(socket: object): string {
  let name = names.get(socket)
  if (name === undefined) names.set(socket, (name = `connection ${++connections}`))
  return name
}

/** PEM; undefined where the client showed none, or the connection is plain. */
function certificateOf({ socket }: IncomingMessage): string | undefined {
  // A connection shows one for good, and reading it takes longer than most requests.
  if (certificates.has(socket)) return certificates.get(socket)
  const raw = (socket as Partial<TLSSocket>).getPeerCertificate?.()?.raw as Buffer | undefined
  const pem = raw === undefined ? undefined : pemOf('CERTIFICATE', raw)
  certificates.set(socket, pem)
  return pem
}
const certificates = new WeakMap<object, string | undefined>()

/** upstream: apimachinery/pkg/util/net NewWarningHeader */
function warningHeader(text: string): string {
  const safe = text.replace(/[\x00-\x1f\x7f]/g, ' ').replace(/[\\"]/g, '\\$&')
  return `299 - "${Buffer.from(safe, 'utf8').toString('latin1')}"`
}
