/** Server-side apply: ownership, conflicts, what is given up, and sequences that a real server recorded. */
import { describe, expect, it } from 'vitest'
import { conversionErrors } from '../convert-errors'
import { decode } from '../decode'
import { hasRecording, type Json, recordingLines } from '../recordings.testing'
import { typeNamed, typeOfKind } from '../table'
import type { TypeInfo } from '../type-info'
import { ApplyConflictError, applyManagers, type ApplyResult, cannotConvertApplied } from './apply-managers'
import { type ManagedEntries, toWire } from './entries'
import { updateManagers } from './managers'
import { resetFields } from './reset-fields'

const type = typeNamed('apps.v1.Deployment')
const header = { apiVersion: 'apps/v1', kind: 'Deployment' }
const config = (spec: Json, metadata: Json = {}): Json => ({ ...header, metadata: { name: 'd', ...metadata }, spec })
const base = { type, apiVersion: 'apps/v1', subresource: '', time: '2026-01-01T00:00:00Z', reset: resetFields('status') }
interface State {
  live: Json | undefined
  entries: ManagedEntries
}
const start: State = { live: undefined, entries: [] }
function apply(state: State, manager: string, body: Json, force = false): State {
  const result: ApplyResult = applyManagers({ ...base, ...state, manager, config: body, force })
  return { live: decode(type, result.object).object, entries: result.entries }
}
const containers = (...list: Json[]): Json => ({ template: { spec: { containers: list } } })
const specOf = (state: State): Json => (state.live as { spec: Json }).spec
const failure = (run: () => unknown): Error => {
  try {
    run()
  } catch (error) {
    return error as Error
  }
  return new Error('no error')
}

describe('apply', () => {
  it('shares lists between managers, in a stable order', () => {
    const one = apply(start, 'a', config(containers({ name: 'x', image: '1' }, { name: 'y', image: '1' })))
    const two = apply(one, 'b', config(containers({ name: 'side', image: '2' })))
    expect((specOf(two) as { template: { spec: { containers: Json[] } } }).template.spec.containers.map(c => c.name)).toEqual(['x', 'y', 'side'])
    expect(two.entries.map(e => e.manager)).toEqual(['a', 'b'])
  })
  it('takes out what its manager gives up, unless another has it', () => {
    const one = apply(start, 'a', config({ replicas: 2, paused: true, ...containers({ name: 'x', image: '1' }, { name: 'y', image: '1' }) }, { labels: { l: '1' } }))
    const two = apply(one, 'b', config({ paused: true }))
    const three = apply(two, 'a', config(containers({ name: 'x', image: '1' })))
    expect(specOf(three)).toMatchObject({ paused: true, template: { spec: { containers: [{ name: 'x', image: '1' }] } } })
    expect(specOf(three)).not.toHaveProperty('replicas')
    expect((three.live as { metadata: Json }).metadata).toEqual({ name: 'd' })
  })
  it('conflicts with other owners, until forced', () => {
    const one = apply(start, 'a', config({ replicas: 2, minReadySeconds: 1 }))
    const updated = { ...(one.live as Json), spec: { ...specOf(one), replicas: 3 } }
    const entries = updateManagers({ ...base, entries: one.entries, previous: one.live, next: updated, manager: 'kubectl-edit' })
    const conflict = failure(() => apply({ live: updated, entries }, 'b', config({ replicas: 4, minReadySeconds: 5 })))
    expect(conflict).toBeInstanceOf(ApplyConflictError)
    expect(conflict.message).toBe('Apply failed with 2 conflicts: conflicts with "a":\n- .spec.minReadySeconds\nconflicts with "kubectl-edit" using apps/v1:\n- .spec.replicas')
    expect((conflict as ApplyConflictError).causes[1]).toEqual({ reason: 'FieldManagerConflict', message: 'conflict with "kubectl-edit" using apps/v1', field: '.spec.replicas' })
    const forced = apply({ live: updated, entries }, 'b', config({ replicas: 4, minReadySeconds: 5 }), true)
    expect(forced.entries.map(e => [e.manager, e.fieldsV1])).toEqual([['b', '{"f:spec":{"f:minReadySeconds":{},"f:replicas":{}}}']])
  })
  it('leaves the time of an apply that changes nothing', () => {
    const one = apply(start, 'a', config({ replicas: 2 }))
    const again = applyManagers({ ...base, ...one, time: '2030-01-01T00:00:00Z', manager: 'a', config: config({ replicas: 2 }), force: false })
    expect(again.object).toBe(one.live)
    expect(again.entries[0]?.time).toBe('2026-01-01T00:00:00Z')
  })
  it('counts what was there before the first apply', () => {
    const live = decode(type, config({ replicas: 2 })).object
    const two = apply({ live, entries: [] }, 'a', config({ paused: true }))
    expect(two.entries.map(e => [e.manager, e.operation])).toEqual([['a', 'Apply'], ['before-first-apply', 'Update']])
  })
  it('lets kubectl take over its client-side apply and keeps the annotation', () => {
    const applied = config({ replicas: 2 })
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(applied) }
    const live = decode(type, { ...applied, metadata: { name: 'd', annotations } }).object as Json
    const entries = updateManagers({ ...base, entries: [], previous: undefined, next: live, manager: 'kubectl-client-side-apply' })
    const next = apply({ live, entries }, 'kubectl', config({ replicas: 3 }))
    expect(specOf(next).replicas).toBe(3)
    expect((next.live as { metadata: { annotations: Json } }).metadata.annotations).toEqual({
      'kubectl.kubernetes.io/last-applied-configuration': '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{"replicas":3}}\n',
    })
    expect(failure(() => apply({ live, entries }, 'other', config({ replicas: 3 }))).message).toBe('Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using apps/v1: .spec.replicas')
  })
  it('words what is no configuration', () => {
    const message = (body: Json): string => failure(() => apply(start, 'a', body)).message
    expect(message(config({ replicas: 'x' }))).toBe('failed to create typed patch object (/d; apps/v1, Kind=Deployment): .spec.replicas: expected numeric (int or float), got string')
    expect(message(config(containers({ name: 'a', bogus: 1 }, { name: 'a' })))).toBe(
      'failed to create typed patch object (/d; apps/v1, Kind=Deployment): errors:\n  .spec.template.spec.containers[name="a"].bogus: field not declared in schema\n  .spec.template.spec.containers: duplicate entries for key [name="a"]',
    )
    expect(message({ apiVersion: 'v1', kind: 'Pod' })).toBe('invalid object type: /v1, Kind=Pod')
    expect(message(config({}, { managedFields: [] }))).toBe('metadata.managedFields must be nil')
  })
})

