/** Field sets, their text, comparison and managedFields upkeep on updates. */
import { describe, expect, it } from 'vitest'
import { decode } from '../decode'
import { hasRecording, type Json, recordingLines } from '../recordings.testing'
import { typeNamed, typeOfKind } from '../table'
import type { TypeInfo } from '../type-info'
import { compare, setOf } from './compare'
import { fromWire, managedFieldsJson, type ManagedEntries, packEntries, startingEntries, toWire, unpackEntries } from './entries'
import { EMPTY, fieldSetOfText, setOfPaths, toFieldsV1 } from './field-set'
import { updateManagers } from './managers'
import { resetFields } from './reset-fields'
import { changedPathsText, fieldsV1TextOf } from './text'

const podType = typeNamed('core.v1.Pod')
const pod = (spec: Json, metadata: Json = {}): Json => decode(podType, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', ...metadata }, spec }).object as Json

describe('field sets', () => {
  const a = setOfPaths([['f:a'], ['f:b', 'f:c'], ['f:b', 'f:d', 'f:e']])
  const b = setOfPaths([['f:b'], ['f:b', 'f:c'], ['f:z']])
  it('have set operations', () => {
    expect(a.toText()).toBe('{"f:a":{},"f:b":{"f:c":{},"f:d":{"f:e":{}}}}')
    expect(a.union(b).toText()).toBe('{"f:a":{},"f:b":{".":{},"f:c":{},"f:d":{"f:e":{}}},"f:z":{}}')
    expect(a.intersection(b).toText()).toBe('{"f:b":{"f:c":{}}}')
    expect(a.difference(b).toText()).toBe('{"f:a":{},"f:b":{"f:d":{"f:e":{}}}}')
    expect(a.without(b).toText()).toBe('{"f:a":{}}')
    expect(a.union(a)).toBe(a)
    expect(a.union(EMPTY)).toBe(a)
    expect(a.difference(setOfPaths([['f:q']]))).toBe(a)
    expect([a.has(['f:b']), a.has(['f:b', 'f:c']), b.has(['f:b'])]).toEqual([false, true, true])
  })
  it('order elements as upstream does and print paths', () => {
    const text = '{"f:x":{"k:{\\"port\\":9}":{".":{},"f:port":{}},"k:{\\"port\\":80}":{".":{}}},"f:y":{"v:\\"a\\"":{},"v:\\"a-b\\"":{}}}'
    const set = fieldSetOfText('{"f:y":{"v:\\"a-b\\"":{},"v:\\"a\\"":{}},"f:x":{"k:{\\"port\\":80}":{".":{}},"k:{\\"port\\":9}":{"f:port":{},".":{}}}}')
    expect(set.toText()).toBe(text.replace('{".":{}}}', '{}}'))
    expect(set.paths()).toEqual(['.x[port=9]', '.x[port=80]', '.x[port=9].port', '.y[="a"]', '.y[="a-b"]'])
    expect(toFieldsV1(set)['f:y']).toEqual({ 'v:"a"': {}, 'v:"a-b"': {} })
  })
  it('come from objects', () => {
    const config = { metadata: { labels: { a: '1' }, annotations: {} }, spec: { containers: [{ name: 'c', ports: [{ containerPort: 80 }], args: ['x'] }], nodeSelector: { k: 'v' } } }
    expect(setOf(podType, config).toText()).toBe(
      '{"f:metadata":{"f:annotations":{},"f:labels":{"f:a":{}}},"f:spec":{"f:containers":{"k:{\\"name\\":\\"c\\"}":{".":{},"f:args":{},"f:name":{},"f:ports":{"k:{\\"containerPort\\":80,\\"protocol\\":\\"TCP\\"}":{".":{},"f:containerPort":{}}}}},"f:nodeSelector":{}}}',
    )
  })
})

describe('comparison', () => {
  it('says what was added, modified, removed', () => {
    const before = pod({ containers: [{ name: 'a', image: 'x' }], hostNetwork: true }, { labels: { l: '1' } })
    const after = pod({ containers: [{ name: 'a', image: 'y' }, { name: 'b' }] }, { labels: { l: '1', m: '2' } })
    const { added, modified, removed } = compare(podType, before, after)
    expect(added.toText()).toBe('{"f:metadata":{"f:labels":{"f:m":{}}},"f:spec":{"f:containers":{"k:{\\"name\\":\\"b\\"}":{".":{},"f:name":{},"f:resources":{}}}}}')
    expect(modified.toText()).toBe('{"f:spec":{"f:containers":{"k:{\\"name\\":\\"a\\"}":{"f:image":{}}}}}')
    expect(removed.toText()).toBe('{"f:spec":{"f:hostNetwork":{}}}')
  })
  it('never looks into what is the same object', () => {
    const before = pod({ containers: [{ name: 'a' }] })
    const trap = new Proxy({}, { ownKeys: () => expect.unreachable(), get: () => expect.unreachable() })
    expect(compare(podType, { ...before, spec: trap }, { ...before, spec: trap, status: { phase: 'Running' } }).added.toText()).toBe('{"f:status":{"f:phase":{}}}')
  })
  it('strips what nobody owns', () => {
    const before = pod({ containers: [] }, { uid: 'u', resourceVersion: '1' })
    expect(changedPathsText(podType, before, { ...before, metadata: { name: 'p', uid: 'v', resourceVersion: '2', labels: { a: '1' } } })).toBe('{"f:metadata":{"f:labels":{".":{},"f:a":{}}}}')
  })
})

describe('the text of a new object', () => {
  it('is that of a real pod', () => {
    expect(fieldsV1TextOf(podType, pod({ containers: [{ name: 'c', image: 'i' }], terminationGracePeriodSeconds: 0 }, { labels: { run: 'p' } }), resetFields('status'))).toBe(
      '{"f:metadata":{"f:labels":{".":{},"f:run":{}}},"f:spec":{"f:containers":{"k:{\\"name\\":\\"c\\"}":{".":{},"f:image":{},"f:name":{},"f:resources":{}}},"f:terminationGracePeriodSeconds":{}}}',
    )
  })
  it.skipIf(!hasRecording('create.jsonl'))('is what comparing with nothing gives (skipped without the recordings)', () => {
    let checked = 0
    for (const { response } of recordingLines<{ response: { object?: Json } }>('create.jsonl')) {
      const object = response.object
      const type = object?.metadata === undefined ? undefined : typeOfKind(object.apiVersion as string, object.kind as string)
      if (object === undefined || type === undefined) continue
      const text = fieldsV1TextOf(type, object, resetFields('status'))
      expect(text).toBe(changedPathsText(type, decode(type, {}).object, object, resetFields('status').set))
      expect(fieldSetOfText(text).toText()).toBe(text)
      checked++
    }
    expect(checked).toBeGreaterThan(800)
  })
})

describe('managers', () => {
  const write = { type: podType, apiVersion: 'v1', subresource: '', reset: resetFields('status') }
  const first = pod({ containers: [{ name: 'a', image: 'x' }] }, { labels: { l: '1' } })
  const created = updateManagers({ ...write, entries: [], previous: undefined, next: first, manager: 'kubectl-create', time: '2026-01-01T00:00:00Z' })

  it('give a new object to its creator', () => {
    expect(toWire(created)).toEqual([
      {
        manager: 'kubectl-create', operation: 'Update', apiVersion: 'v1', time: '2026-01-01T00:00:00Z', fieldsType: 'FieldsV1',
        fieldsV1: { 'f:metadata': { 'f:labels': { '.': {}, 'f:l': {} } }, 'f:spec': { 'f:containers': { 'k:{"name":"a"}': { '.': {}, 'f:image': {}, 'f:name': {}, 'f:resources': {} } } } },
      },
    ])
  })
  it('move what another changes, and drop what is removed', () => {
    const next = pod({ containers: [{ name: 'a', image: 'y' }] })
    const entries = updateManagers({ ...write, entries: created, previous: first, next, manager: 'kubectl-edit', time: '2026-01-01T00:00:05Z' })
    expect(entries.map(e => [e.manager, e.time, e.fieldsV1])).toEqual([
      ['kubectl-create', '2026-01-01T00:00:00Z', '{"f:spec":{"f:containers":{"k:{\\"name\\":\\"a\\"}":{".":{},"f:name":{},"f:resources":{}}}}}'],
      ['kubectl-edit', '2026-01-01T00:00:05Z', '{"f:spec":{"f:containers":{"k:{\\"name\\":\\"a\\"}":{"f:image":{}}}}}'],
    ])
  })
  it('keep their text and change their time when they change what they own', () => {
    const next = pod({ containers: [{ name: 'a', image: 'z' }] }, { labels: { l: '1' } })
    const entries = updateManagers({ ...write, entries: created, previous: first, next, manager: 'kubectl-create', time: '2026-01-01T00:00:09Z' })
    expect(entries).toEqual([{ ...created[0], time: '2026-01-01T00:00:09Z' }])
    expect(updateManagers({ ...write, entries, previous: next, next: { ...next, status: { phase: 'Running' } }, manager: 'x', time: 't' })).toBe(entries)
  })
  it('are told apart by subresource', () => {
    const entries = updateManagers({ ...write, reset: resetFields('spec'), subresource: 'status', entries: created, previous: first, next: { ...first, status: { phase: 'Running' } }, manager: 'kubectl-create', time: '2026-01-01T00:00:01Z' })
    expect(entries.map(e => [e.manager, e.subresource])).toEqual([['kubectl-create', ''], ['kubectl-create', 'status']])
    expect(managedFieldsJson(entries)).toContain('"fieldsV1":{"f:status":{"f:phase":{}}},"subresource":"status"}')
  })
  it('are at most ten', () => {
    let entries: ManagedEntries = created
    let previous = first
    for (let i = 1; i <= 12; i++) {
      const labels = { ...((previous.metadata as Json).labels as Json), [`m${i}`]: '1' }
      const next = { ...previous, metadata: { name: 'p', labels } }
      entries = updateManagers({ ...write, entries, previous, next, manager: `m${i}`, time: `2026-01-01T00:00:${String(i).padStart(2, '0')}Z` })
      previous = next
    }
    expect(entries).toHaveLength(10)
    expect(entries[0]).toMatchObject({ manager: 'ancient-changes', time: '2026-01-01T00:00:03Z' })
    expect(entries[0]?.fieldsV1).toContain('"f:l":{},"f:m1":{},"f:m2":{},"f:m3":{}')
  })
  it('start from what the request says, if that is valid', () => {
    expect(startingEntries(created, undefined, '')).toBe(created)
    expect(startingEntries(created, [], '')).toEqual([])
    expect(startingEntries(created, [{}], '')).toEqual([])
    expect(startingEntries(created, [{}], 'status')).toBe(created)
    expect(startingEntries(created, [{ manager: 'x', operation: 'Delete' }], '')).toBe(created)
    expect(updateManagers({ ...write, entries: [], previous: first, next: pod({}), manager: 'x', time: 't' })).toEqual([])
  })
  it('survive the wire and the store', () => {
    expect(fromWire(toWire(created))).toEqual(created)
    expect(unpackEntries(packEntries(created))).toEqual(created)
  })
})

interface Step {
  manager: string
  body: Json
}
it.skipIf(!hasRecording('apply.jsonl'))('the set of an applied configuration is what a real server keeps (skipped without the recordings)', () => {
  const strip = setOfPaths([['f:apiVersion'], ['f:kind'], ['f:metadata', 'f:name'], ['f:metadata', 'f:namespace']])
  let checked = 0
  for (const { steps } of recordingLines<{ steps: (Step & { response: { code: number; managedFields?: { manager: string; fieldsV1: Json }[] } })[] }>('apply.jsonl')) {
    const { body, manager, response } = steps[0] as (typeof steps)[number]
    const recorded = response.managedFields?.find(e => e.manager === manager)
    if (response.code !== 201 || recorded === undefined) continue
    const type = typeOfKind(body.apiVersion as string, body.kind as string) as TypeInfo
    expect(setOf(type, body).without(resetFields('status').set).difference(strip).toText()).toBe(fieldSetOfText(JSON.stringify(recorded.fieldsV1)).toText())
    checked++
  }
  expect(checked).toBeGreaterThan(100)
})
