/** The validation of network policies. upstream: pkg/apis/networking/validation ValidateNetworkPolicySpec */
import { Path, type Findings } from '../../../base/findings'
import { cidrContains, parseCidr, validateLegacyCidr } from '../../../base/ip'
import { isPortName, isPortNumber } from '../../../base/validation'
import { labelSelector } from '../../core/pod/template/validate-text'
import { checked, checkedUpdate } from '../../metadata-checks'
import type { IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicySpec } from '../../schema/types/networking.v1'

const SPEC = Path.of('spec')
const PROTOCOLS = ['TCP', 'UDP', 'SCTP']
const POLICY_TYPES = ['Ingress', 'Egress']

export const validateNetworkPolicy = checked<NetworkPolicy>((f, p) => validateSpec(f, p.spec ?? {}, []))

/** What was stored under older rules may stay: networks are compared with all that the policy named before. */
export const validateNetworkPolicyUpdate = checkedUpdate<NetworkPolicy>((f, next, previous) => {
  if (next.spec !== previous.spec) validateSpec(f, next.spec ?? {}, networksOf(previous.spec ?? {}))
})

function networksOf({ ingress = [], egress = [] }: NetworkPolicySpec): string[] {
  const peers = [...ingress.flatMap(r => r.from ?? []), ...egress.flatMap(r => r.to ?? [])]
  return peers.flatMap(p => (p.ipBlock === undefined ? [] : [p.ipBlock.cidr, ...(p.ipBlock.except ?? [])]))
}

function validateSpec(f: Findings, { podSelector, ingress = [], egress = [], policyTypes = [] }: NetworkPolicySpec, known: readonly string[]): void {
  labelSelector(f, SPEC.child('podSelector'), podSelector)
  ingress.forEach(({ ports, from }, i) => validateRule(f, SPEC.child('ingress').at(i), ports, from, 'from', known))
  egress.forEach(({ ports, to }, i) => validateRule(f, SPEC.child('egress').at(i), ports, to, 'to', known))
  const at = SPEC.child('policyTypes')
  if (policyTypes.length > POLICY_TYPES.length) return f.invalid(at, policyTypes, 'may not specify more than two policyTypes')
  policyTypes.forEach((type, i) => {
    if (!POLICY_TYPES.includes(type)) f.unsupported(at.at(i), type, POLICY_TYPES)
  })
}

function validateRule(f: Findings, at: Path, ports: readonly NetworkPolicyPort[] | undefined, peers: readonly NetworkPolicyPeer[] | undefined, side: 'from' | 'to', known: readonly string[]): void {
  ports?.forEach((p, i) => validatePort(f, at.child('ports').at(i), p))
  peers?.forEach((p, i) => validatePeer(f, at.child(side).at(i), p, known))
}

function validatePort(f: Findings, at: Path, { protocol, port, endPort }: NetworkPolicyPort): void {
  if (protocol !== undefined && !PROTOCOLS.includes(protocol)) f.unsupported(at.child('protocol'), protocol, PROTOCOLS)
  const end = at.child('endPort')
  if (typeof port === 'number') {
    f.problems(at.child('port'), port, isPortNumber(port))
    if (endPort === undefined) return
    // Of the two it is the port that the message quotes.
    if (endPort < port) f.invalid(end, port, 'must be greater than or equal to `port`')
    f.problems(end, endPort, isPortNumber(endPort))
  } else if (port !== undefined) {
    if (endPort !== undefined) f.invalid(end, endPort, 'may not be specified when `port` is non-numeric')
    f.problems(at.child('port'), port, isPortName(port))
  } else if (endPort !== undefined) f.invalid(end, endPort, 'may not be specified when `port` is not specified')
}

function validatePeer(f: Findings, at: Path, { podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer, known: readonly string[]): void {
  labelSelector(f, at.child('podSelector'), podSelector)
  labelSelector(f, at.child('namespaceSelector'), namespaceSelector)
  if (ipBlock !== undefined) validateBlock(f, at.child('ipBlock'), ipBlock, known)
  const selects = podSelector !== undefined || namespaceSelector !== undefined
  if (!selects && ipBlock === undefined) f.required(at, 'must specify a peer')
  else if (selects && ipBlock !== undefined) f.forbidden(at, 'may not specify both ipBlock and another peer')
}

function validateBlock(f: Findings, at: Path, { cidr = '', except = [] }: Partial<IPBlock>, validOld: readonly string[]): void {
  if (cidr === '') return f.required(at.child('cidr'))
  f.all(validateLegacyCidr(cidr, at.child('cidr').toString(), { validOld }))
  const whole = parseCidr(cidr)
  if (whole === undefined) return
  except.forEach((text, i) => {
    const each = at.child('except').at(i)
    f.all(validateLegacyCidr(text, each.toString(), { validOld }))
    const part = parseCidr(text)
    if (part !== undefined && (!cidrContains(whole, part.network) || whole.prefix >= part.prefix)) f.invalid(each, text, 'must be a strict subset of `cidr`')
  })
}
