/** The validation of Services. upstream: pkg/apis/core/validation ValidateService, ValidateServiceUpdate */
import { Findings, Path } from '../../../base/findings'
import type { FieldErrors } from '../../../base/field'
import { parseIp, validateLegacyCidr, validateLegacyIp } from '../../../base/ip'
import { isDns1123Subdomain, isPortNumber, isQualifiedName, nameIsDnsLabel } from '../../../base/validation'
import { checkMetadata } from '../../metadata-checks'
import type { Service, ServicePort, ServiceSpec } from '../../schema/types/core.v1'
import type { ObjectMeta } from '../../kind'
import { sameMetadata, validateMetadataUpdate } from '../pod/template/metadata'
import { validatePort } from '../pod/template/validate-probe'
import { dnsLabel, labels, oneOf } from '../pod/template/validate-text'
import { isExternallyAccessible, isHeadless, needsHealthCheck, needsInternalPolicy } from './traits'
import { validateAddressChange, validateAddresses } from './validate-addresses'
import { validateLoadBalancerStatus } from './validate-status'

const SPEC = Path.of('spec')
const PORTS = SPEC.child('ports')
const ANNOTATIONS = Path.of('metadata').child('annotations')

export const TOPOLOGY_HINTS = 'service.kubernetes.io/topology-aware-hints'
export const TOPOLOGY_MODE = 'service.kubernetes.io/topology-mode'
const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges'

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']
const AFFINITIES = ['ClientIP', 'None']
const TRAFFIC_POLICIES = ['Cluster', 'Local']
const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode']
const PROTOCOLS = ['SCTP', 'TCP', 'UDP']
const MAX_AFFINITY_SECONDS = 86400
const ONLY_LOAD_BALANCER = "may only be used when `type` is 'LoadBalancer'"

export function validateService(s: Service): FieldErrors {
  const f = new Findings()
  check(f, s)
  return f.errors
}

export function validateServiceUpdate(next: Service, previous: Service): FieldErrors {
  const f = new Findings()
  validateMetadataUpdate(f, next, previous)
  validateAddressChange(f, next.spec, previous.spec)
  validateClass(f, next.spec, previous.spec)
  if (needsHealthCheck(previous.spec) && needsHealthCheck(next.spec) && (next.spec.healthCheckNodePort ?? 0) !== (previous.spec.healthCheckNodePort ?? 0)) f.forbidden(SPEC.child('healthCheckNodePort'), 'field is immutable')
  if (!sameMetadata(next.metadata, previous.metadata)) checkMetadata(f, next.metadata, { name: nameIsDnsLabel })
  check(f, next, previous)
  return f.errors
}

/** A status write. upstream: ValidateServiceStatusUpdate */
export function validateServiceStatus(next: Service, previous: Service): FieldErrors {
  const f = new Findings()
  validateMetadataUpdate(f, next, previous)
  validateLoadBalancerStatus(f, Path.of('status').child('loadBalancer'), next, previous)
  return f.errors
}

/** Everything but the metadata. */
function check(f: Findings, s: Service, previous?: Service): void {
  const { spec } = s
  validateHints(f, s.metadata)
  if ((spec.ports ?? []).length === 0 && !isHeadless(spec) && spec.type !== 'ExternalName') f.required(PORTS)
  validateByType(f, spec)
  const names = new Set<string>()
  spec.ports?.forEach((port, i) => validateServicePort(f, PORTS.at(i), port, (spec.ports as ServicePort[]).length > 1, names))
  labels(f, SPEC.child('selector'), spec.selector)
  validateAffinity(f, spec)
  validateAddresses(f, spec, previous?.spec.clusterIPs)
  spec.externalIPs?.forEach((ip, i) => validateExternalIp(f, SPEC.child('externalIPs').at(i), ip, previous?.spec.externalIPs))
  oneOf(f, SPEC.child('type'), spec.type, TYPES)
  if (spec.type === 'ClusterIP')
    spec.ports?.forEach(({ nodePort = 0 }, i) => {
      if (nodePort !== 0) f.forbidden(PORTS.at(i).child('nodePort'), "may not be used when `type` is 'ClusterIP'")
    })
  validateUnique(f, spec.ports ?? [])
  validateSourceRanges(f, s, previous?.spec.loadBalancerSourceRanges)
  if (spec.allocateLoadBalancerNodePorts !== undefined && spec.type !== 'LoadBalancer') f.forbidden(SPEC.child('allocateLoadBalancerNodePorts'), ONLY_LOAD_BALANCER)
  if (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts === undefined) f.required(Path.of('allocateLoadBalancerNodePorts'))
  validateClass(f, spec)
  validateTraffic(f, spec)
}

