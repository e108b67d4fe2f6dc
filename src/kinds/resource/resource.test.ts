import { describe, expect, it } from 'vitest'
import { fieldErrorBody, type FieldErrors } from '../../base/field'
import type { Device, DeviceRequest, ResourceClaim, ResourceSlice } from '../schema/types/resource.v1'
import { deviceClass } from './device-class/kind'
import { resourceClaim } from './resource-claim/kind'
import { resourceSlice } from './resource-slice/kind'

const texts = (errors: FieldErrors | undefined): string[] => [...(errors ?? [])].map(e => `${e.field}: ${fieldErrorBody(e)}`)
const metadata = { name: 'x', namespace: 'default', resourceVersion: '1' }

describe('claims', () => {
  const claim = (request: DeviceRequest, status?: ResourceClaim['status']): ResourceClaim => {
    const c: ResourceClaim = { metadata, spec: { devices: { requests: [request] } }, ...(status === undefined ? {} : { status }) }
    resourceClaim.applyDefaults?.(c)
    return c
  }
  const gpu: DeviceRequest = { name: 'gpu', exactly: { deviceClassName: 'gpu' } }

  it('ask for one device where they do not say how many', () => expect(claim(gpu).spec.devices?.requests?.[0]?.exactly).toEqual({ deviceClassName: 'gpu', allocationMode: 'ExactCount', count: 1 }))

  it('ask for one thing, or for the first that there is of several', () => {
    const either = { ...gpu, firstAvailable: [{ name: 'a', deviceClassName: 'gpu' }] }
    expect(texts(resourceClaim.validate?.(claim(either)))).toEqual(['spec.devices.requests[0]: Invalid value: null: exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set'])
  })

  it('cannot be reserved before they are allocated', () => {
    const status = { reservedFor: [{ resource: 'pods', name: 'p', uid: 'u' }] }
    expect(texts(resourceClaim.subresources.status?.validateUpdate?.(claim(gpu, status), claim(gpu)))).toEqual(['status.reservedFor: Forbidden: may not be specified when `allocated` is not set'])
    const allocation = { devices: { results: [{ request: 'gpu', driver: 'd.io', pool: 'p', device: 'd0' }] } }
    expect(texts(resourceClaim.subresources.status?.validateUpdate?.(claim(gpu, { ...status, allocation }), claim(gpu)))).toEqual([])
    expect(resourceClaim.columns[1]?.cell(claim(gpu, { ...status, allocation }), { nowMs: 0 })).toBe('allocated,reserved')
  })
})

describe('slices', () => {
  const slice = (device: Device): ResourceSlice => ({ metadata: { name: 'x' }, spec: { driver: 'd.io', nodeName: 'n', pool: { name: 'p', generation: 1, resourceSliceCount: 1 }, devices: [device] } })

  it.each<[Device, string[]]>([
    [{ name: 'd0', attributes: { 'd.io/model': { string: 'x' }, version: { version: '1.2.3' } } }, []],
    [{ name: 'd0', attributes: { version: { version: '1.2' } } }, ['spec.devices[0].attributes[version].version: Invalid value: "1.2": must be a string compatible with semver.org spec 2.0.0']],
    [{ name: 'd0', attributes: { a: { int: 1, bool: true } } }, ['spec.devices[0].attributes[a]: Invalid value: {"int":1,"bool":true}: exactly one value must be specified']],
    [{ name: 'd0', nodeName: 'n' }, ['spec.devices[0]: Invalid value: null: `nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec']],
  ])('describe devices: %j', (device, problems) => expect(texts(resourceSlice.validate?.(slice(device)))).toEqual(problems))
})

it.each([
  ["device.attributes['d.io'].model == 'x'", []],
  ['device.driver', ['spec.selectors[0].cel.expression: Invalid value: "device.driver": must evaluate to bool or the unknown type, not string']],
])('classes select devices by expressions: %s', (expression, problems) => {
  expect(texts(deviceClass.validate?.({ metadata: { name: 'x' }, spec: { selectors: [{ cel: { expression } }] } }))).toEqual(problems)
})
