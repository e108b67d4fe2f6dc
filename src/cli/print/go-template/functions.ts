/** What templates may call: Go's built-in functions and kubectl's `exists` and `base64decode`. upstream: Go's text/template/funcs.go, cli-runtime/pkg/printers/template.go */
import { byCodePoint } from '../../../base/go-text'
import { sprint, sprintf, sprintln } from './printf'
import type { Val } from './value'
import { boxed, Byte, Complex, concrete, floatOf, integerOf, isMap, isTrue, syntaxText, typeName, unboxed } from './value'

/** A call went wrong; the message follows `error calling name: `. */
export class CallError extends Error {}

/** What a parameter accepts: any value as it is, any value with nil for an invalid one, or a text. */
export type Parameter = 'value' | 'any' | 'string'

export interface TemplateFunction {
  readonly parameters: readonly Parameter[]
  /** Any number of further ones. */
  readonly rest?: Parameter
  call(args: readonly (Val | undefined)[]): Val | undefined
}

const fail = (message: string): never => {
  throw new CallError(message)
}

const bare = (args: readonly (Val | undefined)[]): unknown[] => args.map(a => a?.v ?? null)

/** Arguments of escapers: invalid ones print as in a template. */
const printed = (args: readonly (Val | undefined)[]): string => {
  const [only] = args
  return args.length === 1 && typeof only?.v === 'string' ? only.v : sprint(args.map(a => (a === undefined || a.v === null ? '<no value>' : a.v)))
}

const fromArgs = (parameters: readonly Parameter[], rest: Parameter | undefined, call: (args: readonly (Val | undefined)[]) => Val | undefined): TemplateFunction => (rest === undefined ? { parameters, call } : { parameters, rest, call })
const comparison = (compare: (a: Val | undefined, b: Val | undefined) => boolean): TemplateFunction => fromArgs(['value', 'value'], undefined, ([a, b]) => concrete(compare(unboxed(a), unboxed(b))))

/** `and` and `or` are the evaluator's: they do not evaluate all of their arguments. */
const lazy = fromArgs(['value'], 'value', () => fail('unreachable'))

export const FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  and: lazy,
  or: lazy,
  not: fromArgs(['value'], undefined, ([a]) => concrete(!isTrue(a))),
  call: fromArgs(['value'], 'value', ([fn]) => fail(unboxed(fn) === undefined ? 'call of nil' : `of type ${typeName(fn?.v)}`)),
  html: fromArgs([], 'any', args => concrete(escapeHtml(printed(args)))),
  js: fromArgs([], 'any', args => concrete(escapeJs(printed(args)))),
  urlquery: fromArgs([], 'any', args => concrete(escapeQuery(printed(args)))),
  index: fromArgs(['value'], 'value', ([item, ...indexes]) => index(item, indexes)),
  slice: fromArgs(['value'], 'value', ([item, ...indexes]) => slice(item, indexes)),
  len: fromArgs(['value'], undefined, ([item]) => length(item)),
  print: fromArgs([], 'any', args => concrete(sprint(bare(args)))),
  printf: fromArgs(['string'], 'any', ([format, ...args]) => concrete(sprintf(String(format?.v), bare(args)))),
  println: fromArgs([], 'any', args => concrete(sprintln(bare(args)))),
  eq: fromArgs(['value'], 'value', ([first, ...others]) => concrete(equal(first, others))),
  ne: fromArgs(['value', 'value'], undefined, ([a, b]) => concrete(!equal(a, [b]))),
  lt: comparison(less),
  le: comparison((a, b) => less(a, b) || equal(a, [b])),
  gt: comparison((a, b) => !less(a, b) && !equal(a, [b])),
  ge: comparison((a, b) => !less(a, b)),
  exists: fromArgs(['any'], 'any', ([item, ...indexes]) => concrete(exists(item, indexes))),
  base64decode: fromArgs(['string'], undefined, ([text]) => concrete(base64Decode(String(text?.v)))),
}

// ── Collections ─────────────────────────────────────────────────────────────

