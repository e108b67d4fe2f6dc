/** Writes of a pod's status. upstream: pkg/registry/core/pod/strategy.go podStatusStrategy, pkg/apis/core/validation ValidatePodStatusUpdate */
import { Findings, Path } from '../../../base/findings'
import type { FieldErrors } from '../../../base/field'
import { parseIp, validateLegacyIp } from '../../../base/ip'
import { isDns1123Subdomain, isQualifiedName } from '../../../base/validation'
import type { Container, ContainerRestartRule, ContainerStatus, Pod, PodCondition, PodSpec, PodStatus } from '../../schema/types/core.v1'
import { isRestartableInit } from './template/containers'
import { validateMetadataUpdate } from './template/metadata'
import { validateAnnotationsUpdate } from './template/validate-annotations'

const STATUS = Path.of('status')

export function prepareStatus(next: Pod, previous: Pod): void {
  next.spec = previous.spec
  if (previous.metadata.ownerReferences === undefined) delete next.metadata.ownerReferences
  else next.metadata.ownerReferences = previous.metadata.ownerReferences
  const before = previous.status ?? {}
  const status: PodStatus = { ...next.status }
  if ((status.qosClass ?? '') === '' && before.qosClass !== undefined) status.qosClass = before.qosClass
  if ((status.observedGeneration ?? 0) === 0 && before.observedGeneration !== undefined) status.observedGeneration = before.observedGeneration
  if (status.conditions !== undefined && before.conditions !== undefined) status.conditions = keepGenerations(status.conditions, before.conditions)
  syncAddresses(status)
  next.status = status
}

/** A condition that does not say to which generation it belongs keeps the one it had; a type may occur more than once. */
function keepGenerations(conditions: readonly PodCondition[], before: readonly PodCondition[]): PodCondition[] {
  const taken = new Set<PodCondition>()
  return conditions.map(c => {
    const old = before.find(b => b.type === c.type && !taken.has(b))
    if (old !== undefined) taken.add(old)
    return (c.observedGeneration ?? 0) === 0 && old?.observedGeneration !== undefined ? { ...c, observedGeneration: old.observedGeneration } : c
  })
}

/** The single address is the first of the list. upstream: pkg/apis/core/v1/conversion.go */
function syncAddresses(status: PodStatus): void {
  const { podIP = '', podIPs = [] } = status
  if (podIP === '' && podIPs[0]?.ip !== undefined) status.podIP = podIPs[0].ip
  else if (podIP !== '' && podIPs[0]?.ip !== podIP) status.podIPs = [{ ip: podIP }]
}

export function validateStatusUpdate(next: Pod, previous: Pod): FieldErrors {
  const f = new Findings()
  const status = next.status ?? {}
  const before = previous.status ?? {}
  validateMetadataUpdate(f, next, previous)
  if (next.metadata.annotations !== previous.metadata.annotations) validateAnnotationsUpdate(f, next.metadata.annotations, previous.metadata.annotations)
  if (status.conditions !== before.conditions) validateConditions(f, status.conditions ?? [])
  validateNomination(f, status, before, previous.spec)
  if ((status.observedGeneration ?? 0) < 0) f.invalid(STATUS.child('observedGeneration'), status.observedGeneration, 'must be a non-negative integer')
  if ((status.qosClass ?? '') !== (before.qosClass ?? '')) f.invalid(STATUS.child('qosClass'), status.qosClass ?? '', 'field is immutable')
  for (const [field, containers] of [['containerStatuses', 'containers'], ['initContainerStatuses', 'initContainers'], ['ephemeralContainerStatuses', undefined]] as const) {
    validateTransitions(f, STATUS.child(field), status[field] ?? [], before[field] ?? [], containers === undefined ? [] : (previous.spec[containers] ?? []), previous.spec)
  }
  validateClaims(f, status, next.spec)
  if (status.podIPs !== before.podIPs) validateAddresses(f, 'podIPs', status.podIPs ?? [], before.podIPs ?? [])
  if (status.hostIPs !== before.hostIPs) validateAddresses(f, 'hostIPs', status.hostIPs ?? [], before.hostIPs ?? [])
  return f.errors
}

const SYSTEM_CONDITIONS = new Set(['PodScheduled', 'Ready', 'Initialized'])

