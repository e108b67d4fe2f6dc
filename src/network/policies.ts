/** NetworkPolicies: whether one party may open a connection to another. upstream: api/networking/v1, the rules that every policy engine follows */
import { cidrContains, parseCidr, parseIp } from '../base/ip'
import { matchesLabels, selectorOfObject, type LabelSelectorObject } from '../base/label-selector'
import type { Lister } from '../client/lister'
import { namespace as namespaceKind } from '../kinds/core/namespace/kind'
import { networkPolicy } from '../kinds/networking/network-policy/kind'
import type { IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from '../kinds/schema/types/networking.v1'
import type { Party } from './parties'

export interface Flow {
  readonly from: Party
  readonly to: Party
  /** As it arrives: behind a Service, the endpoint's. */
  readonly port: number
  readonly protocol: 'TCP' | 'UDP' | 'SCTP'
}

type Direction = 'Ingress' | 'Egress'

interface Rule {
  readonly peers: readonly NetworkPolicyPeer[] | undefined
  readonly ports: readonly NetworkPolicyPort[] | undefined
}

/** Both ends must agree: the policies of the caller to let it out, those of the called to let it in. An end that no policy selects agrees. */
export function permitted(lister: Lister, flow: Flow): boolean {
  const { from, to } = flow
  if (from.ip === to.ip || isOwnNode(from, to) || isOwnNode(to, from)) return true
  return agrees(lister, 'Egress', from, to, flow) && agrees(lister, 'Ingress', to, from, flow)
}

/** A pod and the machine that it runs on always reach each other: probes have to. */
const isOwnNode = (machine: Party, pod: Party): boolean => machine.namespace === undefined && machine.nodeName !== undefined && machine.nodeName === pod.nodeName

function agrees(lister: Lister, direction: Direction, own: Party, other: Party, flow: Flow): boolean {
  const policies = policiesFor(lister, direction, own)
  return policies.length === 0 || policies.some(p => rulesOf(p, direction).some(r => admits(lister, r, p.metadata.namespace as string, other, flow)))
}

/** The policies that isolate a party in one direction; none where it is nobody's pod. */
export function policiesFor(lister: Lister, direction: Direction, { namespace, labels }: Party): readonly NetworkPolicy[] {
  if (namespace === undefined) return []
  const found = lister.selecting(networkPolicy, namespace, labels)
  return found.length === 0 ? found : found.filter(p => (p.spec.policyTypes ?? ['Ingress']).includes(direction))
}

function rulesOf({ spec }: NetworkPolicy, direction: Direction): Rule[] {
  return direction === 'Ingress' ? (spec.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports })) : (spec.egress ?? []).map(({ to, ports }) => ({ peers: to, ports }))
}

/** A rule without peers is for everybody, without ports for every port. */
function admits(lister: Lister, { peers = [], ports = [] }: Rule, namespace: string, other: Party, flow: Flow): boolean {
  return (ports.length === 0 || ports.some(p => isPort(p, flow))) && (peers.length === 0 || peers.some(p => isPeer(lister, p, namespace, other)))
}

function isPort({ protocol = 'TCP', port, endPort }: NetworkPolicyPort, flow: Flow): boolean {
  if (protocol !== flow.protocol) return false
  if (port === undefined) return true
  if (typeof port === 'number') return endPort === undefined ? flow.port === port : flow.port >= port && flow.port <= endPort
  // A name means what the pod that is called means by it.
  const { pod } = flow.to
  return pod !== undefined && [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].some(c => c.ports?.some(p => p.name === port && p.containerPort === flow.port && (p.protocol ?? 'TCP') === protocol) === true)
}

function isPeer(lister: Lister, { ipBlock, podSelector, namespaceSelector }: NetworkPolicyPeer, namespace: string, other: Party): boolean {
  if (ipBlock !== undefined) return isInBlock(ipBlock, other.ip)
  if (other.namespace === undefined) return false
  if (namespaceSelector === undefined ? other.namespace !== namespace : !selects(namespaceSelector, labelsOfNamespace(lister, other.namespace))) return false
  return podSelector === undefined || selects(podSelector, other.labels)
}

const selects = (selector: object, labels: Readonly<Record<string, string>> | undefined): boolean => matchesLabels(selectorOfObject(selector as LabelSelectorObject), labels)

/** A part of the cluster that shows in no object stands in a namespace that need not be there either. */
const labelsOfNamespace = (lister: Lister, name: string): Readonly<Record<string, string>> => lister.get(namespaceKind, name)?.metadata.labels ?? { 'kubernetes.io/metadata.name': name }

function isInBlock({ cidr, except = [] }: IPBlock, address: string): boolean {
  const ip = parseIp(address)
  const within = (text: string): boolean => {
    const parsed = parseCidr(text)
    return ip !== undefined && parsed !== undefined && cidrContains(parsed, ip)
  }
  return within(cidr ?? '') && !except.some(within)
}
