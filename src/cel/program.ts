/** Compiles an expression and runs it; what goes wrong is worded as the API server words it. upstream: apiserver/pkg/admission/plugin/cel/compile.go */
import type { EvaluationError } from '@marcbachmann/cel-js'
import type { ScopedEnvironment } from './environment'
import { CostLimitError, meter, metered } from './cost'
import { CelFunctionError } from './library/register'
import { celTypeName, compileIssue, issue, unreadable } from './messages'
import { withoutOptionals } from './optional-literals'
import { withoutLiterals, type Rewritten } from './rewrite'
import { prepareTree } from './tree'

export interface Program {
  /** As the checker sees it, `list(string)`. */
  readonly type: string
  /** Throws CelError. */
  run(variables: Readonly<Record<string, unknown>>, budget?: Budget): unknown
  /** Whether the expression reads this variable. */
  uses(name: string): boolean
}
/** What several evaluations together may still cost; below zero they have cost too much. */
export interface Budget {
  left: number
}
export interface CompileFailure {
  /** `compilation failed: ERROR: <input>:1:1: …`, or what the result should have been. */
  readonly error: string
  /** The issues alone, where it does not compile. */
  readonly issues?: string
}

/** An expression failed while it ran. */
export class CelError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'CelError'
  }
}

/** `returns`: the types that are allowed, dyn among them or not; any when empty. */
export function compile(env: ScopedEnvironment, expression: string, returns: readonly string[] = []): Program | CompileFailure {
  const { text, origin } = rewritten(expression)
  const refused = (issues: string): CompileFailure => ({ error: `compilation failed: ${issues}`, issues })
  let type: string
  if (expression === '') return refused(`ERROR: <input>:1:0: Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}`)
  try {
    const found = issuesOf(env, text)
    if (typeof found !== 'string') return refused(found.map(i => placed(expression, i, text, origin)).join('\n'))
    type = celTypeName(found)
  } catch (e) {
    return refused(issue(expression, 0, (e as Error).message))
  }
  if (returns.length > 0 && !returns.includes(type) && !returns.includes('any')) return { error: `must evaluate to ${returns.length === 1 ? returns[0] : `one of [${returns.join(' ')}]`} but got ${type}` }
  const evaluate = env.running.parse(text)
  prepareTree(evaluate.ast)
  // What an operation costs is known once its operands have types.
  if ((evaluate.check() as { valid: boolean }).valid) meter(evaluate.ast)
  return {
    type,
    uses: name => mentions(evaluate.ast, name),
    run(variables, budget) {
      try {
        const { value, cost } = metered(() => evaluate(variables as never) as unknown)
        if (budget !== undefined) budget.left -= cost
        return value
      } catch (e) {
        throw new CelError(runtimeText(e))
      }
    },
  }
}

/** Message literals first: they have optional fields of their own. */
function rewritten(expression: string): Rewritten {
  const plain = withoutLiterals(expression)
  const { text, origin } = withoutOptionals(plain.text)
  return { text, origin: offset => plain.origin(origin(offset)) }
}

/** cel-go reports no more of one expression. */
const MAX_ISSUES = 100

interface CheckedNode {
  checkedType?: unknown
}

/** The type of an expression, or everything that is wrong with it: what failed counts as dyn for what is around it. */
function issuesOf(env: ScopedEnvironment, text: string): string | readonly string[] {
  const { issues: unread, text: readable } = unreadable(text)
  let parsed: ReturnType<typeof env.checking.parse>
  try {
    parsed = env.checking.parse(readable)
    prepareTree(parsed.ast)
  } catch (e) {
    return [...unread, compileIssue(text, e, functionsOf(env))]
  }
  if (unread.length > 0) return unread
  const found: string[] = []
  for (;;) {
    const checked = parsed.check() as { valid: boolean; type?: unknown; error?: unknown }
    if (checked.valid && found.length === 0) return String(checked.type)
    if (checked.valid) break
    const { node, code } = checked.error as { node?: CheckedNode; code?: string }
    const told = compileIssue(text, checked.error, functionsOf(env))
    // Macros are read before anything is checked.
    if (code === 'invalid_macro_argument') return [told]
    if (node !== undefined && node.checkedType === dynType(env)) break
    found.push(told)
    if (node === undefined || found.length >= MAX_ISSUES) break
    node.checkedType = dynType(env)
  }
  return found
}

