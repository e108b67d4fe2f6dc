/** What is used of the library. upstream: ws 8, doc/ws.md */
declare module 'ws' {
  import type { EventEmitter } from 'node:events'
  import type { ClientRequest, IncomingMessage } from 'node:http'
  import type { RequestOptions } from 'node:https'
  import type { Duplex } from 'node:stream'

  interface WebSocketEvents {
    message: [data: Buffer | ArrayBuffer | Buffer[], isBinary: boolean]
    open: []
    pong: [data: Buffer]
    close: [code: number, reason: Buffer]
    error: [error: Error]
    upgrade: [response: IncomingMessage]
    'unexpected-response': [request: ClientRequest, response: IncomingMessage]
  }
  export class WebSocket extends EventEmitter<WebSocketEvents> {
    constructor(address: string | URL, protocols: readonly string[], options?: Omit<RequestOptions, 'headers' | 'createConnection'> & { maxPayload?: number; perMessageDeflate?: boolean; headers?: Readonly<Record<string, string | string[]>>; createConnection?: () => Duplex })
    readonly protocol: string
    readonly bufferedAmount: number
    send(data: string | Uint8Array, sent?: (error?: Error) => void): void
    ping(): void
    close(code?: number, reason?: string): void
    terminate(): void
    pause(): void
    resume(): void
  }
  export class WebSocketServer extends EventEmitter<{ headers: [lines: string[]] }> {
    constructor(options: { noServer: true; clientTracking: boolean; maxPayload: number })
    handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, opened: (connection: WebSocket) => void): void
  }
}
