/** What the levels forbid, each check with the versions in which it changed. upstream: pod-security-admission/policy/check_*.go */
import { goQuote } from '../../../base/field'
import { containersOf } from '../../../kinds/core/pod/template/containers'
import type { ObjectMeta } from '../../../kinds/kind'
import type { Container, LifecycleHandler, PodSpec, Probe, SecurityContext, SELinuxOptions, Volume } from '../../../kinds/schema/types/core.v1'
import type { LevelVersion } from './policy'

/** What is wrong, in short and in detail; undefined when nothing is. */
export interface Violation {
  readonly reason: string
  readonly detail: string
}

interface Template {
  readonly metadata: Pick<ObjectMeta, 'annotations'>
  readonly spec: PodSpec
}

type Check = (t: Template) => Violation | undefined

interface VersionedCheck {
  readonly id: string
  readonly level: 'baseline' | 'restricted'
  /** From these minors on, ascending. */
  readonly versions: readonly { readonly since: number; readonly check: Check; readonly overrides?: readonly string[] }[]
}

/** The policies of this server; what comes later in name is checked as this. */
const NEWEST = 36

/** All violations of a level, in the order of the checks' names, those of the baseline first. */
export function violations({ level, minor }: LevelVersion, template: Template): Violation[] {
  if (level === 'privileged') return []
  const version = Math.min(minor ?? NEWEST, NEWEST)
  const current = CHECKS.flatMap(c => {
    const found = c.versions.findLast(v => v.since <= version)
    return found === undefined || (level === 'baseline' && c.level !== 'baseline') ? [] : [{ id: c.id, ...found }]
  })
  const overridden = new Set(current.flatMap(c => c.overrides ?? []))
  return current.filter(c => !overridden.has(c.id)).flatMap(c => c.check(template) ?? [])
}

/** `host namespaces (hostNetwork=true), privileged (container "a" must not …)` */
export const detailText = (found: readonly Violation[]): string => found.map(v => (v.detail === '' ? v.reason : `${v.reason} (${v.detail})`)).join(', ')
export const reasonText = (found: readonly Violation[]): string => found.map(v => v.reason).join(', ')

const quoted = (names: readonly string[]): string => names.map(n => `"${n}"`).join(', ')
const plural = (one: string, many: string, n: number): string => (n === 1 ? one : many)
const containersText = (names: readonly string[]): string => `${plural('container', 'containers', names.length)} ${quoted(names)}`
const sorted = (values: Iterable<string>): string[] => [...new Set(values)].sort()

const all = (spec: PodSpec): readonly Container[] => [...containersOf(spec)] as Container[]
const names = (spec: PodSpec, bad: (c: Container, s: SecurityContext | undefined) => boolean): string[] => all(spec).filter(c => bad(c, c.securityContext)).map(c => c.name)

const isWindows = ({ spec }: Template): boolean => spec.os?.name === 'windows'
/** Root in a user namespace of its own is nobody outside. */
const inUserNamespace = ({ spec }: Template): boolean => spec.hostUsers === false
const unless = (free: (t: Template) => boolean, check: Check): Check => t => (free(t) ? undefined : check(t))

/** `pod and containers "a", "b"`, or nothing. */
function setters(pod: boolean, containers: readonly string[]): string {
  return [...(pod ? ['pod'] : []), ...(containers.length > 0 ? [containersText(containers)] : [])].join(' and ')
}

const allowPrivilegeEscalation: Check = ({ spec }) => {
  const bad = names(spec, (_, s) => s?.allowPrivilegeEscalation !== false)
  return bad.length === 0 ? undefined : { reason: 'allowPrivilegeEscalation != false', detail: `${containersText(bad)} must set securityContext.allowPrivilegeEscalation=false` }
}

const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/'
const appArmor: Check = ({ metadata, spec }) => {
  const isBad = (type: string | undefined): boolean => type !== undefined && type !== 'RuntimeDefault' && type !== 'Localhost'
  const podType = spec.securityContext?.appArmorProfile?.type
  const bad = names(spec, (_, s) => isBad(s?.appArmorProfile?.type))
  const values = sorted([...(isBad(podType) ? [podType as string] : []), ...all(spec).map(c => c.securityContext?.appArmorProfile?.type).filter(isBad) as string[]])
  const annotations = Object.entries(metadata.annotations ?? {}).filter(([k, v]) => k.startsWith(APPARMOR) && v !== '' && v !== 'runtime/default' && !v.startsWith('localhost/')).map(([k, v]) => `${k}=${goQuote(v)}`).sort()
  const who = [setters(isBad(podType), bad), ...(annotations.length > 0 ? [plural('annotation', 'annotations', annotations.length)] : [])].filter(s => s !== '').join(' and ')
  if (who === '') return undefined
  const wrong = [...values, ...annotations]
  return { reason: plural('forbidden AppArmor profile', 'forbidden AppArmor profiles', wrong.length), detail: `${who} must not set AppArmor profile type to ${quoted(wrong)}` }
}

