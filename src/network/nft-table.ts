/** What kube-proxy keeps on a node in the mode nftables, as `nft list table ip kube-proxy` prints it. upstream: pkg/proxy/nftables/proxier.go */
import { node as nodeKind } from '../kinds/core/node/kind'
import { internalIP } from '../kinds/core/node/state'
import { SERVICE_CIDR } from '../kinds/core/service/allocate'
import type { Target } from './endpoints'
import { affinitySeconds, frontsOf, hashOf, localTargets, outsideAddresses, type Front, type RuleSource } from './fronts'

/** upstream: knftables.NameLengthMax less the longest prefix of a chain */
const NAME_LENGTH = 240

const ADDRESS = 'type ipv4_addr'
const PORT = 'type inet_proto . inet_service : verdict'
const ADDRESS_AND_PORT = 'type ipv4_addr . inet_proto . inet_service : verdict'

/** What is in the maps and chains, gathered Service by Service. */
interface Table {
  readonly blocks: string[]
  readonly clusterIPs: string[]
  readonly serviceIPs: string[]
  readonly nodePorts: string[]
  readonly firewallIPs: string[]
  readonly emptyServices: string[]
  readonly emptyNodePorts: string[]
}

export function nftTable(source: RuleSource, nodeName: string): string {
  const node = source.lister.get(nodeKind, nodeName)
  const found: Table = { blocks: [], clusterIPs: [], serviceIPs: [], nodePorts: [], firewallIPs: [], emptyServices: [], emptyNodePorts: [] }
  for (const front of frontsOf(source, nodeName)) addFront(front, source, nodeName, found)
  return `table ip kube-proxy {\n\tcomment "rules for kube-proxy"\n\n${[
    block('set cluster-ips', [ADDRESS, 'comment "Active ClusterIPs"', ...elements([...new Set(found.clusterIPs)], 2)]),
    block('set nodeport-ips', [ADDRESS, 'comment "IPs that accept NodePort traffic"', ...elements(node === undefined ? [] : [internalIP(node)], 2)]),
    block('map no-endpoint-services', [ADDRESS_AND_PORT, 'comment "vmap to drop or reject packets to services with no endpoints"', ...elements(found.emptyServices)]),
    block('map no-endpoint-nodeports', [PORT, 'comment "vmap to drop or reject packets to service nodeports with no endpoints"', ...elements(found.emptyNodePorts)]),
    block('map firewall-ips', [ADDRESS_AND_PORT, 'comment "destinations that are subject to LoadBalancerSourceRanges"', ...elements(found.firewallIPs)]),
    block('map service-ips', [ADDRESS_AND_PORT, 'comment "ClusterIP, ExternalIP and LoadBalancer IP traffic"', ...elements(found.serviceIPs)]),
    block('map service-nodeports', [PORT, 'comment "NodePort traffic"', ...elements(found.nodePorts)]),
    ...fixedChains(),
    ...found.blocks,
  ].join('\n')}}\n`
}

const block = (head: string, lines: readonly string[]): string => `\t${head} {\n${lines.map(l => `\t\t${l}\n`).join('')}\t}\n`

function elements(items: readonly string[], aLine = 1): string[] {
  if (items.length === 0) return []
  const lines: string[] = []
  for (let i = 0; i < items.length; i += aLine) lines.push(items.slice(i, i + aLine).join(', '))
  return [`elements = { ${lines.join(',\n\t\t\t     ')} }`]
}

const fixedChains = (): string[] => [
  block('chain filter-prerouting', ['type filter hook prerouting priority dstnat - 10; policy accept;', 'ct state new jump firewall-check']),
  block('chain filter-input', ['type filter hook input priority -110; policy accept;', 'ct state new jump nodeport-endpoints-check', 'ct state new jump service-endpoints-check']),
  block('chain filter-forward', ['type filter hook forward priority -110; policy accept;', 'ct state new jump service-endpoints-check', 'ct state new jump cluster-ips-check']),
  block('chain filter-output', ['type filter hook output priority -110; policy accept;', 'ct state new jump service-endpoints-check', 'ct state new jump firewall-check']),
  block('chain filter-output-post-dnat', ['type filter hook output priority -90; policy accept;', 'ct state new jump cluster-ips-check']),
  block('chain nat-prerouting', ['type nat hook prerouting priority dstnat; policy accept;', 'jump services']),
  block('chain nat-output', ['type nat hook output priority -100; policy accept;', 'jump services']),
  block('chain nat-postrouting', ['type nat hook postrouting priority srcnat; policy accept;', 'jump masquerading']),
  block('chain nodeport-endpoints-check', ['ip daddr @nodeport-ips meta l4proto . th dport vmap @no-endpoint-nodeports']),
  block('chain service-endpoints-check', ['ip daddr . meta l4proto . th dport vmap @no-endpoint-services']),
  block('chain firewall-check', ['ip daddr . meta l4proto . th dport vmap @firewall-ips']),
  block('chain services', ['ip daddr . meta l4proto . th dport vmap @service-ips', 'ip daddr @nodeport-ips meta l4proto . th dport vmap @service-nodeports']),
  block('chain masquerading', ['meta mark & 0x00004000 == 0x00000000 return', 'meta mark set meta mark ^ 0x00004000', 'masquerade fully-random']),
  block('chain cluster-ips-check', ['ip daddr @cluster-ips reject comment "Reject traffic to invalid ports of ClusterIPs"', `ip daddr ${SERVICE_CIDR} drop comment "Drop traffic to unallocated ClusterIPs"`]),
  block('chain mark-for-masquerade', ['meta mark set meta mark | 0x00004000']),
  block('chain reject-chain', ['comment "helper for @no-endpoint-services / @no-endpoint-nodeports"', 'reject']),
]

