/** The packet rules that kube-proxy keeps on a node in the mode iptables, as `iptables-save` prints them. Nothing is filtered by them here: they are told from what the network does. upstream: pkg/proxy/iptables/proxier.go */
import { affinitySeconds, frontsOf, hashOf, outsideAddresses, type Front, type RuleSource } from './fronts'
import { filterText, kubeletRules, natText } from './iptables-text'

/** upstream: portProtoHash */
const HASH_LENGTH = 16
const chainOf = (prefix: string, name: string): string => prefix + hashOf(name, HASH_LENGTH)

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
  return natText(chains, [...fixed.slice(0, 7), ...rules, fixed[7] as string])
}

/** The table `filter`: Services without endpoints refuse. */
export function filterTable(source: RuleSource, nodeName: string): string {
  const rules = [
    '-A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL',
    '-A INPUT -m comment --comment "kubernetes health check service ports" -j KUBE-NODEPORTS',
    '-A INPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes externally-visible service portals" -j KUBE-EXTERNAL-SERVICES',
    '-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL',
    '-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD',
    '-A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
    '-A OUTPUT -m conntrack --ctstate NEW -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
    ...kubeletRules(),
    '-A KUBE-FORWARD -m conntrack --ctstate INVALID -m nfacct --nfacct-name ct_state_invalid_dropped_pkts -j DROP',
    '-A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT',
    '-A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  ]
  for (const { service, port, name, protocol, targets } of frontsOf(source, nodeName)) {
    if (targets.length > 0) continue
    rules.push(`-A KUBE-SERVICES -d ${service.spec?.clusterIP}/32 -p ${protocol} -m comment --comment "${name} has no endpoints" -m ${protocol} --dport ${port.port} -j REJECT --reject-with icmp-port-unreachable`)
    if (port.nodePort !== undefined) rules.push(`-A KUBE-EXTERNAL-SERVICES -p ${protocol} -m comment --comment "${name} has no endpoints" -m addrtype --dst-type LOCAL -m ${protocol} --dport ${port.nodePort} -j REJECT --reject-with icmp-port-unreachable`)
  }
  return filterText(['KUBE-EXTERNAL-SERVICES', 'KUBE-FIREWALL', 'KUBE-FORWARD', 'KUBE-KUBELET-CANARY', 'KUBE-NODEPORTS', 'KUBE-PROXY-CANARY', 'KUBE-PROXY-FIREWALL', 'KUBE-SERVICES'], rules)
}

/** A chain for the Service, one for each endpoint, and the ways in: cluster address, external addresses, node port. */
function addService({ service, port, name, protocol, targets }: Front, { podNetwork }: RuleSource, chains: Set<string>, rules: string[]): void {
  const { spec = {} } = service
  const svc = chainOf('KUBE-SVC-', name + protocol)
  const ext = chainOf('KUBE-EXT-', name + protocol)
  const match = (address: string, kind: string): string => `-d ${address}/32 -p ${protocol} -m comment --comment "${name} ${kind}" -m ${protocol} --dport ${port.port}`
  chains.add(svc)
  rules.push(`-A KUBE-SERVICES ${match(spec.clusterIP as string, 'cluster IP')} -j ${svc}`)
  const outside = outsideAddresses(service)
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
  const seconds = affinitySeconds(service)
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
