import { describe, expect, it } from 'vitest'
import { deepEqual } from './equal'
import { applyJsonPatch } from './json-patch'

describe('applying', () => {
  it.each<[unknown, Record<string, unknown>[], unknown]>([
    [{ foo: 'bar' }, [{ op: 'add', path: '/baz', value: 'qux' }], { foo: 'bar', baz: 'qux' }],
    [{ foo: ['a', 'b'] }, [{ op: 'add', path: '/foo/1', value: 'x' }], { foo: ['a', 'x', 'b'] }],
    [{ foo: ['a'] }, [{ op: 'add', path: '/foo/-', value: null }], { foo: ['a', null] }],
    [{ foo: ['a', 'b'] }, [{ op: 'add', path: '/foo/-1', value: 'x' }], { foo: ['a', 'b', 'x'] }],
    [{ foo: ['a', 'b'] }, [{ op: 'add', path: '/foo/-2', value: 'x' }], { foo: ['a', 'x', 'b'] }],
    [{ a: { b: 1 } }, [{ op: 'remove', path: '/a/b' }], { a: {} }],
    [{ a: [1, 2, 3] }, [{ op: 'remove', path: '/a/-1' }], { a: [1, 2] }],
    [{ a: [1, 2, 3] }, [{ op: 'replace', path: '/a/1', value: 9 }], { a: [1, 9, 3] }],
    [{ a: {} }, [{ op: 'replace', path: '/a/new', value: 9 }], { a: { new: 9 } }],
    [{ a: 1 }, [{ op: 'replace', path: '', value: { b: 2 } }], { b: 2 }],
    [{ a: { x: 1 }, b: {} }, [{ op: 'move', from: '/a/x', path: '/b/y' }], { a: {}, b: { y: 1 } }],
    [{ a: { x: 1 }, b: {} }, [{ op: 'copy', from: '/a/x', path: '/b/y' }, { op: 'test', path: '/b', value: { y: 1 } }], { a: { x: 1 }, b: { y: 1 } }],
    [{ a: {} }, [{ op: 'copy', from: '/a/none', path: '/a/b' }], { a: { b: null } }],
    [{ 'a/b': { '~': 1 } }, [{ op: 'replace', path: '/a~1b/~0', value: 2 }], { 'a/b': { '~': 2 } }],
    [{ a: null }, [{ op: 'test', path: '/a', value: null }, { op: 'test', path: '/none' }], { a: null }],
    [{ a: [{ b: 1, c: [2] }] }, [{ op: 'test', path: '/a/0', value: { c: [2], b: 1 } }], { a: [{ b: 1, c: [2] }] }],
    [{ a: 1 }, [], { a: 1 }],
  ])('%j with %j', (doc, patch, out) => {
    const before = JSON.stringify(doc)
    expect(applyJsonPatch(doc, patch)).toEqual(out)
    expect(JSON.stringify(doc)).toBe(before)
  })
  it.each<[unknown, Record<string, unknown>, string]>([
    [{}, { op: 'frobnicate', path: '/a' }, 'Unexpected kind: frobnicate'],
    [{}, { path: '/a' }, 'Unexpected kind: unknown'],
    [{}, { op: 'add', value: 1 }, 'add operation failed to decode path: missing value'],
    [{}, { op: 'replace', value: 1 }, 'replace operation failed to decode path: operation missing path field: missing value'],
    [{}, { op: 'move', path: '/a' }, 'move operation failed to decode from: operation, missing from field: missing value'],
    [{}, { op: 'test', path: 1 }, 'test operation failed to decode path: json: cannot unmarshal number into Go value of type string'],
    [{}, { op: 'add', path: 'nolead', value: 1 }, 'add operation does not apply: doc is missing path: "nolead": missing value'],
    [{ a: 1 }, { op: 'add', path: '/a/b', value: 1 }, 'add operation does not apply: doc is missing path: "/a/b": missing value'],
    [{ a: {} }, { op: 'remove', path: '/a/b' }, "error in remove for path: '/a/b': Unable to remove nonexistent key: b: missing value"],
    [{}, { op: 'remove', path: '/a/b' }, 'remove operation does not apply: doc is missing path: "/a/b": missing value'],
    [{ a: [1] }, { op: 'remove', path: '/a/1' }, "error in remove for path: '/a/1': Unable to access invalid index: 1: invalid index referenced"],
    [{ a: [1] }, { op: 'remove', path: '/a/x' }, `error in remove for path: '/a/x': strconv.Atoi: parsing "x": invalid syntax`],
    [{ a: [1] }, { op: 'add', path: '/a/x', value: 1 }, `error in add for path: '/a/x': value was not a proper array index: 'x': strconv.Atoi: parsing "x": invalid syntax`],
    [{ a: [1] }, { op: 'add', path: '/a/3', value: 1 }, "error in add for path: '/a/3': Unable to access invalid index: 3: invalid index referenced"],
    [{ a: [1] }, { op: 'replace', path: '/a/9', value: 1 }, 'replace operation does not apply: doc is missing key: /a/9: missing value'],
    [{ a: [1] }, { op: 'replace', path: '/a/9/b', value: 1 }, 'replace operation does not apply: doc is missing path: /a/9/b: missing value'],
    [{ a: {} }, { op: 'move', from: '/a/b', path: '/c' }, "error in move for path: 'b': Unable to remove nonexistent key: b: missing value"],
    [{ a: 1 }, { op: 'move', from: '/a', path: '/c/d' }, 'move operation does not apply: doc is missing destination path: /c/d: missing value'],
    [{ a: [1] }, { op: 'copy', from: '/a/4', path: '/b' }, "error in copy for from: '/a/4': Unable to access invalid index: 4: invalid index referenced"],
    [{ a: 1 }, { op: 'test', path: '/a', value: 2 }, 'testing value /a failed: test failed'],
    [{ a: 1 }, { op: 'test', path: '/a/b', value: 2 }, 'test operation does not apply: is missing path: /a/b: missing value'],
  ])('%j with %j: %s', (doc, operation, message) => expect(() => applyJsonPatch(doc, [operation])).toThrow(message))
})

it('compares values', () => {
  expect(deepEqual({ a: 1, b: undefined }, { a: 1 })).toBe(true)
  expect(deepEqual({ a: [1, { b: null }] }, { a: [1, { b: null }] })).toBe(true)
  expect([deepEqual({ a: 1 }, { a: 1, b: 2 }), deepEqual([], {}), deepEqual({}, []), deepEqual([1], [1, 2]), deepEqual(null, {}), deepEqual(0, '0'), deepEqual({ a: null }, {})]).toEqual(Array(7).fill(false))
})
