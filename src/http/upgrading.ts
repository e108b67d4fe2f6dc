/** One upgraded connection, before it is one. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Admitted } from '../apiserver/connect'

export interface Upgrading {
  readonly admitted: Admitted
  readonly request: IncomingMessage
  readonly socket: Duplex
  /** What came already behind the request. */
  readonly head: Buffer
}
