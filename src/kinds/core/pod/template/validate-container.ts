/** Containers of all three sorts. upstream: pkg/apis/core/validation validateContainers, validateInitContainers, validateEphemeralContainers */
import type { Findings, Path } from '../../../../base/findings'
import { isDns1123Label, isPortName, isPortNumber } from '../../../../base/validation'
import type { Container, ContainerPort, ContainerResizePolicy, ContainerRestartRule, EphemeralContainer, PodSpec } from '../../../schema/types/core.v1'
import { isRestartableInit } from './containers'
import type { PodOptions } from './options'
import { validateEnv, validateEnvFrom } from './validate-env'
import { validateVolumeDevices, validateVolumeMounts } from './validate-mount'
import { validateLifecycle, validateProbe } from './validate-probe'
import { validateResources } from './validate-resources'
import { validateSecurity } from './validate-security'
import { oneOf } from './validate-text'
import type { Volumes } from './validate-volume'

/** What all containers of a pod are checked against. */
export interface PodContext {
  readonly spec: PodSpec
  readonly volumes: Volumes
  readonly claimNames: ReadonlySet<string>
  readonly hostUsers: boolean
  readonly options: PodOptions
}

const MESSAGE_POLICIES = ['File', 'FallbackToLogsOnError']
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never']

function validateAny(f: Findings, at: Path, c: Container | EphemeralContainer, ctx: PodContext): void {
  const name = c.name ?? ''
  if (name === '') f.required(at.child('name'))
  else f.problems(at.child('name'), name, isDns1123Label(name))
  if ((c.image ?? '') === '') f.required(at.child('image'))
  oneOf(f, at.child('terminationMessagePolicy'), c.terminationMessagePolicy, MESSAGE_POLICIES)
  if (c.ports !== undefined) validatePorts(f, at.child('ports'), c.ports)
  if (c.env !== undefined) validateEnv(f, at.child('env'), c.env)
  if (c.envFrom !== undefined) validateEnvFrom(f, at.child('envFrom'), c.envFrom)
  if (c.volumeMounts !== undefined) validateVolumeMounts(f, at.child('volumeMounts'), c.volumeMounts, c, ctx.volumes)
  if (c.volumeDevices !== undefined) validateVolumeDevices(f, at.child('volumeDevices'), c.volumeDevices, c, ctx.volumes)
  oneOf(f, at.child('imagePullPolicy'), c.imagePullPolicy, PULL_POLICIES)
  if (c.resources !== undefined) validateResources(f, at.child('resources'), c.resources, ctx.claimNames, ctx.options)
  if (c.resizePolicy !== undefined) validateResizePolicy(f, at.child('resizePolicy'), c.resizePolicy, ctx.spec.restartPolicy)
  if (c.securityContext !== undefined) validateSecurity(f, at.child('securityContext'), c.securityContext, ctx.hostUsers)
}

const PROTOCOLS = ['SCTP', 'TCP', 'UDP']

function validatePorts(f: Findings, path: Path, ports: readonly ContainerPort[]): void {
  const names = new Set<string>()
  for (let i = 0; i < ports.length; i++) {
    const { name = '', containerPort = 0, hostPort = 0, protocol = '' } = ports[i] as ContainerPort
    const at = path.at(i)
    if (name !== '') {
      const problems = isPortName(name)
      if (problems.length > 0) f.problems(at.child('name'), name, problems)
      else if (names.has(name)) f.duplicate(at.child('name'), name)
      else names.add(name)
    }
    if (containerPort === 0) f.required(at.child('containerPort'))
    else f.problems(at.child('containerPort'), containerPort, isPortNumber(containerPort))
    if (hostPort !== 0) f.problems(at.child('hostPort'), hostPort, isPortNumber(hostPort))
    if (protocol === '') f.required(at.child('protocol'))
    else if (!PROTOCOLS.includes(protocol)) f.unsupported(at.child('protocol'), protocol, PROTOCOLS)
  }
}

