/** awk's language: from text to a tree. upstream: POSIX awk */

export type Expr =
  | { k: 'num'; n: number }
  | { k: 'str'; s: string }
  | { k: 're'; source: string }
  | { k: 'var'; name: string }
  | { k: 'field'; e: Expr }
  | { k: 'index'; name: string; keys: Expr[] }
  | { k: 'assign'; op: string; to: Expr; e: Expr }
  | { k: 'cond'; c: Expr; a: Expr; b: Expr }
  | { k: 'bin'; op: string; a: Expr; b: Expr }
  | { k: 'unary'; op: string; e: Expr }
  | { k: 'incr'; op: '++' | '--'; pre: boolean; e: Expr }
  | { k: 'in'; keys: Expr[]; name: string }
  | { k: 'match'; negated: boolean; e: Expr; re: Expr }
  | { k: 'call'; name: string; args: Expr[] }
  | { k: 'getline'; to?: Expr; file?: Expr }
  | { k: 'group'; e: Expr }

export type Stmt =
  | { k: 'expr'; e: Expr }
  | { k: 'print'; args: Expr[]; format: boolean; to?: { op: '>' | '>>' | '|'; e: Expr } }
  | { k: 'if'; c: Expr; a: Stmt; b?: Stmt }
  | { k: 'while'; c: Expr; body: Stmt; after: boolean }
  | { k: 'for'; init?: Stmt; c?: Expr; step?: Stmt; body: Stmt }
  | { k: 'forin'; name: string; array: string; body: Stmt }
  | { k: 'block'; body: Stmt[] }
  | { k: 'next' | 'break' | 'continue' }
  | { k: 'exit' | 'return'; e?: Expr }
  | { k: 'delete'; name: string; keys?: Expr[] }

export interface Rule {
  readonly kind: 'BEGIN' | 'END' | 'main'
  readonly pattern?: Expr
  readonly until?: Expr
  readonly body?: Stmt
}

export interface AwkProgram {
  readonly rules: readonly Rule[]
  readonly functions: Readonly<Record<string, { params: string[]; body: Stmt }>>
}

export class AwkSyntaxError extends Error {}

interface Token {
  k: 'num' | 'str' | 're' | 'name' | 'func' | 'op' | 'kw' | 'nl' | 'end'
  s: string
}

const KEYWORDS = new Set(['BEGIN', 'END', 'function', 'func', 'if', 'else', 'while', 'for', 'do', 'break', 'continue', 'next', 'nextfile', 'exit', 'return', 'delete', 'in', 'getline', 'print', 'printf'])
const OPS = ['**=', '&&', '||', '++', '--', '+=', '-=', '*=', '/=', '%=', '^=', '**', '==', '<=', '>=', '!=', '!~', '>>', '{', '}', '(', ')', '[', ']', ';', ',', '+', '-', '*', '/', '%', '^', '!', '>', '<', '|', '?', ':', '~', '$', '=']

function unescape(raw: string): string {
  return raw.replace(/\\([0-7]{1,3}|\n|.)/gs, (_, e: string) => (/^[0-7]/.test(e) ? String.fromCharCode(parseInt(e, 8)) : ({ n: '\n', t: '\t', r: '\r', '\\': '\\', '"': '"', '/': '/', a: '\x07', b: '\b', f: '\f', v: '\v', '\n': '' }[e] ?? `\\${e}`)))
}

