/** Where a connection comes from. */
import type { Socket } from 'node:net'

/** `address:port`; undefined of a socket in the file system. */
export const remoteOf = ({ remoteFamily, remoteAddress, remotePort }: Socket): string | undefined => (remoteAddress === undefined ? undefined : `${remoteFamily === 'IPv6' ? `[${remoteAddress}]` : remoteAddress}:${remotePort}`)
