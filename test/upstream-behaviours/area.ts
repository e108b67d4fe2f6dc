/** An area of kubectl's behaviour: files, and command lines that run one after the other in a namespace of its own. */

export interface Area {
  /** Of the namespace and of what is recorded. */
  readonly name: string
  readonly files: Readonly<Record<string, string>>
  /**
   * One command of kubectl a line, quoted as for a shell. `< file` is its input, words like `A=b` before it its environment.
   * `= pods,services` looks at objects as they are now. Empty lines and those with `#` say what it is about.
   */
  readonly lines: string
}

export type Step = { readonly line: string } & ({ readonly look: string } | { readonly words: readonly string[]; readonly env: Readonly<Record<string, string>>; readonly input: string | undefined })

/** The steps that the lines mean. */
export function stepsOf({ lines }: Area): Step[] {
  const all = lines.replaceAll('\\\n', ' ').split('\n').map(line => line.trim()).filter(line => line !== '' && !line.startsWith('#'))
  return all.map(line => {
    if (line.startsWith('= ')) return { line, look: line.slice(2) }
    const env: Record<string, string> = {}
    const words = wordsOf(line)
    while (/^[A-Z_]+=/.test(words[0] ?? '')) {
      const [name = '', ...value] = (words.shift() as string).split('=')
      env[name] = value.join('=')
    }
    const at = words.indexOf('<')
    const input = at < 0 ? undefined : words.splice(at, 2)[1]
    return { line, words, env, input }
  })
}

/** Words of a line: quotes of both sorts, no escapes but for `\"` within double ones. */
function wordsOf(line: string): string[] {
  const out: string[] = []
  for (const match of line.matchAll(/(?:[^\s'"]|'[^']*'|"(?:\\.|[^"])*")+/g)) {
    out.push(match[0].replace(/'([^']*)'|"((?:\\.|[^"])*)"/g, (_, single: string | undefined, double: string | undefined) => single ?? (double as string).replace(/\\(["\\])/g, '$1')))
  }
  return out
}
