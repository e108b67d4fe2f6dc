/** The client's side of an upgrade: a WebSocket, or SPDY for servers that speak none. upstream: client-go/transport/websocket, apimachinery/pkg/util/httpstream/spdy */
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { WebSocket } from 'ws'
import { ConnectionError, UsageError } from '../../base/errors'
import type { Status } from '../../base/status'
import { SpdyConnection } from '../spdy/connection'
import { socketLink } from '../socket-link'
import { bytesOf, type Transport } from './transport'

/** What is tried first; SPDY is the second. */
export interface Protocols {
  readonly webSocketCommands: boolean
  readonly webSocketForwards: boolean
}

/** upstream: kubectl/pkg/cmd/util RemoteCommandWebsockets, PortForwardWebsockets */
export function protocolsFrom(env: Readonly<Record<string, string | undefined>>): Protocols {
  const isOn = (name: string): boolean => !['false', '0', 'f'].includes((env[name] ?? '').toLowerCase())
  return { webSocketCommands: isOn('KUBECTL_REMOTE_COMMAND_WEBSOCKETS'), webSocketForwards: isOn('KUBECTL_PORT_FORWARD_WEBSOCKETS') }
}

/** The server answered, and did not upgrade. */
export class UpgradeRefused extends Error {
  constructor(private readonly body: string) {
    super('websocket: bad handshake')
  }

  /** What a user is told of it: the message of a Status, or the server's own words. */
  get told(): Error {
    let words = this.body.trim()
    try {
      const { kind, message } = JSON.parse(words) as Partial<Status>
      if (kind === 'Status') words = message ?? ''
    } catch {
      // Not a Status.
    }
    return new UsageError(`unable to upgrade connection: ${words}`)
  }
}

const MAX_MESSAGE_BYTES = 64 * 1024 * 1024
const PING_MS = 5_000
/** upstream: client-go/tools/remotecommand/websocket.go pingReadDeadline */
const SILENT_MS = 61_000

/** Throws UpgradeRefused, ConnectionError. */
export async function openWebSocket(transport: Transport, path: string, protocol: string, signal: AbortSignal | undefined): Promise<WebSocket> {
  const upgrade = await transport.upgrade('GET', path, { 'sec-websocket-protocol': protocol }, signal)
  const connection = new WebSocket(`ws://${upgrade.headers['host'] as string}${upgrade.path}`, [], {
    headers: { ...upgrade.headers, 'sec-websocket-protocol': protocol }, createConnection: () => upgrade.socket, perMessageDeflate: false, maxPayload: MAX_MESSAGE_BYTES,
  })
  return new Promise((done, failed) => {
    connection.on('upgrade', ({ statusCode, statusMessage, headers }) => {
      upgrade.answered(statusCode ?? 101, statusMessage, { ...headers })
      const chosen = headers['sec-websocket-protocol'] ?? ''
      // Names like SPDY/3.1+… are none to the library: it is kept out of it.
      delete headers['sec-websocket-protocol']
      if (chosen !== protocol) failed(new UpgradeRefused(`invalid protocol, expected one of ["${protocol}"], got "${chosen}"`))
    })
    connection.once('unexpected-response', (_, response) => void refused(response, upgrade.answered).then(failed, failed))
    connection.on('error', e => failed(new ConnectionError(upgrade.headers['host'] as string, e.message)))
    connection.once('open', () => {
      keepAlive(connection)
      // What comes right behind the handshake waits until somebody listens: who gets the connection resumes it.
      connection.pause()
      done(connection)
    })
  })
}

async function refused(response: IncomingMessage, answered: (code: number, message: string | undefined, headers: IncomingMessage['headers']) => void): Promise<UpgradeRefused> {
  const { statusCode = 0, statusMessage, headers } = response
  answered(statusCode, statusMessage, headers)
  const body = (await bytesOf(response)).toString('utf8')
  response.destroy()
  return new UpgradeRefused(body)
}

/** A connection that nothing came over for so long is none. */
function keepAlive(connection: WebSocket): void {
  let silentMs = 0
  const heard = (): void => void (silentMs = 0)
  connection.on('pong', heard)
  connection.on('message', heard)
  const beat = setInterval(() => {
    silentMs += PING_MS
    if (silentMs > SILENT_MS) connection.terminate()
    else connection.ping()
  }, PING_MS)
  beat.unref()
  connection.once('close', () => clearInterval(beat))
}

/** The connection and the protocol that the server chose. Throws UpgradeRefused, ConnectionError. */
export async function openSpdy(transport: Transport, path: string, protocols: readonly string[], signal: AbortSignal | undefined, closed: () => void): Promise<{ readonly spdy: SpdyConnection; readonly protocol: string }> {
  const more = { connection: 'Upgrade', upgrade: 'SPDY/3.1' }
  const upgrade = await transport.upgrade('POST', path, more, signal)
  const { request: ask } = process.getBuiltinModule('node:http')
  const host = upgrade.headers['host'] as string
  return new Promise((done, failed) => {
    const call = ask({ method: 'POST', path: upgrade.path, headers: { ...upgrade.headers, ...more, 'x-stream-protocol-version': [...protocols], 'content-length': '0' }, createConnection: () => upgrade.socket })
    call.once('error', e => failed(new ConnectionError(host, e.message)))
    call.once('response', response => void refused(response, upgrade.answered).then(failed, failed))
    call.once('upgrade', (response: IncomingMessage, socket: Socket, head: Buffer) => {
      upgrade.answered(response.statusCode ?? 101, response.statusMessage, response.headers)
      const spdy = new SpdyConnection(socketLink(socket), { client: true, closed })
      socket.on('error', () => void socket.destroy())
      socket.on('close', () => spdy.lost())
      if (head.length > 0) spdy.receive(head)
      socket.on('data', chunk => spdy.receive(chunk as Buffer))
      done({ spdy, protocol: String(response.headers['x-stream-protocol-version'] ?? '') })
    })
    call.end()
  })
}