const RESIZABLE = ['cpu', 'memory']
const RESIZE_POLICIES = ['NotRequired', 'RestartContainer']

function validateResizePolicy(f: Findings, path: Path, policies: readonly ContainerResizePolicy[], podRestartPolicy: string | undefined): void {
  const seen = new Set<string>()
  policies.forEach(({ resourceName = '', restartPolicy = '' }, i) => {
    if (seen.has(resourceName)) f.duplicate(path.at(i), resourceName)
    seen.add(resourceName)
    oneOf(f, path, resourceName, RESIZABLE)
    oneOf(f, path, restartPolicy, RESIZE_POLICIES)
    if (podRestartPolicy === 'Never' && restartPolicy !== 'NotRequired') f.invalid(path, restartPolicy, "must be 'NotRequired' when `restartPolicy` is 'Never'")
  })
}

const RESTART_POLICIES = ['Always', 'Never', 'OnFailure']
const RESTART_ACTIONS = ['Restart', 'RestartAllContainers']
const MAX_RULES = 20
const MAX_EXIT_CODES = 255

/** upstream: validateContainerRestartPolicy */
function validateRestart(f: Findings, at: Path, policy: string | undefined, rules: readonly ContainerRestartRule[]): void {
  if (policy === undefined) {
    if (rules.length > 0) f.required(at.child('restartPolicy'), 'must specify restartPolicy when restart rules are used')
  } else if (!RESTART_POLICIES.includes(policy)) f.unsupported(at.child('restartPolicy'), policy, RESTART_POLICIES)
  if (rules.length > MAX_RULES) f.tooLong(at.child('restartPolicyRules'), MAX_RULES)
  rules.forEach(({ action = '', exitCodes }, i) => {
    const ruleAt = at.child('restartPolicyRules').at(i)
    if (!RESTART_ACTIONS.includes(action)) f.unsupported(ruleAt.child('action'), action, RESTART_ACTIONS)
    if (exitCodes === undefined) return f.required(ruleAt.child('exitCodes'), 'must be specified')
    const operator = exitCodes.operator ?? ''
    if (operator !== 'In' && operator !== 'NotIn') f.unsupported(ruleAt.child('exitCodes').child('operator'), operator, ['In', 'NotIn'])
    if ((exitCodes.values ?? []).length > MAX_EXIT_CODES) f.tooLong(ruleAt.child('exitCodes').child('values'), MAX_EXIT_CODES)
  })
}

function validateProbes(f: Findings, at: Path, c: Container, { spec }: PodContext): void {
  const grace = spec.terminationGracePeriodSeconds
  if (c.lifecycle !== undefined) validateLifecycle(f, at.child('lifecycle'), c.lifecycle, grace, spec.os)
  if (c.livenessProbe !== undefined) validateProbe(f, at.child('livenessProbe'), c.livenessProbe, 'liveness', grace)
  if (c.readinessProbe !== undefined) validateProbe(f, at.child('readinessProbe'), c.readinessProbe, 'readiness', grace)
  if (c.startupProbe !== undefined) validateProbe(f, at.child('startupProbe'), c.startupProbe, 'startup', grace)
}

export function validateContainers(f: Findings, path: Path, ctx: PodContext): void {
  const containers = ctx.spec.containers ?? []
  if (containers.length === 0) return f.required(path)
  const names = new Set<string>()
  for (let i = 0; i < containers.length; i++) {
    const c = containers[i] as Container
    const at = path.at(i)
    validateAny(f, at, c, ctx)
    if (names.has(c.name ?? '')) f.duplicate(at.child('name'), c.name ?? '')
    else names.add(c.name ?? '')
    validateProbes(f, at, c, ctx)
    if (c.restartPolicy !== undefined || c.restartPolicyRules !== undefined) validateRestart(f, at, c.restartPolicy, c.restartPolicyRules ?? [])
  }
  hostPorts(f, path, containers)
}

