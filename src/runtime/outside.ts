/** Connections from a node into containers: probes, hooks, the proxies, port-forward. */
import { parseResponse } from './commands/http'
import type { Awaitable, DialError, HttpRequest, HttpResult, Runtime, Stream } from './container'
import { fromArray, toArray, toBytes, toText } from './files/bytes'
import type { Kernel } from './kernel/kernel'
import type { SocketEnd } from './kernel/state'
import { beyond, leadOn } from './kernel/ingress'
import { findListener } from './kernel/world'
import type { Origin } from './network'
import { OUTSIDE } from './worlds'
import type { Worlds } from './worlds'

type Settle = (kernel: Kernel | undefined) => Awaitable<void>

export function outsideConnections(worlds: Worlds, settle: Settle): Pick<Runtime, 'httpRequest' | 'httpResult' | 'tcpProbe' | 'dial'> {
  let next = 1
  const waiting = new Map<string, { end: number; method: string }>()

  /** Our end of a new connection. */
  const connect = (from: Origin, ip: string, port: number): { end: number } | { error: DialError } => {
    const route = worlds.network.route(from, ip, port, 'TCP')
    if (route.kind !== 'endpoint' && route.kind !== 'ingress' && route.kind !== 'api') return { error: route.kind === 'dropped' ? 'timeout' : route.kind }
    const found = route.kind !== 'endpoint' ? undefined : findListener(worlds.storage, route.ip, route.port, false)
    const listener = found && worlds.listener({ c: found.c, d: found.d })
    if (route.kind === 'endpoint' && listener === undefined) return { error: 'refused' }
    const id = next++
    const ref = { c: OUTSIDE, d: id }
    const sourcePort = 40000 + (id % 20000)
    const end: SocketEnd = { in: '', ended: false, closed: false, local: `${from.ip}:${sourcePort}`, remote: `${ip}:${port}`, ...(route.kind === 'endpoint' ? {} : beyond(route, ref)) }
    worlds.outside.set(id, end)
    if (found !== undefined && listener !== undefined) {
      listener.backlog.push({ from: ref, ip: from.ip, port: sourcePort })
      worlds.wake(found.c)
    }
    return { end: id }
  }

  const send = (end: SocketEnd, data: string): void => {
    if (end.peer === undefined) {
      end.early = (end.early ?? '') + data
      leadOn(worlds, end)
      return
    }
    const other = worlds.socketEnd(end.peer)
    if (other === undefined) return
    other.in += data
    worlds.wake(end.peer.c)
  }

  const hangUp = (id: number, forget: boolean): void => {
    const end = worlds.outside.get(id)
    if (end === undefined) return
    end.closed = true
    const other = end.peer && worlds.socketEnd(end.peer)
    if (other !== undefined && end.peer !== undefined) {
      other.ended = true
      worlds.wake(end.peer.c)
    }
    if (forget) worlds.outside.delete(id)
  }

  const result = (connection: string): HttpResult => {
    const request = waiting.get(connection)
    const end = request && worlds.outside.get(request.end)
    if (request === undefined || end === undefined) return { kind: 'error', error: 'closed' }
    const parsed = parseResponse(end.in, end.ended, request.method)
    if (parsed === undefined) return { kind: 'waiting', connection }
    waiting.delete(connection)
    hangUp(request.end, true)
    void settle(undefined)
    if (parsed === 'malformed') return { kind: 'error', error: end.in === '' ? 'closed' : 'malformed' }
    const { status, reason, headers, body } = parsed.response
    return { kind: 'response', response: { status, statusText: reason, headers: headers.map(([name, value]) => [toText(name), toText(value)] as const), body: toArray(body) } }
  }

  return {
    httpRequest(nodeName, nodeIP, request: HttpRequest): Awaitable<HttpResult> {
      const made = connect({ ip: nodeIP, nodeName }, request.ip, request.port)
      if ('error' in made) return { kind: 'error', error: made.error }
      const method = request.method ?? 'GET'
      const headers = request.headers ?? []
      const given = (name: string): boolean => headers.some(([key]) => key.toLowerCase() === name)
      const body = request.body === undefined ? '' : fromArray(request.body)
      const lines = [
        ...(given('host') ? [] : [['Host', `${request.ip}:${request.port}`]]), ...headers, ...(given('connection') ? [] : [['Connection', 'close']]),
        ...(body === '' || given('content-length') ? [] : [['Content-Length', String(body.length)]]),
      ] as [string, string][]
      send(worlds.outside.get(made.end) as SocketEnd, `${method} ${toBytes(request.path || '/')} HTTP/1.1\r\n${lines.map(([name, value]) => `${toBytes(name)}: ${toBytes(value)}\r\n`).join('')}\r\n${body}`)
      const connection = `h${made.end}`
      waiting.set(connection, { end: made.end, method })
      const running = settle(undefined)
      return running instanceof Promise ? running.then(() => result(connection)) : result(connection)
    },
    httpResult: result,
    tcpProbe(nodeName, nodeIP, ip, port) {
      const made = connect({ ip: nodeIP, nodeName }, ip, port)
      if ('error' in made) return made.error
      hangUp(made.end, false)
      void settle(undefined)
      worlds.outside.delete(made.end)
      return 'open'
    },
    dial(nodeName, nodeIP, ip, port): Awaitable<Stream | { readonly error: DialError }> {
      const made = connect({ ip: nodeIP, nodeName }, ip, port)
      if ('error' in made) return made
      const end = worlds.outside.get(made.end) as SocketEnd
      const stream: Stream = {
        write(data) {
          send(end, fromArray(data))
          return settle(undefined)
        },
        read() {
          if (end.in === '') return end.ended ? undefined : new Uint8Array()
          const data = toArray(end.in)
          end.in = ''
          return data
        },
        end() {
          hangUp(made.end, false)
          return settle(undefined)
        },
        close() {
          hangUp(made.end, true)
          void settle(undefined)
        },
      }
      const running = settle(undefined)
      return running instanceof Promise ? running.then(() => stream) : stream
    },
  }
}
