/** What is used of the library. upstream: ws 8, doc/ws.md */
declare module 'ws' {
  import type { EventEmitter } from 'node:events'
  import type { ClientRequest, IncomingMessage } from 'node:http'
  import type { RequestOptions } from 'node:https'
  import type { Duplex } from 'node:stream'

  interface WebSocketEvents {
    message: [data: Buffer | ArrayBuffer | Buffer[], isBinary: boolean]
    open: []
    close: [code: number, reason: Buffer]
    error: [error: Error]
    upgrade: [response: IncomingMessage]
    'unexpected-response': [request: ClientRequest, response: IncomingMessage]
  }
  export class WebSocket extends EventEmitter<WebSocketEvents> {
    constructor(address: string | URL, protocols: readonly string[], options?: RequestOptions & { maxPayload?: number; perMessageDeflate?: boolean; handshakeTimeout?: number })
    readonly protocol: string
    readonly bufferedAmount: number
    send(data: string | Uint8Array): void
    ping(): void
    close(code?: number, reason?: string): void
    terminate(): void
    pause(): void
    resume(): void
  }
  export class WebSocketServer {
    constructor(options: { noServer: true; clientTracking: boolean; maxPayload: number; handleProtocols: (names: Set<string>) => string | false })
    handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, opened: (connection: WebSocket) => void): void
  }
}
