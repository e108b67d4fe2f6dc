/** The validation of ingresses. upstream: pkg/apis/networking/validation ValidateIngressCreate, ValidateIngressUpdate */
import { Findings, Path } from '../../../base/findings'
import { parseIp, validateLegacyIp } from '../../../base/ip'
import { isDns1123Label, isDns1123Subdomain, isPathSegmentName, isPortName, isPortNumber, isWildcardDns1123Subdomain } from '../../../base/validation'
import { dnsSubdomain } from '../../core/pod/template/validate-text'
import { validateHostname } from '../../core/service/validate-status'
import { checked, checkedUpdate, checkMetadata } from '../../metadata-checks'
import { givenEmpty } from '../../schema/decode'
import type { TypedLocalObjectReference } from '../../schema/types/core.v1'
import type { HTTPIngressPath, Ingress, IngressBackend, IngressRule, IngressServiceBackend, IngressSpec, IngressTLS } from '../../schema/types/networking.v1'

/** Named the class before `spec.ingressClassName` did. */
export const CLASS_ANNOTATION = 'kubernetes.io/ingress.class'

const SPEC = Path.of('spec')
const LOAD_BALANCER = Path.of('status').child('loadBalancer')
const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix']
const FORBIDDEN_SEQUENCES = ['//', '/./', '/../', '%2f', '%2F']
const FORBIDDEN_ENDS = ['/..', '/.']

interface Leniency {
  readonly secretNames: boolean
  readonly wildcardRules: boolean
}
const STRICT: Leniency = { secretNames: false, wildcardRules: false }

export const validateIngress = checked<Ingress>((f, { metadata, spec }) => {
  validateSpec(f, spec, STRICT)
  const annotated = metadata.annotations?.[CLASS_ANNOTATION]
  if (annotated !== undefined && spec.ingressClassName !== undefined && annotated !== spec.ingressClassName)
    f.invalid(Path.of('annotations').child(CLASS_ANNOTATION), annotated, 'must match `ingressClassName` when both are specified')
})

export const validateIngressUpdate = checkedUpdate<Ingress>((f, next, previous) => {
  checkMetadata(f, next.metadata, { previous: previous.metadata })
  if (next.spec !== previous.spec) validateSpec(f, next.spec ?? {}, leniencyOf(previous.spec ?? {}))
})

export const validateIngressStatus = checkedUpdate<Ingress>((f, next, previous) => {
  const validOld = (previous.status?.loadBalancer?.ingress ?? []).map(i => i.ip ?? '').filter(ip => ip !== '')
  next.status?.loadBalancer?.ingress?.forEach(({ ip = '', hostname = '' }, i) => {
    const at = LOAD_BALANCER.child('ingress').at(i)
    if (ip !== '') f.all(validateLegacyIp(ip, at.child('ip').toString(), { validOld }))
    validateHostname(f, at.child('hostname'), hostname)
  })
})

/** What the stored object has wrong already, an update may keep. */
function leniencyOf({ tls = [], rules = [] }: IngressSpec): Leniency {
  return {
    secretNames: tls.some(t => (t.secretName ?? '') !== '' && isDns1123Subdomain(t.secretName as string).length > 0),
    wildcardRules: rules.some(r => (r.host ?? '').includes('*') && isInvalidRule(r)),
  }
}

function isInvalidRule(rule: IngressRule): boolean {
  const f = new Findings()
  validateRule(f, SPEC, { ...rule, host: '' }, STRICT)
  return f.errors.length > 0
}

function validateSpec(f: Findings, spec: IngressSpec, leniency: Leniency): void {
  const { defaultBackend, rules = [], tls = [], ingressClassName } = spec
  if (rules.length === 0 && defaultBackend === undefined) f.invalid(SPEC, givenEmpty(spec, 'rules') ? [] : null, 'either `defaultBackend` or `rules` must be specified')
  if (defaultBackend !== undefined) validateBackend(f, SPEC.child('defaultBackend'), defaultBackend)
  rules.forEach((r, i) => validateRule(f, SPEC.child('rules').at(i), r, leniency))
  tls.forEach((t, i) => validateTls(f, SPEC.child('tls').at(i), t, leniency))
  if (ingressClassName !== undefined) dnsSubdomain(f, SPEC.child('ingressClassName'), ingressClassName)
}

