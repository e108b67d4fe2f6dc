/** What became of a claim. upstream: pkg/apis/resource/validation validateResourceClaimStatusUpdate */
import { semanticEqual } from '../../../base/equal'
import { Findings, Path } from '../../../base/findings'
import type { FieldErrors } from '../../../base/field'
import { validateMetadataUpdate } from '../../core/pod/template/metadata'
import { validateNodeSelector } from '../../core/pod/template/validate-affinity'
import { dnsLabel } from '../../core/pod/template/validate-text'
import { validateCsiDriverName } from '../../core/pod/template/validate-volume-source'
import type { AllocatedDeviceStatus, AllocationResult, DeviceAllocationConfiguration, DeviceRequestAllocationResult, ResourceClaim } from '../../schema/types/resource.v1'
import { requestNames, validateReference, validateReferences } from '../claims'
import { validatePoolName, validateSet } from '../names'
import { MAX_CONFIGS, validateConfiguration } from '../selectors'

const STATUS = Path.of('status')
const MAX_CONSUMERS = 256
const MAX_RESULTS = 32
const SOURCES = ['FromClaim', 'FromClass']

type Identified = Pick<AllocatedDeviceStatus, 'driver' | 'pool' | 'device' | 'shareID'>
const deviceId = ({ driver, pool, device, shareID }: Identified): string => `${driver}/${pool}/${device}${shareID === undefined ? '' : `/${shareID}`}`

export function validateClaimStatus(next: ResourceClaim, previous: ResourceClaim): FieldErrors {
  const f = new Findings()
  validateMetadataUpdate(f, next, previous)
  const { reservedFor = [], allocation, devices } = next.status ?? {}
  const consumers = STATUS.child('reservedFor')
  validateSet(f, consumers, reservedFor, MAX_CONSUMERS, c => c.uid ?? '', (c, at) => {
    for (const field of ['resource', 'name', 'uid'] as const) if ((c[field] ?? '') === '') f.required(at.child(field))
  })
  const allocated = new Set((allocation?.devices?.results ?? []).map(deviceId))
  validateSet(f, STATUS.child('devices'), devices, Infinity, deviceId, (d, at) => {
    if (!allocated.has(deviceId(d))) f.invalid(at, deviceId(d), 'must be an allocated device in the claim')
  })
  if (reservedFor.length > 0) {
    if (allocation === undefined) f.forbidden(consumers, 'may not be specified when `allocated` is not set')
    else if (next.metadata.deletionTimestamp !== undefined && reservedFor.some(c => !previous.status?.reservedFor?.some(p => p.uid === c.uid)))
      f.forbidden(consumers, 'new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set')
  }
  const was = previous.status?.allocation
  if (allocation !== undefined && was !== undefined) {
    if (!semanticEqual(allocation, was)) f.invalid(STATUS.child('allocation'), allocation, 'field is immutable')
  } else if (allocation !== undefined) validateAllocation(f, STATUS.child('allocation'), allocation, requestNames(next.spec))
  return f.errors
}

function validateAllocation(f: Findings, at: Path, { devices, nodeSelector }: AllocationResult, names: ReadonlySet<string>): void {
  const [results, config] = [devices?.results ?? [], devices?.config ?? []]
  const [resultsAt, configAt] = [at.child('devices').child('results'), at.child('devices').child('config')]
  if (results.length > MAX_RESULTS) f.tooMany(resultsAt, results.length, MAX_RESULTS)
  results.forEach((r, i) => validateResult(f, resultsAt.at(i), r, names))
  if (config.length > 2 * MAX_CONFIGS) f.tooMany(configAt, config.length, 2 * MAX_CONFIGS)
  config.forEach((c, i) => validateAllocationConfig(f, configAt.at(i), c, names))
  if (nodeSelector !== undefined) validateNodeSelector(f, at.child('nodeSelector'), nodeSelector)
}

function validateResult(f: Findings, at: Path, { request = '', driver = '', pool = '', device = '' }: DeviceRequestAllocationResult, names: ReadonlySet<string>): void {
  validateReference(f, at.child('request'), request, names)
  validateCsiDriverName(f, at.child('driver'), driver)
  validatePoolName(f, at.child('pool'), pool)
  dnsLabel(f, at.child('device'), device)
}

function validateAllocationConfig(f: Findings, at: Path, config: DeviceAllocationConfiguration, names: ReadonlySet<string>): void {
  const source = config.source ?? ''
  if (source === '') f.required(at.child('source'))
  else if (!SOURCES.includes(source)) f.unsupported(at.child('source'), source, SOURCES)
  validateReferences(f, at.child('requests'), config.requests, names)
  validateConfiguration(f, at, config)
}
