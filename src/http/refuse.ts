/** Answers to requests for a stream that do not get one: what was a request is answered as one. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { StatusError, internalError } from '../base/status'

const UPGRADE = 'unable to upgrade connection: '
const PLAIN = 'text/plain; charset=utf-8'

export interface Refusal {
  readonly code: number
  readonly contentType: string
  readonly body: string
}

/** What a kubelet says itself is no Status. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof StatusError && error.message.startsWith(UPGRADE)) return { code: error.code, contentType: PLAIN, body: `${error.message.slice(UPGRADE.length)}\n` }
  const { code, status } = error instanceof StatusError ? error : internalError(error instanceof Error ? error.message : String(error))
  return { code, contentType: 'application/json', body: `${JSON.stringify(status)}\n` }
}

/** One line, and the end of the connection. */
export const plainRefusal = (code: number, line: string): Refusal => ({ code, contentType: PLAIN, body: line === '' ? '' : `${line}\n` })

export function refuse(request: IncomingMessage, socket: Duplex, { code, contentType, body }: Refusal, headers: Readonly<Record<string, string | readonly string[]>> = {}): void {
  const { ServerResponse } = process.getBuiltinModule('node:http')
  const response = new ServerResponse(request)
  response.assignSocket(socket as never)
  response.shouldKeepAlive = false
  response.once('finish', () => void socket.end())
  response.writeHead(code, { ...headers, ...(body === '' ? {} : { 'content-type': contentType }), 'content-length': String(Buffer.byteLength(body)) } as never)
  response.end(body)
}
