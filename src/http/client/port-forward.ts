/** `port-forward` to a server: one connection for all of a pod, two streams in it for each connection to a port. upstream: client-go/tools/portforward */
import { UsageError } from '../../base/errors'
import type { Connection, ConnectOptions } from '../../client/client'
import { SpdyConnection, type SpdyStream } from '../spdy/connection'
import { linkOf, messageBytes } from '../websocket/accept'
import type { Transport } from './transport'
import { openSpdy, openWebSocket, UpgradeRefused } from './upgrade'

const PROTOCOL = 'portforward.k8s.io'

interface Tunnel {
  readonly spdy: SpdyConnection
  readonly lost: Promise<void>
}

/** The connections of one client. */
export class PortForwards {
  private readonly tunnels = new Map<string, Promise<Tunnel>>()
  private requests = 0

  constructor(
    private readonly transport: Transport,
    private readonly webSockets: boolean,
  ) {}

  /** Without a port: until the connection to the pod is lost. Throws UsageError, StatusError, ConnectionError. */
  async connect(path: string, options: ConnectOptions): Promise<Connection> {
    const { spdy, lost } = await this.tunnel(path, options.signal)
    options.begun?.()
    const { ports } = options.query
    if (ports === undefined) {
      const aborted = new Promise<void>(done => options.signal?.addEventListener('abort', () => done(), { once: true }))
      await Promise.race([lost, aborted])
      spdy.close()
      return { exitCode: 0 }
    }
    return this.forward(spdy, String(ports), options)
  }

  private tunnel(path: string, signal: AbortSignal | undefined): Promise<Tunnel> {
    const known = this.tunnels.get(path)
    if (known !== undefined) return known
    const made = this.open(path, signal)
    this.tunnels.set(path, made)
    const forget = (): void => void this.tunnels.delete(path)
    made.then(({ lost }) => void lost.then(forget), forget)
    return made
  }

  private async open(path: string, signal: AbortSignal | undefined): Promise<Tunnel> {
    let closed = (): void => {}
    const lost = new Promise<void>(done => (closed = done))
    try {
      if (this.webSockets) {
        try {
          const connection = await openWebSocket(this.transport, path, `SPDY/3.1+${PROTOCOL}`, signal)
          const spdy = new SpdyConnection(linkOf(connection), { client: true, closed })
          connection.on('message', message => spdy.receive(messageBytes(message)))
          connection.once('close', () => spdy.lost())
          connection.resume()
          return { spdy, lost }
        } catch (e) {
          if (!(e instanceof UpgradeRefused)) throw e
        }
      }
      const { spdy } = await openSpdy(this.transport, path, [PROTOCOL], signal, closed)
      return { spdy, lost }
    } catch (e) {
      throw e instanceof UpgradeRefused ? e.told : e
    }
  }

  private async forward(spdy: SpdyConnection, port: string, { stdin, stdout, signal }: ConnectOptions): Promise<Connection> {
    const requestid = String(this.requests++)
    const error = spdy.open({ streamtype: 'error', port, requestid })
    error.end()
    await error.replied
    const data = spdy.open({ streamtype: 'data', port, requestid })
    await data.replied
    const stop = (): void => {
      data.reset()
      error.reset()
    }
    signal?.addEventListener('abort', stop, { once: true })
    const there = async (): Promise<void> => {
      for await (const chunk of stdin ?? []) data.write(chunk)
      data.end()
    }
    void there().catch(() => data.end())
    const back = async (): Promise<void> => {
      for await (const chunk of data.incoming) stdout?.(chunk)
    }
    const [wrong] = await Promise.all([words(error), back()])
    signal?.removeEventListener('abort', stop)
    data.reset()
    if (wrong !== '') throw new UsageError(wrong)
    return { exitCode: 0 }
  }
}

async function words(stream: SpdyStream): Promise<string> {
  let text = ''
  for await (const chunk of stream.incoming) text += Buffer.from(chunk).toString('utf8')
  return text
}