/** upstream: AccumulateUniqueHostPorts */
function hostPorts(f: Findings, path: Path, containers: readonly Container[]): void {
  let seen: Set<string> | undefined
  for (let i = 0; i < containers.length; i++) {
    const ports = (containers[i] as Container).ports
    if (ports === undefined) continue
    for (let j = 0; j < ports.length; j++) {
      const { protocol = '', hostIP = '', hostPort = 0 } = ports[j] as ContainerPort
      if (hostPort === 0) continue
      const key = `${protocol}/${hostIP}/${hostPort}`
      if (seen?.has(key) === true) f.duplicate(path.at(i).child('ports').at(j).child('hostPort'), key)
      else (seen ??= new Set()).add(key)
    }
  }
}

const ONLY_FOR_SIDECARS = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const

export function validateInitContainers(f: Findings, path: Path, ctx: PodContext): void {
  const names = new Set((ctx.spec.containers ?? []).map(c => c.name ?? ''))
  ctx.spec.initContainers?.forEach((c, i) => {
    const at = path.at(i)
    validateAny(f, at, c, ctx)
    validateInitRestart(f, at, c)
    if (names.has(c.name ?? '')) f.duplicate(at.child('name'), c.name ?? '')
    else if ((c.name ?? '') !== '') names.add(c.name)
    // They run one by one, so each is looked at alone; upstream counts from nought for each.
    hostPorts(f, path, [c])
    if (isRestartableInit(c)) validateProbes(f, at, c, ctx)
    else for (const field of ONLY_FOR_SIDECARS) if (c[field] !== undefined) f.forbidden(at.child(field), 'may not be set for init containers without restartPolicy=Always')
  })
}

function validateInitRestart(f: Findings, at: Path, { restartPolicy, restartPolicyRules = [] }: Container): void {
  // A sidecar runs again by itself: all that a rule can ask for is that the others do, too.
  if (restartPolicy === 'Always' && restartPolicyRules.every(r => r.action !== 'RestartAllContainers')) {
    if (restartPolicyRules.length > 0) f.forbidden(at.child('restartPolicyRules'), 'restartPolicyRules are not allowed for init containers with restart policy Always')
  } else if (restartPolicy !== undefined || restartPolicyRules.length > 0) validateRestart(f, at, restartPolicy, restartPolicyRules)
}

/** In Go's order: what an ephemeral container may not have. */
const NOT_EPHEMERAL = ['ports', 'resources', 'resizePolicy', 'restartPolicy', 'restartPolicyRules', 'livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'] as const

export function validateEphemeralContainers(f: Findings, path: Path, ctx: PodContext): void {
  const { spec } = ctx
  if (spec.ephemeralContainers === undefined || spec.ephemeralContainers.length === 0) return
  const others = new Set([...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(c => c.name ?? ''))
  const names = new Set(others)
  spec.ephemeralContainers.forEach((c, i) => {
    const at = path.at(i)
    validateAny(f, at, c, ctx)
    validateForPod(f, at, c)
    if (names.has(c.name ?? '')) f.duplicate(at.child('name'), c.name ?? '')
    else names.add(c.name ?? '')
    const target = c.targetContainerName ?? ''
    if (target !== '' && !others.has(target)) f.notFound(at.child('targetContainerName'), target)
    for (const field of NOT_EPHEMERAL) if (isSet(c[field])) f.forbidden(at.child(field), 'cannot be set for an Ephemeral Container')
    c.volumeMounts?.forEach((m, j) => {
      for (const field of ['subPath', 'subPathExpr'] as const)
        if ((m[field] ?? '') !== '') f.forbidden(at.child('volumeMounts').at(j).child(field), 'cannot be set for an Ephemeral Container')
    })
  })
}

const isSet = (value: unknown): boolean => value !== undefined && !(typeof value === 'object' && value !== null && Object.keys(value).length === 0)

/** What is checked of a pod and let through in templates. upstream: validateContainerOnlyForPod */
export function validateForPod(f: Findings, at: Path, { image = '' }: Container | EphemeralContainer): void {
  if (image !== image.trim()) f.invalid(at.child('image'), image, 'must not have leading or trailing whitespace')
}
