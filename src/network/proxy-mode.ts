/** How a machine's proxy keeps its rules: kube-proxy's mode. Nobody is reached otherwise for it. upstream: pkg/proxy/apis/config/types.go */

export const PROXY_MODES = ['iptables', 'ipvs', 'nftables'] as const
export type ProxyMode = (typeof PROXY_MODES)[number]

/** What a proxy that has started leaves to its machine. */
export interface KeptRules {
  readonly mode: ProxyMode
  /** Of IPVS: how it spreads connections, `rr` unless said otherwise. */
  readonly scheduler?: string
}

/** A part of a machine's rules, as the program prints it that shows it: iptables-save's tables, ipvsadm's virtual servers, nft's table. */
export type RulePart = 'nat' | 'filter' | 'virtual servers' | 'nft'
