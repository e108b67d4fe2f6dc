/** The validation of pod specs and pod templates, which pods and all workloads share. upstream: pkg/apis/core/validation ValidatePodSpec, ValidatePodTemplateSpec */
import { Path, type Findings } from '../../../../base/findings'
import { validateLegacyIp } from '../../../../base/ip'
import { isDns1123Label, isDns1123Subdomain, isDns1123SubdomainWithUnderscore, isQualifiedName } from '../../../../base/validation'
import type { ObjectMeta } from '../../../schema/types/meta.v1'
import type { HostAlias, PodDNSConfig, PodResourceClaim, PodSpec, PodTemplateSpec } from '../../../schema/types/core.v1'
import { visitContainers } from './containers'
import type { PodOptions } from './options'
import { validateAffinity, validateTolerations, validateTopologySpread } from './validate-affinity'
import { validatePodAnnotations, validateProfilesMatch } from './validate-annotations'
import { validateContainers, validateEphemeralContainers, validateInitContainers, type PodContext } from './validate-container'
import { validatePodResources, validateResources } from './validate-resources'
import { validatePodSecurity } from './validate-security'
import { annotations, dnsLabel, dnsSubdomain, labels, oneOf } from './validate-text'
import { validateVolumes } from './validate-volume'
import { validateHostProcess, validateLinuxPod, validateWindowsPod } from './validate-windows'

const NO_CLAIMS: ReadonlySet<string> = new Set()
const EMPTY_SPEC: PodSpec = { containers: [] }
const MAX_INT32 = 2147483647

/** A template of pods. `path` is where it stands: `spec.template`. */
export function validatePodTemplate(f: Findings, path: Path, template: PodTemplateSpec, options: Partial<PodOptions> = {}): void {
  const own: PodOptions = { ...options, isPod: false }
  const metadata = (template.metadata ?? {}) as ObjectMeta
  const spec = template.spec ?? EMPTY_SPEC
  labels(f, path.child('labels'), metadata.labels)
  annotations(f, path.child('annotations'), metadata.annotations)
  validatePodAnnotations(f, path.child('annotations'), metadata.annotations, spec, own)
  validatePodSpec(f, path.child('spec'), spec, own)
  validateProfilesMatch(f, path.child('spec'), metadata.annotations, spec)
  if ((spec.ephemeralContainers ?? []).length > 0) f.forbidden(path.child('spec').child('ephemeralContainers'), 'ephemeral containers not allowed in pod template')
}

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never']
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']

export function validatePodSpec(f: Findings, at: Path, spec: PodSpec, options: PodOptions): void {
  if (spec.terminationGracePeriodSeconds === undefined) f.required(at.child('terminationGracePeriodSeconds'))
  const volumes = validateVolumes(f, at.child('volumes'), spec.volumes, options)
  const claimNames = spec.resourceClaims === undefined ? NO_CLAIMS : new Set(spec.resourceClaims.map(c => c.name).filter(n => (n ?? '') !== ''))
  if (spec.resourceClaims !== undefined) validateResourceClaims(f, at.child('resourceClaims'), spec.resourceClaims, options)
  const ctx: PodContext = { spec, volumes, claimNames, hostUsers: spec.hostUsers ?? true, options }
  validateContainers(f, at.child('containers'), ctx)
  if (spec.initContainers !== undefined) validateInitContainers(f, at.child('initContainers'), ctx)
  validateEphemeralContainers(f, at.child('ephemeralContainers'), ctx)
  validatePodResources(f, at.child('resources'), spec, claimNames, options)
  if (spec.hostNetwork === true) validateHostPorts(f, at, spec, options)
  oneOf(f, at.child('restartPolicy'), spec.restartPolicy, RESTART_POLICIES)
  oneOf(f, at.child('dnsPolicy'), spec.dnsPolicy, DNS_POLICIES)
  labels(f, at.child('nodeSelector'), spec.nodeSelector)
  if (spec.securityContext !== undefined) validatePodSecurity(f, at.child('securityContext'), spec.securityContext, spec, options)
  if (spec.affinity !== undefined) validateAffinity(f, at.child('affinity'), spec.affinity, options)
  validateDns(f, at.child('dnsConfig'), spec.dnsConfig, spec.dnsPolicy)
  spec.readinessGates?.forEach((g, i) => f.problems(at.child('readinessGates').at(i).child('conditionType'), g.conditionType ?? '', isQualifiedName(g.conditionType ?? '')))
  if (spec.schedulingGates !== undefined) validateSchedulingGates(f, at.child('schedulingGates'), spec.schedulingGates)
  if (spec.topologySpreadConstraints !== undefined) validateTopologySpread(f, at.child('topologySpreadConstraints'), spec.topologySpreadConstraints, options)
  validateHostProcess(f, at, spec)
  if (spec.hostUsers === false) validateUserNamespace(f, at, spec, options)
  validateNames(f, at, spec)
  if (spec.overhead !== undefined) validateResources(f, at.child('overhead'), { limits: spec.overhead }, NO_CLAIMS, options)
  validateOs(f, at, spec)
  validateFileKeyVolumes(f, at, spec)
}

