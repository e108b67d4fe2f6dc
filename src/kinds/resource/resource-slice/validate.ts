/** The validation of resource slices. upstream: pkg/apis/resource/validation validateResourceSliceSpec */
import { semanticEqual } from '../../../base/equal'
import type { Findings } from '../../../base/findings'
import { Path } from '../../../base/findings'
import { isLabelValue } from '../../../base/validation'
import { validateNodeSelector } from '../../core/pod/template/validate-affinity'
import { dnsLabel, dnsSubdomain, labelName } from '../../core/pod/template/validate-text'
import { validateCsiDriverName } from '../../core/pod/template/validate-volume-source'
import { immutableField } from '../../metadata-checks'
import type { CounterSet, Device, DeviceAttribute, DeviceTaint, ResourceSliceSpec } from '../../schema/types/resource.v1'
import { validatePoolName, validateQualifiedName, validateSet } from '../names'

const SPEC = Path.of('spec')
const POOL = SPEC.child('pool')
const MAX_DEVICES = 128
/** Where devices have taints or consume counters. */
const MAX_LARGE_DEVICES = 64
const MAX_PROPERTIES = 32
const MAX_TAINTS = 16
const MAX_CONSUMPTIONS = 2
const MAX_COUNTER_SETS = 8
const MAX_VALUE = 64
const TAINT_EFFECTS = ['NoExecute', 'NoSchedule', 'None']
const ONE_PLACE = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required'
const ONE_PLACE_EACH = 'exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec'
const SEMVER = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(\.(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?(\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?$/

export function validateSlice(f: Findings, spec: ResourceSliceSpec, previous: ResourceSliceSpec | undefined): void {
  validateCsiDriverName(f, SPEC.child('driver'), spec.driver ?? '')
  validatePool(f, spec)
  if (previous !== undefined) {
    immutableField(f, POOL.child('name'), spec.pool.name ?? '', previous.pool.name)
    immutableField(f, SPEC.child('driver'), spec.driver ?? '', previous.driver)
    immutableField(f, SPEC.child('nodeName'), spec.nodeName, previous.nodeName)
  }
  const { devices = [], sharedCounters, perDeviceNodeSelection } = spec
  const places = placesOf(f, SPEC, spec, 'must be either unset or set to a non-empty string')
  if (perDeviceNodeSelection === true) places.push('`perDeviceNodeSelection`')
  else if (perDeviceNodeSelection === false) f.invalid(SPEC.child('perDeviceNodeSelection'), false, 'must be either unset or set to true')
  if (spec.nodeSelector !== undefined && (spec.nodeSelector.nodeSelectorTerms ?? []).length !== 1)
    f.invalid(SPEC.child('nodeSelector').child('nodeSelectorTerms'), spec.nodeSelector.nodeSelectorTerms ?? null, 'must have exactly one node selector term')
  if (places.length === 0) f.required(SPEC, ONE_PLACE)
  else if (places.length > 1) f.invalid(SPEC, `{${places.join(', ')}}`, `${ONE_PLACE}, but multiple fields are set`)
  if (sharedCounters !== undefined && spec.devices !== undefined) f.invalid(SPEC, '', 'only one of `sharedCounters` or `devices` is allowed')
  const large = devices.some(d => (d.taints ?? []).length > 0 || (d.consumesCounters ?? []).length > 0)
  validateSet(f, SPEC.child('devices'), devices, large ? MAX_LARGE_DEVICES : MAX_DEVICES, d => d.name ?? '', (d, at) =>
    validateDevice(f, at, d, previous?.devices?.find(p => p.name === d.name), perDeviceNodeSelection === true))
  validateSet(f, SPEC.child('sharedCounters'), sharedCounters, MAX_COUNTER_SETS, s => s.name ?? '', (s, at) => validateCounters(f, at, 'name', s.name, s.counters))
}

function validatePool(f: Findings, { pool: { name = '', generation = 0, resourceSliceCount: count = 0 } }: ResourceSliceSpec): void {
  validatePoolName(f, POOL.child('name'), name)
  if (count <= 0) f.invalid(POOL.child('resourceSliceCount'), count, 'must be greater than zero')
  if (generation < 0) f.invalid(POOL.child('generation'), generation, 'must be greater than or equal to zero')
}

/** The fields that say where devices are, those that are set. */
function placesOf(f: Findings, at: Path, { nodeName, nodeSelector, allNodes }: Pick<Device, 'nodeName' | 'nodeSelector' | 'allNodes'>, emptyName: string): string[] {
  const places: string[] = []
  if (nodeName === '') f.invalid(at.child('nodeName'), nodeName, emptyName)
  else if (nodeName !== undefined) {
    places.push('`nodeName`')
    dnsSubdomain(f, at.child('nodeName'), nodeName)
  }
  if (nodeSelector !== undefined) {
    places.push('`nodeSelector`')
    validateNodeSelector(f, at.child('nodeSelector'), nodeSelector)
  }
  if (allNodes === true) places.push('`allNodes`')
  else if (allNodes === false) f.invalid(at.child('allNodes'), false, 'must be either unset or set to true')
  return places
}

function validateDevice(f: Findings, at: Path, d: Device, previous: Device | undefined, placed: boolean): void {
  dnsLabel(f, at.child('name'), d.name ?? '')
  const { attributes = {}, capacity = {}, taints = [], consumesCounters } = d
  const properties = Object.keys(attributes).length + Object.keys(capacity).length
  if (properties > MAX_PROPERTIES) f.invalid(at, properties, `the total number of attributes and capacities must not exceed ${MAX_PROPERTIES}`)
  for (const key of Object.keys(attributes).sort()) {
    validateQualifiedName(f, at.child('attributes').key(key), key)
    validateAttribute(f, at.child('attributes').key(key), attributes[key] as DeviceAttribute)
  }
  for (const key of Object.keys(capacity).sort()) {
    const where = at.child('capacity').key(key)
    validateQualifiedName(f, where, key)
    if (capacity[key]?.requestPolicy !== undefined && d.allowMultipleAllocations !== true) f.forbidden(where.child('requestPolicy'), 'allowMultipleAllocations must be true')
  }
  if (!semanticEqual(taints, previous?.taints)) {
    if (taints.length > MAX_TAINTS) f.tooMany(at.child('taints'), taints.length, MAX_TAINTS)
    taints.forEach((t, i) => validateTaint(f, at.child('taints').at(i), t))
  }
  validateSet(f, at.child('consumesCounters'), consumesCounters, MAX_CONSUMPTIONS, c => c.counterSet ?? '', (c, where) => validateCounters(f, where, 'counterSet', c.counterSet, c.counters))
  if (placed) {
    const places = placesOf(f, at, d, 'must not be empty')
    if (places.length === 0) f.required(at, ONE_PLACE_EACH)
    else if (places.length > 1) f.invalid(at, `{${places.join(', ')}}`, ONE_PLACE_EACH)
  } else if (d.nodeName !== undefined || d.nodeSelector !== undefined || d.allNodes !== undefined)
    f.invalid(at, null, '`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec')
}

function validateAttribute(f: Findings, at: Path, attribute: DeviceAttribute): void {
  const { string, version } = attribute
  if (string !== undefined && Buffer.byteLength(string) > MAX_VALUE) f.tooLong(at.child('string'), MAX_VALUE)
  if (version !== undefined) {
    if (!SEMVER.test(version)) f.invalid(at.child('version'), version, 'must be a string compatible with semver.org spec 2.0.0')
    if (Buffer.byteLength(version) > MAX_VALUE) f.tooLong(at.child('version'), MAX_VALUE)
  }
  const set = Object.values(attribute).filter(v => v !== undefined).length
  if (set === 0) f.invalid(at, '', 'exactly one value must be specified')
  else if (set > 1) f.invalid(at, attribute, 'exactly one value must be specified')
}

function validateTaint(f: Findings, at: Path, { key = '', value = '', effect = '' }: DeviceTaint): void {
  labelName(f, at.child('key'), key)
  if (value !== '') f.problems(at.child('value'), value, isLabelValue(value))
  if (effect === '') f.required(at.child('effect'))
  else if (!TAINT_EFFECTS.includes(effect)) f.unsupported(at.child('effect'), effect, TAINT_EFFECTS)
}

function validateCounters(f: Findings, at: Path, field: 'name' | 'counterSet', name: string | undefined, counters: CounterSet['counters'] | undefined): void {
  if ((name ?? '') === '') f.required(at.child(field))
  else dnsLabel(f, at.child(field), name as string)
  const keys = Object.keys(counters ?? {}).sort()
  if (keys.length === 0) f.required(at.child('counters'))
  for (const key of keys) dnsLabel(f, at.child('counters'), key)
}
