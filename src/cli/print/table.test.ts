import { describe, expect, it } from 'vitest'
import { TABLE_STYLE, TabWriter } from './tab-writer'
import type { Table } from './table'
import { TablePrinter, metadataTable, tableText } from './table'

const table: Table = {
  columnDefinitions: [
    { name: 'Name', type: 'string', format: 'name' }, { name: 'Ready', type: 'string' }, { name: 'Restarts', type: 'integer', priority: 0 }, { name: 'IP', type: 'string', priority: 1 },
  ],
  rows: [
    { cells: ['web-1', '1/1', 0, '10.0.0.1'], object: { metadata: { name: 'web-1', namespace: 'shop', labels: { app: 'web', 'example.com/tier': 'front' } } } },
    { cells: ['a', '0/1', 12, null], object: { metadata: { name: 'a', namespace: 'default' } } },
  ],
}

describe('tables', () => {
  it('prints columns of priority 0', () => expect(tableText(table)).toBe('NAME    READY   RESTARTS\nweb-1   1/1     0\na       0/1     12\n'))
  it('prints all when wide', () => expect(tableText(table, { wide: true })).toBe('NAME    READY   RESTARTS   IP\nweb-1   1/1     0          10.0.0.1\na       0/1     12         \n'))
  it('without headers', () => expect(tableText(table, { noHeaders: true })).toBe('web-1   1/1   0\na       0/1   12\n'))
  it('with namespaces and kinds', () => {
    expect(tableText(table, { withNamespace: true, kindPrefix: 'deployment.apps' })).toBe('NAMESPACE   NAME                    READY   RESTARTS\nshop        deployment.apps/web-1   1/1     0\ndefault     deployment.apps/a       0/1     12\n')
  })
  it('with labels', () => {
    expect(tableText(table, { labelColumns: ['example.com/tier', 'app'], showLabels: true })).toBe(
      'NAME    READY   RESTARTS   TIER    APP   LABELS\nweb-1   1/1     0          front   web   app=web,example.com/tier=front\na       0/1     12                       <none>\n',
    )
  })
  it('prints nothing without rows', () => expect(tableText({ ...table, rows: [] })).toBe(''))
  it('cuts cells at line breaks and shows escapes', () => {
    expect(tableText({ columnDefinitions: [{ name: 'A', type: 'string' }, { name: 'B', type: 'string' }], rows: [{ cells: ['x\ny', '\x1b[31m'] }, { cells: [true, { a: [1] }, 'more'] }] })).toBe('A      B\nx...   ^[[31m\ntrue   map[a:[1]]\n')
  })
  it('describes objects that no server put in a table', () => {
    expect(tableText(metadataTable([{ metadata: { name: 'w', creationTimestamp: '2026-01-01T00:00:00Z' } }, { metadata: { name: 'x' } }], Date.parse('2026-01-01T00:01:00Z')))).toBe('NAME   AGE\nw      60s\nx      <unknown>\n')
  })
})

describe('a watch', () => {
  it('repeats headers only when columns change', () => {
    const writer = new TabWriter(TABLE_STYLE, true)
    const printer = new TablePrinter({})
    const row = (name: string) => ({ cells: [name, '1/1', 0, ''] })
    printer.print({ ...table, rows: [row('web-1')] }, writer)
    expect(writer.flush()).toBe('NAME    READY   RESTARTS\nweb-1   1/1     0\n')
    printer.print({ columnDefinitions: [], rows: [row('x')] }, writer)
    expect(writer.flush()).toBe('x       1/1     0\n')
    printer.print({ columnDefinitions: [{ name: 'Other', type: 'string' }], rows: [{ cells: ['o'] }] }, writer)
    expect(writer.flush()).toBe('OTHER\no\n')
  })
  it('prints events', () => {
    const writer = new TabWriter(TABLE_STYLE, true)
    new TablePrinter({ withNamespace: true }).print({ ...table, rows: table.rows.slice(0, 1) }, writer, 'ADDED')
    expect(writer.flush()).toBe('EVENT      NAMESPACE   NAME    READY   RESTARTS\nADDED      shop        web-1   1/1     0\n')
  })
})
