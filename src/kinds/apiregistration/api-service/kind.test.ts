import { expect, it } from 'vitest'
import { fieldErrorBody, type FieldErrors } from '../../../base/field'
import type { APIService } from '../../schema/types/apiregistration.v1'
import { apiService } from './kind'

const texts = (errors: FieldErrors | undefined): string[] => [...(errors ?? [])].map(e => `${e.field}: ${fieldErrorBody(e)}`)
const made = (spec: Partial<APIService['spec']>): APIService => {
  const s = { metadata: { name: 'v1.x.io' }, spec: { group: 'x.io', version: 'v1', groupPriorityMinimum: 10, versionPriority: 1, ...spec } } as APIService
  apiService.applyDefaults?.(s)
  apiService.prepareForCreate?.(s, { nowMs: 0 } as never)
  return s
}

it('what this server answers itself is available at once', () => {
  const [own, other] = [made({}), made({ service: { namespace: 'kube-system', name: 'metrics' } })]
  const cells = (s: APIService): unknown[] => apiService.columns.slice(1, 3).map(c => c.cell(s, { nowMs: 0 }))
  expect([cells(own), cells(other)]).toEqual([['Local', 'True'], ['kube-system/metrics', 'Unknown']])
  expect(cells({ ...other, status: { conditions: [{ type: 'Available', status: 'False', reason: 'ServiceNotFound' }] } })[1]).toBe('False (ServiceNotFound)')
  expect(other.spec.service?.port).toBe(443)
})

it('a bundle and trust in anybody exclude each other', () => {
  expect(texts(apiService.validate?.(made({ service: { namespace: 'a', name: 'b' }, insecureSkipTLSVerify: true, caBundle: 'eA==' })))).toEqual(['spec.insecureSkipTLSVerify: Invalid value: true: may not be true if caBundle is present'])
})
