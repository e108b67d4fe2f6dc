import { describe, expect, it } from 'vitest'
import { fieldErrorBody, type FieldErrors } from '../../base/field'
import type { CSIDriver, CSINode, StorageClass } from '../schema/types/storage.v1'
import { csiDriver } from './csi-driver/kind'
import { csiNode } from './csi-node/kind'
import { storageClass } from './storage-class/kind'

const texts = (errors: FieldErrors | undefined): string[] => [...(errors ?? [])].map(e => `${e.field}: ${fieldErrorBody(e)}`)

describe('storage classes', () => {
  const made = (more: Partial<StorageClass>): StorageClass => {
    const c: StorageClass = { metadata: { name: 'fast', resourceVersion: '1' }, provisioner: 'example.com/disk', ...more }
    storageClass.applyDefaults?.(c)
    return c
  }

  it('delete what they made and bind at once where nothing else is said', () => expect(made({})).toMatchObject({ reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }))

  it('refuse a topology that says what another says already', () => {
    const zones = (...values: string[]) => ({ matchLabelExpressions: [{ key: 'zone', values }] })
    expect(texts(storageClass.validate?.(made({ allowedTopologies: [zones('a', 'b'), zones('c')] })))).toEqual([])
    expect(texts(storageClass.validate?.(made({ allowedTopologies: [zones('a', 'b'), zones('b', 'a')] })))).toEqual(['allowedTopologies[1].matchLabelExpressions: Duplicate value: ""'])
  })

  it('warn of labels of nodes that have been renamed', () => {
    const c = made({ allowedTopologies: [{ matchLabelExpressions: [{ key: 'failure-domain.beta.kubernetes.io/zone', values: ['a'] }] }] })
    expect([...(storageClass.warnings?.(c, undefined) ?? [])]).toEqual(['allowedTopologies[0].matchLabelExpressions[0].key: failure-domain.beta.kubernetes.io/zone is deprecated since v1.17; use "topology.kubernetes.io/zone" instead'])
  })

  it('let only their options for mounting, expansion and topology change', () => {
    expect(texts(storageClass.validateUpdate?.(made({ allowVolumeExpansion: true }), made({})))).toEqual([])
    expect(texts(storageClass.validateUpdate?.(made({ parameters: { type: 'ssd' } }), made({})))).toEqual(['parameters: Invalid value: {"type":"ssd"}: field is immutable'])
  })
})

it('the driver of a node keeps its identity while its room changes', () => {
  const node = (nodeID: string, count: number): CSINode => ({ metadata: { name: 'n', resourceVersion: '1' }, spec: { drivers: [{ name: 'd.io', nodeID, topologyKeys: ['zone'], allocatable: { count } }] } })
  expect(texts(csiNode.validateUpdate?.(node('a', 9), node('a', 5)))).toEqual([])
  expect(texts(csiNode.validateUpdate?.(node('b', 5), node('a', 5)))).toEqual(['spec.drivers: Invalid value: {"Name":"d.io","NodeID":"b","TopologyKeys":["zone"],"Allocatable":null}: field is immutable'])
})

it('a driver counts its changes from the first', () => {
  const driver = (podInfoOnMount: boolean): CSIDriver => ({ metadata: { name: 'd.io' }, spec: { podInfoOnMount } })
  const next = driver(true)
  csiDriver.prepareForUpdate?.(next, driver(false), undefined as never)
  expect(next.metadata.generation).toBe(1)
  const same = driver(false)
  csiDriver.prepareForUpdate?.(same, driver(false), undefined as never)
  expect(same.metadata.generation).toBeUndefined()
})
