/** POSIX regular expressions, basic and extended, as JavaScript's. */

const CLASSES: Record<string, string> = {
  alpha: 'A-Za-z', digit: '0-9', alnum: 'A-Za-z0-9', upper: 'A-Z', lower: 'a-z', space: '\\s', blank: ' \\t', punct: '!-\\/:-@\\[-`{-~', xdigit: '0-9A-Fa-f', cntrl: '\\x00-\\x1f\\x7f', print: ' -~', graph: '!-~',
}

export class PatternError extends Error {}

/** Throws PatternError for what is no pattern. */
export function posixRegExp(pattern: string, extended: boolean, flags: string): RegExp {
  try {
    return new RegExp(posixSource(pattern, extended), flags)
  } catch {
    throw new PatternError(/\[/.test(pattern) && !/\]/.test(pattern) ? 'Unmatched [, [^, [:, [., or [=' : extended ? 'Unmatched ( or \\(' : 'Invalid preceding regular expression')
  }
}

export function posixSource(pattern: string, extended: boolean): string {
  let out = ''
  let atStart = true
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] as string
    const wasStart: boolean = atStart
    atStart = false
    if (c === '\\') {
      const n = pattern[++i]
      if (n === undefined) out += '\\\\'
      else if ('(){}|+?'.includes(n)) {
        // In a basic expression the backslash gives these their meaning, in an extended one it takes it.
        out += extended ? `\\${n}` : n === '{' ? '{' : n
        if (!extended && (n === '(' || n === '|')) atStart = true
      } else if (n === '<' || n === '>') out += '\\b'
      else if (n === '`') out += '^'
      else if (n === "'") out += '$'
      else if (/[1-9wWsSbB]/.test(n)) out += `\\${n}`
      else if (n === 'n') out += '\\n'
      else if (n === 't') out += '\\t'
      else out += /[a-zA-Z]/.test(n) ? n : `\\${n}`
    } else if (c === '[') {
      const bracket = bracketAt(pattern, i)
      out += bracket.source
      i = bracket.end
    } else if (!extended && '(){}|+?'.includes(c)) out += `\\${c}`
    else if (c === '*' && wasStart && !extended) out += '\\*'
    else if (c === '^' && !extended && !wasStart) out += '\\^'
    else if (c === '$' && !extended && i < pattern.length - 1 && !pattern.startsWith('\\)', i + 1) && !pattern.startsWith('\\|', i + 1)) out += '\\$'
    else if (c === '{' && extended && !/^\{\d*,?\d*\}/.test(pattern.slice(i))) out += '\\{'
    else if (c === '/') out += '\\/'
    else {
      out += c
      if (c === '^' || (extended && (c === '(' || c === '|'))) atStart = c === '^' ? wasStart : true
    }
  }
  return out
}

function bracketAt(pattern: string, start: number): { source: string; end: number } {
  let i = start + 1
  let body = ''
  const negated = pattern[i] === '^'
  if (negated) i++
  for (let first = true; i < pattern.length; i++, first = false) {
    const c = pattern[i] as string
    if (c === ']' && !first) return { source: `[${negated ? '^' : ''}${body}]`, end: i }
    const named = /^\[:([a-z]+):\]/.exec(pattern.slice(i))
    if (named !== null) {
      body += CLASSES[named[1] as string] ?? ''
      i += named[0].length - 1
    } else body += c === '\\' || c === '[' || c === ']' || c === '^' ? `\\${c}` : c
  }
  throw new PatternError('Unmatched [, [^, [:, [., or [=')
}

export const escapeLiteral = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
