/** `-o custom-columns` and `-o custom-columns-file`. upstream: kubectl/pkg/cmd/get/customcolumn.go */
import { goValue } from '../../base/go-text'
import type { PathList } from '../../base/json-path'
import { findJsonPath, JsonPathError, parseJsonPath, relaxedJsonPath } from '../../base/json-path'
import { TABLE_STYLE, TabWriter } from './tab-writer'
import { escapeTerminal } from './terminal'

export interface CustomColumn {
  readonly header: string
  /** A JSONPath in braces. */
  readonly path: string
}

/** Columns of `NAME:.metadata.name,IMAGE:.spec.containers[*].image`. Throws an Error in kubectl's words. */
export function columnsOfSpec(spec: string): CustomColumn[] {
  if (spec === '') throw new Error('custom-columns format specified but no custom columns given')
  return spec.split(',').map(part => {
    const colon = part.indexOf(':')
    if (colon < 0) throw new Error(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`)
    return { header: part.slice(0, colon), path: relaxedJsonPath(part.slice(colon + 1)) }
  })
}

/** Columns of a file of two lines: headers, then paths below them. Throws an Error in kubectl's words. */
export function columnsOfTemplate(template: string): CustomColumn[] {
  const lines = template.split('\n')
  if (lines[lines.length - 1] === '') lines.pop()
  const missing = (what: string): Error => new Error(`invalid template, missing ${what} line. Expected format is one line of space separated headers, one line of space separated column specs.`)
  const [headerLine, specLine] = lines
  if (headerLine === undefined) throw missing('header')
  if (specLine === undefined) throw missing('spec')
  const [headers, specs] = [words(headerLine), words(specLine)]
  if (headers.length !== specs.length) throw new Error(`number of headers (${headers.length}) and field specifications (${specs.length}) don't match`)
  return headers.map((header, i) => ({ header, path: relaxedJsonPath(specs[i] as string) }))
}

const words = (line: string): string[] => line.split(/\s+/).filter(word => word !== '')

/** Prints objects one after another; the headers come once. Throws JsonPathError when a path is wrong or does not fit: what was printed before stands. */
export class CustomColumnsPrinter {
  #paths: readonly PathList[] | undefined
  constructor(
    readonly columns: readonly CustomColumn[],
    readonly noHeaders = false,
  ) {}

  print(objects: readonly unknown[], writer: TabWriter): void {
    if (this.#paths === undefined && !this.noHeaders) writer.write(`${this.columns.map(c => c.header).join('\t')}\n`)
    const paths = (this.#paths ??= this.columns.map(c => parseJsonPath(c.path)))
    for (const object of objects) writer.write(`${paths.map(path => cellText(path, object)).join('\t')}\n`)
  }
}

function cellText(path: PathList, object: unknown): string {
  const found = findJsonPath(path, object, { allowMissingKeys: true })
  const texts = (found[0]?.length ?? 0) === 0 ? ['<none>'] : []
  for (const values of found) for (const value of values) texts.push(escapeTerminal(goValue(value)))
  return texts.join(',')
}

/** All objects at once, aligned; `problem` is why the last of them are missing. */
export function customColumnsText(columns: readonly CustomColumn[], objects: readonly unknown[], noHeaders = false): { readonly text: string; readonly problem?: string } {
  const writer = new TabWriter(TABLE_STYLE, true)
  try {
    new CustomColumnsPrinter(columns, noHeaders).print(objects, writer)
    return { text: writer.flush() }
  } catch (e) {
    if (!(e instanceof JsonPathError)) throw e
    return { text: writer.flush(), problem: e.message }
  }
}
