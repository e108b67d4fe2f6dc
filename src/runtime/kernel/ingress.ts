/** A connection that ended outside all containers: at the ingress controller, which leads on to the endpoint that answers once the request is there, or at the apiserver. */
import { formatResponse, headerOf, parseRequest } from '../commands/http'
import type { IngressAnswer, Route } from '../../network/network'
import type { EndRef, SocketEnd } from './state'
import { findListener, type World } from './world'

/** What the caller's end remembers of where it leads. */
export const beyond = (route: Extract<Route, { kind: 'ingress' | 'api' }>, ref: EndRef): Pick<SocketEnd, 'ingress' | 'api'> => (route.kind === 'api' ? { api: ref } : { ingress: { ip: route.ip, ref } })

type Outside = Pick<World, 'storage' | 'network' | 'listener' | 'wake' | 'expect' | 'socketEnd'>

/** Looks at what the caller has sent so far; does nothing until a whole request is there. */
export function leadOn(world: Outside, end: SocketEnd): void {
  if (end.ingress !== undefined) leadToEndpoint(world, end)
  else if (end.api !== undefined) askApi(world, end, end.api)
}

/** The apiserver takes its time: the caller waits, and whoever lets the containers run with it. */
function askApi(world: Outside, end: SocketEnd, ref: EndRef): void {
  const parsed = parseRequest(end.early ?? '')
  const { api } = world.network
  if (parsed === undefined || api === undefined) return
  delete end.api
  delete end.early
  if (parsed === 'malformed') return answer(end, { kind: 'answer', status: 400, reason: 'Bad Request', headers: [['Content-Type', 'text/plain; charset=utf-8'], ['Connection', 'close']], body: '400 Bad Request' })
  const { method, target, headers, body } = parsed.request
  world.expect(api.answer({ method, target, headers, body }).then(({ status, reason, headers: given, body: bytes }) => {
    const caller = world.socketEnd(ref)
    if (caller === undefined) return
    answer(caller, { kind: 'answer', status, reason, headers: given, body: bytes })
    world.wake(ref.c)
  }))
}

function leadToEndpoint(world: Outside, end: SocketEnd): void {
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