function validateHints(f: Findings, { annotations }: ObjectMeta): void {
  const mode = annotations?.[TOPOLOGY_MODE]
  const hints = annotations?.[TOPOLOGY_HINTS]
  if (mode !== undefined && hints !== undefined && mode !== hints) f.invalid(ANNOTATIONS.key(TOPOLOGY_MODE), mode, `must match annotations[${TOPOLOGY_HINTS}] when both are specified`)
}

function validateByType(f: Findings, spec: ServiceSpec): void {
  if (spec.type === 'LoadBalancer' || spec.type === 'NodePort') {
    if (isHeadless(spec)) f.invalid(SPEC.child('clusterIPs').at(0), 'None', `may not be set to 'None' for ${spec.type} services`)
  } else if (spec.type === 'ExternalName') {
    if ((spec.clusterIPs ?? []).length > 0) f.forbidden(SPEC.child('clusterIPs'), 'may not be set for ExternalName services')
    if ((spec.ipFamilies ?? []).length > 0) f.forbidden(SPEC.child('ipFamilies'), 'may not be set for ExternalName services')
    if (spec.ipFamilyPolicy !== undefined) f.forbidden(SPEC.child('ipFamilyPolicy'), 'may not be set for ExternalName services')
    const given = spec.externalName ?? ''
    const name = given.endsWith('.') ? given.slice(0, -1) : given
    if (name === '') f.required(SPEC.child('externalName'))
    else f.problems(SPEC.child('externalName'), name, isDns1123Subdomain(name))
  }
}

function validateServicePort(f: Findings, at: Path, port: ServicePort, named: boolean, names: Set<string>): void {
  const { name = '', port: number = 0, appProtocol } = port
  if (name === '') {
    if (named) f.required(at.child('name'))
  } else {
    dnsLabel(f, at.child('name'), name)
    if (names.has(name)) f.duplicate(at.child('name'), name)
    names.add(name)
  }
  f.problems(at.child('port'), number, isPortNumber(number))
  oneOf(f, at.child('protocol'), port.protocol, PROTOCOLS)
  validatePort(f, at.child('targetPort'), port.targetPort)
  if (appProtocol !== undefined) f.problems(at.child('appProtocol'), appProtocol, isQualifiedName(appProtocol))
}

function validateAffinity(f: Findings, { sessionAffinity, sessionAffinityConfig: config }: ServiceSpec): void {
  const at = SPEC.child('sessionAffinityConfig')
  oneOf(f, SPEC.child('sessionAffinity'), sessionAffinity, AFFINITIES)
  if (sessionAffinity === 'None') {
    if (config !== undefined) f.forbidden(at, 'must not be set when session affinity is None')
  } else if (sessionAffinity === 'ClientIP') {
    const seconds = config?.clientIP?.timeoutSeconds
    if (config === undefined) f.required(at, 'when session affinity type is ClientIP')
    else if (config.clientIP === undefined) f.required(at.child('clientIP'), 'when session affinity type is ClientIP')
    else if (seconds === undefined) f.required(at.child('clientIP').child('timeoutSeconds'), 'when session affinity type is ClientIP')
    else if (seconds <= 0 || seconds > MAX_AFFINITY_SECONDS) f.invalid(at.child('clientIP').child('timeoutSeconds'), seconds, `must be greater than 0 and less than ${MAX_AFFINITY_SECONDS}`)
  }
}

function validateExternalIp(f: Findings, at: Path, ip: string, validOld: readonly string[] | undefined): void {
  const errors = validateLegacyIp(ip, at.toString(), validOld === undefined ? {} : { validOld })
  if (errors.length > 0) f.all(errors)
  else validateNonSpecialIp(f, at, ip)
}

/** An address that can be reached from other machines. upstream: ValidateNonSpecialIP */
export function validateNonSpecialIp(f: Findings, at: Path, text: string): void {
  const ip = parseIp(text)
  if (ip === undefined) return f.invalid(at, text, 'must be a valid IP address')
  const v4 = ip.family === 4
  const starts = (bits: bigint, length: number): boolean => ip.bits >> BigInt((v4 ? 32 : 128) - length) === (v4 ? (0xffffn << BigInt(length)) | bits : bits)
  if (v4 ? starts(0n, 32) : ip.bits === 0n) f.invalid(at, text, `may not be unspecified (${text})`)
  if (v4 ? starts(127n, 8) : ip.bits === 1n) f.invalid(at, text, 'may not be in the loopback range (127.0.0.0/8, ::1/128)')
  if (v4 ? starts(0xa9fen, 16) : starts(0x3fan, 10)) f.invalid(at, text, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)')
  if (v4 ? starts(0xe00000n, 24) : (ip.bits >> 112n & 0xff0fn) === 0xff02n) f.invalid(at, text, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)')
}

