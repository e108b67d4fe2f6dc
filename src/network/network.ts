/** The questions that programs ask the network: where an address leads, and what a name means. */

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
