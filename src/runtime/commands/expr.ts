/** expr: integers, comparisons, and matches of basic regular expressions anchored at the start. */
import type { Command } from './command'

export const expr: Command = io => {
  const words = io.args.slice()
  let at = 0
  const number = (text: string): number => {
    if (!/^-?\d+$/.test(text)) throw new ExprError(io.style === 'gnu' ? 'non-integer argument' : 'non-numeric argument')
    return Number(text)
  }
  const LEVELS = [['|'], ['&'], ['=', '==', '!=', '<', '<=', '>', '>='], ['+', '-'], ['*', '/', '%'], [':']]
  const level = (n: number): string => {
    if (n >= LEVELS.length) return primary()
    let left = level(n + 1)
    while ((LEVELS[n] as string[]).includes(words[at] ?? '')) {
      const op = words[at++] as string
      left = apply(left, op, level(n + 1))
    }
    return left
  }
  const apply = (a: string, op: string, b: string): string => {
    const isNumeric = /^-?\d+$/.test(a) && /^-?\d+$/.test(b)
    const order = isNumeric ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0
    switch (op) {
      case '|': return a !== '' && a !== '0' ? a : b !== '' ? b : '0'
      case '&': return a !== '' && a !== '0' && b !== '' && b !== '0' ? a : '0'
      case '=': case '==': return order === 0 ? '1' : '0'
      case '!=': return order !== 0 ? '1' : '0'
      case '<': return order < 0 ? '1' : '0'
      case '<=': return order <= 0 ? '1' : '0'
      case '>': return order > 0 ? '1' : '0'
      case '>=': return order >= 0 ? '1' : '0'
      case '+': return String(number(a) + number(b))
      case '-': return String(number(a) - number(b))
      case '*': return String(number(a) * number(b))
      case ':': return matched(a, b)
      default:
        if (number(b) === 0) throw new ExprError('division by zero')
        return String(op === '/' ? Math.trunc(number(a) / number(b)) : number(a) % number(b))
    }
  }
  const matched = (text: string, pattern: string): string => {
    const m = exprMatch(text, pattern)
    return m === null ? (/\\\(/.test(pattern) ? '' : '0') : m.length > 1 ? (m[1] ?? '') : String(m[0].length)
  }
  const primary = (): string => {
    const word = words[at++]
    if (word === undefined) throw new ExprError(io.style === 'gnu' ? 'missing operand' : 'syntax error')
    if (word === '(') {
      const value = level(0)
      if (words[at++] !== ')') throw new ExprError('syntax error')
      return value
    }
    if (word === 'length' && at < words.length) return String((words[at++] as string).length)
    if (word === 'substr' && at + 2 < words.length) return (words[at++] as string).substr(Number(words[at++]) - 1, Number(words[at++]))
    if (word === 'index' && at + 1 < words.length) return String((words[at++] as string).split('').findIndex(c => (words[at] as string).includes(c)) + 1 + (at++, 0))
    if (word === 'match' && at + 1 < words.length) return matched(words[at++] as string, words[at++] as string)
    return word
  }
  try {
    const value = level(0)
    if (at < words.length) throw new ExprError('syntax error')
    io.out(`${value}\n`)
    return value === '' || value === '0' ? 1 : 0
  } catch (e) {
    if (!(e instanceof ExprError)) throw e
    return io.fail(e.message, 2)
  }
}

class ExprError extends Error {}

function exprMatch(text: string, pattern: string): RegExpExecArray | null {
  const source = pattern.replace(/\\([()])|([()])/g, (_, escaped?: string, plain?: string) => escaped ?? `\\${plain}`)
  return new RegExp(`^(?:${source})`).exec(text)
}
