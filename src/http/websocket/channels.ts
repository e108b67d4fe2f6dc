/** Several channels in one WebSocket: each message begins with the number of its own. upstream: apimachinery/pkg/util/httpstream/wsstream */
import type { WebSocket } from 'ws'
import { messageBytes } from './accept'

/** With this number the other side says which of its channels is at its end. */
const CLOSE = 255
const ZERO = 0x30

export interface Channels {
  send(channel: number, data: Uint8Array): void
  /** After what was sent. */
  close(): void
}

export interface ChannelTaker {
  receive(channel: number, data: Uint8Array): void
  /** The other side has nothing more for the channel. */
  ended(channel: number): void
  /** The connection is over. */
  lost(): void
}

/** In the text protocols the channel is a digit and the rest base64. */
export function channelsOf(connection: WebSocket, { asText, closes }: { readonly asText: boolean; readonly closes: boolean }, taker: ChannelTaker): Channels {
  connection.on('message', message => {
    const bytes = messageBytes(message)
    if (bytes.length === 0) return
    const channel = (bytes[0] as number) - (asText ? ZERO : 0)
    if (closes && channel === CLOSE) return taker.ended(bytes[1] ?? CLOSE)
    taker.receive(channel, asText ? Buffer.from(bytes.toString('latin1', 1), 'base64') : bytes.subarray(1))
  })
  connection.on('close', () => taker.lost())
  const send = oneByOne(connection)
  return {
    send: (channel, data) => send(asText ? `${channel}${Buffer.from(data).toString('base64')}` : Buffer.concat([Buffer.from([channel]), data])),
    close: () => send(undefined),
  }
}

/**
 * Each message is a record of TLS of its own, as a Go server's are, and the end another one: a client that waits for its socket and then reads
 * one message (Python's library) would not notice the second of two in one record. `undefined` closes.
 */
function oneByOne(connection: WebSocket): (message: string | Uint8Array | undefined) => void {
  const waiting: (string | Uint8Array | undefined)[] = []
  let busy = false
  const next = (): void => {
    if (waiting.length === 0) return void (busy = false)
    busy = true
    const message = waiting.shift()
    if (message === undefined) connection.close(1000)
    else connection.send(message, next)
  }
  return message => {
    waiting.push(message)
    if (!busy) next()
  }
}