function index(item: Val | undefined, indexes: readonly (Val | undefined)[]): Val | undefined {
  let at = unboxed(item)
  if (at === undefined) fail('index of untyped nil')
  for (const i of indexes) {
    const key = unboxed(i)
    const inner = unboxed(at)
    if (inner === undefined) return fail('index of nil pointer')
    const { v } = inner
    if (typeof v === 'string') {
      const bytes = Buffer.from(v)
      const n = position(key, bytes.length)
      at = n === bytes.length ? fail('reflect: string index out of range') : concrete(new Byte(bytes[n] as number))
    } else if (Array.isArray(v)) {
      const n = position(key, v.length)
      at = n === v.length ? fail('reflect: slice index out of range') : boxed(v[n])
    } else if (isMap(v)) {
      if (key === undefined) return fail('value is nil; should be of type string')
      if (typeof key.v !== 'string') return fail(`value has type ${typeName(key.v)}; should be string`)
      at = boxed(Object.hasOwn(v, key.v) ? v[key.v] : null)
    } else return fail(`can't index item of type ${typeName(v)}`)
  }
  return at
}

function position(key: Val | undefined, max: number): number {
  if (key === undefined) return fail('cannot index slice/array with nil')
  const n = integerOf(key.v)
  if (n === undefined) return fail(`cannot index slice/array with type ${typeName(key.v)}`)
  return n < 0n || n > BigInt(max) ? fail(`index out of range: ${n}`) : Number(n)
}

function slice(item: Val | undefined, indexes: readonly (Val | undefined)[]): Val {
  const inner = unboxed(item)
  if (inner === undefined) return fail('slice of untyped nil')
  const { v } = inner
  if (indexes.length > 3) fail(`too many slice indexes: ${indexes.length}`)
  if (typeof v === 'string' && indexes.length === 3) fail('cannot 3-index slice a string')
  if (typeof v !== 'string' && !Array.isArray(v)) return fail(`can't slice item of type ${typeName(v)}`)
  const whole = typeof v === 'string' ? Buffer.from(v) : v
  const [from = 0, to = whole.length, max] = indexes.map(i => (i?.boxed ? fail('cannot index slice/array with type interface {}') : position(i, whole.length)))
  if (from > to) fail(`invalid slice index: ${from} > ${to}`)
  if (max !== undefined && to > max) fail(`invalid slice index: ${to} > ${max}`)
  return concrete(typeof v === 'string' ? (whole as Buffer).subarray(from, to).toString() : v.slice(from, to))
}

function length(item: Val | undefined): Val {
  if (item === undefined) return fail('reflect: call of reflect.Value.Type on zero Value')
  const { v } = item
  if (v === null) return fail('len of nil pointer')
  if (typeof v === 'string') return concrete(BigInt(Buffer.byteLength(v)))
  if (Array.isArray(v)) return concrete(BigInt(v.length))
  return isMap(v) ? concrete(BigInt(Object.keys(v).length)) : fail(`len of type ${typeName(v)}`)
}

/** Whether indexing would find something. */
function exists(item: Val | undefined, indexes: readonly (Val | undefined)[]): boolean {
  if (indexes.length === 0) return true
  let v: unknown = item?.v
  for (const i of indexes) {
    const key = i?.v
    if (typeof v === 'string' || Array.isArray(v)) {
      const size = typeof v === 'string' ? Buffer.byteLength(v) : v.length
      const n = integerOf(key)
      if (n === undefined || n < 0n || n >= BigInt(size)) return false
      v = typeof v === 'string' ? 0n : v[Number(n)]
    } else if (isMap(v)) {
      if (key !== null && key !== undefined && typeof key !== 'string') return false
      v = Object.hasOwn(v, key ?? '') ? v[key ?? ''] : null
    } else return false
  }
  return v !== null && v !== undefined
}

// ── Comparisons ─────────────────────────────────────────────────────────────

const KINDS: Record<string, string> = { string: 'string', float64: 'float', int: 'int', int64: 'int', uint8: 'uint', bool: 'bool', complex128: 'complex' }
/** undefined for what has no order and no simple equality. */
const kindOf = (value: Val | undefined): string | undefined => (value === undefined ? undefined : KINDS[typeName(value.v)])
const same = (a: unknown, b: unknown): boolean => (a instanceof Complex && b instanceof Complex ? a.re === b.re && a.im === b.im : basic(a) === basic(b))
/** Signed or not: these two kinds compare with each other. */
const isWhole = (kind: string | undefined): boolean => kind === 'int' || kind === 'uint'
/** What JavaScript compares as Go does. */
const basic = (v: unknown): unknown => integerOf(v) ?? floatOf(v) ?? v

