/** Prints meta.v1 Tables as `kubectl get` does. upstream: cli-runtime/pkg/printers/tableprinter.go */
import { ageSince } from '../../base/duration'
import { goValue } from '../../base/go-text'
import { deepEqual } from '../../base/equal'
import { formatLabels } from '../../base/label-selector'
import { TABLE_STYLE, TabWriter } from './tab-writer'
import { escapeTerminal } from './terminal'

export interface TableColumn {
  readonly name: string
  readonly type: string
  /** `name` marks the column that gets the kind in front of it. */
  readonly format?: string
  /** Columns above 0 are for `-o wide`. */
  readonly priority?: number
}

export interface TableRow {
  readonly cells: readonly unknown[]
  /** The object or its metadata alone; without it namespace and labels stay blank. */
  readonly object?: { readonly metadata?: TableObjectMeta } | null
}

export interface TableObjectMeta {
  readonly name?: string
  readonly namespace?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly creationTimestamp?: string | null
}

/** meta.v1.Table as far as it is printed. */
export interface Table {
  readonly columnDefinitions: readonly TableColumn[]
  readonly rows: readonly TableRow[]
}

export interface TableOptions {
  readonly noHeaders?: boolean
  /** Columns of any priority. */
  readonly wide?: boolean
  readonly showLabels?: boolean
  /** -L */
  readonly labelColumns?: readonly string[]
  readonly withNamespace?: boolean
  /** In front of each name, where several kinds are printed: `deployment.apps`. */
  readonly kindPrefix?: string
}

/** One table, aligned. Empty when it has no rows. */
export function tableText(table: Table, options: TableOptions = {}): string {
  const writer = new TabWriter(TABLE_STYLE, true)
  new TablePrinter(options).print(table, writer)
  return writer.flush()
}

const EVENT_TYPES: Record<string, string> = { ADDED: 'ADDED   ', MODIFIED: 'MODIFIED', DELETED: 'DELETED ', ERROR: 'ERROR   ' }

/** Prints one table after another, as a watch does: headers come again only when the columns change. */
export class TablePrinter {
  #columns: readonly TableColumn[] = []
  #printedHeaders = false
  constructor(readonly options: TableOptions) {}

  /** `eventType` is that of a watch with --output-watch-events: ADDED, MODIFIED, DELETED, BOOKMARK, ERROR. */
  print(table: Table, writer: TabWriter, eventType?: string): void {
    const same = deepEqual(table.columnDefinitions, this.#columns)
    // Tables of watch events leave their columns out: they are those of the one before.
    const repeats = table.columnDefinitions.length === 0 || same
    const noHeaders = this.options.noHeaders || (this.#printedHeaders && repeats)
    if (!repeats) {
      this.#columns = table.columnDefinitions
      this.#printedHeaders = false
    }
    if (table.rows.length > 0) this.#printedHeaders = true
    writer.write(rowsText(this.#columns, table.rows, { ...this.options, noHeaders }, eventType))
  }
}

/** Headers and rows separated by tabs. */
function rowsText(columns: readonly TableColumn[], rows: readonly TableRow[], options: TableOptions, eventType?: string): string {
  if (rows.length === 0) return ''
  const { wide = false, showLabels = false, labelColumns = [], withNamespace = false, kindPrefix = '' } = options
  const shown = columns.map((column, i) => ({ column, i })).filter(({ column }) => wide || (column.priority ?? 0) === 0)
  const nameColumn = kindPrefix === '' ? -1 : columns.findIndex(c => c.format === 'name' && c.type === 'string')
  const before = [...(eventType === undefined ? [] : ['EVENT']), ...(withNamespace ? ['NAMESPACE'] : [])]
  let out = ''
  if (!options.noHeaders) {
    const labels = [...labelColumns.map(label => label.slice(label.lastIndexOf('/') + 1).toUpperCase()), ...(showLabels ? ['LABELS'] : [])]
    out += `${[...before, ...shown.map(({ column }) => column.name.toUpperCase()), ...labels].join('\t')}\n`
  }
  for (const { cells, object } of rows) {
    const meta = object?.metadata
    const line: unknown[] = []
    if (eventType !== undefined) line.push(EVENT_TYPES[eventType] ?? eventType)
    if (withNamespace) line.push(meta?.namespace)
    for (const { i } of shown) if (i < cells.length || meta !== undefined) line.push(i === nameColumn ? `${kindPrefix}/${goValue(cells[i])}` : cells[i])
    for (const label of labelColumns) line.push(meta?.labels?.[label])
    if (showLabels) line.push(meta === undefined ? undefined : formatLabels(meta.labels))
    out += `${line.map(cellText).join('\t')}\n`
  }
  return out
}

/** Texts are cut at the first line break. */
function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return ''
  if (typeof cell !== 'string') return escapeTerminal(goValue(cell))
  const end = cell.search(/[\f\n\r]/)
  return end < 0 ? escapeTerminal(cell) : `${escapeTerminal(cell.slice(0, end))}...`
}

/** The table of objects for which no server made one: name and age. */
export function metadataTable(objects: readonly { readonly metadata?: TableObjectMeta }[], nowMs: number): Table {
  return {
    columnDefinitions: [{ name: 'Name', type: 'string', format: 'name' }, { name: 'Age', type: 'string' }],
    rows: objects.map(object => ({ cells: [object.metadata?.name ?? '', ageSince(object.metadata?.creationTimestamp, nowMs)], object })),
  }
}
