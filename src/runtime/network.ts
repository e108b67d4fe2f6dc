/** How programs reach one another: who is asked where an address leads (`Network`), and what a program holds in its hands (`Sockets`). */

export interface Origin {
  /** The address the packet comes from: a pod's, or a node's. */
  readonly ip: string
  readonly nodeName: string
}

/** Where a connection ends. `refused`: nobody is behind it (a Service without endpoints); `dropped`: no answer at all, the caller times out. */
export type Route =
  | { readonly kind: 'endpoint'; readonly ip: string; readonly port: number }
  | { readonly kind: 'refused' }
  | { readonly kind: 'dropped' }
  | { readonly kind: 'unreachable' }

export type RecordType = 'A' | 'AAAA' | 'CNAME' | 'SRV' | 'PTR' | 'TXT' | 'NS' | 'SOA' | 'MX'

/** `data` as nslookup prints it: an address, a name, `0 100 80 name` for SRV. */
export interface DnsRecord {
  readonly name: string
  readonly type: RecordType
  readonly data: string
}

/** `noServer`: nobody answers at the nameserver's address. NOERROR without records: the name exists, not with this type. */
export type DnsAnswer = { readonly kind: 'answer'; readonly code: 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL'; readonly records: readonly DnsRecord[] } | { readonly kind: 'noServer' }

/** The cluster's network, injected. Services, policies and DNS are behind it. */
export interface Network {
  /** Loopback addresses never come here. */
  route(from: Origin, ip: string, port: number, protocol: 'TCP' | 'UDP'): Route
  /** One question for a fully qualified name (no trailing dot) to one nameserver; the search list is the caller's business. */
  resolve(from: Origin, nameserver: string, name: string, type: RecordType): DnsAnswer
}

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
