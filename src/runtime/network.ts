/** How programs reach one another: who is asked where an address leads (`Network`), and what a program holds in its hands (`Sockets`). */

import type { DnsAnswer, Network, RecordType } from '../network/network'
import type { KeptRules, RulePart } from '../network/proxy-mode'

export type { DnsAnswer, DnsRecord, IngressAnswer, Network, Origin, RecordType } from '../network/network'

export type ConnectResult =
  | { readonly kind: 'connected'; readonly fd: number }
  | { readonly kind: 'refused' | 'timeout' | 'unreachable' }

/** Sockets of one process. A connected socket is a descriptor: `ctx.read`, `ctx.write`, `ctx.processes.close`. */
export interface Sockets {
  /** `timeout`: nobody answers; the program itself decides how long it would have waited. */
  connect(ip: string, port: number): ConnectResult
  /** A listening descriptor, or undefined when the address is in use. `address`: `0.0.0.0`, `::` or `127.0.0.1`. */
  listen(address: string, port: number): number | undefined
  /** Takes a waiting caller. */
  accept(fd: number): { readonly fd: number; readonly ip: string; readonly port: number } | undefined
  /** Lets the other side run now, so that its answer can be read in this step (a proxy). */
  answerNow(fd: number): void
  /** Ends our direction; the other one stays open. */
  shutdown(fd: number): void
  /** The other side of a connected socket, and our own. */
  addresses(fd: number): { readonly local: string; readonly remote: string } | undefined
  /** Looks a host name up as the C library does: literal addresses, /etc/hosts, then DNS with the search list. */
  lookup(name: string): { readonly kind: 'found'; readonly ips: readonly string[] } | { readonly kind: 'notFound' | 'noServer' }
  query(nameserver: string, name: string, type: RecordType): DnsAnswer
  /** What a TLS server at the address shows to who asks for the name, in PEM ('' for one of its own making); undefined: nobody there has a certificate. */
  certificate(ip: string, port: number, serverName: string): string | undefined
  /** A part of the packet rules where the process is: of the machine on the machine's own network, none in a pod's. */
  packetRules(part: RulePart): string
  /** From now on the machine's rules are kept so; they outlive the process. */
  keepRules(kept: KeptRules): void
  listening(): readonly { readonly address: string; readonly port: number; readonly pid: number }[]
}

/** A network of pods alone: every address leads where it says, and no name server answers but for the names given. */
export function directNetwork(names: Readonly<Record<string, string>> = {}): Network {
  return {
    route: (_from, ip, port) => ({ kind: 'endpoint', ip, port }),
    resolve(_from, _nameserver, name, type) {
      if (Object.keys(names).length === 0) return { kind: 'noServer' }
      const ip = names[name]
      if (ip === undefined) return { kind: 'answer', code: 'NXDOMAIN', records: [] }
      return { kind: 'answer', code: 'NOERROR', records: type === 'A' ? [{ name, type, data: ip }] : [] }
    },
  }
}
