/** The packet rules that kube-proxy keeps on a node, as `iptables-save` prints them. Nothing is filtered by them here: they are told from what the network does. upstream: pkg/proxy/iptables/proxier.go */
import { createHash } from 'node:crypto'
import type { Lister } from '../client/lister'
import { service as serviceKind } from '../kinds/core/service/kind'
import type { Service, ServicePort } from '../kinds/schema/types/core.v1'
import { choices, targetsOf, type Target } from './endpoints'

export interface RuleSource {
  readonly lister: Lister
  /** The addresses of pods, as a CIDR. */
  readonly podNetwork: string
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
/** upstream: portProtoHash: the first 16 characters, in base 32 */
const HASH_BYTES = 10
const AFFINITY_SECONDS = 10_800

function chainOf(prefix: string, name: string): string {
  const bytes = createHash('sha256').update(name).digest().subarray(0, HASH_BYTES)
  let bits = ''
  for (const b of bytes) bits += b.toString(2).padStart(8, '0')
  return prefix + (bits.match(/.{5}/g) as string[]).map(five => BASE32[parseInt(five, 2)]).join('')
}

/** One port of a Service with what is behind it. */
interface Front {
  readonly service: Service
  readonly port: ServicePort
  /** `default/web:http` */
  readonly name: string
  readonly protocol: string
  readonly targets: readonly Target[]
}

function frontsOf({ lister }: RuleSource, nodeName: string): Front[] {
  const out: Front[] = []
  for (const service of lister.list(serviceKind)) {
    if ((service.spec?.clusterIP ?? 'None') === 'None' || service.spec?.clusterIP === '') continue
    for (const port of service.spec?.ports ?? []) {
      const found = choices(lister, targetsOf(lister, service, port, 'IPv4'), nodeName, service.spec?.internalTrafficPolicy === 'Local')
      out.push({ service, port, name: `${service.metadata.namespace}/${service.metadata.name}${(port.name ?? '') === '' ? '' : `:${port.name}`}`, protocol: (port.protocol ?? 'TCP').toLowerCase(), targets: typeof found === 'string' ? [] : found })
    }
  }
  return out
}

/** The table `nat` of a node. */
export function natTable(source: RuleSource, nodeName: string): string {
  const chains = new Set(['KUBE-MARK-MASQ', 'KUBE-NODEPORTS', 'KUBE-POSTROUTING', 'KUBE-SERVICES', 'KUBE-PROXY-CANARY', 'KUBE-KUBELET-CANARY'])
  const rules: string[] = []
  for (const front of frontsOf(source, nodeName).filter(f => f.targets.length > 0)) addService(front, source, chains, rules)
  const fixed = [
    '-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
    '-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
    '-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING',
    '-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000',
    '-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN',
    '-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0',
    '-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully',
    '-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS',
  ]
  return table('nat', ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'], chains, [...fixed.slice(0, 7), ...rules, fixed[7] as string])
}

/** The table `filter`: Services without endpoints refuse. */
export function filterTable(source: RuleSource, nodeName: string): string {
  const rules = [
    '-A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL',
    '-A INPUT -m comment --comment "kubernetes health check service ports" -j KUBE-NODEPORTS',
    '-A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES',
    '-A INPUT -j KUBE-FIREWALL',
    '-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL',
    '-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD',
    '-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
    '-A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
    '-A OUTPUT -j KUBE-FIREWALL',
    '-A KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment "block incoming localnet connections" -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP',
    '-A KUBE-FORWARD -m conntrack --ctstate INVALID -m nfacct --nfacct-name ct_state_invalid_dropped_pkts -j DROP',
    '-A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT',
    '-A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  ]
  for (const { service, port, name, protocol, targets } of frontsOf(source, nodeName)) {
    if (targets.length > 0) continue
    rules.push(`-A KUBE-SERVICES -d ${service.spec?.clusterIP}/32 -p ${protocol} -m comment --comment "${name} has no endpoints" -m ${protocol} --dport ${port.port} -j REJECT --reject-with icmp-port-unreachable`)
    if (port.nodePort !== undefined) rules.push(`-A KUBE-EXTERNAL-SERVICES -p ${protocol} -m comment --comment "${name} has no endpoints" -m addrtype --dst-type LOCAL -m ${protocol} --dport ${port.nodePort} -j REJECT --reject-with icmp-port-unreachable`)
  }
  return table('filter', ['INPUT', 'FORWARD', 'OUTPUT'], new Set(['KUBE-EXTERNAL-SERVICES', 'KUBE-FIREWALL', 'KUBE-FORWARD', 'KUBE-KUBELET-CANARY', 'KUBE-NODEPORTS', 'KUBE-PROXY-CANARY', 'KUBE-PROXY-FIREWALL', 'KUBE-SERVICES']), rules)
}

function table(name: string, builtIn: readonly string[], chains: ReadonlySet<string>, rules: readonly string[]): string {
  // The kernel keeps rules by chain, and chains by name.
  const order = [...builtIn, ...[...chains].sort()]
  const of = (rule: string): number => order.indexOf(rule.split(' ')[1] as string)
  const sorted = rules.map((rule, i) => ({ rule, i })).sort((a, b) => of(a.rule) - of(b.rule) || a.i - b.i)
  return `*${name}\n${builtIn.map(c => `:${c} ACCEPT [0:0]\n`).join('')}${[...chains].sort().map(c => `:${c} - [0:0]\n`).join('')}${sorted.map(({ rule }) => `${rule}\n`).join('')}COMMIT\n`
}

/** A chain for the Service, one for each endpoint, and the ways in: cluster address, external addresses, node port. */
function addService({ service, port, name, protocol, targets }: Front, { podNetwork }: RuleSource, chains: Set<string>, rules: string[]): void {
  const { spec = {} } = service
  const svc = chainOf('KUBE-SVC-', name + protocol)
  const ext = chainOf('KUBE-EXT-', name + protocol)
  const match = (address: string, kind: string): string => `-d ${address}/32 -p ${protocol} -m comment --comment "${name} ${kind}" -m ${protocol} --dport ${port.port}`
  chains.add(svc)
  rules.push(`-A KUBE-SERVICES ${match(spec.clusterIP as string, 'cluster IP')} -j ${svc}`)
  const outside = [...(spec.externalIPs ?? []).map(ip => [ip, 'external IP'] as const), ...(service.status?.loadBalancer?.ingress ?? []).flatMap(i => (i.ip === undefined ? [] : [[i.ip, 'loadbalancer IP'] as const]))]
  if (outside.length > 0 || port.nodePort !== undefined) {
    chains.add(ext)
    for (const [ip, kind] of outside) rules.push(`-A KUBE-SERVICES ${match(ip, kind)} -j ${ext}`)
    if (port.nodePort !== undefined) rules.push(`-A KUBE-NODEPORTS -p ${protocol} -m comment --comment "${name}" -m ${protocol} --dport ${port.nodePort} -j ${ext}`)
    if (spec.externalTrafficPolicy !== 'Local') rules.push(`-A ${ext} -m comment --comment "masquerade traffic for ${name} external destinations" -j KUBE-MARK-MASQ`)
    rules.push(`-A ${ext} -j ${svc}`)
  }
  rules.push(`-A ${svc} ! -s ${podNetwork} ${match(spec.clusterIP as string, 'cluster IP')} -j KUBE-MARK-MASQ`)
  const sticky = spec.sessionAffinity === 'ClientIP'
  const ends = targets.map(({ ip, port: at }) => ({ to: `${ip}:${at}`, ip, chain: chainOf('KUBE-SEP-', `${name}${protocol}${ip}:${at}`) }))
  const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? AFFINITY_SECONDS
  if (sticky) for (const { to, chain } of ends) rules.push(`-A ${svc} -m comment --comment "${name} -> ${to}" -m recent --rcheck --seconds ${seconds} --reap --name ${chain} --mask 255.255.255.255 --rsource -j ${chain}`)
  for (const [i, { to, ip, chain }] of ends.entries()) {
    const left = ends.length - i
    rules.push(`-A ${svc} -m comment --comment "${name} -> ${to}"${left === 1 ? '' : ` -m statistic --mode random --probability ${probability(left)}`} -j ${chain}`)
    chains.add(chain)
    rules.push(`-A ${chain} -s ${ip}/32 -m comment --comment "${name}" -j KUBE-MARK-MASQ`)
    rules.push(`-A ${chain} -p ${protocol} -m comment --comment "${name}"${sticky ? ` -m recent --set --name ${chain} --mask 255.255.255.255 --rsource` : ''} -m ${protocol} -j DNAT --to-destination ${to}`)
  }
}

/** As the kernel keeps one in `n`: in 31 bits. */
const probability = (n: number): string => (Math.round((1 / n) * 2 ** 31) / 2 ** 31).toFixed(11)
