/** Requests that ask for another protocol: streams of pods over WebSockets and SPDY; of others the wish is left unheard, as HTTP allows. */
import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Admitted } from '../apiserver/connect'
import type { RawRequest } from '../client/client'
import { remoteOf } from './remote'
import { plainRefusal, refusalOf, refuse } from './refuse'
import { spdyCommand } from './spdy/remote-command'
import { acceptSpdyForward } from './spdy/port-forward'
import { webSocketCommand } from './websocket/remote-command'
import { webSocketForward } from './websocket/port-forward'

/** Undefined where no stream is meant. Rejects with a StatusError for what may not be. */
export type Admit = (request: Pick<RawRequest, 'method' | 'path' | 'headers' | 'clientCertificate' | 'userAgent' | 'connection' | 'remote'>) => Promise<Admitted | undefined>

const STREAM = /^(?:\/api\/[^/]+\/namespaces\/[^/]+\/pods\/[^/]+\/(?:exec|attach|portforward)|\/kubottle\.dev\/v1\/outside)(?:\?|$)/

const PROXY = /^\/api\/[^/]+\/(?:namespaces\/[^/]+\/(?:pods|services)|nodes)\/[^/]+\/proxy(?:[/?]|$)/

/** Listens for upgrades. */
export function acceptUpgrades(server: Server, admit: Admit, certificateOf: (request: IncomingMessage) => string | undefined): void {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => void socket.destroy())
    if (PROXY.test(request.url ?? '')) return refuse(request, socket, plainRefusal(501, 'kubottle: a connection through the proxy of a pod, a service or a node cannot be upgraded'))
    if (!STREAM.test(request.url ?? '')) return goOn(server, request, socket, head)
    upgrade(admit, request, socket, head, certificateOf(request)).catch(e => refuse(request, socket, refusalOf(e)))
  })
}

async function upgrade(admit: Admit, request: IncomingMessage, socket: Duplex, head: Buffer, clientCertificate: string | undefined): Promise<void> {
  const admitted = await admit({
    method: (request.method ?? 'GET') as RawRequest['method'],
    path: request.url ?? '/',
    headers: request.headersDistinct,
    userAgent: request.headers['user-agent'],
    clientCertificate,
    remote: remoteOf(request.socket),
  })
  const closed = admitted?.closed ?? (() => undefined)
  if (socket.destroyed) closed()
  else socket.once('close', closed)
  if (admitted === undefined || socket.destroyed) return void socket.destroy()
  const upgrading = { admitted, request, socket, head }
  const forwards = admitted.subresource === 'portforward'
  // Whether the pod runs at all is known before anything is upgraded.
  if (forwards) await admitted.connect({ query: {} })
  switch ((request.headers.upgrade ?? '').toLowerCase()) {
    case 'websocket':
      return forwards ? webSocketForward(upgrading) : webSocketCommand(upgrading)
    case 'spdy/3.1':
      return forwards ? acceptSpdyForward(upgrading) : spdyCommand(upgrading)
    default:
      return refuse(request, socket, plainRefusal(400, 'unable to upgrade: missing upgrade headers in request'))
  }
}

/** The request again, without the wish: HTTP takes up the connection where it left it. */
function goOn(server: Server, { method, url, rawHeaders }: IncomingMessage, socket: Duplex, head: Buffer): void {
  const lines = [`${method} ${url} HTTP/1.1`]
  for (let i = 0; i < rawHeaders.length; i += 2) if (!/^(?:upgrade|connection|http2-settings)$/i.test(rawHeaders[i] as string)) lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`)
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]))
  server.emit('encrypted' in socket ? 'secureConnection' : 'connection', socket as Socket)
}
