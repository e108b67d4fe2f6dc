import { describe, expect, it } from 'vitest'
import { MergePatchConflict, applyMergePatch, createMergePatch, createThreeWayMergePatch, metadataKeyUnchanged } from './json-merge-patch'

describe('applying', () => {
  it.each<[Record<string, unknown>, Record<string, unknown>, unknown]>([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }], [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }], [{ a: 'b' }, { a: null }, {}], [{ a: ['b'] }, { a: 'c' }, { a: 'c' }], [{ a: 'c' }, { a: ['b', null] }, { a: ['b', null] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }], [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }], [{ e: null }, { a: 1 }, { e: null, a: 1 }], [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }], [{ a: 1 }, { a: [{ b: null, c: 1 }] }, { a: [{ c: 1 }] }],
    [{ a: { b: 1 } }, { a: [{ b: null }] }, { a: [{ b: null }] }],
  ])('%j and %j', (doc, patch, out) => {
    const before = JSON.stringify([doc, patch])
    expect(applyMergePatch(doc, patch)).toEqual(out)
    expect(JSON.stringify([doc, patch])).toBe(before)
  })
})

it.each<[Record<string, unknown>, Record<string, unknown>, unknown]>([
  [{ a: 1 }, { a: 1 }, {}], [{ a: 1, b: 2 }, { a: 2 }, { a: 2, b: null }], [{ a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } }, { a: { c: 3 } }], [{ a: [1, 2] }, { a: [1, 3] }, { a: [1, 3] }], [{ a: [{ b: [1] }] }, { a: [{ b: [1] }] }, {}], [{ a: {} }, { a: [] }, { a: [] }], [{ a: { b: 1 } }, { a: {} }, { a: { b: null } }], [{ a: null }, { a: 1 }, { a: 1 }],
])('from %j to %j', (a, b, patch) => expect(createMergePatch(a, b)).toEqual(patch))

describe('three ways', () => {
  it('deletes only what was applied before', () => {
    const patch = createThreeWayMergePatch({ spec: { a: 1, gone: 1 } }, { spec: { a: 2, empty: {} } }, { spec: { a: 1, gone: 1, others: 1 }, status: {} })
    expect(patch).toEqual({ spec: { a: 2, gone: null, empty: {} } })
  })
  it('is empty when nothing changed', () => expect(createThreeWayMergePatch({ a: [1] }, { a: [1] }, { a: [1], b: 2 })).toEqual({}))
  it('checks its preconditions', () => {
    expect(() => createThreeWayMergePatch({}, { metadata: { name: 'b' } }, { metadata: { name: 'a' } }, [metadataKeyUnchanged('name')])).toThrow('precondition failed for: map[metadata:map[name:b]]')
    expect(createThreeWayMergePatch({}, { metadata: { name: 'a' } }, { metadata: { name: 'a' } }, [metadataKeyUnchanged('name')])).toEqual({})
  })
  it('finds conflicts', () => {
    expect(() => createThreeWayMergePatch({ a: { x: 1 } }, { a: { b: { c: 1 } } }, { a: 'text' })).not.toThrow()
    expect(new MergePatchConflict({ a: 1 }, { a: null }).patch).toEqual({ a: 1 })
  })
})
