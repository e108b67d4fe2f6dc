/** `kubectl proxy`: plain HTTP on this machine in front of the cluster. upstream: kubectl/pkg/cmd/proxy, kubectl/pkg/proxy */
import { readFileSync, statSync } from 'node:fs'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { extname, join, normalize, resolve } from 'node:path'
import { UsageError } from '../../base/errors'
import type { RawRequest } from '../../client/client'
import type { Session } from '../access'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import type { IOStreams } from '../io-streams'
import { klogHeader } from '../klog'
import { createFilter, type Filter } from './filter'

export interface Options {
  readonly session: () => Promise<Session>
  readonly io: IOStreams
  readonly address: string
  readonly port: number
  /** Instead of address and port; empty for none. */
  readonly socket: string
  /** Both begin and end with a slash. */
  readonly apiPrefix: string
  readonly staticPrefix: string
  /** Folder of the files below `staticPrefix`; empty for none. */
  readonly folder: string
  readonly filter: Filter
  /** Requests go below the path of the server's URL. */
  readonly appendServerPath: boolean
}

/** Throws UsageError. */
export function toOptions({ flags, changed }: Invocation<'proxy'>, { session, io, clock }: Factory): Options {
  const warn = (line: number, text: string): void => io.stderr(`${klogHeader('W', clock.now())} proxy.go:${line}] ${text}\n`)
  const slashed = (prefix: string): string => (prefix.endsWith('/') ? prefix : `${prefix}/`)
  const socket = flags['unix-socket']
  if (flags['disable-filter'] && socket === '') warn(182, 'Request filter disabled, your proxy is vulnerable to XSRF attacks, please be cautious')
  const filter = flags['disable-filter'] ? () => true : createFilter({
    acceptPaths: flags['accept-paths'], rejectPaths: flags['reject-paths'], acceptHosts: flags['accept-hosts'], rejectMethods: flags['reject-methods'],
  })
  if (changed.has('port') && flags.port !== 8001 && socket !== '') throw new UsageError('cannot set --unix-socket and --port at the same time')
  if (flags.www !== '' && statSync(resolve(io.cwd, flags.www), { throwIfNoEntry: false })?.isDirectory() !== true) warn(208, `Static file directory ${flags.www} is not a directory`)
  return {
    session, io, filter, socket, appendServerPath: flags['append-server-path'], address: flags.address, port: flags.port,
    apiPrefix: slashed(flags['api-prefix']), staticPrefix: slashed(flags['www-prefix']), folder: flags.www === '' ? '' : resolve(io.cwd, flags.www),
  }
}

/** Answers until interrupted. Throws UsageError when it cannot listen. */
export async function run(options: Options): Promise<void> {
  const { io, address, port, socket } = options
  const session = await options.session()
  // Loaded when first needed: commands that serve nothing start without it.
  const { createServer } = process.getBuiltinModule('node:http')
  let last: Promise<unknown> = Promise.resolve()
  // The cluster answers one request after another, and is calm in between.
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work)
    last = mine.catch(() => {})
    return mine
  }
  if (socket === '' && (port < 0 || port > 65535)) throw new UsageError(`listen tcp: address ${port}: invalid port`)
  const server = createServer((request, response) => void answer(request, response, session, options, inTurn).catch(() => response.destroy()))
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => void socket.destroy())
    passOn(request, socket, head, session, options).catch(() => void socket.destroy())
  })
  await listening(server, socket === '' ? { host: address, port } : { path: socket }, `listen ${socket === '' ? `tcp ${address}:${port}` : `unix ${socket}`}`)
  const bound = server.address() as AddressInfo | string
  io.stdout(`Starting to serve on ${typeof bound === 'string' ? bound : `${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`}\n`)
  await new Promise<void>(done => io.interrupt.addEventListener('abort', () => done(), { once: true }))
  server.close()
  server.closeAllConnections()
}

