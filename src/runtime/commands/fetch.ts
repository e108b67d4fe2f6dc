/** One HTTP exchange of a client program, step by step. */
import type { ProcessContext, Step } from '../program'
import type { Response } from './http'
import { parseResponse } from './http'

export interface Url {
  scheme: string
  host: string
  port: number
  path: string
}

/** Default scheme http; undefined for what is no URL. */
export function parseUrl(text: string): Url | undefined {
  const m = /^(?:([a-z]+):\/\/)?(?:[^@/]*@)?(\[[^\]]+\]|[^:/?#]*)(?::(\d+))?([/?].*)?$/i.exec(text)
  if (m === null || m[2] === '') return undefined
  const scheme = (m[1] ?? 'http').toLowerCase()
  const path = m[4] ?? '/'
  return { scheme, host: (m[2] as string).replace(/[[\]]/g, ''), port: m[3] === undefined ? (scheme === 'https' ? 443 : 80) : Number(m[3]), path: path.startsWith('/') ? path : `/${path}` }
}

export interface Exchange {
  url: Url
  ip: string
  method: string
  headers: [string, string][]
  body: string
  fd: number
  data: string
  /** When the program gives up. */
  untilMs: number | null
}

export type FetchEvent =
  | { readonly kind: 'notFound' | 'noServer' }
  | { readonly kind: 'refused' | 'unreachable' | 'timeout'; readonly ip: string }
  | { readonly kind: 'empty' | 'malformed' }
  | { readonly kind: 'response'; readonly response: Response }
  | { readonly kind: 'wait'; readonly step: Step }

/** Looks the host up. Without a name server the answer takes a while, in the end it is `noServer`. */
export function begin(exchange: Exchange, ctx: ProcessContext): FetchEvent | undefined {
  const found = ctx.sockets.lookup(exchange.url.host)
  if (found.kind !== 'found') return { kind: found.kind }
  exchange.ip = found.ips.length === 1 ? (found.ips[0] as string) : (found.ips[Math.floor(ctx.random() * found.ips.length)] as string)
  return undefined
}

/** Connects and sends, then collects the answer. */
export function proceed(exchange: Exchange, ctx: ProcessContext, connected = (): void => {}): FetchEvent {
  if (exchange.fd < 0) {
    const connection = ctx.sockets.connect(exchange.ip, exchange.url.port)
    if (connection.kind === 'timeout') {
      if (exchange.untilMs !== null && ctx.now() >= exchange.untilMs) return { kind: 'timeout', ip: exchange.ip }
      exchange.untilMs ??= ctx.now() + CONNECT_TIMEOUT_MS
      return { kind: 'wait', step: { kind: 'wait', on: [{ until: 'time', atMs: exchange.untilMs }] } }
    }
    if (connection.kind !== 'connected') return { kind: connection.kind, ip: exchange.ip }
    exchange.fd = connection.fd
    connected()
    ctx.write(exchange.fd, `${exchange.method} ${exchange.url.path} HTTP/1.1\r\n${exchange.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${exchange.body}`)
  }
  for (;;) {
    const piece = ctx.read(exchange.fd)
    const ended = piece === undefined
    if (!ended) exchange.data += piece
    const parsed = parseResponse(exchange.data, ended, exchange.method)
    if (parsed === undefined && piece === '') {
      if (exchange.untilMs !== null && ctx.now() >= exchange.untilMs) return { kind: 'timeout', ip: exchange.ip }
      return { kind: 'wait', step: { kind: 'wait', on: [{ until: 'readable', fd: exchange.fd }, ...(exchange.untilMs === null ? [] : [{ until: 'time', atMs: exchange.untilMs } as const])] } }
    }
    if (parsed === undefined) continue
    ctx.processes.close(exchange.fd)
    exchange.fd = -1
    if (parsed === 'malformed') return exchange.data === '' ? { kind: 'empty' } : { kind: 'malformed' }
    return { kind: 'response', response: parsed.response }
  }
}

/** How long the kernel tries to connect: six retries, doubling from a second. */
const CONNECT_TIMEOUT_MS = 127_000