function equal(first: Val | undefined, others: readonly (Val | undefined)[]): boolean {
  if (others.length === 0) fail('missing argument for comparison')
  const a = unboxed(first)
  for (const other of others) {
    const b = unboxed(other)
    if (kindOf(a) !== kindOf(b) && !(isWhole(kindOf(a)) && isWhole(kindOf(b)))) {
      if (a !== undefined && b !== undefined) fail(`incompatible types for comparison: ${typeName(a.v)} and ${typeName(b.v)}`)
    } else if (kindOf(a) !== undefined ? same(a?.v, b?.v) : equalNothings(a, b)) return true
  }
  return false
}

/** Maps and lists compare with nil only. */
function equalNothings(a: Val | undefined, b: Val | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  if (Array.isArray(a.v) !== Array.isArray(b.v)) fail(`non-comparable types ${sprintf('%s', [a.v])}: ${typeName(a.v)}, ${typeName(b.v)}: ${sprintf('%v', [b.v])}`)
  return fail(`non-comparable type ${sprintf('%s', [b.v])}: ${typeName(b.v)}`)
}

function less(a: Val | undefined, b: Val | undefined): boolean {
  const [x, y] = [kindOf(a), kindOf(b)]
  if (a === undefined || b === undefined || x === undefined || y === undefined) return fail('invalid type for comparison')
  if (x !== y && !(isWhole(x) && isWhole(y))) return fail(`incompatible types for comparison: ${typeName(a.v)} and ${typeName(b.v)}`)
  if (x === 'bool' || x === 'complex') return fail('invalid type for comparison')
  return x === 'string' ? byCodePoint(a.v as string, b.v as string) < 0 : (basic(a.v) as number) < (basic(b.v) as number)
}

// ── Texts ───────────────────────────────────────────────────────────────────

const HTML: Record<string, string> = { '\0': '\ufffd', '"': '&#34;', "'": '&#39;', '&': '&amp;', '<': '&lt;', '>': '&gt;' }
const escapeHtml = (text: string): string => text.replace(/[\0"'&<>]/g, c => HTML[c] as string)

const JS: Record<string, string> = { '\\': '\\\\', "'": "\\'", '"': '\\"', '<': '\\u003C', '>': '\\u003E', '&': '\\u0026', '=': '\\u003D' }
const escapeJs = (text: string): string =>
  [...text]
    .map(c => {
      const code = c.codePointAt(0) as number
      const special = JS[c]
      if (special !== undefined) return special
      return code < 0x20 || (code >= 0x80 && syntaxText(c).includes('\\')) ? `\\u${code.toString(16).toUpperCase().padStart(4, '0')}` : c
    })
    .join('')

const escapeQuery = (text: string): string => encodeURIComponent(text).replace(/%20/g, '+').replace(/[!'()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

/** Standard base64 with its padding; line breaks do not count. */
function base64Decode(text: string): string {
  const wrong = (at: number): never => fail(`base64 decode failed: illegal base64 data at input byte ${at}`)
  const bytes = Buffer.from(text)
  let digits = 0
  let i = 0
  const skipBreaks = (): void => {
    while (bytes[i] === 10 || bytes[i] === 13) i++
  }
  for (skipBreaks(); i < bytes.length; i++, skipBreaks()) {
    const c = String.fromCharCode(bytes[i] as number)
    if (/[A-Za-z0-9+/]/.test(c)) digits++
    else if (c !== '=' || digits % 4 < 2) return wrong(i)
    else {
      if (digits % 4 === 2) {
        i++
        skipBreaks()
        if (i >= bytes.length) return wrong(bytes.length)
        if (bytes[i] !== 61) return wrong(i)
      }
      i++
      skipBreaks()
      if (i < bytes.length) return wrong(i)
      digits = 0
      break
    }
  }
  if (digits % 4 !== 0) return wrong(bytes.length - (digits % 4))
  return Buffer.from(text, 'base64').toString()
}
