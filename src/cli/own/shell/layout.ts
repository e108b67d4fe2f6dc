/** Where a prompt and a text come to stand on a terminal: rows that are broken by ourselves, so that the cursor's place is known. */
import { charactersOf } from './line'

export interface Layout {
  /** With `\r\n` between rows. */
  readonly text: string
  readonly rows: number
  /** Where the cursor is to be, counted from the first row and column. */
  readonly row: number
  readonly column: number
}

/** Cells that a character takes: none for what stands upon another, two for wide ones. */
export function cellsOf(character: string): number {
  if (/^[\x20-\x7e]$/.test(character)) return 1
  if (/^(\p{M}|\p{Cf}|[\x00-\x1f\x7f-\x9f])/u.test(character)) return 0
  return /^([\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation})/u.test(character) ? 2 : 1
}

export const widthOf = (text: string): number => charactersOf(text).reduce((sum, c) => sum + cellsOf(c), 0)

/** Colours and the like take no room. */
const withoutColours = (text: string): string => text.replace(/\x1b\[[0-9;]*m/g, '')

/**
 * `at`: the cursor's place in `text`. Further lines of the text begin with `more`. The prompt is one row at most
 * as long as the terminal is wider than it.
 */
export function layoutOf(prompt: string, text: string, at: number, columns: number, more = '> '): Layout {
  let [row, column] = [0, 0]
  let out = ''
  let cursor: { row: number; column: number } | undefined
  const newRow = (): void => {
    out += '\r\n'
    row++
    column = 0
  }
  const put = (character: string, shown = character): void => {
    const cells = cellsOf(character)
    if (column + cells > columns) newRow()
    out += shown
    column += cells
  }
  out = prompt
  column = widthOf(withoutColours(prompt).split('\n').at(-1) as string)
  row = withoutColours(prompt).split('\n').length - 1 + Math.floor(column / columns)
  column %= columns
  let place = 0
  for (const character of charactersOf(text)) {
    if (place === at) cursor = { row, column }
    place += character.length
    if (character === '\n') {
      newRow()
      for (const c of more) put(c)
    } else if (character < ' ' || character === '\x7f') for (const c of `^${String.fromCharCode(character.charCodeAt(0) ^ 64)}`) put(c)
    else put(character)
  }
  // A cursor behind the last column stands on the next row.
  if (column >= columns) newRow()
  cursor ??= { row, column }
  if (cursor.column >= columns) cursor = { row: cursor.row + 1, column: 0 }
  return { text: out.replace(/(?<!\r)\n/g, '\r\n'), rows: row + 1, ...cursor }
}