function validateConditions(f: Findings, conditions: readonly PodCondition[]): void {
  conditions.forEach((c, i) => {
    if ((c.observedGeneration ?? 0) < 0) f.invalid(STATUS.child('conditions').at(i).child('observedGeneration'), c.observedGeneration, 'must be a non-negative integer')
    if (!SYSTEM_CONDITIONS.has(c.type)) f.problems(STATUS.child('conditions').at(i).child('Type'), c.type ?? '', isQualifiedName(c.type ?? ''))
  })
}

function validateNomination(f: Findings, { nominatedNodeName: next = '' }: PodStatus, { nominatedNodeName: before = '' }: PodStatus, spec: PodSpec): void {
  if (next === before || next === '') return
  f.problems(STATUS.child('nominatedNodeName'), next, isDns1123Subdomain(next))
  if ((spec.nodeName ?? '') !== '') f.forbidden(STATUS.child('nominatedNodeName'), 'may not be set on pods that are already bound to a node')
}

/** A container that has ended for good does not come back. */
function validateTransitions(f: Findings, at: Path, next: readonly ContainerStatus[], before: readonly ContainerStatus[], containers: readonly Container[], spec: PodSpec): void {
  if (next === before || allCouldRestart(spec)) return
  before.forEach((old, i) => {
    const ended = old.state?.terminated
    if (ended === undefined) return
    const now = next.find(n => n.name === old.name)
    if (now === undefined || now.state?.terminated !== undefined) return
    const container = containers.find(c => c.name === old.name)
    if (container === undefined || !shouldRestart(container, spec, ended.exitCode)) f.forbidden(at.at(i).child('state'), 'may not be transitioned to non-terminated state')
  })
}

/** The first rule of a container that its exit code matches. upstream: pkg/api/v1/pod FindMatchingContainerRestartRule */
export const restartRule = (c: Container, exitCode: number): ContainerRestartRule | undefined =>
  c.restartPolicyRules?.find(({ exitCodes }) => exitCodes !== undefined && (exitCodes.values ?? []).includes(exitCode) === (exitCodes.operator === 'In'))

/** Whether a rule of a container can have all containers begin anew. upstream: AllContainersCouldRestart */
export const allCouldRestart = ({ initContainers = [], containers }: PodSpec): boolean => hasSuchRule(containers) || hasSuchRule(initContainers)
const hasSuchRule = (list: readonly Container[] | undefined): boolean => list?.some(c => c.restartPolicyRules?.some(r => r.action === 'RestartAllContainers') === true) === true

/** upstream: pkg/api/v1/pod ContainerShouldRestart */
function shouldRestart(container: Container, spec: PodSpec, exitCode: number): boolean {
  if (container.restartPolicy !== undefined) {
    if (restartRule(container, exitCode) !== undefined || isRestartableInit(container)) return true
    return container.restartPolicy === 'OnFailure' && exitCode !== 0
  }
  return spec.restartPolicy === 'Always' || (spec.restartPolicy === 'OnFailure' && exitCode !== 0)
}

function validateClaims(f: Findings, status: PodStatus, spec: PodSpec): void {
  const seen = new Set<string>()
  status.resourceClaimStatuses?.forEach(({ name, resourceClaimName }, i) => {
    const at = STATUS.child('resourceClaimStatuses').at(i).child('name')
    if (spec.resourceClaims?.some(c => c.name === name) !== true) f.invalid(at, name, 'must match the name of an entry in `spec.resourceClaims`')
    if (seen.has(name)) f.duplicate(at, name)
    seen.add(name)
    if (resourceClaimName !== undefined) f.problems(at, resourceClaimName, isDns1123Subdomain(resourceClaimName))
  })
}

function validateAddresses(f: Findings, field: 'podIPs' | 'hostIPs', next: readonly { ip?: string }[], before: readonly { ip?: string }[]): void {
  if (next.length === 0) return
  const at = STATUS.child(field)
  const validOld = before.map(b => b.ip ?? '')
  next.forEach(({ ip = '' }, i) => f.all(validateLegacyIp(ip, at.at(i).toString(), { validOld })))
  if (next.length < 2) return
  const families = new Set(next.map(({ ip = '' }) => parseIp(ip)?.family))
  if (families.size < 2 || next.length > 2) f.invalid(at, next.map(({ ip = '' }) => ({ IP: ip })), 'may specify no more than one IP for each IP family')
  const seen = new Set<string>()
  next.forEach(({ ip = '' }, i) => {
    if (seen.has(ip)) f.duplicate(at.at(i), { IP: ip })
    seen.add(ip)
  })
}
