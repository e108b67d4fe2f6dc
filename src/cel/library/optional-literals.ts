/** The calls that literals with optional elements are written as. */
import { Optional, type Environment } from '@marcbachmann/cel-js'
import { celTypeName } from '../messages'
import { PRESENT, SOME } from '../optional-literals'

/** The little that is used of the library's checker and evaluator. */
interface CheckedType {
  readonly kind: string
  readonly name: string
  readonly valueType?: CheckedType
}
interface Checker {
  check(node: unknown, ctx: unknown): CheckedType
  getType(name: string): CheckedType
  createError(code: string, message: string, node: unknown): Error
}
interface Evaluator {
  run(node: unknown, ctx: unknown): unknown
}

/** Stands where an optional held nothing. */
const ABSENT = Symbol('absent')

function some({ args }: { args: readonly unknown[] }): unknown {
  return {
    args,
    typeCheck(checker: Checker, _macro: unknown, ctx: unknown): CheckedType {
      const type = checker.check(args[0], ctx)
      if (type.kind === 'optional') return type.valueType ?? checker.getType('dyn')
      if (type.name === 'dyn') return type
      throw checker.createError('heterogeneous_list_element', `expected type 'optional_type(${celTypeName(type.name)})' but found '${type.name}'`, args[0])
    },
    evaluate(ev: Evaluator, _macro: unknown, ctx: unknown): unknown {
      const value = ev.run(args[0], ctx)
      if (!(value instanceof Optional)) return value
      return value.hasValue() ? value.value() : ABSENT
    },
  }
}

function present({ args }: { args: readonly unknown[] }): unknown {
  return {
    args,
    typeCheck: (checker: Checker, _macro: unknown, ctx: unknown): CheckedType => checker.check(args[0], ctx),
    evaluate(ev: Evaluator, _macro: unknown, ctx: unknown): unknown {
      const value = ev.run(args[0], ctx) as object
      if (Array.isArray(value)) return value.filter(v => v !== ABSENT)
      if (value instanceof Map) return new Map([...value].filter(([, v]) => v !== ABSENT))
      return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== ABSENT))
    },
  }
}

export function registerOptionalLiterals(env: Environment): void {
  env.registerFunction(`${SOME}(ast): dyn`, some as never)
  env.registerFunction(`${PRESENT}(ast): dyn`, present as never)
}