const DEFAULT_CAPABILITIES = new Set(['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT'])
function addedBeyond(spec: PodSpec, allowed: ReadonlySet<string>): string | undefined {
  const beyond = (c: Container): string[] => (c.securityContext?.capabilities?.add ?? []).filter(a => !allowed.has(a))
  const bad = names(spec, c => beyond(c).length > 0)
  return bad.length === 0 ? undefined : `${containersText(bad)} must not include ${quoted(sorted(all(spec).flatMap(beyond)))} in securityContext.capabilities.add`
}
const baselineCapabilities: Check = ({ spec }) => {
  const detail = addedBeyond(spec, DEFAULT_CAPABILITIES)
  return detail === undefined ? undefined : { reason: 'non-default capabilities', detail }
}
const restrictedCapabilities: Check = ({ spec }) => {
  const keeping = names(spec, (_, s) => s?.capabilities?.drop?.includes('ALL') !== true)
  const details = [...(keeping.length === 0 ? [] : [`${containersText(keeping)} must set securityContext.capabilities.drop=["ALL"]`]), ...[addedBeyond(spec, new Set(['NET_BIND_SERVICE']))].filter(d => d !== undefined)]
  return details.length === 0 ? undefined : { reason: 'unrestricted capabilities', detail: details.join('; ') }
}

const hostNamespaces: Check = ({ spec }) => {
  const used = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter(f => spec[f] === true).map(f => `${f}=true`)
  return used.length === 0 ? undefined : { reason: 'host namespaces', detail: used.join(', ') }
}

const hostPathVolumes: Check = ({ spec }) => {
  const bad = (spec.volumes ?? []).filter(v => v.hostPath !== undefined).map(v => v.name)
  return bad.length === 0 ? undefined : { reason: 'hostPath volumes', detail: `${plural('volume', 'volumes', bad.length)} ${quoted(bad)}` }
}

const hostPorts: Check = ({ spec }) => {
  const ports = (c: Container): string[] => (c.ports ?? []).filter(p => (p.hostPort ?? 0) !== 0).map(p => String(p.hostPort))
  const bad = names(spec, c => ports(c).length > 0)
  const used = sorted(all(spec).flatMap(ports))
  return bad.length === 0 ? undefined : { reason: 'hostPort', detail: `${containersText(bad)} ${plural('uses', 'use', bad.length)} ${plural('hostPort', 'hostPorts', used.length)} ${used.join(', ')}` }
}

const probeHosts: Check = ({ spec }) => {
  const hosts = (c: Container): string[] => {
    const handlers: (Probe | LifecycleHandler | undefined)[] = [c.livenessProbe, c.readinessProbe, c.startupProbe, c.lifecycle?.postStart, c.lifecycle?.preStop]
    return handlers.flatMap(h => [h?.httpGet?.host ?? '', h?.tcpSocket?.host ?? '']).filter(h => h !== '')
  }
  const bad = sorted(names(spec, c => hosts(c).length > 0))
  const used = sorted(all(spec).flatMap(hosts))
  return bad.length === 0 ? undefined : { reason: 'probe or lifecycle host', detail: `${containersText(bad)} ${plural('uses', 'use', bad.length)} ${plural('probe or lifecycle host', 'probe or lifecycle hosts', used.length)} ${quoted(used)}` }
}

const privileged: Check = ({ spec }) => {
  const bad = names(spec, (_, s) => s?.privileged === true)
  return bad.length === 0 ? undefined : { reason: 'privileged', detail: `${containersText(bad)} must not set securityContext.privileged=true` }
}

const procMount: Check = ({ spec }) => {
  const isBad = (s: SecurityContext | undefined): boolean => s?.procMount !== undefined && s.procMount !== 'Default'
  const bad = names(spec, (_, s) => isBad(s))
  const values = sorted(all(spec).filter(c => isBad(c.securityContext)).map(c => c.securityContext?.procMount as string))
  return bad.length === 0 ? undefined : { reason: 'procMount', detail: `${containersText(bad)} must not set securityContext.procMount to ${quoted(values)}` }
}

