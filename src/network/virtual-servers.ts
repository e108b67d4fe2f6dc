/** What kube-proxy keeps on a node in the mode ipvs: virtual servers as `ipvsadm -Ln` prints them, and the few iptables rules beside them. upstream: pkg/proxy/ipvs/proxier.go */
import { parseIp } from '../base/ip'
import { node as nodeKind } from '../kinds/core/node/kind'
import { internalIP } from '../kinds/core/node/state'
import type { Target } from './endpoints'
import { affinitySeconds, frontsOf, localTargets, outsideAddresses, type Front, type RuleSource } from './fronts'
import { filterText, kubeletRules, natText } from './iptables-text'

/** What ipvsadm prints where there are none. */
export const noVirtualServers = (): string => 'IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n'

interface VirtualServer {
  readonly protocol: string
  readonly ip: string
  readonly port: number
  readonly flags: string
  readonly targets: readonly Target[]
}

export function virtualServers(source: RuleSource, nodeName: string, scheduler: string): string {
  const node = source.lister.get(nodeKind, nodeName)
  const servers = frontsOf(source, nodeName).flatMap(front => serversOf(source, front, nodeName, node === undefined ? '' : internalIP(node)))
  const order = (s: VirtualServer): bigint => parseIp(s.ip)?.bits ?? 0n
  servers.sort((a, b) => (a.protocol === b.protocol ? (order(a) === order(b) ? a.port - b.port : order(a) < order(b) ? -1 : 1) : a.protocol < b.protocol ? -1 : 1))
  return noVirtualServers() + servers.map(s => `${s.protocol}  ${s.ip}:${s.port} ${scheduler}${s.flags}\n${s.targets.map(t => `  -> ${`${t.ip}:${t.port}`.padEnd(28)} Masq    1      0          0         \n`).join('')}`).join('')
}

function serversOf(source: RuleSource, front: Front, nodeName: string, nodeIP: string): VirtualServer[] {
  const { service, port, protocol, targets } = front
  const flags = service.spec?.sessionAffinity === 'ClientIP' ? ` persistent ${affinitySeconds(service)}` : ''
  const at = (ip: string, number: number, behind: readonly Target[]): VirtualServer => ({ protocol: protocol.toUpperCase(), ip, port: number, flags, targets: behind })
  const outside = service.spec?.externalTrafficPolicy === 'Local' ? localTargets(source, front, nodeName) : targets
  return [
    at(service.spec?.clusterIP as string, port.port, targets),
    ...outsideAddresses(service).map(([ip]) => at(ip, port.port, outside)),
    ...(port.nodePort === undefined || nodeIP === '' ? [] : [at(nodeIP, port.nodePort, outside)]),
  ]
}

const MASQUERADED = ['TCP', 'UDP', 'SCTP'].map(p => `-A KUBE-NODE-PORT -p ${p.toLowerCase()} -m comment --comment "Kubernetes nodeport ${p} port for masquerade purpose" -m set --match-set KUBE-NODE-PORT-${p} ${p === 'SCTP' ? 'dst,dst' : 'dst'} -j KUBE-MARK-MASQ`)

/** The same whatever Services there are: sets hold their addresses. */
export function ipvsNat({ podNetwork }: RuleSource): string {
  return natText(['KUBE-KUBELET-CANARY', 'KUBE-LOAD-BALANCER', 'KUBE-MARK-MASQ', 'KUBE-NODE-PORT', 'KUBE-POSTROUTING', 'KUBE-SERVICES'], [
    '-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
    '-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
    '-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING',
    '-A KUBE-LOAD-BALANCER -j KUBE-MARK-MASQ',
    '-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000',
    ...MASQUERADED,
    '-A KUBE-POSTROUTING -m comment --comment "Kubernetes endpoints dst ip:port, source ip for solving hairpin purpose" -m set --match-set KUBE-LOOP-BACK dst,dst,src -j MASQUERADE',
    '-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN',
    '-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0',
    '-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully',
    '-A KUBE-SERVICES -s 127.0.0.0/8 -j RETURN',
    '-A KUBE-SERVICES -m comment --comment "Kubernetes service lb portal" -m set --match-set KUBE-LOAD-BALANCER dst,dst -j KUBE-LOAD-BALANCER',
    `-A KUBE-SERVICES ! -s ${podNetwork} -m comment --comment "Kubernetes service cluster ip + port for masquerade purpose" -m set --match-set KUBE-CLUSTER-IP dst,dst -j KUBE-MARK-MASQ`,
    '-A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODE-PORT',
    '-A KUBE-SERVICES -m set --match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT',
    '-A KUBE-SERVICES -m set --match-set KUBE-LOAD-BALANCER dst,dst -j ACCEPT',
  ])
}

export function ipvsFilter(): string {
  return filterText(['KUBE-FIREWALL', 'KUBE-FORWARD', 'KUBE-IPVS-FILTER', 'KUBE-IPVS-OUT-FILTER', 'KUBE-KUBELET-CANARY', 'KUBE-NODE-PORT', 'KUBE-PROXY-FIREWALL', 'KUBE-SOURCE-RANGES-FIREWALL'], [
    '-A INPUT -m comment --comment "kubernetes ipvs access filter" -j KUBE-IPVS-FILTER',
    '-A INPUT -m comment --comment "kube-proxy firewall rules" -j KUBE-PROXY-FIREWALL',
    '-A INPUT -m comment --comment "kubernetes health check rules" -j KUBE-NODE-PORT',
    '-A FORWARD -m comment --comment "kube-proxy firewall rules" -j KUBE-PROXY-FIREWALL',
    '-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD',
    '-A OUTPUT -m comment --comment "kubernetes ipvs access filter" -j KUBE-IPVS-OUT-FILTER',
    ...kubeletRules(),
    '-A KUBE-FORWARD -m comment --comment "kubernetes forwarding rules" -m mark --mark 0x4000/0x4000 -j ACCEPT',
    '-A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    ...['KUBE-LOAD-BALANCER', 'KUBE-CLUSTER-IP', 'KUBE-EXTERNAL-IP', 'KUBE-EXTERNAL-IP-LOCAL'].map(set => `-A KUBE-IPVS-FILTER -m set --match-set ${set} dst,dst -j RETURN`),
    '-A KUBE-IPVS-FILTER -m set --match-set KUBE-HEALTH-CHECK-NODE-PORT dst -j RETURN',
    '-A KUBE-IPVS-FILTER -m conntrack --ctstate NEW -m set --match-set KUBE-IPVS-IPS dst -j REJECT --reject-with icmp-port-unreachable',
    '-A KUBE-NODE-PORT -m comment --comment "Kubernetes health check node port" -m set --match-set KUBE-HEALTH-CHECK-NODE-PORT dst -j ACCEPT',
  ])
}
