import { describe, expect, it } from 'vitest'
import { columnsOfSpec, columnsOfTemplate, customColumnsText } from './custom-columns'
import { eventLine, jsonText } from './json'
import { jsonPathPrinter } from './json-path-printer'
import { kindName, nameText, resourceName } from './name'
import { sortObjects, sortTable } from './sort'
import type { Table } from './table'

const pod = (name: string, extra: object = {}) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, ...extra })

it('prints JSON', () => {
  expect(jsonText({ b: '<', a: [{}] })).toBe('{\n    "a": [\n        {}\n    ],\n    "b": "\\u003c"\n}\n')
  expect(jsonText({ kind: 'Pod', apiVersion: 'v1' }, { sorted: false })).toBe('{\n    "kind": "Pod",\n    "apiVersion": "v1"\n}\n')
  expect(eventLine('ADDED', { b: 1, a: '<' })).toBe('{"type":"ADDED","object":{"a":"\\u003c","b":1}}\n')
})

it('prints names', () => {
  expect(resourceName(pod('web'))).toBe('pod/web')
  expect(nameText({ apiVersion: 'v1', kind: 'List', items: [pod('a'), { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'b' } }] }, 'created')).toBe('pod/a created\ndeployment.apps/b created\n')
  expect(kindName({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' })).toBe('networkpolicy.networking.k8s.io')
  expect(() => resourceName({ metadata: { name: 'a' } })).toThrow('missing apiVersion or kind')
})

describe('custom columns', () => {
  const pods = [pod('truck-1', { spec: { containers: [{ image: 'a' }] } }), pod('van-2', { spec: { containers: [{ image: 'b' }, { image: 'c' }] }, metadata: { name: 'van-2', labels: { color: 'red' }, annotations: { 'example.com/slot': 'A' } } })]
  it('prints found values with commas', () => {
    expect(customColumnsText(columnsOfSpec('VAN:.metadata.name,IMAGES:.spec.containers[*].image,L:metadata.labels'), pods).text).toBe('VAN       IMAGES   L\ntruck-1   a        <none>\nvan-2     b,c      map[color:red]\n')
    expect(customColumnsText(columnsOfSpec('VAN:{.metadata.name},SLOT:.metadata.annotations.example\\.com/slot'), pods, true).text).toBe('truck-1   <none>\nvan-2     A\n')
    expect(customColumnsText(columnsOfTemplate('VAN   COLOR\n.metadata.name .metadata.labels.color\n'), pods).text).toBe('VAN       COLOR\ntruck-1   <none>\nvan-2     red\n')
  })
  it('says what is wrong', () => {
    expect(() => columnsOfSpec('')).toThrow('custom-columns format specified but no custom columns given')
    expect(() => columnsOfSpec('VAN')).toThrow('unexpected custom-columns spec: VAN, expected <header>:<json-path-expr>')
    expect(() => columnsOfTemplate('')).toThrow('invalid template, missing header line. Expected format is one line of space separated headers, one line of space separated column specs.')
    expect(() => columnsOfTemplate('VAN\n')).toThrow('invalid template, missing spec line.')
    expect(() => columnsOfTemplate('A B\n.a\n')).toThrow("number of headers (2) and field specifications (1) don't match")
    expect(customColumnsText(columnsOfSpec('A:.a[0'), pods).problem).toBe('unterminated array')
  })
})

describe('jsonpath', () => {
  it('prints', () => expect(jsonPathPrinter('{.metadata.name}{"\\n"}')(pod('web'))).toBe('web\n'))
  it('says what is wrong', () => {
    expect(() => jsonPathPrinter('')).toThrow('template format specified but no template given')
    expect(() => jsonPathPrinter('{.spec.containers[0')).toThrow('error parsing jsonpath {.spec.containers[0, unterminated array')
    expect(() => jsonPathPrinter('{.spec}', { allowMissingKeys: false })({ a: 1 })).toThrow(
      'error executing jsonpath "{.spec}": Error executing template: spec is not found. Printing more information for debugging the template:\n\ttemplate was:\n\t\t{.spec}\n\tobject given to jsonpath engine was:\n\t\tmap[string]interface {}{"a":1}\n\n\n',
    )
  })
})

describe('sorting', () => {
  const of = (...values: unknown[]) => values.map((v, i) => ({ i, v }))
  const order = (values: unknown[], field = '.v') => sortObjects(of(...values), field).map(o => o.i)
  it('orders numbers, texts and amounts', () => {
    expect(order([3, 1, 2])).toEqual([1, 2, 0])
    expect(order(['b', 'a', 'B'])).toEqual([2, 1, 0])
    expect(order(['1Gi', '500Mi', '2k'], '{.v}')).toEqual([2, 1, 0])
    expect(order(['20m', undefined, '5m'], 'v')).toEqual([1, 2, 0])
    expect(order(['e', 'a', 'm'])).toEqual([1, 0, 2])
  })
  it('turns round what has no value, as upstream does', () => expect(order([undefined, undefined, 'x'])).toEqual([1, 0, 2]))
  it('says what is wrong', () => {
    expect(() => order([1], '.nope')).toThrow(`couldn't find any field with path "{.nope}" in the list of objects`)
    expect(() => order([1, 'a'])).toThrow('Field {.v} in *unstructured.Unstructured is an unsortable type: interface, err: unsortable interface: interface')
    expect(() => order([true, false])).toThrow('unsortable type: bool')
    expect(sortObjects([], '.nope')).toEqual([])
  })
  it('orders rows by their objects', () => {
    const table: Table = { columnDefinitions: [], rows: [{ cells: ['a'], object: { metadata: { name: 'z' } } }, { cells: ['b'], object: { metadata: { name: 'y' } } }] }
    expect(sortTable(table, '.metadata.name').rows.map(r => r.cells[0])).toEqual(['b', 'a'])
    expect(() => sortTable(table, '.metadata[')).toThrow('sorting error: unterminated array')
    expect(() => sortTable(table, '.nope')).toThrow(`couldn't find any field with path "{.nope}" in the list of objects`)
    expect(sortTable({ ...table, rows: table.rows.slice(0, 1) }, '.nope').rows).toHaveLength(1)
  })
})
