/** Compiles an expression and runs it; what goes wrong is worded as the API server words it. upstream: apiserver/pkg/admission/plugin/cel/compile.go */
import type { EvaluationError } from '@marcbachmann/cel-js'
import type { ScopedEnvironment } from './environment'
import { CelFunctionError } from './library/register'
import { celTypeName, compileIssue, issue } from './messages'
import { withoutLiterals } from './rewrite'

export interface Program {
  /** As the checker sees it, `list(string)`. */
  readonly type: string
  /** Throws CelError. */
  run(variables: Readonly<Record<string, unknown>>): unknown
  /** Whether the expression reads this variable. */
  uses(name: string): boolean
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
  const { text, origin } = withoutLiterals(expression)
  const refused = (issues: string): CompileFailure => ({ error: `compilation failed: ${issues}`, issues })
  let type: string
  if (expression === '') return refused(`ERROR: <input>:1:0: Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}`)
  try {
    const checked = env.checking.check(text)
    if (!checked.valid) return refused(placed(expression, compileIssue(text, checked.error, functionsOf(env)), text, origin))
    type = celTypeName(String(checked.type))
  } catch (e) {
    return refused(issue(expression, 0, (e as Error).message))
  }
  if (returns.length > 0 && !returns.includes(type) && !returns.includes('any')) return { error: `must evaluate to ${returns.length === 1 ? returns[0] : `one of [${returns.join(' ')}]`} but got ${type}` }
  const evaluate = env.running.parse(text)
  return {
    type,
    uses: name => mentions(evaluate.ast, name),
    run(variables) {
      try {
        return evaluate(variables as never) as unknown
      } catch (e) {
        throw new CelError(runtimeText(e))
      }
    },
  }
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
  if (error instanceof CelFunctionError) return error.message
  const e = error as EvaluationError
  const cause = (e as { cause?: unknown }).cause
  if (cause instanceof CelFunctionError) return cause.message
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
