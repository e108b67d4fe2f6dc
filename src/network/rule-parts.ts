/** The packet rules of a node by its proxy's mode. */
import type { RuleSource } from './fronts'
import { filterText, kubeletRules, natText } from './iptables-text'
import { nftTable } from './nft-table'
import { filterTable, natTable } from './packet-rules'
import type { KeptRules, RulePart } from './proxy-mode'
import { ipvsFilter, ipvsNat, noVirtualServers, virtualServers } from './virtual-servers'

/** '' for a table that is not there. */
export function packetRules(source: RuleSource, nodeName: string, part: RulePart, { mode, scheduler }: KeptRules): string {
  switch (part) {
    case 'virtual servers':
      return mode === 'ipvs' ? virtualServers(source, nodeName, scheduler ?? 'rr') : noVirtualServers()
    case 'nft':
      return mode === 'nftables' ? nftTable(source, nodeName) : ''
    case 'nat':
      if (mode === 'iptables') return natTable(source, nodeName)
      return mode === 'ipvs' ? ipvsNat(source) : natText(['KUBE-KUBELET-CANARY'], [])
    case 'filter':
      if (mode === 'iptables') return filterTable(source, nodeName)
      return mode === 'ipvs' ? ipvsFilter() : filterText(['KUBE-FIREWALL', 'KUBE-KUBELET-CANARY'], kubeletRules())
  }
}
