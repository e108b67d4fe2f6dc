/** The cluster's DNS: Services, their endpoints, and pods by their address. upstream: coredns plugin/kubernetes, kubernetes/dns docs/specification.md */
import type { Lister } from '../client/lister'
import { namespace as namespaceKind } from '../kinds/core/namespace/kind'
import { CLUSTER_IP } from '../kinds/core/service/allocate'
import { service as serviceKind } from '../kinds/core/service/kind'
import { isHeadless } from '../kinds/core/service/traits'
import type { Service, ServicePort } from '../kinds/schema/types/core.v1'
import { corefileOf, type Corefile } from './corefile'
import { familyOf, isReady, slicesOf } from './endpoints'
import type { DnsAnswer, DnsRecord, RecordType } from './network'
import { podAt } from './pod-addresses'

const NO_SUCH_NAME: DnsAnswer = { kind: 'answer', code: 'NXDOMAIN', records: [] }
const FAILED: DnsAnswer = { kind: 'answer', code: 'SERVFAIL', records: [] }
const answer = (records: readonly DnsRecord[]): DnsAnswer => ({ kind: 'answer', code: 'NOERROR', records })

/** A chain of aliases longer than this leads nowhere. upstream: coredns plugin/kubernetes, plugin/file maxChain */
const MAX_CHAIN = 8

interface Zone {
  readonly lister: Lister
  readonly domain: string
}

/** Answers for the cluster's domain; nothing is known of the world outside but what the Corefile says. */
export function serveDns(zone: Zone): (name: string, type: RecordType) => DnsAnswer {
  return (asked, type) => {
    const corefile = corefileOf(zone.lister)
    const name = asked.toLowerCase()
    const real = corefile.rewrites.get(name) ?? name
    const found = lookUp(zone, corefile, real, type, MAX_CHAIN)
    if (real === name || found.kind === 'noServer') return found
    // Who asked for a name wants an answer for it.
    return { ...found, records: found.records.map(r => (r.name === real ? { ...r, name } : r)) }
  }
}

function lookUp(zone: Zone, corefile: Corefile, name: string, type: RecordType, left: number): DnsAnswer {
  const { lister, domain } = zone
  const listed = corefile.hosts.get(name)
  if (listed !== undefined) return answer(addresses(name, listed, type))
  if (corefile.stubs.some(stub => name === stub || name.endsWith(`.${stub}`))) return FAILED
  if (name.endsWith('.in-addr.arpa')) return reverse(zone, name)
  if (name === domain) return answer([])
  if (name === `dns-version.${domain}`) return answer(type === 'TXT' ? [{ name, type, data: '1.1.0' }] : [])
  if (!name.endsWith(`.${domain}`)) return NO_SUCH_NAME
  const labels = name.slice(0, -domain.length - 1).split('.')
  const part = labels.pop()
  if (part === 'pod') return podByAddress(lister, name, labels, type)
  return part === 'svc' ? serviceName(zone, corefile, name, labels, type, left) : NO_SUCH_NAME
}

const addresses = (name: string, ips: readonly string[], type: RecordType): DnsRecord[] => ips.filter(ip => type === (familyOf(ip) === 'IPv6' ? 'AAAA' : 'A')).map(data => ({ name, type, data }))

/** upstream: the pod mode `insecure`, which clusters ask for: any address is answered where the namespace exists. */
function podByAddress(lister: Lister, name: string, [dashed = '', space, ...more]: readonly string[], type: RecordType): DnsAnswer {
  // The names above a pod's exist, and have no address.
  if (space === undefined) return dashed === '' || lister.get(namespaceKind, dashed) !== undefined ? answer([]) : NO_SUCH_NAME
  const ip = dashed.replaceAll('-', '.')
  if (more.length > 0 || !/^\d+(\.\d+){3}$/.test(ip) || lister.get(namespaceKind, space) === undefined) return NO_SUCH_NAME
  return answer(addresses(name, [ip], type))
}

