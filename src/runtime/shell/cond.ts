/** `[[ … ]]` */
import { compareFiles, compareIntegers, testFile } from '../commands/test'
import type { Word } from './ast'
import type { Expander } from './expand'
import { matches } from './patterns'
import type { Shell } from './shell'

/** 0 for true, 1 for false, 2 for nonsense. */
export function evaluateCond(shell: Shell, expander: Expander, words: readonly (Word | string)[]): number {
  let at = 0
  const peek = (): Word | string | undefined => words[at]
  const text = (item: Word | string | undefined): string => (item === undefined ? '' : typeof item === 'string' ? item : expander.text(item))
  const or = (): boolean => {
    let value = and()
    while (peek() === '||') {
      at++
      const right = and()
      value = value || right
    }
    return value
  }
  const and = (): boolean => {
    let value = not()
    while (peek() === '&&') {
      at++
      const right = not()
      value = value && right
    }
    return value
  }
  const not = (): boolean => {
    if (peek() === '!') {
      at++
      return !not()
    }
    if (peek() === '(') {
      at++
      const value = or()
      if (peek() === ')') at++
      return value
    }
    return primary()
  }
  const primary = (): boolean => {
    const first = words[at++]
    const next = peek()
    if (typeof first === 'string' && /^-[a-zA-Z]$/.test(first) && next !== undefined && next !== ')' && next !== '&&' && next !== '||') {
      at++
      return unary(first, text(next))
    }
    if (typeof next === 'string' && /^(=|==|!=|=~|<|>|-eq|-ne|-lt|-le|-gt|-ge|-nt|-ot|-ef)$/.test(next)) {
      at++
      const right = words[at++]
      return binary(text(first), next, right)
    }
    return text(first) !== ''
  }
  const unary = (op: string, value: string): boolean => {
    if (op === '-z') return value === ''
    if (op === '-n') return value !== ''
    if (op === '-v') return Object.hasOwn(shell.state.vars, value) && shell.state.vars[value]?.v !== undefined
    if (op === '-o') return false
    return testFile(op, value, shell.ctx)
  }
  const binary = (left: string, op: string, right: Word | string | undefined): boolean => {
    if (op === '=' || op === '==' || op === '!=') {
      const pattern = right === undefined || typeof right === 'string' ? (right ?? '') : expander.pattern(right)
      return matches(pattern, left) === (op !== '!=')
    }
    const value = text(right)
    if (op === '=~') return matchRegExp(shell, left, value)
    if (op === '<') return left < value
    if (op === '>') return left > value
    if (op === '-nt' || op === '-ot' || op === '-ef') return compareFiles(left, op, value, shell.ctx)
    const number = (s: string): bigint => expander.arithmetic([{ t: 'lit', s }])
    return compareIntegers(number(left), op, number(value))
  }
  const result = or()
  return result ? 0 : 1
}

function matchRegExp(shell: Shell, text: string, source: string): boolean {
  let m: RegExpExecArray | null
  try {
    m = new RegExp(source.replace(/\[\[:(\w+):\]\]/g, (_, name: string) => ({ digit: '[0-9]', alpha: '[A-Za-z]', alnum: '[A-Za-z0-9]', space: '\\s', upper: '[A-Z]', lower: '[a-z]' })[name] ?? '[]')).exec(text)
  } catch {
    return false
  }
  if (shell.state.flavour === 'bash') {
    const a: Record<string, string> = {}
    m?.forEach((group, i) => { a[i] = group ?? '' })
    shell.state.vars.BASH_REMATCH = { a }
  }
  return m !== null
}
