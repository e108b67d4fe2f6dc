/** A socket as a link of bytes. */
import type { Duplex } from 'node:stream'
import type { ByteLink } from './byte-link'

export const socketLink = (socket: Duplex): ByteLink => ({
  send: bytes => void (socket.writable && socket.write(bytes)),
  close: () => void socket.end(),
  pause: () => void socket.pause(),
  resume: () => void socket.resume(),
})