function serviceName(zone: Zone, corefile: Corefile, name: string, labels: readonly string[], type: RecordType, left: number): DnsAnswer {
  const { lister, domain } = zone
  // From the right: namespace, service, then an endpoint's name or _port._protocol.
  const space = labels.at(-1)
  if (space === undefined) return answer([])
  const plain = labels.at(-2)
  if (plain === undefined) return lister.get(namespaceKind, space) === undefined ? NO_SUCH_NAME : answer([])
  const service = lister.get(serviceKind, plain, space)
  if (service === undefined) return NO_SUCH_NAME
  const { type: kind, externalName } = service.spec
  const rest = labels.slice(0, -2)
  if (kind === 'ExternalName') return rest.length > 0 ? NO_SUCH_NAME : alias(zone, corefile, name, `${externalName}`.toLowerCase(), type, left)
  const base = `${plain}.${space}.svc.${domain}`
  if (rest.length === 2) return ports(lister, service, name, base, rest as [string, string], type)
  const hosts = hostsOf(lister, service).filter(h => rest.length === 0 || h.host === rest[0])
  if (hosts.length === 0 || rest.length > 1) return NO_SUCH_NAME
  if (type === 'SRV' && rest.length === 0) return answer(service.spec.ports?.flatMap(p => hosts.map((h): DnsRecord => ({ name, type, data: `0 100 ${portAt(lister, service, h, p)} ${h.host === '' ? base : `${h.host}.${base}`}` }))) ?? [])
  return answer(addresses(name, hosts.map(h => h.ip), type))
}

/** An alias is answered with what it stands for, as far as that is known here. */
function alias(zone: Zone, corefile: Corefile, name: string, target: string, type: RecordType, left: number): DnsAnswer {
  const records: DnsRecord[] = [{ name, type: 'CNAME', data: target }]
  if (type !== 'CNAME' && left > 0) {
    const next = lookUp(zone, corefile, target, type, left - 1)
    if (next.kind === 'answer') records.push(...next.records)
  }
  return answer(records)
}

interface Host {
  /** Of an endpoint of a headless Service; empty for the Service's own address. */
  readonly host: string
  readonly ip: string
}

function hostsOf(lister: Lister, service: Service): Host[] {
  if (!isHeadless(service.spec)) return (service.spec.clusterIPs ?? []).map(ip => ({ host: '', ip }))
  const published = service.spec.publishNotReadyAddresses === true
  const hosts = new Map<string, Host>()
  for (const slice of slicesOf(lister, service))
    for (const e of slice.endpoints ?? []) {
      const ip = e.addresses[0] as string
      if (published || isReady(e)) hosts.set(ip, { host: e.hostname ?? ip.replace(/[.:]/g, '-'), ip })
    }
  return [...hosts.values()]
}

function ports(lister: Lister, service: Service, name: string, base: string, [port, protocol]: readonly [string, string], type: RecordType): DnsAnswer {
  const found = service.spec.ports?.find(p => `_${p.name}` === port && `_${(p.protocol ?? 'TCP').toLowerCase()}` === protocol)
  const hosts = hostsOf(lister, service)
  if (found === undefined || hosts.length === 0) return NO_SUCH_NAME
  if (type !== 'SRV') return answer([])
  return answer(hosts.map(h => ({ name, type, data: `0 ${Math.floor(100 / hosts.length)} ${portAt(lister, service, h, found)} ${h.host === '' ? base : `${h.host}.${base}`}` })))
}

/** An endpoint of a headless Service is called at its own port. */
function portAt(lister: Lister, service: Service, { host, ip }: Host, port: ServicePort): number {
  if (host === '') return port.port
  return slicesOf(lister, service).find(s => s.endpoints?.some(e => e.addresses[0] === ip))?.ports?.find(p => (p.name ?? '') === (port.name ?? ''))?.port ?? port.port
}

function reverse({ lister, domain }: Zone, name: string): DnsAnswer {
  const ip = name.replace('.in-addr.arpa', '').split('.').reverse().join('.')
  const pointer = (s: Service, host = ''): DnsRecord => ({ name, type: 'PTR', data: `${host === '' ? '' : `${host}.`}${s.metadata.name}.${s.metadata.namespace}.svc.${domain}` })
  const service = lister.byIndex(serviceKind, CLUSTER_IP, ip)[0]
  if (service !== undefined) return answer([pointer(service)])
  const pod = podAt(lister, ip)
  const candidates = pod === undefined ? lister.list(serviceKind) : lister.selecting(serviceKind, pod.metadata.namespace as string, pod.metadata.labels)
  const found = candidates.filter(s => s.spec.type !== 'ExternalName' && isHeadless(s.spec)).flatMap(s => hostsOf(lister, s).filter(h => h.ip === ip).map(h => pointer(s, h.host)))
  return found.length === 0 ? NO_SUCH_NAME : answer(found)
}
