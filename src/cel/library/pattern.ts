/** RE2's regular expressions in JavaScript's: flags at the start, named groups, ends of text. upstream: github.com/google/re2/wiki/Syntax */
import { CelFunctionError } from './register'

const compiled = new Map<string, RegExp>()
const MAX_PATTERNS = 500

const CLASSES: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z', alpha: 'A-Za-z', ascii: '\\x00-\\x7F', blank: '\\t ', cntrl: '\\x00-\\x1F\\x7F', digit: '0-9', graph: '!-~', lower: 'a-z',
  print: ' -~', punct: '!-\\/:-@\\[-`{-~', space: '\\t\\n\\v\\f\\r ', upper: 'A-Z', word: '0-9A-Za-z_', xdigit: '0-9A-Fa-f',
}

/** Throws a SyntaxError when it is no regular expression. `global` makes a fresh one. */
export function patternOf(text: string, flags = ''): RegExp {
  const key = `${flags} ${text}`
  const known = flags.includes('g') ? undefined : compiled.get(key)
  if (known !== undefined) return known
  const inline = /^\(\?([imsU]+)\)/.exec(text)
  const source = (inline === null ? text : text.slice(inline[0].length))
    .replace(/\(\?P</g, '(?<')
    .replace(/\\A/g, '^')
    .replace(/\\z/g, '$')
    .replace(/\[:(\w+):\]/g, (all, name: string) => CLASSES[name] ?? all)
  const options = flags + [...(inline?.[1] ?? '')].filter(f => 'ims'.includes(f)).join('')
  let made: RegExp
  try {
    made = new RegExp(source, `${options}u`)
  } catch {
    // Escapes that JavaScript forbids in Unicode mode (\-, \_ …) are allowed in RE2.
    made = new RegExp(source, options)
  }
  if (!flags.includes('g')) {
    if (compiled.size >= MAX_PATTERNS) compiled.clear()
    compiled.set(key, made)
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
