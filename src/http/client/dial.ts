/** Sockets to a server: over a path, a port, through a proxy, with TLS. upstream: net/http Transport, golang.org/x/net/proxy */
import type { Socket } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import { authorities } from './trust'

export interface Destination {
  readonly host: string
  readonly port: number
  /** Instead of host and port. */
  readonly socketPath?: string | undefined
  /** Speaks TLS with these. */
  readonly tls?: ConnectionOptions | undefined
  /** `http://`, `https://`, `socks5://` or `socks5h://`, perhaps with a name and a password. */
  readonly proxy?: URL | undefined
}

const SOCKS_ERRORS = ['', 'general SOCKS server failure', 'connection not allowed by ruleset', 'network unreachable', 'host unreachable', 'connection refused', 'TTL expired', 'command not supported', 'address type not supported']
const MAX_HEAD_BYTES = 64 * 1024

/** Rejects with what Node says of the connection, or with the proxy's refusal. */
export async function dial({ host, port, socketPath, tls, proxy }: Destination, signal?: AbortSignal): Promise<Socket> {
  const plain = socketPath !== undefined ? await connected({ path: socketPath }, signal) : proxy === undefined ? await connected({ host, port }, signal) : await throughProxy(proxy, host, port, signal)
  return tls === undefined ? plain : secured(plain, tls, host)
}

function connected(where: { path: string } | { host: string; port: number }, signal: AbortSignal | undefined): Promise<Socket> {
  const socket = process.getBuiltinModule('node:net').connect({ ...where, ...(signal === undefined ? {} : { signal }) })
  socket.setNoDelay(true)
  return opened(socket, 'connect')
}

function secured(plain: Socket, options: ConnectionOptions, host: string): Promise<Socket> {
  const { isIP } = process.getBuiltinModule('node:net')
  const socket = process.getBuiltinModule('node:tls').connect({ ...(isIP(host) === 0 ? { servername: host } : { host }), ...options, socket: plain })
  return opened(socket, 'secureConnect')
}

function opened(socket: Socket, event: 'connect' | 'secureConnect'): Promise<Socket> {
  return new Promise((done, failed) => {
    socket.once('error', failed)
    socket.once(event, () => {
      socket.off('error', failed)
      done(socket)
    })
  })
}

const bare = (host: string): string => host.replace(/^\[(.*)\]$/, '$1')

async function throughProxy(proxy: URL, host: string, port: number, signal: AbortSignal | undefined): Promise<Socket> {
  const secure = proxy.protocol === 'https:'
  const own = bare(proxy.hostname)
  const socket = await connected({ host: own, port: Number(proxy.port) || (secure ? 443 : proxy.protocol === 'http:' ? 80 : 1080) }, signal)
  const to = secure ? await secured(socket, { ca: authorities() }, own) : socket
  try {
    if (proxy.protocol.startsWith('socks5')) await askSocks(to, proxy, host, port)
    else await askHttp(to, proxy, host, port)
    return to
  } catch (e) {
    to.destroy()
    throw e
  }
}

/** `Basic …` for the proxy, where its URL names somebody. */
export function proxyAuthorization({ username, password }: URL): string | undefined {
  return username === '' ? undefined : `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`
}

async function askHttp(socket: Socket, proxy: URL, host: string, port: number): Promise<void> {
  const target = `${host.includes(':') ? `[${host}]` : host}:${port}`
  const authorization = proxyAuthorization(proxy)
  socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\nUser-Agent: Go-http-client/1.1\r\n${authorization === undefined ? '' : `Proxy-Authorization: ${authorization}\r\n`}\r\n`)
  const head = await taken(socket, bytes => {
    const end = bytes.indexOf('\r\n\r\n')
    return end < 0 ? undefined : end + 4
  })
  const [, code = '', reason = ''] = /^HTTP\/1\.\d (\d{3}) ?([^\r\n]*)/.exec(head.toString('latin1')) ?? []
  if (code !== '200') throw new Error(reason === '' ? `proxy answered ${code || 'no HTTP'}` : reason)
}

async function askSocks(socket: Socket, { username, password }: URL, host: string, port: number): Promise<void> {
  const exactly = (n: number): Promise<Buffer> => taken(socket, bytes => (bytes.length < n ? undefined : n))
  socket.write(Buffer.from(username === '' ? [5, 1, 0] : [5, 2, 0, 2]))
  const [, method] = await exactly(2)
  if (method === 2) {
    const [user, pass] = [Buffer.from(decodeURIComponent(username)), Buffer.from(decodeURIComponent(password))]
    socket.write(Buffer.concat([Buffer.from([1, user.length]), user, Buffer.from([pass.length]), pass]))
    if ((await exactly(2))[1] !== 0) throw new Error('username/password authentication failed')
  } else if (method !== 0) throw new Error('no acceptable authentication methods')
  const name = Buffer.from(host)
  const end = Buffer.alloc(2)
  end.writeUInt16BE(port)
  socket.write(Buffer.concat([Buffer.from([5, 1, 0, 3, name.length]), name, end]))
  const [, code = 1, , type = 1] = await exactly(4)
  if (code !== 0) throw new Error(`socks connect tcp: ${SOCKS_ERRORS[code] ?? `unknown code: ${code}`}`)
  const length = type === 4 ? 16 : type === 3 ? ((await exactly(1))[0] as number) : 4
  await exactly(length + 2)
}

/** Reads so many bytes as `enough` says once it knows; what came beyond goes back. */
function taken(socket: Socket, enough: (bytes: Buffer) => number | undefined): Promise<Buffer> {
  return new Promise((done, failed) => {
    let bytes = Buffer.alloc(0)
    const over = (error: Error): void => {
      socket.off('readable', read)
      failed(error)
    }
    const ended = (): void => over(new Error('unexpected EOF'))
    const read = (): void => {
      for (let chunk = socket.read() as Buffer | null; chunk !== null; chunk = socket.read() as Buffer | null) bytes = Buffer.concat([bytes, chunk])
      const length = enough(bytes)
      if (length === undefined) return bytes.length > MAX_HEAD_BYTES ? over(new Error('an answer without end')) : undefined
      socket.off('readable', read).off('error', over).off('end', ended)
      if (bytes.length > length) socket.unshift(bytes.subarray(length))
      done(bytes.subarray(0, length))
    }
    socket.on('readable', read).once('error', over).once('end', ended)
    read()
  })
}
