/** What pods for Windows may and may not say. upstream: pkg/apis/core/validation validateWindows, validateWindowsHostProcessPod */
import type { Findings, Path } from '../../../../base/findings'
import { isDns1123Subdomain } from '../../../../base/validation'
import type { PodSpec, WindowsSecurityContextOptions } from '../../../schema/types/core.v1'
import { visitContainers } from './containers'

const MAX_SPEC_KIB = 64
const MAX_DOMAIN = 256
const MAX_USER = 104
const CONTROL = /[\x00-\x1f\x7f]/
const NETBIOS = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/
const DNS_LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?'
const DNS_DOMAIN = new RegExp(`^${DNS_LABEL}(?:\\.${DNS_LABEL})*$`)
const USER_CHARACTERS = /["/\\:;|=,+*?<>@[\]]/

export function validateWindowsOptions(f: Findings, at: Path, o: WindowsSecurityContextOptions): void {
  if (o.gmsaCredentialSpecName !== undefined) f.problems(at.child('gmsaCredentialSpecName'), o.gmsaCredentialSpecName, isDns1123Subdomain(o.gmsaCredentialSpecName))
  const spec = o.gmsaCredentialSpec
  if (spec === '') f.invalid(at.child('gmsaCredentialSpec'), spec, 'gmsaCredentialSpec cannot be an empty string')
  else if (spec !== undefined && spec.length > MAX_SPEC_KIB * 1024) f.invalid(at.child('gmsaCredentialSpec'), spec, `gmsaCredentialSpec size must be under ${MAX_SPEC_KIB} KiB`)
  if (o.runAsUserName !== undefined) validateUserName(f, at.child('runAsUserName'), o.runAsUserName)
}

function validateUserName(f: Findings, at: Path, name: string): void {
  const wrong = (why: string): void => f.invalid(at, name, why)
  if (name === '') return wrong('runAsUserName cannot be an empty string')
  if (CONTROL.test(name)) return wrong('runAsUserName cannot contain control characters')
  const parts = name.split('\\')
  if (parts.length > 2) return wrong('runAsUserName cannot contain more than one backslash')
  const domain = parts.length === 2 ? (parts[0] as string) : undefined
  const user = parts[parts.length - 1] as string
  if ((domain ?? '').length >= MAX_DOMAIN) wrong(`runAsUserName's Domain length must be under ${MAX_DOMAIN} characters`)
  if (domain !== undefined && !NETBIOS.test(domain) && !DNS_DOMAIN.test(domain)) wrong("runAsUserName's Domain doesn't match the NetBios nor the DNS format")
  if (user === '') wrong("runAsUserName's User cannot be empty")
  else if (user.length > MAX_USER) wrong(`runAsUserName's User length must not be longer than ${MAX_USER} characters`)
  if (/^[. ]+$/.test(user)) wrong("runAsUserName's User cannot contain only periods or spaces")
  if (USER_CHARACTERS.test(user)) wrong('runAsUserName\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]')
}

/** All containers are processes of the host, or none is. */
export function validateHostProcess(f: Findings, at: Path, spec: PodSpec): void {
  const ofPod = spec.securityContext?.windowsOptions?.hostProcess
  let containers = 0
  let hostProcesses = 0
  visitContainers(spec, at, (c, containerAt) => {
    containers++
    const own = c.securityContext?.windowsOptions?.hostProcess
    if (ofPod !== undefined && own !== undefined && ofPod !== own)
      f.invalid(containerAt.child('securityContext').child('windowsOptions').child('hostProcess'), own, `pod hostProcess value must be identical if both are specified, was ${ofPod}`)
    if (own ?? ofPod ?? false) hostProcesses++
  })
  if (hostProcesses === 0) return
  if (hostProcesses !== containers) f.invalid(at, '', 'If pod contains any hostProcess containers then all containers must be HostProcess containers')
  if (spec.hostNetwork !== true) f.invalid(at.child('hostNetwork'), false, 'hostNetwork must be true if pod contains any hostProcess containers')
}

const NOT_ON_WINDOWS = 'cannot be set for a windows pod'
const POD_CONTEXT = ['appArmorProfile', 'seLinuxOptions'] as const
const POD_FIELDS = ['hostUsers', 'hostPID', 'hostIPC'] as const
const POD_CONTEXT_MORE = ['seccompProfile', 'fsGroup', 'fsGroupChangePolicy', 'sysctls'] as const
const POD_CONTEXT_LAST = ['runAsUser', 'runAsGroup', 'supplementalGroups', 'supplementalGroupsPolicy', 'seLinuxChangePolicy'] as const
const CONTAINER_CONTEXT = ['appArmorProfile', 'seLinuxOptions', 'seccompProfile', 'capabilities', 'readOnlyRootFilesystem', 'privileged', 'allowPrivilegeEscalation', 'procMount', 'runAsUser', 'runAsGroup'] as const

export function validateWindowsPod(f: Findings, at: Path, spec: PodSpec): void {
  const sc = spec.securityContext ?? {}
  const contextAt = at.child('securityContext')
  for (const field of POD_CONTEXT) if (sc[field] !== undefined) f.forbidden(contextAt.child(field), NOT_ON_WINDOWS)
  for (const field of POD_FIELDS) if (field === 'hostUsers' ? spec.hostUsers !== undefined : spec[field] === true) f.forbidden(at.child(field), NOT_ON_WINDOWS)
  for (const field of POD_CONTEXT_MORE) if (sc[field] !== undefined) f.forbidden(contextAt.child(field), NOT_ON_WINDOWS)
  if (spec.shareProcessNamespace !== undefined) f.forbidden(at.child('shareProcessNamespace'), NOT_ON_WINDOWS)
  for (const field of POD_CONTEXT_LAST) if (sc[field] !== undefined) f.forbidden(contextAt.child(field), NOT_ON_WINDOWS)
  visitContainers(spec, at, (c, containerAt) => {
    const own = c.securityContext
    if (own === undefined) return
    for (const field of CONTAINER_CONTEXT) if (own[field] !== undefined) f.forbidden(containerAt.child('securityContext').child(field), NOT_ON_WINDOWS)
  })
}

export function validateLinuxPod(f: Findings, at: Path, spec: PodSpec): void {
  const wrong = 'windows options cannot be set for a linux pod'
  if (spec.securityContext?.windowsOptions !== undefined) f.forbidden(at.child('securityContext').child('windowsOptions'), wrong)
  visitContainers(spec, at, (c, containerAt) => {
    if (c.securityContext?.windowsOptions !== undefined) f.forbidden(containerAt.child('securityContext').child('windowsOptions'), wrong)
  })
}
