/** Tables of packet rules as `iptables-save` prints them. */

/** @param chains those that are not built in @param rules whole lines, `-A CHAIN …` */
export const natText = (chains: Iterable<string>, rules: readonly string[]): string => table('nat', ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'], chains, rules)
export const filterText = (chains: Iterable<string>, rules: readonly string[]): string => table('filter', ['INPUT', 'FORWARD', 'OUTPUT'], chains, rules)

function table(name: string, builtIn: readonly string[], chains: Iterable<string>, rules: readonly string[]): string {
  // The kernel keeps rules by chain, and chains by name.
  const own = [...chains].sort()
  const order = [...builtIn, ...own]
  const of = (rule: string): number => order.indexOf(rule.split(' ')[1] as string)
  const sorted = rules.map((rule, i) => ({ rule, i })).sort((a, b) => of(a.rule) - of(b.rule) || a.i - b.i)
  return `*${name}\n${builtIn.map(c => `:${c} ACCEPT [0:0]\n`).join('')}${own.map(c => `:${c} - [0:0]\n`).join('')}${sorted.map(({ rule }) => `${rule}\n`).join('')}COMMIT\n`
}

/** What the kubelet keeps, whatever the proxy does. upstream: pkg/kubelet/kubelet_network_linux.go */
export const kubeletRules = (): readonly string[] => [
  '-A INPUT -j KUBE-FIREWALL',
  '-A OUTPUT -j KUBE-FIREWALL',
  '-A KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment "block incoming localnet connections" -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP',
]
