/** What claims and their templates share: which devices are asked for. upstream: pkg/apis/resource/v1/defaults.go, pkg/apis/resource/validation validateDeviceClaim */
import type { Findings, Path } from '../../base/findings'
import { isLabelValue } from '../../base/validation'
import { dnsLabel, dnsSubdomain, labelName } from '../core/pod/template/validate-text'
import type { DeviceConstraint, DeviceRequest, DeviceSubRequest, DeviceToleration, ExactDeviceRequest, ResourceClaimSpec } from '../schema/types/resource.v1'
import { validateFullyQualifiedName, validateSet } from './names'
import { MAX_CONFIGS, validateConfiguration, validateSelectors } from './selectors'

const MAX_REQUESTS = 32
const MAX_CONSTRAINTS = 32
const MAX_ALTERNATIVES = 8
const MAX_TOLERATIONS = 16
const MODES = ['All', 'ExactCount']
const EFFECTS = ['None', 'NoExecute', 'NoSchedule']
const OPERATORS = ['Equal', 'Exists']
const REFERENCE_WRONG = "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'"

export function defaultClaim(spec: ResourceClaimSpec | undefined): void {
  for (const { exactly, firstAvailable } of spec?.devices?.requests ?? []) {
    if (exactly !== undefined) defaultRequest(exactly)
    firstAvailable?.forEach(defaultRequest)
  }
}

function defaultRequest(r: ExactDeviceRequest | DeviceSubRequest): void {
  if ((r.allocationMode ?? '') === '') r.allocationMode = 'ExactCount'
  if (r.allocationMode === 'ExactCount' && (r.count ?? 0) === 0) r.count = 1
  for (const t of r.tolerations ?? []) if ((t.operator ?? '') === '') t.operator = 'Equal'
}

/** Lists that are left out are null. */
function given({ devices }: ResourceClaimSpec): Required<NonNullable<ResourceClaimSpec['devices']>> {
  return { requests: devices?.requests ?? [], constraints: devices?.constraints ?? [], config: devices?.config ?? [] }
}

export function validateClaim(f: Findings, at: Path, spec: ResourceClaimSpec): void {
  const devices = at.child('devices')
  const { requests, constraints, config } = given(spec)
  const names = requestNames(spec)
  validateSet(f, devices.child('requests'), requests, MAX_REQUESTS, r => r.name ?? '', (r, where) => validateRequest(f, where, r))
  if (constraints.length > MAX_CONSTRAINTS) f.tooMany(devices.child('constraints'), constraints.length, MAX_CONSTRAINTS)
  constraints.forEach((c, i) => validateConstraint(f, devices.child('constraints').at(i), c, names))
  if (config.length > MAX_CONFIGS) f.tooMany(devices.child('config'), config.length, MAX_CONFIGS)
  config.forEach((c, i) => {
    const where = devices.child('config').at(i)
    validateReferences(f, where.child('requests'), c.requests, names)
    validateConfiguration(f, where, c)
  })
}

/** `gpu`, and `gpu/big` of its alternatives. */
export function requestNames(spec: ResourceClaimSpec): ReadonlySet<string> {
  return new Set(given(spec).requests.flatMap(r => [r.name, ...(r.firstAvailable ?? []).map(s => `${r.name}/${s.name}`)]))
}

export function validateReferences(f: Findings, at: Path, references: readonly string[] | undefined, names: ReadonlySet<string>): void {
  validateSet(f, at, references, MAX_REQUESTS, name => name, (name, where) => validateReference(f, where, name, names))
}

export function validateReference(f: Findings, at: Path, name: string, names: ReadonlySet<string>): void {
  const segments = name.split('/')
  if (segments.length > 2) return f.invalid(at, name, REFERENCE_WRONG)
  for (const segment of segments) dnsLabel(f, at, segment)
  if (!names.has(name)) f.invalid(at, name, REFERENCE_WRONG)
}

function validateRequest(f: Findings, at: Path, { name = '', exactly, firstAvailable = [] }: DeviceRequest): void {
  dnsLabel(f, at.child('name'), name)
  if (exactly === undefined && firstAvailable.length === 0) return f.required(at, 'exactly one of `exactly` or `firstAvailable` is required')
  if (exactly !== undefined && firstAvailable.length > 0) return f.invalid(at, null, 'exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set')
  if (exactly !== undefined) return validateDevices(f, at.child('exactly'), exactly)
  validateSet(f, at.child('firstAvailable'), firstAvailable, MAX_ALTERNATIVES, s => s.name ?? '', (s, where) => {
    dnsLabel(f, where.child('name'), s.name ?? '')
    validateDevices(f, where, s)
  })
}

function validateDevices(f: Findings, at: Path, { deviceClassName = '', selectors, allocationMode = '', count = 0, tolerations = [] }: Partial<ExactDeviceRequest>): void {
  if (deviceClassName === '') f.required(at.child('deviceClassName'))
  else dnsSubdomain(f, at.child('deviceClassName'), deviceClassName)
  validateSelectors(f, at.child('selectors'), selectors)
  if (allocationMode === 'All') {
    if (count !== 0) f.invalid(at.child('count'), count, "must not be specified when allocationMode is 'All'")
  } else if (allocationMode === 'ExactCount') {
    if (count <= 0) f.invalid(at.child('count'), count, 'must be greater than zero')
  } else f.unsupported(at.child('allocationMode'), allocationMode, MODES)
  if (tolerations.length > MAX_TOLERATIONS) f.tooMany(at.child('tolerations'), tolerations.length, MAX_TOLERATIONS)
  tolerations.forEach((t, i) => validateToleration(f, at.child('tolerations').at(i), t))
}

function validateToleration(f: Findings, at: Path, { key = '', operator = '', value = '', effect = '' }: DeviceToleration): void {
  if (key !== '') labelName(f, at.child('key'), key)
  if (operator === 'Exists') {
    if (value !== '') f.invalid(at.child('value'), value, 'must be empty for operator `Exists`')
  } else if (operator === 'Equal') f.problems(at.child('value'), value, isLabelValue(value))
  else if (operator === '') f.required(at.child('operator'))
  else f.unsupported(at.child('operator'), operator, OPERATORS)
  if (effect !== '' && !EFFECTS.includes(effect)) f.unsupported(at.child('effect'), effect, EFFECTS)
}

function validateConstraint(f: Findings, at: Path, { requests, matchAttribute, distinctAttribute }: DeviceConstraint, names: ReadonlySet<string>): void {
  validateReferences(f, at.child('requests'), requests, names)
  if (matchAttribute !== undefined) validateFullyQualifiedName(f, at.child('matchAttribute'), matchAttribute)
  else if (distinctAttribute !== undefined) validateFullyQualifiedName(f, at.child('distinctAttribute'), distinctAttribute)
  else f.required(at, 'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set')
}
