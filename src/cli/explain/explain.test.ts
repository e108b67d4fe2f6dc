import { describe, expect, it } from 'vitest'
import type { Schema, Schemas } from './openapi'
import { explainText } from './plaintext'
import { explainTextV2 } from './plaintext-openapi-v2'

const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` })
const SCHEMAS: Schemas = {
  'io.x.v1.Boat': { type: 'object', description: 'A boat.', required: ['spec'], properties: { spec: { description: 'What it is.', allOf: [ref('io.x.v1.BoatSpec')] }, kind: { type: 'string' } } },
  'io.x.v1.BoatSpec': {
    type: 'object',
    description: 'BoatSpec says\n\nmore.',
    properties: {
      mode: { type: 'string', enum: ['a', '', 'b', 'c', 'd'], description: `${'word '.repeat(20)}end\n - item` },
      parts: { type: 'array', items: ref('io.x.v1.Part') },
      tags: { type: 'object', additionalProperties: { type: 'string' } },
      size: ref('io.x.Quantity'),
    },
  },
  'io.x.v1.Part': { type: 'object', required: ['name'], properties: { name: { type: 'string' }, parts: { type: 'array', items: ref('io.x.v1.Part') } } },
  'io.x.Quantity': { description: 'A number.' },
}
const boat = SCHEMAS['io.x.v1.Boat'] as Schema
const text = (path: string, recursive = false): string => explainText(boat, path === '' ? [] : path.split('.'), SCHEMAS, recursive)
const v2 = (path: string, recursive = false): string => explainTextV2(boat, path === '' ? [] : path.split('.'), { group: 'x.io', version: 'v1', kind: 'Boat' }, SCHEMAS, recursive)

describe('explain', () => {
  it('shows descriptions, types, values and what is required', () => {
    expect(text('')).toBe('DESCRIPTION:\n    A boat.\n    \nFIELDS:\n  kind\t<string>\n    <no description>\n\n  spec\t<BoatSpec> -required-\n    What it is.\n\n\n')
    expect(text('spec.mode')).toBe(`FIELD: mode <string>\nENUM:\n    a\n    ""\n    b\n    c\n    d\n\nDESCRIPTION:\n    ${Array(15).fill('word').join(' ')}\n    word word word word word end\n     - item\n    \n\n`)
    expect(text('spec')).toContain('FIELD: spec <BoatSpec>\n\n\nDESCRIPTION:\n    What it is.\n    BoatSpec says\n    \n    more.\n    \nFIELDS:\n  mode\t<string>\n  enum: a, "", b, c, ....\n')
  })
  it('looks through lists and references, and ends where a type contains itself', () => {
    expect(text('spec.parts.parts.name')).toBe('FIELD: name <string>\n\n\nDESCRIPTION:\n    <empty>\n\n')
    expect(text('spec', true)).toContain('  parts\t<[]Part>\n    name\t<string> -required-\n    parts\t<[]Part>\n  size\t<Quantity>\n  tags\t<map[string]string>\n\n')
    expect(() => text('spec.nosuch.deeper')).toThrow('field "deeper" does not exist')
  })
  it('has the older page', () => {
    expect(v2('')).toBe('KIND:     Boat\nVERSION:  x.io/v1\n\nDESCRIPTION:\n     A boat.\n\nFIELDS:\n   kind\t<string>\n\n   spec\t<> -required-\n     What it is.\n\n')
    expect(() => v2('nosuch')).toThrow('field "nosuch" does not exist')
  })
})