function listening(server: Server, where: { host: string; port: number } | { path: string }, what: string): Promise<void> {
  return new Promise((done, failed) => {
    server.once('error', (error: NodeJS.ErrnoException) => failed(new UsageError(`${what}: bind: ${error.code === 'EADDRINUSE' ? 'address already in use' : error.code === 'EACCES' ? 'permission denied' : 'cannot assign requested address'}`)))
    server.listen(where, () => done())
  })
}

async function answer(request: IncomingMessage, response: ServerResponse, { client, settle, release }: Session, { filter, apiPrefix, staticPrefix, folder, appendServerPath }: Options, inTurn: <T>(work: () => Promise<T>) => Promise<T>): Promise<void> {
  const url = request.url ?? '/'
  const path = decodeURI(url.split('?')[0] as string)
  const method = request.method ?? 'GET'
  if (folder !== '' && path.startsWith(staticPrefix)) return sendFile(join(folder, normalize(`/${path.slice(staticPrefix.length)}`)), response)
  if (!path.startsWith(apiPrefix)) return sendText(404, '404 page not found', response)
  const stripped = `/${url.slice(apiPrefix.length)}`
  if (!filter(method, `/${path.slice(apiPrefix.length)}`, request.headers.host ?? '')) return sendText(403, 'Forbidden', response)
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const result = await inTurn(async () => {
    const found = await client.request({
      method: method as RawRequest['method'], path: stripped, rooted: !appendServerPath, body: chunks.length === 0 ? undefined : Buffer.concat(chunks).toString(),
      contentType: request.headers['content-type'], accept: request.headers.accept, userAgent: request.headers['user-agent'], headers: {},
    })
    if (!['GET', 'HEAD', 'OPTIONS'].includes(method)) await settle()
    release?.()
    return found
  })
  response.writeHead(result.code, { ...result.headers, 'content-type': result.contentType })
  if (result.stream === undefined) return void response.end(result.body)
  for await (const chunk of result.stream) if (!response.write(chunk)) await new Promise(done => response.once('drain', done))
  response.end()
}

/** Of a request for another protocol, what the server has to know besides who asks. */
const PASSED = /^(?:connection|upgrade|content-length|x-stream-protocol-version|sec-websocket-.*)$/i

/** Streams go through as they are. */
async function passOn({ url = '/', method, headers, rawHeaders }: IncomingMessage, socket: Duplex, head: Buffer, { client }: Session, { filter, apiPrefix, appendServerPath }: Options): Promise<void> {
  const refused = (line: string): void => void socket.end(`HTTP/1.1 ${line}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`)
  const path = decodeURI(url.split('?')[0] as string)
  if (!path.startsWith(apiPrefix)) return refused('404 Not Found')
  if (!filter(method ?? 'GET', `/${path.slice(apiPrefix.length)}`, headers.host ?? '')) return refused('403 Forbidden')
  if (client.tunnel === undefined || (method !== 'GET' && method !== 'POST')) return refused('501 Not Implemented')
  const passed: [string, string][] = []
  for (let i = 0; i < rawHeaders.length; i += 2) if (PASSED.test(rawHeaders[i] as string)) passed.push([rawHeaders[i] as string, rawHeaders[i + 1] as string])
  const there = await client.tunnel({ method, path: `/${url.slice(apiPrefix.length)}`, rooted: !appendServerPath, headers: passed })
  there.on('error', () => void there.destroy())
  there.on('close', () => void socket.destroy())
  socket.on('close', () => void there.destroy())
  there.write(head)
  there.pipe(socket).pipe(there)
}

function sendText(code: number, text: string, response: ServerResponse): void {
  response.writeHead(code, { 'content-type': 'text/plain; charset=utf-8' })
  response.end(`${text}\n`)
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.json': 'application/json', '.png': 'image/png', '.svg': 'image/svg+xml', '.txt': 'text/plain; charset=utf-8',
}

function sendFile(file: string, response: ServerResponse): void {
  const path = statSync(file, { throwIfNoEntry: false })?.isDirectory() === true ? join(file, 'index.html') : file
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return sendText(404, '404 page not found', response)
  response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' })
  response.end(readFileSync(path))
}