const dynTypes = new WeakMap<object, unknown>()

/** The checker's own type of values of which it knows nothing. */
function dynType(env: ScopedEnvironment): unknown {
  let type = dynTypes.get(env.checking)
  if (type === undefined) {
    const parsed = env.checking.parse('dyn(1)')
    parsed.check()
    dynTypes.set(env.checking, (type = (parsed.ast as CheckedNode).checkedType))
  }
  return type
}

export const isProgram = (compiled: Program | CompileFailure): compiled is Program => 'run' in compiled

/** An issue of a rewritten expression shows the original. */
function placed(expression: string, text: string, rewritten: string, origin: (offset: number) => number): string {
  if (expression === rewritten) return text
  const [, line, column, rest] = /^ERROR: <input>:(\d+):(\d+): (.*)/.exec(text) ?? []
  if (line !== '1') return text
  return issue(expression, origin(Number(column) - 1), rest as string)
}

const functionNames = new WeakMap<object, ReadonlySet<string>>()
function functionsOf(env: ScopedEnvironment): ReadonlySet<string> {
  let names = functionNames.get(env.checking)
  if (names === undefined) functionNames.set(env.checking, (names = new Set(env.checking.getDefinitions().functions.map(f => f.name))))
  return names
}

function mentions(node: unknown, name: string): boolean {
  if (Array.isArray(node)) return node.some(n => mentions(n, name))
  if (typeof node !== 'object' || node === null || !('op' in node)) return false
  const { op, args } = node as { op: string; args: unknown }
  return op === 'id' ? args === name : mentionsArgs(args, name)
}
const mentionsArgs = (args: unknown, name: string): boolean => (Array.isArray(args) ? args.some(a => mentions(a, name)) : mentions(args, name))

/** upstream: cel-go/common/types/err.go and the operators' own texts */
function runtimeText(error: unknown): string {
  if (error instanceof CelFunctionError || error instanceof CostLimitError) return error.message
  const e = error as EvaluationError
  const cause = (e as { cause?: unknown }).cause
  if (cause instanceof CelFunctionError || cause instanceof CostLimitError) return cause.message
  switch (e.code) {
    case 'no_such_key':
      return `no such key: ${(e.summary ?? '').replace(/^No such key: /, '')}`
    case 'no_such_overload':
    case 'no_matching_overload':
    case 'invalid_logical_operand':
    case 'cannot_index_type':
    case 'invalid_condition_type':
      return 'no such overload'
    case 'index_out_of_bounds':
      return `index out of bounds: ${/index (-?\d+)/.exec(e.summary ?? '')?.[1] ?? ''}`
    case 'modulo_by_zero':
      return 'modulus by zero'
    case 'unknown_variable':
      return `no such attribute(s): ${(e.summary ?? '').replace(/^Unknown variable: /, '')}`
    case 'optional_value_missing':
      return 'optional.none() dereference'
    default:
      return e.summary ?? e.message
  }
}

const MAX_MESSAGE_BYTES = 5 * 1024

/** What a messageExpression says; undefined where the fixed message stands: there is none, it fails, or it says nothing, too much, or more than a line. */
export function composedMessage(message: Program | CompileFailure | undefined, variables: Readonly<Record<string, unknown>>): string | undefined {
  if (message === undefined || !isProgram(message)) return undefined
  try {
    const text = String(message.run(variables)).trim()
    return text === '' || text.includes('\n') || Buffer.byteLength(text) > MAX_MESSAGE_BYTES ? undefined : text
  } catch {
    return undefined
  }
}
