/** A connection that ended at the ingress controller: once the request is there it leads on to the endpoint that answers. */
import { formatResponse, headerOf, parseRequest } from '../commands/http'
import type { IngressAnswer } from '../network'
import type { SocketEnd } from './state'
import { findListener, type World } from './world'

/** Looks at what the caller has sent so far; does nothing until a whole request is there. */
export function leadOn(world: Pick<World, 'storage' | 'network' | 'listener' | 'wake'>, end: SocketEnd): void {
  const { ingress } = world.network
  const parsed = parseRequest(end.early ?? '')
  if (end.ingress === undefined || ingress === undefined || parsed === undefined) return
  const { ref, ip } = end.ingress
  if (parsed === 'malformed') return answer(end, { kind: 'answer', status: 400, reason: 'Bad Request', headers: [['Connection', 'close']], body: '' })
  const { request, rest } = parsed
  const from = end.local.slice(0, end.local.lastIndexOf(':'))
  const found = ingress.handle({ host: headerOf(request.headers, 'host') ?? '', method: request.method, target: request.target, headers: request.headers, secure: end.remote.endsWith(':443'), ip, from })
  if (found.kind === 'answer') return answer(end, found)
  const at = findListener(world.storage, found.ip, found.port, false)
  const listener = at && world.listener({ c: at.c, d: at.d })
  if (at === undefined || listener === undefined) return answer(end, ingress.badGateway())
  delete end.ingress
  end.routed = `${found.ip}:${found.port}`
  end.early = `${request.method} ${found.target} ${request.version}\r\n${found.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${request.body}${rest}`
  listener.backlog.push({ from: ref, ip, port: Number(end.local.slice(end.local.lastIndexOf(':') + 1)) })
  world.wake(at.c)
}

/** The controller answers itself and hangs up. */
function answer(end: SocketEnd, found: IngressAnswer): void {
  if (found.kind !== 'answer') return
  delete end.ingress
  delete end.early
  end.in += formatResponse(found.status, found.reason, found.headers, found.body)
  end.ended = true
}

