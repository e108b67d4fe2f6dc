/** Reads as much of a shell's language as completion and highlighting need: the words of the command that is being typed. upstream: POSIX 2.3, Token Recognition */

export interface Word {
  /** Without its quotes. */
  readonly text: string
  /** Where it begins, and where it ends. */
  readonly from: number
  readonly to: number
  /** The quote that is still open at its end. */
  readonly open: '' | "'" | '"'
  /** Something of it is the shell's to expand: `$x`, `*`, a substitution. */
  readonly expands: boolean
}

/** What ends a command. */
const OPERATOR = /^(&&|\|\||;;|[|;&()\n])/
const REDIRECTION = /^\d*(<<<|<<-?|<&|<>|>>|>&|>\||&>>?|[<>])/

interface Reading {
  words: Word[]
  /** The next word is a redirection's. */
  target: boolean
}

/**
 * The words of the last command in the text, the last of them being that which the end of the text belongs to (empty after a blank);
 * `target` when it is the file of a redirection. What stands within `$(` or a backquote at the end is a command of its own.
 */
export function lastCommand(text: string): { readonly words: readonly Word[]; readonly target: boolean } {
  const stack: Reading[] = []
  let now: Reading = { words: [], target: false }
  let i = 0
  let blank = true
  while (i < text.length) {
    const rest = text.slice(i)
    const space = /^([ \t]|\\\n)+/.exec(rest)
    if (space !== null) {
      i += space[0].length
      blank = true
      continue
    }
    blank = false
    if (rest.startsWith('#') && (i === 0 || /\s/.test(text[i - 1] as string))) {
      i += rest.indexOf('\n') < 0 ? rest.length : rest.indexOf('\n')
      blank = true
      continue
    }
    const redirection = REDIRECTION.exec(rest)
    if (redirection !== null) {
      i += redirection[0].length
      now.target = true
      blank = true
      continue
    }
    const operator = OPERATOR.exec(rest)
    if (operator !== null) {
      i += operator[0].length
      now = operator[0] === ')' ? (stack.pop() ?? { words: [], target: false }) : { words: [], target: false }
      blank = true
      continue
    }
    const read = readWord(text, i)
    if (read.inner !== undefined) {
      stack.push(now)
      now = { words: [], target: false }
      i = read.inner
      blank = true
      continue
    }
    i = read.word.to
    if (now.target && i < text.length) now.target = false
    else now.words.push(read.word)
  }
  if (blank) now.words.push({ text: '', from: text.length, to: text.length, open: '', expands: false })
  return { words: withoutPrefix(now.words), target: now.target }
}

/** Words before which a command begins. */
const KEYWORDS = new Set(['if', 'then', 'else', 'elif', 'while', 'until', 'do', '{', '!', 'time', 'command', 'exec', 'eval', 'sudo', 'watch', 'xargs', 'nohup', 'builtin', 'env'])

/** Without keywords and assignments that stand before the command. */
function withoutPrefix(words: Word[]): Word[] {
  let from = 0
  while (from < words.length - 1 && (KEYWORDS.has((words[from] as Word).text) || /^[A-Za-z_]\w*\+?=/.test((words[from] as Word).text))) from++
  return words.slice(from)
}

/** `inner`: where a command begins whose end is not there. */
function readWord(text: string, from: number): { word: Word; inner?: number } {
  let [out, i, expands] = ['', from, false]
  let open: Word['open'] = ''
  while (i < text.length) {
    const c = text[i] as string
    if (open === "'") {
      if (c === "'") open = ''
      else out += c
      i++
    } else if (c === '\\') {
      const next = text[i + 1] ?? ''
      out += open === '"' && !/["\\$`\n]/.test(next) ? `\\${next}` : next === '\n' ? '' : next
      i += 2
    } else if (c === '"') {
      open = open === '"' ? '' : '"'
      i++
    } else if (c === '`' || (c === '$' && text[i + 1] === '(')) {
      const start = i + (c === '`' ? 1 : 2)
      const end = c === '`' ? text.indexOf('`', start) : closing(text, start)
      if (end < 0) return { word: { text: out, from, to: text.length, open, expands: true }, inner: start }
      out += text.slice(i, end + 1)
      expands = true
      i = end + 1
    } else if (c === '$') {
      expands = true
      out += c
      i++
    } else if (open === '"') {
      out += c
      i++
    } else if (c === "'") {
      open = "'"
      i++
    } else if (/[\s|;&()<>]/.test(c)) break
    else {
      if (/[*?[{]/.test(c)) expands = true
      out += c
      i++
    }
  }
  return { word: { text: out, from, to: Math.min(i, text.length), open, expands } }
}

/** The parenthesis that ends what begins here; -1 where it is missing. */
function closing(text: string, from: number): number {
  let [depth, quote] = [1, '']
  for (let i = from; i < text.length; i++) {
    const c = text[i] as string
    if (c === '\\') i++
    else if (quote !== '') quote = c === quote ? '' : quote
    else if (c === "'" || c === '"') quote = c
    else if (c === '(') depth++
    else if (c === ')' && --depth === 0) return i
  }
  return -1
}

/** The text as one word of a shell, within the quote that is open or without one. */
export function quoted(text: string, open: Word['open'] = ''): string {
  if (open === "'") return text.replaceAll("'", `'\\''`)
  if (open === '"') return text.replace(/["\\$`]/g, '\\$&')
  return text.replace(/[^\w@%+=:,./~-]/g, '\\$&').replace(/\\\n/g, `'\n'`)
}

/** Whole text within single quotes, for the interpreter. */
export const singleQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** `export -p` and `alias`: names and values, as bash, dash and their kin print them. */
export function assignmentsOf(text: string): Map<string, string> {
  const found = new Map<string, string>()
  let i = 0
  while (i < text.length) {
    const head = /^(?:(?:declare|typeset) (?:-\S+ )*|export |alias (?:-- )?)?([^\s=]+)/.exec(text.slice(i))
    if (head === null) {
      i++
      continue
    }
    i += head[0].length
    if (text[i] !== '=') continue
    const { value, to } = readValue(text, i + 1)
    found.set(head[1] as string, value)
    i = to
  }
  return found
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', e: '\x1b', E: '\x1b', f: '\f', v: '\v' }

function readValue(text: string, from: number): { value: string; to: number } {
  let [value, i] = ['', from]
  while (i < text.length && text[i] !== '\n') {
    const c = text[i] as string
    if (c === "'") {
      const end = text.indexOf("'", i + 1)
      value += text.slice(i + 1, end < 0 ? text.length : end)
      i = end < 0 ? text.length : end + 1
    } else if (c === '$' && text[i + 1] === "'") {
      i += 2
      while (i < text.length && text[i] !== "'") {
        if (text[i] !== '\\') value += text[i++]
        else {
          const octal = /^[0-7]{1,3}/.exec(text.slice(i + 1))
          const next = text[i + 1] as string
          value += octal === null ? (ESCAPES[next] ?? next) : String.fromCharCode(parseInt(octal[0], 8))
          i += 1 + (octal?.[0].length ?? 1)
        }
      }
      i++
    } else if (c === '"') {
      i++
      while (i < text.length && text[i] !== '"') {
        if (text[i] === '\\' && /["\\$`\n]/.test(text[i + 1] ?? '')) i++
        value += text[i++]
      }
      i++
    } else {
      value += c === '\\' ? (text[++i] ?? '') : c
      i++
    }
  }
  return { value, to: i + 1 }
}
