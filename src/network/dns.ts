/** The cluster's DNS: Services, their endpoints, and pods by their address. upstream: coredns plugin/kubernetes, kubernetes/dns docs/specification.md */
import type { Lister } from '../client/lister'
import { namespace as namespaceKind } from '../kinds/core/namespace/kind'
import { CLUSTER_IP } from '../kinds/core/service/allocate'
import { service as serviceKind } from '../kinds/core/service/kind'
import type { Service } from '../kinds/schema/types/core.v1'
import { isReady, slicesOf } from './endpoints'
import type { DnsAnswer, DnsRecord, Network, RecordType } from './network'

const NO_SUCH_NAME: DnsAnswer = { kind: 'answer', code: 'NXDOMAIN', records: [] }
const answer = (records: readonly DnsRecord[]): DnsAnswer => ({ kind: 'answer', code: 'NOERROR', records })

/** Answers at one address for the cluster's domain; nothing is known of the world outside. */
export function serveDns({ lister, dnsAddress, domain }: { readonly lister: Lister; readonly dnsAddress: string | undefined; readonly domain: string }): Network['resolve'] {
  const suffix = `.${domain}`
  return (_from, nameserver, asked, type) => {
    if (dnsAddress === undefined || nameserver !== dnsAddress) return { kind: 'noServer' }
    const name = asked.toLowerCase()
    if (name.endsWith('.in-addr.arpa')) return reverse(lister, name, domain)
    if (name === domain) return answer([])
    if (!name.endsWith(suffix)) return NO_SUCH_NAME
    const labels = name.slice(0, -suffix.length).split('.')
    const zone = labels.pop()
    if (zone === 'pod') return podByAddress(lister, name, labels, type)
    return zone === 'svc' ? serviceName(lister, name, labels, type, domain) : NO_SUCH_NAME
  }
}

/** upstream: the pod mode `insecure`, which clusters ask for: any address is answered where the namespace exists. */
function podByAddress(lister: Lister, name: string, [dashed = '', space = '', ...more]: readonly string[], type: RecordType): DnsAnswer {
  const ip = dashed.replaceAll('-', '.')
  if (more.length > 0 || !/^\d+(\.\d+){3}$/.test(ip) || lister.get(namespaceKind, space) === undefined) return NO_SUCH_NAME
  return answer(type === 'A' ? [{ name, type, data: ip }] : [])
}

function serviceName(lister: Lister, name: string, labels: readonly string[], type: RecordType, domain: string): DnsAnswer {
  // From the right: namespace, service, then an endpoint's name or _port._protocol.
  const space = labels.at(-1)
  if (space === undefined) return answer([])
  const plain = labels.at(-2)
  if (plain === undefined) return lister.get(namespaceKind, space) === undefined ? NO_SUCH_NAME : answer([])
  const service = lister.get(serviceKind, plain, space)
  if (service === undefined) return NO_SUCH_NAME
  const { type: kind, externalName } = service.spec
  const rest = labels.slice(0, -2)
  if (kind === 'ExternalName') return rest.length > 0 ? NO_SUCH_NAME : answer([{ name, type: 'CNAME', data: `${externalName}` }])
  const base = `${plain}.${space}.svc.${domain}`
  if (rest.length === 2) return ports(lister, service, name, base, rest as [string, string], type)
  const hosts = hostsOf(lister, service).filter(h => rest.length === 0 || h.host === rest[0])
  if (hosts.length === 0 || rest.length > 1) return NO_SUCH_NAME
  if (type === 'SRV' && rest.length === 0) return answer(service.spec.ports?.flatMap(p => hosts.map((h): DnsRecord => ({ name, type, data: `0 100 ${p.port} ${h.host === '' ? base : `${h.host}.${base}`}` }))) ?? [])
  return answer(type === 'A' ? hosts.map(h => ({ name, type, data: h.ip })) : [])
}

interface Host {
  /** Of an endpoint of a headless Service; empty for the Service's own address. */
  readonly host: string
  readonly ip: string
}

function hostsOf(lister: Lister, service: Service): Host[] {
  if (service.spec.clusterIP !== 'None') return [{ host: '', ip: service.spec.clusterIP as string }]
  const published = service.spec.publishNotReadyAddresses === true
  return slicesOf(lister, service).flatMap(s => (s.endpoints ?? []).filter(e => published || isReady(e)).map(e => ({ host: e.hostname ?? (e.addresses[0] as string).replaceAll('.', '-'), ip: e.addresses[0] as string })))
}

function ports(lister: Lister, service: Service, name: string, base: string, [port, protocol]: readonly [string, string], type: RecordType): DnsAnswer {
  const found = service.spec.ports?.find(p => `_${p.name}` === port && `_${(p.protocol ?? 'TCP').toLowerCase()}` === protocol)
  const hosts = hostsOf(lister, service)
  if (found === undefined || hosts.length === 0) return NO_SUCH_NAME
  if (type !== 'SRV') return answer([])
  const target = (h: Host): number => (h.host === '' ? found.port : Number(slicesOf(lister, service).find(s => s.endpoints?.some(e => e.addresses[0] === h.ip))?.ports?.find(p => (p.name ?? '') === (found.name ?? ''))?.port ?? found.port))
  return answer(hosts.map(h => ({ name, type, data: `0 ${Math.floor(100 / hosts.length)} ${target(h)} ${h.host === '' ? base : `${h.host}.${base}`}` })))
}

function reverse(lister: Lister, name: string, domain: string): DnsAnswer {
  const ip = name.replace('.in-addr.arpa', '').split('.').reverse().join('.')
  const service = lister.byIndex(serviceKind, CLUSTER_IP, ip)[0]
  if (service !== undefined) return answer([{ name, type: 'PTR', data: `${service.metadata.name}.${service.metadata.namespace}.svc.${domain}` }])
  for (const s of lister.list(serviceKind))
    if (s.spec.clusterIP === 'None')
      for (const h of hostsOf(lister, s)) if (h.ip === ip) return answer([{ name, type: 'PTR', data: `${h.host}.${s.metadata.name}.${s.metadata.namespace}.svc.${domain}` }])
  return NO_SUCH_NAME
}