function validateResourceClaims(f: Findings, path: Path, claims: readonly PodResourceClaim[], options: PodOptions): void {
  const names = new Set<string>()
  claims.forEach((claim, i) => {
    if (options.isMirror === true) return f.forbidden(Path.root, 'static pods do not support resource claims')
    const at = path.at(i)
    const name = claim.name ?? ''
    if (name === '') f.required(at.child('name'))
    else if (names.has(name)) f.duplicate(at.child('name'), name)
    else {
      dnsLabel(f, at.child('name'), name)
      names.add(name)
    }
    const value = { Name: name, ResourceClaimName: claim.resourceClaimName ?? null, ResourceClaimTemplateName: claim.resourceClaimTemplateName ?? null }
    if (claim.resourceClaimName !== undefined && claim.resourceClaimTemplateName !== undefined) f.invalid(at, value, 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified')
    if (claim.resourceClaimName === undefined && claim.resourceClaimTemplateName === undefined) f.invalid(at, value, 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`')
    if (claim.resourceClaimName !== undefined) dnsSubdomain(f, at.child('resourceClaimName'), claim.resourceClaimName)
    if (claim.resourceClaimTemplateName !== undefined) dnsSubdomain(f, at.child('resourceClaimTemplateName'), claim.resourceClaimTemplateName)
  })
}

/** In a template the port of the host may still be missing. upstream: validatePodHostNetworkDeps */
function validateHostPorts(f: Findings, at: Path, spec: PodSpec, { isPod }: PodOptions): void {
  spec.containers?.forEach((c, i) =>
    c.ports?.forEach(({ hostPort = 0, containerPort }, j) => {
      if ((isPod || hostPort !== 0) && hostPort !== (containerPort ?? 0)) f.invalid(at.child('containers').at(i).child('ports').at(j).child('hostPort'), hostPort, 'must match `containerPort` when `hostNetwork` is true')
    }),
  )
}

const MAX_NAMESERVERS = 3
const MAX_SEARCHES = 32
const MAX_SEARCH_CHARACTERS = 2048

function validateDns(f: Findings, at: Path, config: PodDNSConfig | undefined, policy: string | undefined): void {
  if (policy === 'None') {
    if (config === undefined) return f.required(at, 'must provide `dnsConfig` when `dnsPolicy` is None')
    if ((config.nameservers ?? []).length === 0) return f.required(at.child('nameservers'), 'must provide at least one DNS nameserver when `dnsPolicy` is None')
  }
  if (config === undefined) return
  const { nameservers = [], searches = [], options = [] } = config
  if (nameservers.length > MAX_NAMESERVERS) f.invalid(at.child('nameservers'), nameservers, `must not have more than ${MAX_NAMESERVERS} nameservers`)
  nameservers.forEach((ns, i) => f.all(validateLegacyIp(ns, at.child('nameservers').at(i).toString())))
  if (searches.length > MAX_SEARCHES) f.invalid(at.child('searches'), searches, `must not have more than ${MAX_SEARCHES} search paths`)
  if (searches.join(' ').length > MAX_SEARCH_CHARACTERS) f.invalid(at.child('searches'), searches, `must not have more than ${MAX_SEARCH_CHARACTERS} characters (including spaces) in the search list`)
  searches.forEach((search, i) => {
    if (search === '.') return
    const name = search.endsWith('.') ? search.slice(0, -1) : search
    f.problems(at.child('searches').at(i), name, isDns1123SubdomainWithUnderscore(name))
  })
  options.forEach((o, i) => {
    if ((o.name ?? '') === '') f.required(at.child('options').at(i), 'must not be empty')
  })
}

function validateSchedulingGates(f: Findings, path: Path, gates: readonly { name: string }[]): void {
  const names = new Set<string>()
  gates.forEach(({ name = '' }, i) => {
    f.problems(path.at(i), name, isQualifiedName(name))
    if (names.has(name)) f.duplicate(path.at(i), name)
    names.add(name)
  })
}

/** upstream: validateHostUsers */
function validateUserNamespace(f: Findings, at: Path, spec: PodSpec, options: PodOptions): void {
  const wrong = 'when `hostUsers` is false'
  if (spec.hostNetwork === true) f.forbidden(at.child('hostNetwork'), wrong)
  if (spec.hostPID === true) f.forbidden(at.child('HostPID'), wrong)
  if (spec.hostIPC === true) f.forbidden(at.child('HostIPC'), wrong)
  if (options.allowDevicesInUserNamespace === true) return
  visitContainers(spec, at, (c, containerAt) => {
    if ((c.volumeDevices ?? []).length > 0) f.forbidden(containerAt.child('volumeDevices'), wrong)
  })
}

function validateNames(f: Findings, at: Path, spec: PodSpec): void {
  const override = spec.hostnameOverride
  if (override !== undefined) {
    const overrideAt = at.child('hostnameOverride')
    if (spec.setHostnameAsFQDN === true) f.forbidden(overrideAt, 'may not be specified when setHostnameAsFQDN is true')
    if (spec.hostNetwork === true) f.forbidden(overrideAt, 'may not be specified when hostNetwork is true')
    if (override.length > 64) f.tooLong(overrideAt, 64)
    dnsSubdomain(f, overrideAt, override)
  }
  if ((spec.serviceAccountName ?? '') !== '') f.problems(at.child('serviceAccountName'), spec.serviceAccountName, isDns1123Subdomain(spec.serviceAccountName as string))
  if ((spec.nodeName ?? '') !== '') f.problems(at.child('nodeName'), spec.nodeName, isDns1123Subdomain(spec.nodeName as string))
  const deadline = spec.activeDeadlineSeconds
  if (deadline !== undefined && (deadline < 1 || deadline > MAX_INT32)) f.invalid(at.child('activeDeadlineSeconds'), deadline, `must be between 1 and ${MAX_INT32}, inclusive`)
  if ((spec.hostname ?? '') !== '') f.problems(at.child('hostname'), spec.hostname, isDns1123Label(spec.hostname as string))
  if ((spec.subdomain ?? '') !== '') f.problems(at.child('subdomain'), spec.subdomain, isDns1123Label(spec.subdomain as string))
  if (spec.tolerations !== undefined) validateTolerations(f, at.child('tolerations'), spec.tolerations)
  if (spec.hostAliases !== undefined) validateHostAliases(f, at.child('hostAliases'), spec.hostAliases)
  if ((spec.priorityClassName ?? '') !== '') f.problems(at.child('priorityClassName'), spec.priorityClassName, isDns1123Subdomain(spec.priorityClassName as string))
  if (spec.runtimeClassName !== undefined) f.problems(at.child('runtimeClassName'), spec.runtimeClassName, isDns1123Subdomain(spec.runtimeClassName))
  if (spec.preemptionPolicy !== undefined) oneOf(f, at.child('preemptionPolicy'), spec.preemptionPolicy, ['PreemptLowerPriority', 'Never'])
}

function validateHostAliases(f: Findings, path: Path, aliases: readonly HostAlias[]): void {
  aliases.forEach(({ ip = '', hostnames = [] }, i) => {
    f.all(validateLegacyIp(ip, path.at(i).child('ip').toString()))
    hostnames.forEach((name, j) => dnsSubdomain(f, path.at(i).child('hostnames').at(j), name))
  })
}

const SYSTEMS = ['linux', 'windows']

function validateOs(f: Findings, at: Path, spec: PodSpec): void {
  if (spec.os === undefined) return
  const name = spec.os.name ?? ''
  if (name === '') f.required(at.child('os').child('name'))
  else if (!SYSTEMS.includes(name)) f.unsupported(at.child('os'), name, SYSTEMS)
  else if (name === 'linux') validateLinuxPod(f, at, spec)
  else validateWindowsPod(f, at, spec)
}

/** Files of environment variables lie in an empty directory. */
function validateFileKeyVolumes(f: Findings, at: Path, spec: PodSpec): void {
  visitContainers(spec, at, (c, containerAt) =>
    c.env?.forEach(({ valueFrom }, i) => {
      const name = valueFrom?.fileKeyRef?.volumeName
      if (name === undefined) return
      const volumeAt = containerAt.child('env').at(i).child('valueFrom').child('fileKeyRef').child('volumeName')
      const volume = spec.volumes?.find(v => v.name === name)
      if (volume === undefined) f.notFound(volumeAt, name)
      else if (volume.emptyDir === undefined) f.invalid(volumeAt, name, 'referenced volume must be of type emptyDir')
    }),
  )
}
