/** Security contexts of pods and containers. upstream: pkg/apis/core/validation validatePodSpecSecurityContext, ValidateSecurityContext */
import type { Findings, Path } from '../../../../base/findings'
import { isUserId } from '../../../../base/validation'
import type { AppArmorProfile, PodSecurityContext, PodSpec, SeccompProfile, SecurityContext } from '../../../schema/types/core.v1'
import { internalOf } from './internal'
import type { PodOptions } from './options'
import { localPath } from './validate-text'
import { validateWindowsOptions } from './validate-windows'

function id(f: Findings, at: Path, value: number | undefined): void {
  if (value !== undefined && (value < 0 || value > 2147483647)) f.problems(at, value, isUserId(value))
}

const SYSCTL = '([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?'
const SYSCTL_RE = new RegExp(`^${SYSCTL}$`)
const MAX_SYSCTL = 253
const isSysctl = (name: string): boolean => name.length <= MAX_SYSCTL && SYSCTL_RE.test(name)

export function validatePodSecurity(f: Findings, at: Path, sc: PodSecurityContext, spec: PodSpec, options: PodOptions): void {
  id(f, at.child('fsGroup'), sc.fsGroup)
  id(f, at.child('runAsUser'), sc.runAsUser)
  id(f, at.child('runAsGroup'), sc.runAsGroup)
  sc.supplementalGroups?.forEach((group, i) => id(f, at.child('supplementalGroups').at(i), group))
  if (spec.shareProcessNamespace === true && spec.hostPID === true) f.invalid(at.child('shareProcessNamespace'), true, 'ShareProcessNamespace and HostPID cannot both be enabled')
  if (sc.sysctls !== undefined) validateSysctls(f, at.child('sysctls'), sc.sysctls, spec, options)
  enumeration(f, at.child('fsGroupChangePolicy'), sc.fsGroupChangePolicy, ['Always', 'OnRootMismatch'])
  seccompProfile(f, at.child('seccompProfile'), sc.seccompProfile)
  if (sc.windowsOptions !== undefined) validateWindowsOptions(f, at.child('windowsOptions'), sc.windowsOptions)
  appArmorProfile(f, at.child('appArmorProfile'), sc.appArmorProfile)
  enumeration(f, at.child('supplementalGroupsPolicy'), sc.supplementalGroupsPolicy, ['Merge', 'Strict'])
  enumeration(f, at.child('seLinuxChangePolicy'), sc.seLinuxChangePolicy, ['MountOption', 'Recursive'])
}

function enumeration(f: Findings, at: Path, value: string | undefined, supported: readonly string[]): void {
  if (value !== undefined && !supported.includes(value)) f.unsupported(at, value, supported)
}

function validateSysctls(f: Findings, path: Path, sysctls: readonly { name: string }[], spec: PodSpec, options: PodOptions): void {
  const names = new Set<string>()
  sysctls.forEach(({ name = '' }, i) => {
    const at = path.at(i).child('name')
    if (name === '') f.required(at)
    else if (!isSysctl(name)) f.invalid(at, name, `must have at most ${MAX_SYSCTL} characters and match regex ^${SYSCTL}$`)
    else if (names.has(name)) f.duplicate(at, name)
    if (options.allowHostSysctls !== true) validateHostSysctl(f, at, name, spec)
    names.add(name)
  })
}

/** By the first separator: `net/ipv4/x` and `net.ipv4.x` are one. upstream: component-helpers/node/util/sysctl */
function sysctlNamespace(name: string): 'net' | 'ipc' | undefined {
  const dotted = /^[^./]*\//.test(name) ? name.replace(/[./]/g, c => (c === '/' ? '.' : '/')) : name
  if (dotted.startsWith('net.')) return 'net'
  return dotted === 'kernel.sem' || dotted.startsWith('kernel.shm') || dotted.startsWith('kernel.msg') || dotted.startsWith('fs.mqueue.') ? 'ipc' : undefined
}

/** What a namespace of the host does not let a pod set. upstream: ValidateHostSysctl */
function validateHostSysctl(f: Findings, at: Path, name: string, { hostNetwork, hostIPC }: PodSpec): void {
  if (hostNetwork !== true && hostIPC !== true) return
  const namespace = sysctlNamespace(name)
  if (hostNetwork === true && namespace === 'net') f.invalid(at, name, "may not be specified when 'hostNetwork' is true")
  else if (hostIPC === true && namespace === 'ipc') f.invalid(at, name, "may not be specified when 'hostIPC' is true")
}

function seccompProfile(f: Findings, at: Path, p: SeccompProfile | undefined): void {
  if (p === undefined) return
  const type = p.type ?? ''
  if (type === '') f.required(at.child('type'), 'type is required when seccompProfile is set')
  else if (!PROFILES.includes(type)) f.unsupported(at.child('type'), type, PROFILES)
  if (type === 'Localhost') {
    if (p.localhostProfile === undefined) f.required(at.child('localhostProfile'), 'must be set when seccomp type is Localhost')
    else localPath(f, at.child('localhostProfile'), p.localhostProfile)
  } else if (p.localhostProfile !== undefined) f.invalid(at.child('localhostProfile'), internalOf('core.SeccompProfile', p), 'can only be set when seccomp type is Localhost')
}
const PROFILES = ['Localhost', 'RuntimeDefault', 'Unconfined']

function appArmorProfile(f: Findings, at: Path, p: AppArmorProfile | undefined): void {
  if (p === undefined) return
  const type = p.type ?? ''
  const local = at.child('localhostProfile')
  if (type === '') f.required(at.child('type'), 'type is required when appArmorProfile is set')
  else if (!PROFILES.includes(type)) f.unsupported(at.child('type'), type, PROFILES)
  else if (type !== 'Localhost') {
    if (p.localhostProfile !== undefined) f.invalid(local, p.localhostProfile, 'can only be set when AppArmor type is Localhost')
  } else if (p.localhostProfile === undefined) f.required(local, 'must be set when AppArmor type is Localhost')
  else {
    const trimmed = p.localhostProfile.trim()
    if (trimmed !== p.localhostProfile) f.invalid(local, p.localhostProfile, 'must not be padded with whitespace')
    else if (trimmed === '') f.required(local, 'must be set when AppArmor type is Localhost')
    if (p.localhostProfile.length > 4095) f.tooLong(local, 4095)
  }
}

export function validateSecurity(f: Findings, at: Path, sc: SecurityContext, hostUsers: boolean): void {
  id(f, at.child('runAsUser'), sc.runAsUser)
  id(f, at.child('runAsGroup'), sc.runAsGroup)
  enumeration(f, at.child('procMount'), sc.procMount, ['Default', 'Unmasked'])
  if (hostUsers && sc.procMount === 'Unmasked') f.invalid(at.child('procMount'), sc.procMount, '`hostUsers` must be false to use `Unmasked`')
  seccompProfile(f, at.child('seccompProfile'), sc.seccompProfile)
  if (sc.allowPrivilegeEscalation === false) {
    if (sc.privileged === true) f.invalid(at, internalOf('core.SecurityContext', sc), 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true')
    for (const capability of sc.capabilities?.add ?? [])
      if (capability === 'CAP_SYS_ADMIN') f.invalid(at, internalOf('core.SecurityContext', sc), 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN')
  }
  if (sc.windowsOptions !== undefined) validateWindowsOptions(f, at.child('windowsOptions'), sc.windowsOptions)
  appArmorProfile(f, at.child('appArmorProfile'), sc.appArmorProfile)
}
