/** The server's side of a WebSocket's handshake, and its bytes. */
import { WebSocketServer, type WebSocket } from 'ws'
import type { ByteLink } from '../byte-link'
import { plainRefusal, refuse } from '../refuse'
import type { Upgrading } from '../upgrading'

/** upstream: golang.org/x/net/websocket DefaultMaxPayloadBytes */
const MAX_MESSAGE_BYTES = 32 * 1024 * 1024

/** The sub-protocols that the client offers, in its order. */
export const offered = ({ request }: Pick<Upgrading, 'request'>): string[] => (request.headersDistinct['sec-websocket-protocol'] ?? []).flatMap(line => line.split(',')).map(name => name.trim()).filter(name => name !== '')

/** No protocol was offered that is spoken. */
export const refuseProtocol = ({ request, socket }: Upgrading): void => refuse(request, socket, plainRefusal(403, ''))

/** Shakes hands and hands over the open connection; a handshake that is wrong is answered. */
export function accept({ request, socket, head }: Upgrading, protocol: string, opened: (connection: WebSocket) => void): void {
  const server = new WebSocketServer({ noServer: true, clientTracking: false, maxPayload: MAX_MESSAGE_BYTES })
  // Names like SPDY/3.1+… are none to the library: it is kept out of it.
  delete request.headers['sec-websocket-protocol']
  if (protocol !== '') server.on('headers', lines => void lines.push(`Sec-WebSocket-Protocol: ${protocol}`))
  server.handleUpgrade(request, socket, head, connection => {
    // What is no WebSocket's frame ends the connection; there is nobody to tell.
    connection.on('error', () => {})
    opened(connection)
  })
}

/** Bytes as they come, in messages of any length. */
export function linkOf(connection: WebSocket): ByteLink {
  return {
    send: bytes => connection.send(bytes),
    close: () => connection.close(1000),
    pause: () => connection.pause(),
    resume: () => connection.resume(),
  }
}

/** A message in one piece. */
export function messageBytes(message: Buffer | ArrayBuffer | Buffer[]): Buffer {
  if (Buffer.isBuffer(message)) return message
  return Array.isArray(message) ? Buffer.concat(message) : Buffer.from(message)
}
