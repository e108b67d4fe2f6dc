/** NetworkPolicy: who may talk to the pods that it selects, and to whom they may talk. */
import { cidrWarnings } from '../../../base/ip'
import { formatLabelSelector } from '../../../base/label-selector'
import { age, defineKind, name } from '../../kind'
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from '../../schema/types/networking.v1'
import { validateNetworkPolicy, validateNetworkPolicyUpdate } from './validate'

export const networkPolicy = defineKind<NetworkPolicy>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'NetworkPolicy',
  plural: 'networkpolicies',
  singular: 'networkpolicy',
  shortNames: ['netpol'],
  scope: 'Namespaced',

  applyDefaults: defaultNetworkPolicy,
  anchor: p => p.spec?.podSelector ?? {},
  validate: validateNetworkPolicy,
  validateUpdate: validateNetworkPolicyUpdate,
  *warnings({ spec }) {
    for (const [i, rule] of (spec?.ingress ?? []).entries()) yield* peerWarnings(rule.from, `spec.ingress[${i}].from`)
    for (const [i, rule] of (spec?.egress ?? []).entries()) yield* peerWarnings(rule.to, `spec.egress[${i}].to`)
  },

  columns: [name, { name: 'Pod-Selector', type: 'string', description: 'The pods that it is for.', cell: p => formatLabelSelector(p.spec?.podSelector ?? {}) }, age],
})

/** upstream: pkg/apis/networking/v1/defaults.go SetDefaults_NetworkPolicy */
function defaultNetworkPolicy(p: NetworkPolicy): void {
  const spec = (p.spec ??= {})
  spec.podSelector ??= {}
  for (const rule of spec.ingress ?? []) defaultPorts(rule.ports)
  for (const rule of spec.egress ?? []) defaultPorts(rule.ports)
  if ((spec.policyTypes ?? []).length === 0) spec.policyTypes = (spec.egress ?? []).length > 0 ? ['Ingress', 'Egress'] : ['Ingress']
}

function defaultPorts(ports: readonly NetworkPolicyPort[] | undefined): void {
  for (const port of ports ?? []) port.protocol ??= 'TCP'
}

function* peerWarnings(peers: readonly NetworkPolicyPeer[] | undefined, path: string): Iterable<string> {
  for (const [i, { ipBlock }] of (peers ?? []).entries()) {
    if (ipBlock === undefined) continue
    yield* cidrWarnings(ipBlock.cidr ?? '', `${path}[${i}].ipBlock.cidr`)
    for (const [j, except] of (ipBlock.except ?? []).entries()) yield* cidrWarnings(except, `${path}[${i}].ipBlock.except[${j}]`)
  }
}
