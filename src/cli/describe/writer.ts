/** Lines of a description: cells between tabs at levels of two blanks, aligned when flushed. upstream: kubectl/pkg/describe PrefixWriter */
import { DESCRIBE_STYLE, TabWriter } from '../print/tab-writer'
import { escapeTerminal } from '../print/terminal'

export interface Lines {
  /** Text at a level, with its own line ends; the indentation comes before the first line alone. */
  write(level: number, text: string): void
  /** A whole line, as it is. */
  line(text: string): void
}

export class DescribeWriter implements Lines {
  readonly #tabs = new TabWriter(DESCRIBE_STYLE)
  #done = ''

  write(level: number, text: string): void {
    this.#tabs.write('  '.repeat(level) + escapeTerminal(text))
  }

  line(text: string): void {
    this.#tabs.write(`${escapeTerminal(text)}\n`)
  }

  /** Aligns what came so far; what follows has columns of its own. */
  flush(): void {
    this.#done += this.#tabs.flush()
  }

  text(): string {
    this.flush()
    return this.#done
  }
}

/** The same lines, deeper. upstream: NewNestedPrefixWriter */
export function nested(w: Lines, levels: number): Lines {
  return { write: (level, text) => w.write(level + levels, text), line: text => w.write(levels, `${text}\n`) }
}

/** `Name:  value` lines at one level. */
export function fields(w: Lines, level: number, entries: readonly (readonly [name: string, value: unknown])[]): void {
  for (const [name, value] of entries) w.write(level, `${name}:\t${text(value)}\n`)
}

/** What Go prints of a field that may be unset. */
export const text = (value: unknown): string => (value === undefined || value === null ? '' : String(value))

/** upstream: printBool */
export const trueFalse = (value: boolean | undefined): string => (value === true ? 'True' : 'False')
/** upstream: printBoolPtr */
export const trueFalseUnset = (value: boolean | undefined | null): string => (value === undefined || value === null ? '<unset>' : trueFalse(value))
