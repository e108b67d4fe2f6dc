/** RE2's regular expressions in JavaScript's: flags for a part, named groups, ends of text, POSIX classes. upstream: github.com/google/re2/wiki/Syntax */
import { CelFunctionError } from './register'

const compiled = new Map<string, RegExp>()
const MAX_PATTERNS = 500

const CLASSES: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z', alpha: 'A-Za-z', ascii: '\\x00-\\x7F', blank: '\\t ', cntrl: '\\x00-\\x1F\\x7F', digit: '0-9', graph: '!-~', lower: 'a-z',
  print: ' -~', punct: '!-\\/:-@\\[-`{-~', space: '\\t\\n\\v\\f\\r ', upper: 'A-Z', word: '0-9A-Za-z_', xdigit: '0-9A-Fa-f',
}

interface Flags {
  readonly i: boolean
  readonly s: boolean
}

/** JavaScript has flags for the whole expression alone: what a part says is written out. */
function translated(text: string): string {
  let out = ''
  let flags: Flags = { i: false, s: false }
  const outer: Flags[] = []
  for (let i = 0; i < text.length; ) {
    const rest = text.slice(i)
    const c = text[i] as string
    const own = /^\(\?([a-zA-Z]*)(?:-([a-zA-Z]+))?([:)])/.exec(rest)
    if (c === '\\') {
      const escape = /^\\(?:[pP]\{[^}]*\}|x\{[0-9A-Fa-f]+\}|[\s\S]|$)/.exec(rest)?.[0] ?? c
      out += escape === '\\A' ? '^' : escape === '\\z' ? '$' : escape.startsWith('\\x{') ? `\\u{${escape.slice(3, -1)}}` : escape
      i += escape.length
    } else if (c === '[') {
      const set = /^\[\^?\]?(?:\[:\^?\w+:\]|\\[\s\S]|[^\]\\])*\]/.exec(rest)?.[0]
      if (set === undefined) return `${out}[`
      out += characterClass(set, flags.i)
      i += set.length
    } else if (own !== null && (own[1] !== '' || own[2] !== undefined || own[3] === ':')) {
      const next = { i: (flags.i || (own[1] ?? '').includes('i')) && own[2]?.includes('i') !== true, s: (flags.s || (own[1] ?? '').includes('s')) && own[2]?.includes('s') !== true }
      if (own[3] === ':') {
        outer.push(flags)
        out += '(?:'
      }
      flags = next
      i += own[0].length
    } else if (c === '(') {
      outer.push(flags)
      const named = rest.startsWith('(?P<')
      out += named ? '(?<' : '('
      i += named ? 4 : 1
    } else if (c === ')') {
      flags = outer.pop() ?? flags
      out += c
      i++
    } else {
      out += c === '.' && flags.s ? '[\\s\\S]' : flags.i && /[a-zA-Z]/.test(c) ? `[${c.toLowerCase()}${c.toUpperCase()}]` : c
      i++
    }
  }
  return out
}

function characterClass(set: string, ignoreCase: boolean): string {
  const inner = set.replace(/\[:(\w+):\]/g, (all, name: string) => CLASSES[name] ?? all).replace(/^(\[\^?)\]/, '$1\\]')
  if (!ignoreCase) return inner
  const swapped = inner.slice(1, -1).replace(/^\^/, '').replace(/\\[\s\S]|[a-z]-[a-z]|[A-Z]-[A-Z]|[a-zA-Z]/g, m => (m.startsWith('\\') ? m : m + (m === m.toLowerCase() ? m.toUpperCase() : m.toLowerCase())))
  return `[${inner.startsWith('[^') ? '^' : ''}${swapped}]`
}

/** Throws a SyntaxError when it is no regular expression. `global` makes a fresh one. */
export function patternOf(text: string, flags = ''): RegExp {
  const known = flags === '' ? compiled.get(text) : undefined
  if (known !== undefined) return known
  const source = translated(text)
  let made: RegExp
  try {
    made = new RegExp(source, `${flags}u`)
  } catch {
    // Escapes that JavaScript forbids in Unicode mode (\-, \_ …) are allowed in RE2.
    made = new RegExp(source, flags)
  }
  if (flags === '') {
    if (compiled.size >= MAX_PATTERNS) compiled.clear()
    compiled.set(text, made)
  }
  return made
}

export function celPattern(text: string, flags = ''): RegExp {
  try {
    return patternOf(text, flags)
  } catch {
    throw new CelFunctionError(`Illegal regex: ${text}`)
  }
}
