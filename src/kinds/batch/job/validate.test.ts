import { describe, expect, it } from 'vitest'
import { deepClone } from '../../../base/equal'
import { fieldErrorBody, type FieldError } from '../../../base/field'
import type { Job } from '../../schema/types/batch.v1'
import { countIndexes } from './index-intervals'
import { job as kind } from './kind'

const text = (e: FieldError): string => `${e.field}: ${fieldErrorBody(e)}`

function stored(spec: object = {}, status: object = {}): Job {
  const j = { metadata: { name: 'j', namespace: 'default', uid: 'u', resourceVersion: '5' }, spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'x' }] } }, ...spec } } as unknown as Job
  kind.applyDefaults?.(j)
  kind.prepareForCreate?.(j, { nowMs: 0 } as never)
  expect([...(kind.validate?.(j) ?? [])]).toEqual([])
  j.status = status
  return j
}
function update(previous: Job, change: (j: Job) => void): string[] {
  const next = deepClone(previous)
  change(next)
  return [...new Set([...(kind.validateUpdate?.(next, previous) ?? [])].map(e => text(e).slice(0, 90)))]
}
function updateStatus(previous: Job, status: object): string[] {
  return [...(kind.subresources.status?.validateUpdate?.({ ...previous, status }, previous) ?? [])].map(text)
}

describe('indexes', () => {
  it.each<[string, number | string]>([
    ['', 0],
    ['1,3-5,7', 5],
    ['1-2-3', 'the fragment "1-2-3" violates the requirement that an index interval can have at most two parts separated by \'-\''],
    ['x', 'cannot convert string to integer for index: "x"'],
    ['10', 'too large index: "10"'],
    ['3,1', 'non-increasing order, previous: 3, current: 1'],
    ['3-3', 'non-increasing order, previous: 3, current: 3'],
  ])('of %s', (given, found) => expect(countIndexes(given, 10)).toEqual(found))
})

describe('jobs', () => {
  it('label their pods', () => {
    const { metadata, spec } = stored()
    expect(spec.selector).toEqual({ matchLabels: { 'batch.kubernetes.io/controller-uid': 'u' } })
    expect(metadata.labels).toEqual({ 'batch.kubernetes.io/controller-uid': 'u', 'batch.kubernetes.io/job-name': 'j', 'controller-uid': 'u', 'job-name': 'j' })
  })

  it('may be told where to run while they are suspended', () => {
    const where = (j: Job): void => void ((j.spec.template.spec as { nodeSelector?: object }).nodeSelector = { a: 'b' })
    expect(update(stored({ suspend: true }), where)).toEqual([])
    expect(update(stored({ suspend: true }, { startTime: '2026-01-01T00:00:00Z' }), where)).toEqual([expect.stringContaining('spec.template.spec: Invalid value')])
    expect(update(stored(), where)).toEqual([expect.stringContaining('spec.template: Invalid value')])
  })

  it('grow as a whole when indexed', () => {
    const grow = (j: Job): void => void (j.spec.completions = j.spec.parallelism = 4)
    expect(update(stored({ completionMode: 'Indexed', completions: 2, parallelism: 2 }), grow)).toEqual([])
    expect(update(stored({ completions: 2, parallelism: 2 }), grow)).toEqual(['spec.completions: Invalid value: 4: field is immutable'])
  })

  it.each<[string, object, object, string[]]>([
    ['completes', { startTime: '2026-01-01T00:00:00Z' }, { startTime: '2026-01-01T00:00:00Z', completionTime: '2026-01-01T00:01:00Z', succeeded: 1, conditions: [{ type: 'SuccessCriteriaMet', status: 'True' }, { type: 'Complete', status: 'True' }] }, []],
    ['completes without criteria', {}, { startTime: '2026-01-01T00:00:00Z', completionTime: '2026-01-01T00:01:00Z', conditions: [{ type: 'Complete', status: 'True' }] }, ['status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition']],
    ['forgets failures', { failed: 2 }, { failed: 1 }, ['status.failed: Invalid value: 1: cannot decrease the failed counter']],
    ['has more ready than active', {}, { active: 1, ready: 2 }, ['status.ready: Invalid value: 2: cannot set more ready pods than active']],
  ])('whose status %s', (_, before, status, errors) => expect(updateStatus(stored({}, before), status)).toEqual(errors))
})