const FREE_VOLUMES = ['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'image', 'persistentVolumeClaim', 'projected', 'secret'] as const
const BOUND_VOLUMES = [
  'hostPath', 'gcePersistentDisk', 'awsElasticBlockStore', 'gitRepo', 'nfs', 'iscsi', 'glusterfs', 'rbd', 'flexVolume', 'cinder', 'cephfs', 'flocker', 'fc', 'azureFile', 'vsphereVolume', 'quobyte', 'azureDisk',
  'photonPersistentDisk', 'portworxVolume', 'scaleIO', 'storageos',
] as const
const restrictedVolumes: Check = ({ spec }) => {
  const bad = (spec.volumes ?? []).filter(v => !FREE_VOLUMES.some(f => (v as unknown as Record<string, unknown>)[f] !== undefined))
  const typeOf = (v: Volume): string => BOUND_VOLUMES.find(t => (v as unknown as Record<string, unknown>)[t] !== undefined) ?? 'unknown'
  const types = sorted(bad.map(typeOf))
  if (bad.length === 0) return undefined
  return { reason: 'restricted volume types', detail: `${plural('volume', 'volumes', bad.length)} ${quoted(bad.map(v => v.name))} ${plural('uses', 'use', bad.length)} ${plural('restricted volume type', 'restricted volume types', types.length)} ${quoted(types)}` }
}

const runAsNonRoot: Check = ({ spec }) => {
  const reason = 'runAsNonRoot != true'
  const whole = spec.securityContext?.runAsNonRoot
  const who = setters(whole === false, names(spec, (_, s) => s?.runAsNonRoot === false))
  if (who !== '') return { reason, detail: `${who} must not set securityContext.runAsNonRoot=false` }
  const silent = whole === true ? [] : names(spec, (_, s) => s?.runAsNonRoot === undefined)
  return silent.length === 0 ? undefined : { reason, detail: `pod or ${containersText(silent)} must set securityContext.runAsNonRoot=true` }
}

const runAsUser: Check = ({ spec }) => {
  const who = setters(spec.securityContext?.runAsUser === 0, names(spec, (_, s) => s?.runAsUser === 0))
  return who === '' ? undefined : { reason: 'runAsUser=0', detail: `${who} must not set runAsUser=0` }
}

const seLinux = (allowed: ReadonlySet<string>): Check => ({ spec }) => {
  const isBad = (o: SELinuxOptions | undefined): boolean => o !== undefined && (!allowed.has(o.type ?? '') || (o.user ?? '') !== '' || (o.role ?? '') !== '')
  const options = [spec.securityContext?.seLinuxOptions, ...all(spec).map(c => c.securityContext?.seLinuxOptions)].filter(o => o !== undefined)
  const who = setters(isBad(spec.securityContext?.seLinuxOptions), names(spec, (_, s) => isBad(s?.seLinuxOptions)))
  if (who === '') return undefined
  const types = sorted(options.map(o => o.type ?? '').filter(t => !allowed.has(t)))
  const data = [
    ...(types.length > 0 ? [`${plural('type', 'types', types.length)} ${quoted(types)}`] : []),
    ...(options.some(o => (o.user ?? '') !== '') ? ['user may not be set'] : []),
    ...(options.some(o => (o.role ?? '') !== '') ? ['role may not be set'] : []),
  ]
  return { reason: 'seLinuxOptions', detail: `${who} set forbidden securityContext.seLinuxOptions: ${data.join('; ')}` }
}
const SELINUX_TYPES = ['', 'container_t', 'container_init_t', 'container_kvm_t']

const SECCOMP = 'seccompProfile'
const isSeccomp = (type: string | undefined): boolean => type === 'Localhost' || type === 'RuntimeDefault'
function seccompBad({ spec }: Template): { readonly who: string; readonly values: string[] } {
  const isBad = (s: { seccompProfile?: { type: string } } | undefined): boolean => s?.seccompProfile !== undefined && !isSeccomp(s.seccompProfile.type)
  const who = setters(isBad(spec.securityContext), names(spec, (_, s) => isBad(s)))
  const values = sorted([spec.securityContext, ...all(spec).map(c => c.securityContext)].filter(isBad).map(s => s?.seccompProfile?.type as string))
  return { who, values }
}
const seccompAnnotations: Check = ({ metadata, spec }) => {
  const keys = ['seccomp.security.alpha.kubernetes.io/pod', ...all(spec).map(c => `container.seccomp.security.alpha.kubernetes.io/${c.name}`)]
  const bad = sorted(keys.flatMap(k => {
    const value = metadata.annotations?.[k]
    return value === undefined || value === 'runtime/default' || value === 'docker/default' || value.startsWith('localhost/') ? [] : [`${k}=${goQuote(value)}`]
  }))
  return bad.length === 0 ? undefined : { reason: SECCOMP, detail: `forbidden ${plural('annotation', 'annotations', bad.length)} ${bad.join(', ')}` }
}
const seccompBaseline: Check = t => {
  const { who, values } = seccompBad(t)
  return who === '' ? undefined : { reason: SECCOMP, detail: `${who} must not set securityContext.seccompProfile.type to ${quoted(values)}` }
}
const seccompRestricted: Check = t => {
  const bad = seccompBaseline(t)
  if (bad !== undefined || t.spec.securityContext?.seccompProfile !== undefined) return bad
  const silent = names(t.spec, (_, s) => s?.seccompProfile === undefined)
  return silent.length === 0 ? undefined : { reason: SECCOMP, detail: `pod or ${containersText(silent)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"` }
}

const SYSCTLS = ['kernel.shm_rmid_forced', 'net.ipv4.ip_local_port_range', 'net.ipv4.tcp_syncookies', 'net.ipv4.ping_group_range', 'net.ipv4.ip_unprivileged_port_start']
const SYSCTLS_27 = [...SYSCTLS, 'net.ipv4.ip_local_reserved_ports']
const SYSCTLS_29 = [...SYSCTLS_27, 'net.ipv4.tcp_keepalive_time', 'net.ipv4.tcp_fin_timeout', 'net.ipv4.tcp_keepalive_intvl', 'net.ipv4.tcp_keepalive_probes']
const SYSCTLS_32 = [...SYSCTLS_29, 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem']
const sysctls = (allowed: readonly string[]): Check => ({ spec }) => {
  const bad = (spec.securityContext?.sysctls ?? []).map(s => s.name).filter(n => !allowed.includes(n))
  return bad.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: bad.join(', ') }
}

const hostProcess: Check = ({ spec }) => {
  const who = setters(spec.securityContext?.windowsOptions?.hostProcess === true, names(spec, (_, s) => s?.windowsOptions?.hostProcess === true))
  return who === '' ? undefined : { reason: 'hostProcess', detail: `${who} must not set securityContext.windowsOptions.hostProcess=true` }
}

/** By level, then by name. */
const CHECKS: readonly VersionedCheck[] = [
  { id: 'appArmorProfile', level: 'baseline', versions: [{ since: 0, check: appArmor }] },
  { id: 'capabilities_baseline', level: 'baseline', versions: [{ since: 0, check: baselineCapabilities }] },
  { id: 'hostNamespaces', level: 'baseline', versions: [{ since: 0, check: hostNamespaces }] },
  { id: 'hostPathVolumes', level: 'baseline', versions: [{ since: 0, check: hostPathVolumes }] },
  { id: 'hostPorts', level: 'baseline', versions: [{ since: 0, check: hostPorts }] },
  { id: 'hostProbesAndHostLifecycle', level: 'baseline', versions: [{ since: 34, check: probeHosts }] },
  { id: 'privileged', level: 'baseline', versions: [{ since: 0, check: privileged }] },
  { id: 'procMount', level: 'baseline', versions: [{ since: 0, check: procMount }, { since: 35, check: unless(inUserNamespace, procMount) }] },
  { id: 'seLinuxOptions', level: 'baseline', versions: [{ since: 0, check: seLinux(new Set(SELINUX_TYPES)) }, { since: 31, check: seLinux(new Set([...SELINUX_TYPES, 'container_engine_t'])) }] },
  { id: 'seccompProfile_baseline', level: 'baseline', versions: [{ since: 0, check: seccompAnnotations }, { since: 19, check: seccompBaseline }] },
  { id: 'sysctls', level: 'baseline', versions: [{ since: 0, check: sysctls(SYSCTLS) }, { since: 27, check: sysctls(SYSCTLS_27) }, { since: 29, check: sysctls(SYSCTLS_29) }, { since: 32, check: sysctls(SYSCTLS_32) }] },
  { id: 'windowsHostProcess', level: 'baseline', versions: [{ since: 0, check: hostProcess }] },
  { id: 'allowPrivilegeEscalation', level: 'restricted', versions: [{ since: 8, check: allowPrivilegeEscalation }, { since: 25, check: unless(isWindows, allowPrivilegeEscalation) }] },
  { id: 'capabilities_restricted', level: 'restricted', versions: [{ since: 22, check: restrictedCapabilities, overrides: ['capabilities_baseline'] }, { since: 25, check: unless(isWindows, restrictedCapabilities), overrides: ['capabilities_baseline'] }] },
  { id: 'procMount_restricted', level: 'restricted', versions: [{ since: 35, check: procMount, overrides: ['procMount'] }] },
  { id: 'restrictedVolumes', level: 'restricted', versions: [{ since: 0, check: restrictedVolumes, overrides: ['hostPathVolumes'] }] },
  { id: 'runAsNonRoot', level: 'restricted', versions: [{ since: 0, check: runAsNonRoot }, { since: 35, check: unless(inUserNamespace, runAsNonRoot) }] },
  { id: 'runAsUser', level: 'restricted', versions: [{ since: 23, check: runAsUser }, { since: 35, check: unless(inUserNamespace, runAsUser) }] },
  { id: 'seccompProfile_restricted', level: 'restricted', versions: [{ since: 19, check: seccompRestricted, overrides: ['seccompProfile_baseline'] }, { since: 25, check: unless(isWindows, seccompRestricted), overrides: ['seccompProfile_baseline'] }] },
]
