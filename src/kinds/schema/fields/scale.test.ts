/** Ownership of replicas through the scale subresource, and what each resource resets. */
import { describe, expect, it } from 'vitest'
import type { ManagedEntry } from './entries'
import { resetFieldsOf } from './reset-fields'
import { fromScaleEntries, toScaleEntries } from './scale'

const paths = { 'apps/v1': ['f:spec', 'f:replicas'] }
const entry = (manager: string, fieldsV1: string, apiVersion = 'apps/v1', subresource = ''): ManagedEntry => ({ manager, operation: 'Update', apiVersion, time: '2026-01-01T00:00:00Z', subresource, fieldsV1 })
const REPLICAS = '{"f:spec":{"f:replicas":{}}}'

describe('scale', () => {
  const entries = [entry('a', '{"f:spec":{"f:paused":{},"f:replicas":{}}}'), entry('b', '{"f:spec":{"f:paused":{}}}')]
  it('shows who owns the replicas', () => {
    expect(toScaleEntries(entries, paths)).toEqual([entry('a', REPLICAS, 'autoscaling/v1')])
  })
  it('takes the replicas away from who lost them', () => {
    const after = fromScaleEntries(entries, [entry('kubectl', REPLICAS, 'autoscaling/v1', 'scale')], 'apps/v1', paths)
    const scaler = { ...entry('kubectl', REPLICAS, 'apps/v1', 'scale'), time: undefined }
    expect(after).toEqual([scaler, entry('a', '{"f:spec":{"f:paused":{}}}'), entry('b', '{"f:spec":{"f:paused":{}}}')])
    expect(toScaleEntries(after, paths)).toEqual([{ ...scaler, apiVersion: 'autoscaling/v1' }])
  })
  it('leaves everything to who keeps them', () => {
    expect(fromScaleEntries(entries, toScaleEntries(entries, paths), 'apps/v1', paths)).toEqual(entries)
  })
})

describe('reset fields', () => {
  const text = (kind: string, apiVersion: string, subresource: string, custom = false): string => resetFieldsOf({ kind, apiVersion, subresource, hasStatus: true, custom }).set.toText()
  it('differ by resource and subresource', () => {
    expect(text('Deployment', 'apps/v1', '')).toBe('{"f:status":{}}')
    expect(text('Deployment', 'apps/v1', 'status')).toBe('{"f:metadata":{"f:labels":{}},"f:spec":{}}')
    expect(text('Pod', 'v1', 'status')).toBe('{"f:metadata":{"f:deletionTimestamp":{},"f:ownerReferences":{}},"f:spec":{}}')
    expect(text('Thing', 'example.com/v1', 'status', true)).toBe('{"f:metadata":{},"f:spec":{}}')
    expect(resetFieldsOf({ kind: 'ConfigMap', apiVersion: 'v1', subresource: '', hasStatus: false }).set.isEmpty).toBe(true)
  })
})
