/** `kubectl describe networkpolicy`. upstream: kubectl/pkg/describe NetworkPolicyDescriber */
import { formatLabelSelector } from '../../../base/label-selector'
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from '../../../kinds/schema/types/networking.v1'
import { describerOf } from '../describer'
import { labelsAndAnnotations } from '../metadata'
import { goTime } from '../time'
import { text, type Lines } from '../writer'

const INDENT = '    '

export const networkPolicy = describerOf<NetworkPolicy>('networking.k8s.io/v1', 'NetworkPolicy', (w, { metadata, spec }) => {
  w.write(0, `Name:\t${metadata.name}\n`)
  w.write(0, `Namespace:\t${text(metadata.namespace)}\n`)
  w.write(0, `Created on:\t${goTime(metadata.creationTimestamp)}\n`)
  labelsAndAnnotations(w, metadata)
  w.write(0, 'Spec:\n')
  w.write(1, 'PodSelector: ')
  const selector = formatLabelSelector(spec?.podSelector ?? {})
  w.write(2, selector === '<none>' ? '<none> (Allowing the specific traffic to all pods in this namespace)\n' : `${selector}\n`)
  const types = spec?.policyTypes ?? []
  if (types.includes('Ingress')) {
    w.write(1, 'Allowing ingress traffic:\n')
    rules(w, 'From', 'source', 'ingress', (spec?.ingress ?? []).map(r => ({ ports: r.ports, peers: r.from })))
  } else w.write(1, 'Not affecting ingress traffic\n')
  if (types.includes('Egress')) {
    w.write(1, 'Allowing egress traffic:\n')
    rules(w, 'To', 'destination', 'egress', (spec?.egress ?? []).map(r => ({ ports: r.ports, peers: r.to })))
  } else w.write(1, 'Not affecting egress traffic\n')
  w.write(1, `Policy Types: ${types.join(', ') || '<none>'}\n`)
}, { events: false })

interface Rule {
  readonly ports: readonly NetworkPolicyPort[] | undefined
  readonly peers: readonly NetworkPolicyPeer[] | undefined
}

function rules(w: Lines, word: string, end: string, direction: string, list: readonly Rule[]): void {
  if (list.length === 0) return w.write(0, `${INDENT}<none> (Selected pods are isolated for ${direction} connectivity)\n`)
  for (const [i, { ports = [], peers = [] }] of list.entries()) {
    if (ports.length === 0) w.write(0, `${INDENT}To Port: <any> (traffic allowed to all ports)\n`)
    for (const p of ports) {
      const protocol = p.protocol ?? 'TCP'
      // Go prints an absent port as a nil pointer.
      const port = p.port ?? '<nil>'
      w.write(0, p.endPort === undefined ? `${INDENT}To Port: ${port}/${protocol}\n` : `${INDENT}To Port Range: ${port}-${p.endPort}/${protocol}\n`)
    }
    if (peers.length === 0) w.write(0, `${INDENT}${word}: <any> (traffic not restricted by ${end})\n`)
    for (const p of peers) peer(w, word, p)
    if (i < list.length - 1) w.write(0, `${INDENT}----------\n`)
  }
}

function peer(w: Lines, word: string, { podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer): void {
  w.write(0, `${INDENT}${word}:\n`)
  if (namespaceSelector !== undefined) w.write(1, `${INDENT}NamespaceSelector: ${formatLabelSelector(namespaceSelector)}\n`)
  if (podSelector !== undefined) w.write(1, `${INDENT}PodSelector: ${formatLabelSelector(podSelector)}\n`)
  if (podSelector !== undefined || namespaceSelector !== undefined || ipBlock === undefined) return
  w.write(1, `${INDENT}IPBlock:\n`)
  w.write(2, `${INDENT}CIDR: ${ipBlock.cidr}\n`)
  w.write(2, `${INDENT}Except: ${(ipBlock.except ?? []).join(', ')}\n`)
}
