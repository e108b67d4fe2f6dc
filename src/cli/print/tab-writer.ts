/** Aligns tab-separated cells in columns, as Go's text/tabwriter does in the ways kubectl uses it. upstream: text/tabwriter, github.com/liggitt/tabwriter */

export interface TabStyle {
  /** Least width of a column, padding included. */
  readonly minWidth: number
  /** Blanks behind the widest cell. */
  readonly padding: number
}

/** Tables of `kubectl get` and its like. */
export const TABLE_STYLE: TabStyle = { minWidth: 6, padding: 3 }
/** `kubectl describe` and `rollout history`. */
export const DESCRIBE_STYLE: TabStyle = { minWidth: 0, padding: 2 }

/** The text with its tabs turned to blanks. A column is a run of lines that all have a cell ended by a tab there. */
export function alignTabs(text: string, style: TabStyle = DESCRIBE_STYLE): string {
  const writer = new TabWriter(style)
  writer.write(text)
  return writer.flush()
}

/** Collects text; each flush aligns what came since the last. Remembered widths keep later parts in line with earlier ones (watches). */
export class TabWriter {
  #text = ''
  #widths: number[] = []
  constructor(
    readonly style: TabStyle = TABLE_STYLE,
    readonly rememberWidths = false,
  ) {}

  write(text: string): void {
    this.#text += text
  }

  /** Begins anew: what follows has nothing to do with the columns so far. */
  forgetWidths(): void {
    this.#widths = []
  }

  flush(): string {
    const text = this.#text
    this.#text = ''
    if (!text.includes('\t') && !text.includes('\v')) return text.replaceAll('\f', '\n')
    // A form feed ends the line and all columns with it.
    const parts = text.split('\f')
    return parts.map((part, i) => this.#align(part, i < parts.length - 1)).join('\n')
  }

  #align(text: string, finished: boolean): string {
    const lines = text.split('\n').map(line => line.split(/[\t\v]/))
    const last = lines[lines.length - 1] as string[]
    // An unfinished line's empty end is no cell yet.
    if (!finished && last.length > 1 && last[last.length - 1] === '') last.pop()
    const columns = Math.max(...lines.map(cells => cells.length - 1))
    for (let column = 0; column < columns; column++) this.#alignColumn(lines, column)
    return lines.map(cells => cells.join('')).join('\n')
  }

  #alignColumn(lines: string[][], column: number): void {
    for (let first = 0; first < lines.length; first++) {
      if (!hasCell(lines[first], column)) continue
      let end = first
      let width = this.style.minWidth
      for (; hasCell(lines[end], column); end++) width = Math.max(width, widthOf(lines[end]?.[column] as string) + this.style.padding)
      if (this.rememberWidths) {
        width = Math.max(width, this.#widths[column] ?? 0)
        this.#widths[column] = width
      }
      for (let i = first; i < end; i++) {
        const cells = lines[i] as string[]
        const cell = cells[column] as string
        cells[column] = cell + ' '.repeat(width - widthOf(cell))
      }
      first = end
    }
  }
}

/** The last cell of a line belongs to no column. */
const hasCell = (cells: readonly string[] | undefined, column: number): boolean => cells !== undefined && column < cells.length - 1

/** In characters, however wide a terminal shows them. */
function widthOf(text: string): number {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0xd800) return [...text].length
  return text.length
}
