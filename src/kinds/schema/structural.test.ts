/** Types of custom resources: pruning, and ownership by their schema. */
import { describe, expect, it } from 'vitest'
import { setOf } from './fields/compare'
import { applyManagers } from './fields/apply-managers'
import { updateManagers } from './fields/managers'
import { pruneUnknown, typeOfSchema } from './structural'
import type { JSONSchemaProps } from './types/apiextensions.v1'

const schema: JSONSchemaProps = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        size: { type: 'integer' },
        free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        labels: { type: 'object', additionalProperties: { type: 'string' } },
        parts: { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'], items: { type: 'object', properties: { name: { type: 'string' }, n: { type: 'integer' } } } },
        tags: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
        list: { type: 'array', items: { type: 'object', properties: { a: { type: 'string' } } } },
        template: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
      },
    },
  },
}
const type = typeOfSchema(schema, 'example.com/v1', 'Thing')
const thing = (spec: Record<string, unknown>): Record<string, unknown> => ({ apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 't' }, spec })

describe('custom resources', () => {
  it('lose unknown fields, by sorted path', () => {
    const known = thing({ size: 1, free: { any: { thing: 1 } }, labels: { a: 'b' }, template: { kind: 'K', metadata: { name: 'x' }, other: 1 } })
    expect(pruneUnknown(type, known).object).toBe(known)
    const { object, unknown } = pruneUnknown(type, { ...known, spec: { ...(known.spec as object), zzz: 1, list: [{ a: '1', b: 2 }] }, bogus: {}, metadata: { name: 't', nme: 'x' } })
    expect(unknown).toEqual(['bogus', 'metadata.nme', 'spec.list[0].b', 'spec.zzz'])
    expect(object).toEqual({ ...known, spec: { ...(known.spec as object), list: [{ a: '1' }] } })
  })
  it('are owned by their schema', () => {
    const object = thing({ size: 1, free: { x: { y: 1 }, z: [1] }, labels: { a: 'b' }, parts: [{ name: 'p', n: 1 }], tags: ['t'], list: [{ a: 'x' }] })
    expect(setOf(type, object).toText()).toBe(
      '{"f:apiVersion":{},"f:kind":{},"f:metadata":{"f:name":{}},"f:spec":{"f:free":{"f:x":{".":{},"f:y":{}},"f:z":{}},"f:labels":{"f:a":{}},"f:list":{},"f:parts":{"k:{\\"name\\":\\"p\\"}":{".":{},"f:n":{},"f:name":{}}},"f:size":{},"f:tags":{"v:\\"t\\"":{}}}}',
    )
    const writer = { type, apiVersion: 'example.com/v1', subresource: '', time: '2026-01-01T00:00:00Z' }
    const entries = updateManagers({ ...writer, entries: [], previous: undefined, next: thing({ size: 1 }), manager: 'm' })
    expect(entries[0]?.fieldsV1).toBe('{"f:spec":{".":{},"f:size":{}}}')
    const applied = applyManagers({ ...writer, entries, live: thing({ size: 1 }), config: thing({ free: { q: 1 }, tags: ['a'] }), force: false, manager: 'n' })
    expect(applied.object.spec).toEqual({ size: 1, free: { q: 1 }, tags: ['a'] })
    expect(applied.entries.map(e => [e.manager, e.fieldsV1])).toEqual([['n', '{"f:spec":{"f:free":{"f:q":{}},"f:tags":{"v:\\"a\\"":{}}}}'], ['m', '{"f:spec":{".":{},"f:size":{}}}']])
  })
  it('without a schema take anything', () => {
    const open = typeOfSchema(undefined, 'example.com/v1', 'Thing')
    const object = thing({ a: { b: [1] } })
    expect(pruneUnknown(open, object)).toEqual({ object, unknown: [] })
    expect(setOf(open, object).toText()).toContain('"f:spec":{".":{},"f:a":{".":{},"f:b":{}}}')
  })
})
