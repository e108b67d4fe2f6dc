/** The questions that programs ask the network: where an address leads, and what a name means. */
import type { KeptRules, RulePart } from './proxy-mode'

export interface Origin {
  /** The address the packet comes from: a pod's, a node's, or that of a machine outside. */
  readonly ip: string
  /** '' outside the cluster: neither pods nor cluster addresses can be reached from there. */
  readonly nodeName: string
}

export type Protocol = 'TCP' | 'UDP' | 'SCTP'

/**
 * Where a connection ends. `refused`: nobody is behind it (a Service without endpoints); `dropped`: no answer at all, the caller times out;
 * `ingress`: at the ingress controller, which leads on by what is asked (`Network.ingress`); `api`: at the apiserver (`Network.api`).
 */
export type Route =
  /** `as`: the address that the target sees in place of the caller's own. */
  | { readonly kind: 'endpoint'; readonly ip: string; readonly port: number; readonly as?: string }
  | { readonly kind: 'ingress'; readonly ip: string }
  | { readonly kind: 'api' }
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

/** An HTTP request as it reaches the ingress controller. */
export interface IngressRequest {
  /** The Host header, in any case, with or without a port. */
  readonly host: string
  readonly method: string
  /** The target as it was sent: path and query. */
  readonly target: string
  readonly headers: readonly (readonly [string, string])[]
  /** It came by TLS. */
  readonly secure: boolean
  /** The address of the node that took it, and the caller's. */
  readonly ip: string
  readonly from: string
}

/** What the ingress controller does with a request: hands it to an endpoint, with the target and headers that this one sees, or answers it. */
export type IngressAnswer =
  | { readonly kind: 'backend'; readonly ip: string; readonly port: number; readonly target: string; readonly headers: readonly (readonly [string, string])[] }
  | { readonly kind: 'answer'; readonly status: number; readonly reason: string; readonly headers: readonly (readonly [string, string])[]; readonly body: string }

/** The ingress controller, asked request by request. */
export interface Ingress {
  handle(request: IngressRequest): IngressAnswer
  /** The endpoint that was chosen does not answer. */
  badGateway(): IngressAnswer
  /** What it shows to a TLS client that asks for this name, in PEM; undefined: a certificate of its own making. */
  certificate(serverName: string): string | undefined
}

/** An HTTP request as it reaches the apiserver. */
export interface ApiRequest {
  readonly method: string
  readonly target: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
}

export interface ApiAnswer {
  readonly status: number
  readonly reason: string
  readonly headers: readonly (readonly [string, string])[]
  /** Bytes, a character each. */
  readonly body: string
}

/** The apiserver as pods reach it. */
export interface ApiDoor {
  /** Bodies as bytes, a character each. */
  answer(request: ApiRequest): Promise<ApiAnswer>
  /** What it shows to a TLS client, in PEM. */
  certificate(): string
}

/** The cluster's network, injected. Services, policies and DNS are behind it. */
export interface Network {
  /** Loopback addresses never come here. */
  route(from: Origin, ip: string, port: number, protocol: 'TCP' | 'UDP'): Route
  /** One question for a fully qualified name (no trailing dot) to one nameserver; the search list is the caller's business. */
  resolve(from: Origin, nameserver: string, name: string, type: RecordType): DnsAnswer
  /** Absent where nothing routes to it. */
  readonly ingress?: Ingress
  /** A part of the packet rules of a node, as its proxy keeps them (undefined: it has not said); absent where nobody keeps any. */
  readonly packetRules?: ((nodeName: string, part: RulePart, kept: KeptRules | undefined) => string) | undefined
  /** Absent where the apiserver cannot be reached from inside. */
  readonly api?: ApiDoor | undefined
}