function validateTls(f: Findings, at: Path, { hosts = [], secretName = '' }: IngressTLS, { secretNames }: Leniency): void {
  hosts.forEach((host, i) => f.problems(at.child('hosts').at(i), host, host.includes('*') ? isWildcardDns1123Subdomain(host) : isDns1123Subdomain(host)))
  if (secretName !== '' && !secretNames) dnsSubdomain(f, at.child('secretName'), secretName)
}

function validateRule(f: Findings, at: Path, { host = '', http }: IngressRule, { wildcardRules }: Leniency): void {
  const wildcard = host.includes('*')
  if (host !== '') {
    if (parseIp(host) !== undefined) f.invalid(at.child('host'), host, 'must be a DNS name, not an IP address')
    f.problems(at.child('host'), host, wildcard ? isWildcardDns1123Subdomain(host) : isDns1123Subdomain(host))
  }
  if (http === undefined || (wildcard && wildcardRules)) return
  const paths = http.paths ?? []
  if (paths.length === 0) f.required(at.child('http').child('paths'))
  paths.forEach((p, i) => validatePath(f, at.child('http').child('paths').at(i), p))
}

function validatePath(f: Findings, at: Path, { path = '', pathType, backend }: HTTPIngressPath): void {
  // A pointer that is left out is null.
  if ((pathType ?? undefined) === undefined) return f.required(at.child('pathType'), 'pathType must be specified')
  const where = at.child('path')
  if (!PATH_TYPES.includes(pathType)) f.unsupported(at.child('pathType'), pathType, PATH_TYPES)
  else {
    const specific = pathType === 'ImplementationSpecific'
    if (!path.startsWith('/') && !(specific && path === '')) f.invalid(where, path, 'must be an absolute path')
    if (!specific) {
      for (const sequence of FORBIDDEN_SEQUENCES) if (path.includes(sequence)) f.invalid(where, path, `must not contain '${sequence}'`)
      for (const end of FORBIDDEN_ENDS) if (path.endsWith(end)) f.invalid(where, path, `cannot end with '${end}'`)
    }
  }
  validateBackend(f, at.child('backend'), backend ?? {})
}

function validateBackend(f: Findings, at: Path, { service, resource }: IngressBackend): void {
  if (resource !== undefined && service !== undefined) return f.invalid(at, '', 'cannot set both resource and service backends')
  if (resource !== undefined) return validateReference(f, at.child('resource'), resource)
  if (service === undefined) return f.invalid(at, '', 'resource or service backend is required')
  validateService(f, at, service)
}

function validateService(f: Findings, at: Path, { name = '', port }: Partial<IngressServiceBackend>): void {
  const service = at.child('service')
  if (name === '') f.required(service.child('name'))
  else f.problems(service.child('name'), name, isDns1123Label(name))
  const { name: portName = '', number = 0 } = port ?? {}
  if (portName !== '' && number !== 0) f.invalid(at, '', 'cannot set both port name & port number')
  else if (portName !== '') f.problems(service.child('port').child('name'), portName, isPortName(portName))
  else if (number !== 0) f.problems(service.child('port').child('number'), number, isPortNumber(number))
  else f.required(at, 'port name or number is required')
}

/** Group, kind and name of any object. upstream: validateIngressTypedLocalObjectReference */
export function validateReference(f: Findings, at: Path, { apiGroup, kind = '', name = '' }: Partial<TypedLocalObjectReference>): void {
  if ((apiGroup ?? undefined) !== undefined) dnsSubdomain(f, at.child('apiGroup'), apiGroup as string)
  if (kind === '') f.required(at.child('kind'))
  else f.problems(at.child('kind'), kind, isPathSegmentName(kind))
  if (name === '') f.required(at.child('name'))
  else f.problems(at.child('name'), name, isPathSegmentName(name))
}
