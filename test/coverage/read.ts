/** Reads what the rows of the coverage list show: titles, files and command lines with what they print. */

export interface Line {
  readonly command: string
  /** What stdout and then stderr must be; nothing stated: only the exit code counts. */
  readonly expected: readonly string[]
  readonly exit: number
}

export type Step = { readonly kind: 'file'; readonly name: string; readonly body: string } | ({ readonly kind: 'line' } & Line)

export interface Row {
  readonly number: number
  readonly title: string
  readonly steps: readonly Step[]
}

/**
 * `== 58 Title` begins a row, `-- name` a file that ends with `--`, `$ ` a command; the lines that follow are what it prints, `exit N` its
 * exit code when that is not 0. `<x>` stands for one word, `…` for anything within a line, a line of `…` for any lines, `(nothing)` for no output.
 */
export function readRows(text: string): Row[] {
  const rows: { number: number; title: string; steps: Step[] }[] = []
  const lines = text.split('\n')
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as string
    const begin = /^== (\d+) (.*)$/.exec(line)
    const row = rows.at(-1)
    if (begin !== null) rows.push({ number: Number(begin[1]), title: begin[2] as string, steps: [] })
    else if (line.startsWith('-- ')) {
      const end = lines.indexOf('--', i)
      if (end < 0) throw new Error(`no end of ${line}`)
      row?.steps.push({ kind: 'file', name: line.slice(3), body: `${lines.slice(i + 1, end).join('\n')}\n` })
      i = end
    } else if (line.startsWith('$ ')) {
      const expected: string[] = []
      let exit = 0
      while (i + 1 < lines.length && !/^(== |-- |\$ )/.test(lines[i + 1] as string)) {
        const next = lines[++i] as string
        const code = /^exit (\d+)$/.exec(next)
        if (code !== null) exit = Number(code[1])
        else if (next.trim() !== '' && !next.startsWith('# ')) expected.push(next)
      }
      row?.steps.push({ kind: 'line', command: line.slice(2), expected, exit })
    } else if (line.trim() !== '' && !line.startsWith('# ')) throw new Error(`neither row, file nor command: ${line}`)
  }
  return rows
}

const squeezed = (line: string): string => line.trim().replace(/\s+/g, ' ')
const pattern = (expected: string): RegExp =>
  new RegExp(`^${squeezed(expected).split(/(<[a-z0-9-]+>|…)/).map(part => (part === '…' ? '.*' : /^<[a-z0-9-]+>$/.test(part) ? '\\S+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))).join('')}$`)

/** Whether what was printed is what is stated, line by line; blank lines and widths apart. */
export function agrees(expected: readonly string[], printed: string): boolean {
  const lines = printed.split('\n').map(squeezed).filter(l => l !== '')
  if (expected.length === 1 && expected[0] === '(nothing)') return lines.length === 0
  const match = (e: number, l: number): boolean => {
    if (e === expected.length) return l === lines.length
    if ((expected[e] as string).trim() === '…') return match(e + 1, l) || (l < lines.length && match(e, l + 1))
    return l < lines.length && pattern(expected[e] as string).test(lines[l] as string) && match(e + 1, l + 1)
  }
  return expected.length === 0 || match(0, 0)
}
