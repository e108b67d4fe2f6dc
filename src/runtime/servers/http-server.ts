/** What every web server here shares: accepting connections, reading requests, answering them. */
import type { Request } from '../commands/http'
import { formatResponse, headerOf, parseRequest } from '../commands/http'
import type { ProcessContext, Step, Wait } from '../program'

export interface Answer {
  readonly status: number
  readonly reason: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
  readonly version?: string
}

export interface ServerState {
  /** Listening descriptors. */
  listeners: number[]
  connections: { fd: number; data: string; ip: string; listener: number }[]
}

/** Takes what has come and answers it. `handle` also writes the access log; undefined: no answer, the connection is closed. */
export function serve(state: ServerState, ctx: ProcessContext, handle: (request: Request, ip: string, listener: number) => Answer | undefined, malformed: () => Answer): Step {
  for (const listener of state.listeners)
    for (let caller = ctx.sockets.accept(listener); caller !== undefined; caller = ctx.sockets.accept(listener)) state.connections.push({ fd: caller.fd, data: '', ip: caller.ip, listener })
  for (const connection of state.connections.slice()) {
    let ended = false
    for (;;) {
      const piece = ctx.read(connection.fd)
      if (piece === undefined) ended = true
      else connection.data += piece
      if (piece === undefined || piece === '') break
    }
    let keep = !ended
    for (;;) {
      const parsed = connection.data === '' ? undefined : parseRequest(connection.data)
      if (parsed === undefined) break
      const request = parsed === 'malformed' ? undefined : parsed.request
      const answer = request === undefined ? malformed() : handle(request, connection.ip, connection.listener)
      connection.data = parsed === 'malformed' ? '' : parsed.rest
      if (answer === undefined || request === undefined) keep = false
      else if (request.version !== 'HTTP/1.1' || headerOf(request.headers, 'connection')?.toLowerCase() === 'close' || headerOf(answer.headers, 'connection')?.toLowerCase() === 'close') keep = false
      if (answer !== undefined) ctx.write(connection.fd, formatResponse(answer.status, answer.reason, answer.headers, request?.method === 'HEAD' ? '' : answer.body, answer.version))
      if (!keep) break
    }
    if (keep) continue
    ctx.processes.close(connection.fd)
    state.connections.splice(state.connections.indexOf(connection), 1)
  }
  const on: Wait[] = [...state.listeners, ...state.connections.map(c => c.fd)].map(fd => ({ until: 'readable', fd }))
  return { kind: 'wait', on }
}