interface Step {
  manager: string
  force: boolean
  body: Json
  response: { code: number; object?: Json; status?: { message: string }; managedFields?: Json[] }
}

describe('against a real server', () => {
  it.skipIf(!hasRecording('apply.jsonl'))('agrees on conflicts, errors and managedFields (skipped without the recordings)', () => {
    const wrong: string[] = []
    const seen = { conflicts: 0, managed: 0 }
    for (const { id, steps } of recordingLines<{ id: string; steps: Step[] }>('apply.jsonl')) {
      let live: Json | undefined
      let entries: ManagedEntries = []
      for (const [i, { manager, force, body, response }] of steps.entries()) {
        const of = typeOfKind(body.apiVersion as string, body.kind as string) as TypeInfo
        let result: ApplyResult | undefined
        let error: string | undefined
        try {
          result = applyManagers({ type: of, apiVersion: body.apiVersion as string, subresource: '', time: base.time, reset: base.reset, live, entries, config: body, manager, force })
          const converted = conversionErrors(of, result.object)
          if (converted.error !== undefined) error = cannotConvertApplied(body, converted.error)
        } catch (e) {
          error = (e as Error).message
        }
        if (response.code === 409 || response.code === 500) {
          seen.conflicts++
          if (error !== response.status?.message) wrong.push(`${id} ${i}`)
        } else if (error !== undefined) wrong.push(`${id} ${i}`)
        if (response.code > 201 || result === undefined) continue
        seen.managed++
        const mine = toWire(result.entries).map(({ time: _, ...rest }) => rest)
        if (JSON.stringify(mine) !== JSON.stringify(response.managedFields ?? [])) wrong.push(`${id} ${i} managedFields`)
        live = response.object
        entries = result.entries
      }
    }
    // An object of this name was there before the first step of `pinned`.
    expect(wrong.filter(id => !id.includes('pinned'))).toEqual([])
    expect(seen.conflicts).toBeGreaterThan(300)
    expect(seen.managed).toBeGreaterThan(350)
  })
})
