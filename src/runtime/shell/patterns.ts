/** Shell patterns: `*`, `?`, `[…]`, and a backslash before what is meant literally. */

const cache = new Map<string, RegExp>()
const MAX_CACHED = 500
const CLASSES: Record<string, string> = {
  alpha: 'A-Za-z', digit: '0-9', alnum: 'A-Za-z0-9', upper: 'A-Z', lower: 'a-z', space: ' \\t\\n\\r\\f\\v', blank: ' \\t', punct: '!-\\/:-@\\[-`{-~', xdigit: '0-9A-Fa-f', cntrl: '\\x00-\\x1f\\x7f', print: ' -~', graph: '!-~',
}

/** Marks all special characters, so that the text matches itself. */
export const escapePattern = (text: string): string => text.replace(/[\\*?[\]]/g, '\\$&')

/** Has the pattern anything that is not literal? */
export const isPattern = (pattern: string): boolean => /(^|[^\\])(\\\\)*[*?[]/.test(pattern)

/** The text that a pattern without special characters stands for. */
export const unescapePattern = (pattern: string): string => pattern.replace(/\\([\s\S])/g, '$1')

export function patternToRegExp(pattern: string): RegExp {
  let regexp = cache.get(pattern)
  if (regexp === undefined) {
    regexp = new RegExp(`^${patternSource(pattern)}$`, 's')
    if (cache.size >= MAX_CACHED) cache.clear()
    cache.set(pattern, regexp)
  }
  return regexp
}

export const matches = (pattern: string, text: string): boolean => patternToRegExp(pattern).test(text)

export function patternSource(pattern: string): string {
  let out = ''
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] as string
    if (c === '*') {
      while (pattern[i + 1] === '*') i++
      out += '[\\s\\S]*'
    } else if (c === '?') out += '[\\s\\S]'
    else if (c === '[') {
      const bracket = bracketAt(pattern, i)
      if (bracket === undefined) out += '\\['
      else {
        out += bracket.source
        i = bracket.end
      }
    } else if (c === '\\' && i + 1 < pattern.length) out += escapeRegExp(pattern[++i] as string)
    else out += escapeRegExp(c)
  }
  return out
}

export const escapeRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

function bracketAt(pattern: string, start: number): { source: string; end: number } | undefined {
  let i = start + 1
  const negated = pattern[i] === '!' || pattern[i] === '^'
  if (negated) i++
  let body = ''
  for (let first = true; i < pattern.length; i++, first = false) {
    const c = pattern[i] as string
    if (c === ']' && !first) return { source: body === '' ? (negated ? '[\\s\\S]' : '(?!)') : `[${negated ? '^' : ''}${body}]`, end: i }
    const named = /^\[:([a-z]+):\]/.exec(pattern.slice(i))
    if (named !== null) {
      body += CLASSES[named[1] as string] ?? ''
      i += named[0].length - 1
    } else if (c === '\\' && i + 1 < pattern.length) body += escapeRegExp(pattern[++i] as string)
    else if (c === '-') body += '-'
    else body += c === '^' || c === '[' || c === ']' || c === '\\' ? `\\${c}` : c
  }
  return undefined
}

/** What is left of `text` when a prefix or suffix that matches is taken away. */
export function stripped(text: string, pattern: string, op: '#' | '##' | '%' | '%%'): string {
  const regexp = patternToRegExp(pattern)
  const n = text.length
  if (op === '#') {
    for (let i = 0; i <= n; i++) if (regexp.test(text.slice(0, i))) return text.slice(i)
  } else if (op === '##') {
    for (let i = n; i >= 0; i--) if (regexp.test(text.slice(0, i))) return text.slice(i)
  } else if (op === '%') {
    for (let i = n; i >= 0; i--) if (regexp.test(text.slice(i))) return text.slice(0, i)
  } else for (let i = 0; i <= n; i++) if (regexp.test(text.slice(i))) return text.slice(0, i)
  return text
}

/** `${x/pattern/replacement}` */
export function replaced(text: string, pattern: string, replacement: string, mode: '/' | '//' | '/#' | '/%'): string {
  if (pattern === '') return text
  const source = patternSource(pattern)
  if (mode === '/#') return text.replace(new RegExp(`^(?:${source})`, 's'), () => replacement)
  if (mode === '/%') return text.replace(new RegExp(`(?:${source})$`, 's'), () => replacement)
  return text.replace(new RegExp(source, mode === '//' ? 'gs' : 's'), m => (m === '' ? '' : replacement))
}