function tokenize(text: string): Token[] {
  const out: Token[] = []
  for (let i = 0; i < text.length; ) {
    const c = text[i] as string
    if (c === ' ' || c === '\t' || c === '\r') i++
    else if (c === '\\' && text[i + 1] === '\n') i += 2
    else if (c === '\n') {
      out.push({ k: 'nl', s: '\n' })
      i++
    } else if (c === '#') while (i < text.length && text[i] !== '\n') i++
    else if (c === '"') {
      let j = i + 1
      while (j < text.length && text[j] !== '"') j += text[j] === '\\' ? 2 : 1
      if (j >= text.length) throw new AwkSyntaxError('Unterminated string')
      out.push({ k: 'str', s: unescape(text.slice(i + 1, j)) })
      i = j + 1
    } else if (c === '/' && !endsOperand(out.at(-1))) {
      let j = i + 1
      for (let inBracket = false; j < text.length && (text[j] !== '/' || inBracket); j++) {
        if (text[j] === '\\') j++
        else if (text[j] === '[') inBracket = true
        else if (text[j] === ']') inBracket = false
      }
      if (j >= text.length) throw new AwkSyntaxError('Unterminated regular expression')
      out.push({ k: 're', s: text.slice(i + 1, j).replace(/\\\//g, '/') })
      i = j + 1
    } else {
      const number = /^(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)/.exec(text.slice(i))
      const name = /^[A-Za-z_]\w*/.exec(text.slice(i))
      if (number !== null) {
        out.push({ k: 'num', s: number[0] })
        i += number[0].length
      } else if (name !== null) {
        i += name[0].length
        out.push({ k: KEYWORDS.has(name[0]) ? 'kw' : text[i] === '(' ? 'func' : 'name', s: name[0] })
      } else {
        const op = OPS.find(o => text.startsWith(o, i))
        if (op === undefined) throw new AwkSyntaxError(`Unexpected token`)
        out.push({ k: 'op', s: op })
        i += op.length
      }
    }
  }
  out.push({ k: 'end', s: '' })
  return out
}

const endsOperand = (token: Token | undefined): boolean => token !== undefined && (token.k === 'num' || token.k === 'str' || token.k === 'name' || (token.k === 'op' && (token.s === ')' || token.s === ']' || token.s === '$')))

export function parseAwk(text: string): AwkProgram {
  const tokens = tokenize(text)
  let at = 0
  const rules: Rule[] = []
  const functions: Record<string, { params: string[]; body: Stmt }> = {}
  const peek = (): Token => tokens[at] as Token
  const is = (s: string): boolean => (peek().k === 'op' || peek().k === 'kw') && peek().s === s
  const take = (s: string): boolean => (is(s) ? (at++, true) : false)
  const expect = (s: string): void => {
    if (!take(s)) throw new AwkSyntaxError('Unexpected token')
  }
  const newlines = (): void => {
    while (peek().k === 'nl') at++
  }
  const separators = (): void => {
    while (peek().k === 'nl' || is(';')) at++
  }

  // Within print's arguments `>` is a redirection, and within for's head `in` belongs to the loop.
  let noGreater = false
  let noIn = false
  const grouped = <T>(f: () => T): T => {
    const saved = [noGreater, noIn] as const
    noGreater = false
    noIn = false
    const value = f()
    ;[noGreater, noIn] = saved
    return value
  }

  const expr = (): Expr => ternary()
  const ternary = (): Expr => {
    const c = or()
    if (take('?')) {
      newlines()
      const a = ternary()
      newlines()
      expect(':')
      newlines()
      return { k: 'cond', c, a, b: ternary() }
    }
    const op = peek()
    if (op.k === 'op' && /^(=|\+=|-=|\*=|\/=|%=|\^=|\*\*=)$/.test(op.s) && isPlace(c)) {
      at++
      newlines()
      return { k: 'assign', op: op.s.slice(0, -1), to: c, e: ternary() }
    }
    return c
  }
  const isPlace = (e: Expr): boolean => e.k === 'var' || e.k === 'field' || e.k === 'index'
  const or = (): Expr => {
    let a = and()
    while (take('||')) {
      newlines()
      a = { k: 'bin', op: '||', a, b: and() }
    }
    return a
  }
  const and = (): Expr => {
    let a = membership()
    while (take('&&')) {
      newlines()
      a = { k: 'bin', op: '&&', a, b: membership() }
    }
    return a
  }
  const membership = (): Expr => {
    let a = matching()
    while (!noIn && is('in')) {
      at++
      a = { k: 'in', keys: [a], name: tokens[at++]?.s ?? '' }
    }
    return a
  }
  const matching = (): Expr => {
    let a = comparison()
    while (is('~') || is('!~')) {
      const negated = peek().s === '!~'
      at++
      a = { k: 'match', negated, e: a, re: comparison() }
    }
    return a
  }
  const comparison = (): Expr => {
    const a = concatenation()
    const { k, s } = peek()
    if (k === 'op' && (/^(<|<=|==|!=|>=)$/.test(s) || (s === '>' && !noGreater))) {
      at++
      return { k: 'bin', op: s, a, b: concatenation() }
    }
    return a
  }
  const startsOperand = (): boolean => {
    const { k, s } = peek()
    if (k === 'num' || k === 'str' || k === 'name' || k === 'func' || k === 're') return true
    return k === 'op' && (s === '$' || s === '!' || s === '(' || s === '-' || s === '+' || s === '++' || s === '--')
  }
  const concatenation = (): Expr => {
    let a = additive()
    while (startsOperand() && !is('in')) a = { k: 'bin', op: ' ', a, b: additive() }
    return a
  }
  const additive = (): Expr => {
    let a = multiplicative()
    while (is('+') || is('-')) a = { k: 'bin', op: tokens[at++]?.s ?? '', a, b: multiplicative() }
    return a
  }
  const multiplicative = (): Expr => {
    let a = unary()
    while (is('*') || is('/') || is('%')) a = { k: 'bin', op: tokens[at++]?.s ?? '', a, b: unary() }
    return a
  }
  const unary = (): Expr => {
    if (is('!') || is('-') || is('+')) return { k: 'unary', op: tokens[at++]?.s ?? '', e: unary() }
    return power()
  }
  const power = (): Expr => {
    const a = postfix()
    if (!take('^') && !take('**')) return a
    return { k: 'bin', op: '^', a, b: is('-') || is('+') || is('!') ? unary() : power() }
  }
  const postfix = (): Expr => {
    const e = primary()
    if (isPlace(e) && (is('++') || is('--'))) return { k: 'incr', op: tokens[at++]?.s as '++', pre: false, e }
    return e
  }
  const list = (end: string): Expr[] => {
    const out: Expr[] = []
    newlines()
    while (!is(end)) {
      out.push(expr())
      newlines()
      if (!take(',')) break
      newlines()
    }
    expect(end)
    return out
  }
  const primary = (): Expr => {
    const token = tokens[at++] as Token
    switch (token.k) {
      case 'num': return { k: 'num', n: Number(token.s) }
      case 'str': return { k: 'str', s: token.s }
      case 're': return { k: 're', source: token.s }
      case 'func': {
        at++
        return { k: 'call', name: token.s, args: grouped(() => list(')')) }
      }
      case 'name':
        if (take('[')) return { k: 'index', name: token.s, keys: grouped(() => list(']')) }
        // length needs no parentheses.
        return token.s === 'length' ? { k: 'call', name: 'length', args: [] } : { k: 'var', name: token.s }
      case 'op':
        if (token.s === '$') return { k: 'field', e: is('++') || is('--') ? { k: 'incr', op: tokens[at++]?.s as '++', pre: true, e: primary() } : is('-') ? unary() : primary() }
        if (token.s === '++' || token.s === '--') return { k: 'incr', op: token.s, pre: true, e: primary() }
        if (token.s === '(') {
          const items = grouped(() => list(')'))
          if (is('in')) {
            at++
            return { k: 'in', keys: items, name: tokens[at++]?.s ?? '' }
          }
          if (items.length !== 1) throw new AwkSyntaxError('Unexpected token')
          return { k: 'group', e: items[0] as Expr }
        }
        break
      case 'kw':
        if (token.s === 'getline') {
          const to = startsOperand() && (peek().k === 'name' || is('$')) ? { to: primary() } : {}
          return take('<') ? { k: 'getline', ...to, file: primary() } : { k: 'getline', ...to }
        }
        break
    }
    throw new AwkSyntaxError('Unexpected token')
  }

  const simple = (): Stmt => {
    if (is('print') || is('printf')) {
      const format = peek().s === 'printf'
      at++
      noGreater = true
      let args: Expr[] = []
      if (!is(';') && !is('}') && !is('>') && !is('>>') && !is('|') && peek().k !== 'nl' && peek().k !== 'end') {
        args = [expr()]
        while (take(',')) {
          newlines()
          args.push(expr())
        }
        const only = args.length === 1 ? (args[0] as Expr) : undefined
        if (only?.k === 'group') args = [only.e]
      }
      noGreater = false
      const op = peek().s
      if (peek().k === 'op' && (op === '>' || op === '>>' || op === '|')) {
        at++
        return { k: 'print', args, format, to: { op, e: concatenation() } }
      }
      return { k: 'print', args, format }
    }
    if (take('delete')) {
      const name = tokens[at++]?.s ?? ''
      return take('[') ? { k: 'delete', name, keys: grouped(() => list(']')) } : { k: 'delete', name }
    }
    return { k: 'expr', e: expr() }
  }
  /** `print (a, b)`: a list in parentheses is no expression by itself. */
  const printList = (): Stmt | undefined => {
    if (!(is('print') || is('printf')) || tokens[at + 1]?.s !== '(' || tokens[at + 1]?.k !== 'op') return undefined
    const saved = at
    const format = peek().s === 'printf'
    at += 2
    try {
      const args = grouped(() => list(')'))
      if (args.length > 1 && (is(';') || is('}') || is('>') || is('>>') || is('|') || peek().k === 'nl' || peek().k === 'end')) {
        const op = peek().s
        if (op !== '>' && op !== '>>' && op !== '|') return { k: 'print', args, format }
        at++
        return { k: 'print', args, format, to: { op, e: concatenation() } }
      }
    } catch (e) {
      if (!(e instanceof AwkSyntaxError)) throw e
    }
    at = saved
    return undefined
  }
  const ended = (stmt: Stmt): Stmt => {
    if (!take(';') && peek().k === 'nl') at++
    return stmt
  }
  const block = (): Stmt => {
    expect('{')
    const body: Stmt[] = []
    for (separators(); !is('}'); separators()) {
      if (peek().k === 'end') throw new AwkSyntaxError('Unexpected end of string')
      body.push(statement())
    }
    at++
    return { k: 'block', body }
  }
  const body = (): Stmt => {
    newlines()
    if (take(';')) return { k: 'block', body: [] }
    return statement()
  }
  const statement = (): Stmt => {
    newlines()
    if (is('{')) return block()
    if (take('if')) {
      expect('(')
      const c = grouped(expr)
      expect(')')
      const a = body()
      const saved = at
      separators()
      if (take('else')) return { k: 'if', c, a, b: body() }
      at = saved
      return { k: 'if', c, a }
    }
    if (take('while')) {
      expect('(')
      const c = grouped(expr)
      expect(')')
      return { k: 'while', c, body: body(), after: false }
    }
    if (take('do')) {
      const inner = body()
      separators()
      expect('while')
      expect('(')
      const c = grouped(expr)
      expect(')')
      return ended({ k: 'while', c, body: inner, after: true })
    }
    if (take('for')) {
      expect('(')
      if (tokens[at]?.k === 'name' && tokens[at + 1]?.s === 'in' && tokens[at + 3]?.s === ')') {
        const name = tokens[at]?.s ?? ''
        const array = tokens[at + 2]?.s ?? ''
        at += 4
        return { k: 'forin', name, array, body: body() }
      }
      const init = is(';') ? {} : { init: simple() }
      expect(';')
      newlines()
      const c = is(';') ? {} : { c: expr() }
      expect(';')
      newlines()
      const step = is(')') ? {} : { step: simple() }
      expect(')')
      return { k: 'for', ...init, ...c, ...step, body: body() }
    }
    for (const word of ['next', 'break', 'continue'] as const) if (take(word)) return ended({ k: word })
    if (take('nextfile')) return ended({ k: 'next' })
    for (const word of ['exit', 'return'] as const)
      if (take(word)) return ended(is(';') || is('}') || peek().k === 'nl' || peek().k === 'end' ? { k: word } : { k: word, e: expr() })
    return ended(printList() ?? simple())
  }

  for (separators(); peek().k !== 'end'; separators()) {
    if (take('function') || take('func')) {
      const name = tokens[at++]?.s ?? ''
      expect('(')
      const params: string[] = []
      while (!is(')')) {
        newlines()
        params.push(tokens[at++]?.s ?? '')
        newlines()
        if (!take(',')) break
      }
      expect(')')
      newlines()
      functions[name] = { params, body: block() }
    } else if (is('BEGIN') || is('END')) {
      const kind = tokens[at++]?.s as 'BEGIN' | 'END'
      rules.push({ kind, body: block() })
    } else if (is('{')) rules.push({ kind: 'main', body: block() })
    else {
      const pattern = expr()
      let until: Expr | undefined
      if (take(',')) {
        newlines()
        until = expr()
      }
      rules.push({ kind: 'main', pattern, ...(until === undefined ? {} : { until }), ...(is('{') ? { body: block() } : {}) })
    }
  }
  return { rules, functions }
}