/** upstream: hashAndTruncate */
function named(text: string): string {
  const name = `${hashOf(text, 8)}-${text}`
  return name.length > NAME_LENGTH ? `${name.slice(0, NAME_LENGTH - 3)}...` : name
}

/** The ways in, a chain for the Service, one for callers from outside, one for each endpoint. */
function addFront(front: Front, source: RuleSource, nodeName: string, found: Table): void {
  const { service, port, protocol, targets, name } = front
  const { spec = {}, metadata } = service
  const base = `${metadata.namespace}/${metadata.name}/${protocol}/${port.name ?? ''}`
  const [svc, external, local, firewall] = ['service', 'external', 'local', 'firewall'].map(kind => `${kind}-${named(base)}`) as [string, string, string, string]
  const outside = outsideAddresses(service)
  const at = (ip: string): string => `${ip} . ${protocol} . ${port.port}`
  found.clusterIPs.push(spec.clusterIP as string)
  if (targets.length === 0) {
    for (const ip of [spec.clusterIP as string, ...outside.map(([ip]) => ip)]) found.emptyServices.push(`${at(ip)} comment "${name}" : goto reject-chain`)
    if (port.nodePort !== undefined) found.emptyNodePorts.push(`${protocol} . ${port.nodePort} comment "${name}" : goto reject-chain`)
    return
  }
  found.serviceIPs.push(`${at(spec.clusterIP as string)} : goto ${svc}`, ...outside.map(([ip]) => `${at(ip)} : goto ${external}`))
  if (port.nodePort !== undefined) found.nodePorts.push(`${protocol} . ${port.nodePort} : goto ${external}`)
  const ranges = spec.type === 'LoadBalancer' ? (spec.loadBalancerSourceRanges ?? []) : []
  if (ranges.length > 0) {
    for (const [ip, kind] of outside) if (kind === 'loadbalancer IP') found.firewallIPs.push(`${at(ip)} comment "${name}" : goto ${firewall}`)
    found.blocks.push(block(`chain ${firewall}`, [`ip saddr != { ${ranges.map(r => r.trim()).join(', ')} } drop`]))
  }
  const endpoint = (t: Target): string => named(`${base}__${t.ip}/${t.port}`)
  const sticky = spec.sessionAffinity === 'ClientIP'
  const spread = (among: readonly Target[]): string[] => [
    ...(sticky ? among.map(t => `ip saddr @affinity-${endpoint(t)} goto endpoint-${endpoint(t)}`) : []),
    `numgen random mod ${among.length} vmap { ${among.map((t, i) => `${i} : goto endpoint-${endpoint(t)}`).join(', ')} }`,
  ]
  const onlyLocal = spec.externalTrafficPolicy === 'Local'
  if (outside.length > 0 || port.nodePort !== undefined) {
    found.blocks.push(block(`chain ${external}`, onlyLocal
      ? [`ip saddr ${source.podNetwork} goto ${svc} comment "short-circuit pod traffic"`, 'fib saddr type local jump mark-for-masquerade comment "masquerade local traffic"', `fib saddr type local goto ${svc} comment "short-circuit local traffic"`, `goto ${local}`]
      : ['jump mark-for-masquerade', `goto ${svc}`]))
    const near = onlyLocal ? localTargets(source, front, nodeName) : []
    if (onlyLocal) found.blocks.push(block(`chain ${local}`, near.length === 0 ? [] : spread(near)))
  }
  found.blocks.push(block(`chain ${svc}`, [`ip daddr ${spec.clusterIP} ${protocol} dport ${port.port} ip saddr != ${source.podNetwork} jump mark-for-masquerade`, ...spread(targets)]))
  for (const t of targets) {
    if (sticky) found.blocks.push(block(`set affinity-${endpoint(t)}`, [ADDRESS, 'size 65535', 'flags dynamic,timeout', `timeout ${duration(affinitySeconds(service))}`]))
    found.blocks.push(block(`chain endpoint-${endpoint(t)}`, [`ip saddr ${t.ip} jump mark-for-masquerade`, ...(sticky ? [`update @affinity-${endpoint(t)} { ip saddr }`] : []), `meta l4proto ${protocol} dnat to ${t.ip}:${t.port}`]))
  }
}

/** `3h`, `1h30m`, as nft prints it. */
function duration(seconds: number): string {
  const parts = [[86_400, 'd'], [3600, 'h'], [60, 'm'], [1, 's']] as const
  let left = seconds
  let out = ''
  for (const [size, unit] of parts) {
    const n = Math.floor(left / size)
    if (n > 0) out += `${n}${unit}`
    left -= n * size
  }
  return out === '' ? '0s' : out
}
