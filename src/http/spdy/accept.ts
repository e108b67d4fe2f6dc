/** The server's side of an upgrade to SPDY/3.1. upstream: apimachinery/pkg/util/httpstream Handshake, spdy/upgrade.go */
import type { ByteLink } from '../byte-link'
import { plainRefusal, refuse } from '../refuse'
import { socketLink } from '../socket-link'
import type { Upgrading } from '../upgrading'

const OFFERED = 'x-stream-protocol-version'

/** The first that the client offers and the server speaks, undefined (and answered) where there is none. Whoever offers nothing means the one without a name. */
export function negotiated({ request, socket }: Upgrading, spoken: readonly string[]): string | undefined {
  const offered = (request.headersDistinct[OFFERED] ?? []).flatMap(line => line.split(',')).map(name => name.trim())
  if (offered.length === 0) return ''
  const found = offered.find(name => spoken.includes(name))
  if (found === undefined) refuse(request, socket, plainRefusal(403, `unable to upgrade: unable to negotiate protocol: client supports [${offered.join(' ')}], server accepts [${spoken.join(' ')}]`), { 'x-accepted-stream-protocol-versions': spoken })
  return found
}

/** Says yes; from then on the socket carries SPDY. */
export function switchToSpdy({ socket }: Upgrading, protocol: string): ByteLink {
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n${protocol === '' ? '' : `X-Stream-Protocol-Version: ${protocol}\r\n`}\r\n`)
  return socketLink(socket)
}
