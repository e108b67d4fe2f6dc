/** `$((…))`: C's integer expressions on 64 bits, with variables and assignments. */

export class ArithmeticError extends Error {}

export interface Variables {
  get(name: string): string | undefined
  set(name: string, value: string): void
}

const BINARY: Record<string, number> = {
  '||': 1, '&&': 2, '|': 3, '^': 4, '&': 5, '==': 6, '!=': 6, '<': 7, '<=': 7, '>': 7, '>=': 7, '<<': 8, '>>': 8, '+': 9, '-': 9, '*': 10, '/': 10, '%': 10, '**': 11,
}
const ASSIGN = new Set(['=', '+=', '-=', '*=', '/=', '%=', '<<=', '>>=', '&=', '^=', '|='])
const TOKEN = /\s*(?:(0[xX][0-9a-fA-F]+|\d+#[0-9a-zA-Z@_]+|\d+[0-9a-zA-Z_]*)|([A-Za-z_][A-Za-z0-9_]*(?:\[[^\]]*\])?)|(<<=|>>=|\*\*|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&^|]=|[-+*/%<>=!~&^|?:,()]))/y
const MAX_DEPTH = 200

const wrap = (n: bigint): bigint => BigInt.asIntN(64, n)

/** The value of an expression whose `$` are already expanded. Throws ArithmeticError. */
export function evaluate(text: string, variables: Variables, depth = 0): bigint {
  if (depth > MAX_DEPTH) throw new ArithmeticError('expression recursion loop detected')
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  const trimmed = text.trimEnd()
  while (TOKEN.lastIndex < trimmed.length) {
    const m = TOKEN.exec(trimmed)
    if (m === null) throw new ArithmeticError('arithmetic syntax error')
    tokens.push((m[1] ?? m[2] ?? m[3]) as string)
  }
  if (tokens.length === 0) return 0n
  let at = 0
  const peek = (): string | undefined => tokens[at]
  const syntax = (): never => {
    throw new ArithmeticError('arithmetic syntax error')
  }
  const valueOf = (name: string): bigint => {
    const value = variables.get(name)
    if (value === undefined || value.trim() === '') return 0n
    const trimmedValue = value.trim()
    return /^[-+]?\d+$/.test(trimmedValue) && !/^[-+]?0\d/.test(trimmedValue) ? wrap(BigInt(trimmedValue.replace(/^\+/, ''))) : evaluate(trimmedValue, variables, depth + 1)
  }
  const isName = (token: string | undefined): token is string => token !== undefined && /^[A-Za-z_]/.test(token)

  const comma = (live: boolean): bigint => {
    let value = assignment(live)
    while (peek() === ',') {
      at++
      value = assignment(live)
    }
    return value
  }
  const assignment = (live: boolean): bigint => {
    const name = peek()
    const op = tokens[at + 1]
    if (!isName(name) || op === undefined || !ASSIGN.has(op)) return ternary(live)
    at += 2
    const right = assignment(live)
    if (!live) return 0n
    const value = op === '=' ? right : apply(op.slice(0, -1), valueOf(name), right)
    variables.set(name, String(value))
    return value
  }
  const ternary = (live: boolean): bigint => {
    const condition = binary(1, live)
    if (peek() !== '?') return condition
    at++
    const yes = comma(live && condition !== 0n)
    if (tokens[at++] !== ':') syntax()
    const no = assignment(live && condition === 0n)
    return condition !== 0n ? yes : no
  }
  const binary = (level: number, live: boolean): bigint => {
    let left = unary(live)
    for (;;) {
      const op = peek()
      const precedence = op === undefined ? undefined : BINARY[op]
      if (op === undefined || precedence === undefined || precedence < level) return left
      at++
      const short = op === '||' ? left !== 0n : op === '&&' ? left === 0n : false
      const right = binary(op === '**' ? precedence : precedence + 1, live && !short)
      left = !live || short ? (op === '||' ? 1n : 0n) : apply(op, left, right)
    }
  }
  const unary = (live: boolean): bigint => {
    const op = peek()
    if (op === '!' || op === '~' || op === '-' || op === '+') {
      at++
      const value = unary(live)
      return op === '!' ? (value === 0n ? 1n : 0n) : op === '~' ? ~value : op === '-' ? wrap(-value) : value
    }
    if (op === '++' || op === '--') {
      at++
      const name = tokens[at++]
      if (!isName(name)) return syntax()
      const value = wrap(valueOf(name) + (op === '++' ? 1n : -1n))
      if (live) variables.set(name, String(value))
      return value
    }
    return primary(live)
  }
  const primary = (live: boolean): bigint => {
    const token = tokens[at++]
    if (token === undefined) return syntax()
    if (token === '(') {
      const value = comma(live)
      if (tokens[at++] !== ')') syntax()
      return value
    }
    if (isName(token)) {
      const value = live ? valueOf(token) : 0n
      const op = peek()
      if (op !== '++' && op !== '--') return value
      at++
      if (live) variables.set(token, String(wrap(value + (op === '++' ? 1n : -1n))))
      return value
    }
    return /^\d/.test(token) ? literal(token) : syntax()
  }
  const result = comma(true)
  if (at < tokens.length) syntax()
  return result
}

function literal(token: string): bigint {
  const based = /^(\d+)#(.+)$/.exec(token)
  if (based !== null) {
    const base = Number(based[1])
    let value = 0n
    for (const c of based[2] as string) {
      const digit = base <= 36 ? parseInt(c, 36) : '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@_'.indexOf(c)
      if (!(digit >= 0 && digit < base)) throw new ArithmeticError('arithmetic syntax error')
      value = value * BigInt(base) + BigInt(digit)
    }
    return wrap(value)
  }
  try {
    if (/^0\d/.test(token)) return wrap(BigInt(`0o${token.slice(1)}`))
    return wrap(BigInt(token))
  } catch {
    throw new ArithmeticError('arithmetic syntax error')
  }
}

function apply(op: string, a: bigint, b: bigint): bigint {
  switch (op) {
    case '+': return wrap(a + b)
    case '-': return wrap(a - b)
    case '*': return wrap(a * b)
    case '/':
    case '%':
      if (b === 0n) throw new ArithmeticError('divide by zero')
      return wrap(op === '/' ? a / b : a % b)
    case '**':
      if (b < 0n) throw new ArithmeticError('exponent less than 0')
      return power(a, b)
    case '<<': return wrap(a << BigInt.asUintN(6, b))
    case '>>': return wrap(a >> BigInt.asUintN(6, b))
    case '&': return a & b
    case '|': return a | b
    case '^': return a ^ b
    case '&&': return a !== 0n && b !== 0n ? 1n : 0n
    case '||': return a !== 0n || b !== 0n ? 1n : 0n
    case '==': return a === b ? 1n : 0n
    case '!=': return a !== b ? 1n : 0n
    case '<': return a < b ? 1n : 0n
    case '<=': return a <= b ? 1n : 0n
    case '>': return a > b ? 1n : 0n
    default: return a >= b ? 1n : 0n
  }
}

/** By squaring, cut to 64 bits at every step. */
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (let b = base, e = exponent; e > 0n; e >>= 1n, b = wrap(b * b)) if (e & 1n) result = wrap(result * b)
  return result
}
