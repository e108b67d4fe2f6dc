/** What a pod as a whole is given. */
import { describe, expect, it } from 'vitest'
import type { Pod } from '../../kinds/schema/types/core.v1'
import { podResources } from './pod-resources'
import { newRecord } from './record'

const of = (spec: object): object => podResources({ spec } as unknown as Pod, newRecord('u', 0))
const c = (name: string, requests?: object, limits?: object, more: object = {}): object => ({ name, resources: { ...(requests === undefined ? {} : { requests }), ...(limits === undefined ? {} : { limits }) }, ...more })

describe('the resources of a pod', () => {
  it('are empty where no container asks for any', () => {
    expect(of({ containers: [c('a')] })).toEqual({ resources: {} })
    expect(of({ containers: [{ name: 'a' }, { name: 'b' }], initContainers: [{ name: 'i' }] })).toEqual({ resources: {} })
  })

  it('are those of its only container', () => {
    expect(of({ containers: [c('a', { cpu: '20m', memory: '8Mi' }, { memory: '32Mi' })] })).toEqual({ allocatedResources: { cpu: '20m', memory: '8Mi' }, resources: { requests: { cpu: '20m', memory: '8Mi' }, limits: { memory: '32Mi' } } })
  })

  it('are sums, sidecars among them; a limit where all have one, and what an init container needs alone', () => {
    const spec = {
      initContainers: [c('side', { cpu: '100m' }, { cpu: '1', memory: '1Gi' }, { restartPolicy: 'Always' }), c('init', { cpu: '1', memory: '16Mi' })],
      containers: [c('a', { cpu: '250m', memory: '64Mi' }, { cpu: '500m', memory: '64Mi' }), c('b', { cpu: '250m', memory: '64Mi' }, { memory: '64Mi' })],
    }
    const requests = { cpu: '1100m', memory: '128Mi' }
    expect(of(spec)).toEqual({ allocatedResources: requests, resources: { requests, limits: { memory: '1152Mi' } } })
  })

  it('are what the pod asks for itself', () => {
    expect(of({ resources: { requests: { cpu: '2' }, limits: { cpu: '2' } }, containers: [c('a', { cpu: '1' })] })).toEqual({ allocatedResources: { cpu: '2' }, resources: { requests: { cpu: '2' }, limits: { cpu: '2' } } })
  })
})