/** Ports on the nodes first, then the Service's own: both are told apart by protocol. */
function validateUnique(f: Findings, ports: readonly ServicePort[]): void {
  if (ports.length < 2) return
  const onNodes = new Set<string>()
  ports.forEach(({ protocol = '', nodePort = 0 }, i) => {
    if (nodePort === 0) return
    const key = `${protocol} ${nodePort}`
    if (onNodes.has(key)) f.duplicate(PORTS.at(i).child('nodePort'), nodePort)
    onNodes.add(key)
  })
  const own = new Set<string>()
  ports.forEach(({ protocol = '', port = 0 }, i) => {
    const key = `${protocol} ${port}`
    if (own.has(key)) f.duplicate(PORTS.at(i), { Name: '', Protocol: protocol, AppProtocol: null, Port: port, TargetPort: 0, NodePort: 0 })
    own.add(key)
  })
}

function validateSourceRanges(f: Findings, { spec, metadata }: Service, validOld: readonly string[] = []): void {
  const ranges = spec.loadBalancerSourceRanges ?? []
  const annotation = metadata.annotations?.[SOURCE_RANGES]
  if (ranges.length > 0) {
    const at = SPEC.child('LoadBalancerSourceRanges')
    if (spec.type !== 'LoadBalancer') f.forbidden(at, ONLY_LOAD_BALANCER)
    ranges.forEach((range, i) => f.all(validateLegacyCidr(range.trim(), at.at(i).toString(), { validOld })))
  } else if (annotation !== undefined) {
    const at = ANNOTATIONS.key(SOURCE_RANGES)
    if (spec.type !== 'LoadBalancer') f.forbidden(at, ONLY_LOAD_BALANCER)
    if (annotation.trim() !== '') for (const range of annotation.trim().split(',')) f.all(validateLegacyCidr(range.trim(), at.toString(), { validOld }))
  }
}

function validateClass(f: Findings, { type, loadBalancerClass }: ServiceSpec, before?: ServiceSpec): void {
  const at = SPEC.child('loadBalancerClass')
  if (before !== undefined && before.type === 'LoadBalancer' && type === 'LoadBalancer' && before.loadBalancerClass !== loadBalancerClass) f.invalid(at, loadBalancerClass ?? null, 'may not change once set')
  if (loadBalancerClass === undefined) return
  if (type === 'LoadBalancer') f.problems(at, loadBalancerClass, isQualifiedName(loadBalancerClass))
  else f.forbidden(at, ONLY_LOAD_BALANCER)
}

function validateTraffic(f: Findings, spec: ServiceSpec): void {
  const { externalTrafficPolicy = '', internalTrafficPolicy, trafficDistribution, healthCheckNodePort = 0 } = spec
  const external = SPEC.child('externalTrafficPolicy')
  if (isExternallyAccessible(spec)) oneOf(f, external, externalTrafficPolicy, TRAFFIC_POLICIES)
  else if (externalTrafficPolicy !== '') f.invalid(external, externalTrafficPolicy, 'may only be set for externally-accessible services')
  const health = SPEC.child('healthCheckNodePort')
  if (!needsHealthCheck(spec)) {
    if (healthCheckNodePort !== 0) f.invalid(health, healthCheckNodePort, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'")
  } else if (healthCheckNodePort === 0) f.required(health)
  else f.problems(health, healthCheckNodePort, isPortNumber(healthCheckNodePort))
  const internal = SPEC.child('internalTrafficPolicy')
  if (internalTrafficPolicy === undefined) {
    if (needsInternalPolicy(spec)) f.required(internal)
  } else if (!TRAFFIC_POLICIES.includes(internalTrafficPolicy)) f.unsupported(internal, internalTrafficPolicy, TRAFFIC_POLICIES)
  if (trafficDistribution !== undefined && !DISTRIBUTIONS.includes(trafficDistribution)) f.unsupported(SPEC.child('trafficDistribution'), trafficDistribution, DISTRIBUTIONS)
}
