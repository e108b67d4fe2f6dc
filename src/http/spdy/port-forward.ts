/** `port-forward` over SPDY: two streams a connection, one for its bytes and one for what goes wrong. upstream: cri-streaming's portforward/httpstream.go */
import type { Admitted } from '../../apiserver/connect'
import type { ByteLink } from '../byte-link'
import type { Upgrading } from '../upgrading'
import { negotiated, switchToSpdy } from './accept'
import { SpdyConnection, type SpdyStream } from './connection'

export const PORT_FORWARD = 'portforward.k8s.io'

/** A request over a socket. */
export function acceptSpdyForward(upgrading: Upgrading): void {
  const protocol = negotiated(upgrading, [PORT_FORWARD])
  if (protocol === undefined) return
  const { socket, head } = upgrading
  const spdy = forwardOverSpdy(switchToSpdy(upgrading, protocol), upgrading.admitted)
  if (head.length > 0) spdy.receive(head)
  socket.on('data', chunk => spdy.receive(chunk as Buffer))
  socket.on('close', () => spdy.lost())
}

interface Pair {
  data?: SpdyStream
  error?: SpdyStream
}

/** Forwards whatever streams the client opens, over any link. */
export function forwardOverSpdy(link: ByteLink, admitted: Admitted): SpdyConnection {
  const gone = new AbortController()
  const pairs = new Map<string, Pair>()
  return new SpdyConnection(link, {
    client: false,
    closed: () => gone.abort(),
    opened(stream) {
      const { streamtype: type, port = '' } = stream.headers
      if ((type !== 'data' && type !== 'error') || !/^\d+$/.test(port) || Number(port) === 0 || Number(port) > 65_535) return stream.reset()
      // Clients of old sent no number: the error stream comes just before its data.
      const key = stream.headers['requestid'] ?? String(type === 'error' ? stream.id : stream.id - 2)
      const pair = pairs.get(key) ?? {}
      if (pair[type] !== undefined) return stream.reset()
      pair[type] = stream
      pairs.set(key, pair)
      const { data, error } = pair
      if (data === undefined || error === undefined) return
      pairs.delete(key)
      void forward(data, error, port, admitted, gone.signal)
    },
  })
}

async function forward(data: SpdyStream, error: SpdyStream, port: string, { connect }: Admitted, signal: AbortSignal): Promise<void> {
  try {
    await connect({ query: { ports: port }, stdin: data.incoming, stdout: chunk => data.write(chunk), signal })
  } catch (e) {
    error.write(Buffer.from((e as Error).message))
  }
  data.end()
  error.end()
}
