/** `exec` and `attach` to a server. upstream: client-go/tools/remotecommand */
import type { WebSocket } from 'ws'
import { UsageError } from '../../base/errors'
import type { Connection, ConnectOptions } from '../../client/client'
import type { SpdyStream } from '../spdy/connection'
import { channelsOf } from '../websocket/channels'
import type { Transport } from './transport'
import { openSpdy, openWebSocket, UpgradeRefused } from './upgrade'

const V5 = 'v5.channel.k8s.io'
const SPDY = [V5, 'v4.channel.k8s.io', 'v3.channel.k8s.io', 'v2.channel.k8s.io', 'channel.k8s.io']
const [STDIN, STDOUT, STDERR, ERROR, RESIZE] = [0, 1, 2, 3, 4]
const CLOSE = 255
const PIECE_BYTES = 32 * 1024
const INTERRUPTED: Connection = { exitCode: 130 }

/** Throws StatusError, UsageError, ConnectionError. */
export async function remoteCommand(transport: Transport, path: string, options: ConnectOptions, webSockets: boolean): Promise<Connection> {
  try {
    if (webSockets) {
      try {
        return await overWebSocket(await openWebSocket(transport, path, V5, options.signal), options)
      } catch (e) {
        if (!(e instanceof UpgradeRefused)) throw e
      }
    }
    return await overSpdy(transport, path, options)
  } catch (e) {
    throw e instanceof UpgradeRefused ? e.told : e
  }
}

function overWebSocket(connection: WebSocket, options: ConnectOptions): Promise<Connection> {
  const { stdin, stdout, stderr, resize, signal } = options
  options.begun?.()
  let told = ''
  return new Promise((done, failed) => {
    const iterators: AsyncIterator<unknown>[] = []
    const over = (work: () => void): void => {
      signal?.removeEventListener('abort', gone)
      for (const iterator of iterators) void iterator.return?.()?.catch(() => {})
      work()
    }
    const gone = (): void => {
      connection.close(1000)
      over(() => done(INTERRUPTED))
    }
    const channels = channelsOf(connection, { asText: false, closes: false }, {
      receive(channel, data) {
        if (channel === STDOUT) stdout?.(data)
        else if (channel === STDERR) stderr?.(data)
        else if (channel === ERROR) told += Buffer.from(data).toString('utf8')
      },
      ended: () => {},
      lost: () => {},
    })
    connection.once('close', code => over(() => (told === '' && code !== 1000 ? failed(new UsageError(`error reading from error stream: next reader: ${closeText(code)}`)) : done(endOf(told)))))
    connection.resume()
    if (signal?.aborted === true) return gone()
    signal?.addEventListener('abort', gone, { once: true })
    const sent = (bytes: Uint8Array): Promise<void> => new Promise(go => connection.send(bytes, () => go()))
    if (stdin !== undefined) {
      const iterator = stdin[Symbol.asyncIterator]()
      iterators.push(iterator)
      const end = (): Promise<void> => sent(Buffer.from([CLOSE, STDIN]))
      void pour(iterator, piece => sent(Buffer.concat([Buffer.from([STDIN]), piece]))).then(end, end)
    }
    if (resize !== undefined) {
      const iterator = resize[Symbol.asyncIterator]()
      iterators.push(iterator)
      void (async () => {
        for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) channels.send(RESIZE, sizeText(next.value))
      })().catch(() => {})
    }
  })
}

/** In pieces that everybody takes; the next when the last one has gone. */
async function pour(from: AsyncIterator<Uint8Array>, to: (piece: Uint8Array) => Promise<void> | void): Promise<void> {
  for (let next = await from.next(); next.done !== true; next = await from.next())
    for (let at = 0; at < next.value.length; at += PIECE_BYTES) await to(next.value.subarray(at, at + PIECE_BYTES))
}

const sizeText = ({ width, height }: { width: number; height: number }): Buffer => Buffer.from(`${JSON.stringify({ Width: width, Height: height })}\n`)

/** As gorilla's library words how a connection was closed. */
function closeText(code: number): string {
  if (code === 1006) return 'websocket: close 1006 (abnormal closure): unexpected EOF'
  if (code === 1009) return 'websocket: close 1009 (message too big)'
  return `websocket: close ${code}`
}

/** What the error stream said. upstream: client-go/tools/remotecommand/v4.go errorDecoderV4 */
function endOf(text: string): Connection {
  if (text === '') return { exitCode: 0 }
  let status: { status?: string; reason?: string; message?: string; details?: { causes?: readonly { reason?: string; message?: string }[] } }
  try {
    status = JSON.parse(text) as typeof status
  } catch (e) {
    return { exitCode: 1, message: `error stream protocol error: ${(e as Error).message} in ${JSON.stringify(text)}` }
  }
  if (status.status === 'Success') return { exitCode: 0 }
  if (status.reason !== 'NonZeroExitCode') return { exitCode: 1, message: status.message ?? 'error stream protocol error: unknown error' }
  const exitCode = Number(status.details?.causes?.find(c => c.reason === 'ExitCode')?.message)
  if (!Number.isInteger(exitCode)) return { exitCode: 1, message: 'error stream protocol error: no ExitCode cause given' }
  return { exitCode, message: `command terminated with exit code ${exitCode}` }
}

async function overSpdy(transport: Transport, path: string, options: ConnectOptions): Promise<Connection> {
  const { stdin, stdout, stderr, resize, signal } = options
  let lost = (): void => {}
  const { spdy, protocol } = await openSpdy(transport, path, SPDY, signal, () => lost())
  options.begun?.()
  const interrupted = new Promise<Connection>(done => {
    lost = () => void (signal?.aborted === true && done(INTERRUPTED))
    signal?.addEventListener('abort', () => spdy.close(), { once: true })
  })
  const opened = async (streamtype: string): Promise<SpdyStream> => {
    const stream = spdy.open({ streamtype })
    await stream.replied
    return stream
  }
  const errors = await opened('error')
  errors.end()
  const input = stdin === undefined ? undefined : await opened('stdin')
  const out = stdout === undefined ? undefined : await opened('stdout')
  const err = stderr === undefined ? undefined : await opened('stderr')
  const sizes = resize === undefined ? undefined : await opened('resize')
  const told = textOf(errors)
  const iterators: AsyncIterator<unknown>[] = []
  if (input !== undefined) {
    const iterator = (stdin as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]()
    iterators.push(iterator)
    const end = (): void => input.end()
    void pour(iterator, piece => input.write(piece)).then(end, end)
  }
  if (sizes !== undefined) {
    const iterator = (resize as NonNullable<typeof resize>)[Symbol.asyncIterator]()
    iterators.push(iterator)
    void (async () => {
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) sizes.write(sizeText(next.value))
    })().catch(() => {})
  }
  const shown = [[out, stdout], [err, stderr]] as const
  const ended = Promise.all(shown.map(async ([stream, take]) => {
    if (stream !== undefined) for await (const chunk of stream.incoming) take?.(chunk)
  })).then(() => told).then(text => (protocol === SPDY[0] || protocol === SPDY[1] || text === '' ? endOf(text) : { exitCode: 1, message: `error executing remote command: ${text}` }))
  try {
    return await Promise.race([ended, interrupted])
  } finally {
    for (const iterator of iterators) void iterator.return?.()?.catch(() => {})
    spdy.close()
  }
}

async function textOf(stream: SpdyStream): Promise<string> {
  let text = ''
  for await (const chunk of stream.incoming) text += Buffer.from(chunk).toString('utf8')
  return text
}
