import { describe, expect, it } from 'vitest'
import type { JSONSchemaProps } from '../../schema/types/apiextensions.v1'
import { validateRules } from './rules'

const strings = { type: 'array', items: { type: 'string' } }
const SCHEMA = {
  type: 'object',
  properties: {
    a: { ...strings, 'x-kubernetes-list-type': 'set' },
    b: { ...strings, 'x-kubernetes-list-type': 'set' },
    plain: strings,
    ports: { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'], items: { type: 'object', properties: { name: { type: 'string' }, port: { type: 'integer' } } } },
    other: { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'], items: { type: 'object', properties: { name: { type: 'string' }, port: { type: 'integer' } } } },
    size: { type: 'integer' },
  },
}
const holds = (rule: string, value: object): boolean => validateRules({ ...SCHEMA, 'x-kubernetes-validations': [{ rule }] } as unknown as JSONSchemaProps, value, undefined).length === 0
const port = (name: string, port: number) => ({ name, port })

describe('lists in rules', () => {
  it.each<[string, object, boolean]>([
    ['self.a == self.b', { a: ['x', 'y'], b: ['y', 'x'] }, true],
    ['self.a != self.b', { a: ['x', 'y'], b: ['y', 'x'] }, false],
    ['self.a == self.b', { a: ['x', 'y'], b: ['y', 'z'] }, false],
    ['self.a == ["y", "x"]', { a: ['x', 'y'] }, true],
    ['self.plain == ["y", "x"]', { plain: ['x', 'y'] }, false],
    ['dyn(self.ports) == dyn(self.other)', { ports: [port('a', 1), port('b', 2)], other: [port('b', 2), port('a', 1)] }, true],
    ['dyn(self.ports) == dyn(self.other)', { ports: [port('a', 1), port('b', 2)], other: [port('b', 2), port('a', 3)] }, false],
    ['(self.a + self.b).size() == 3', { a: ['x', 'y'], b: ['y', 'z'] }, true],
    ['(self.plain + self.plain).size() == 4', { plain: ['x', 'y'] }, true],
    ['(dyn(self.ports) + dyn(self.other)).map(p, p.port) == [1, 3]', { ports: [port('a', 1), port('b', 2)], other: [port('b', 3)] }, true],
    ['[self.size, 5].max() == 5', { size: 3 }, true],
  ])('%s', (rule, value, wanted) => expect(holds(rule, value)).toBe(wanted))
})

describe('rules that cost too much', () => {
  const many = { a: Array.from({ length: 1000 }, (_, i) => `a${i}`), plain: Array.from({ length: 100 }, (_, i) => `b${i}`) }
  const errors = (rules: readonly string[]) => validateRules({ ...SCHEMA, 'x-kubernetes-validations': rules.map(rule => ({ rule })) } as unknown as JSONSchemaProps, many, undefined).map(e => e.detail)
  it('end with their call', () => {
    expect(errors(['self.a.all(x, self.a.all(y, x + y != "z"))', 'false'])).toEqual(["'operation cancelled: actual cost limit exceeded': no further validation rules will be run due to call cost exceeds limit for rule: self.a.all(x, self.a.all(y, x + y != \"z\"))"])
  })
  it('end when all of them together have spent what there is', () => {
    // Each costs a good 600,000 of the 10,000,000.
    const rule = 'self.a.all(x, self.plain.all(y, x != y || x == y))'
    expect(errors(Array.from({ length: 6 }, () => rule))).toEqual([])
    expect(errors([...Array.from({ length: 20 }, () => rule), 'false'])).toEqual(['validation failed due to running out of cost budget, no further validation rules will be run'])
  })
})
