/** `has(e.f)` of any operand: the library's own takes chains of names alone, and does not look whether the type has the field. upstream: cel-go/parser/macro.go MakeHas */
import { Optional } from '@marcbachmann/cel-js'

interface Node {
  readonly op: string
  readonly args: unknown
  readonly meta: { readonly macro?: object }
  setMeta(key: string, value: unknown): unknown
}
interface Checker {
  check(node: unknown, ctx: unknown): { readonly kind: string }
  getType(name: string): unknown
  createError(code: string, message: string, node: unknown): Error
}
interface Evaluator {
  run(node: unknown, ctx: unknown): unknown
  createError(code: string, message: string, node: unknown): Error
}

const presence = (selection: Node): object => ({
  args: [selection],
  async: false,
  typeCheck(checker: Checker, _macro: unknown, ctx: unknown): unknown {
    if (selection.op !== '.') throw checker.createError('invalid_macro_argument', 'has() invalid argument', selection)
    checker.check(selection, ctx)
    return checker.getType('bool')
  },
  evaluate(ev: Evaluator, _macro: unknown, ctx: unknown): boolean {
    const [operand, field] = selection.args as [Node, string]
    let value = ev.run(operand, ctx)
    if (value instanceof Optional) {
      if (!value.hasValue()) return false
      value = value.value()
    }
    if (value instanceof Map) return value.has(field)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw ev.createError('no_such_overload', 'no such overload', selection)
    return Object.hasOwn(value, field) && (value as Record<string, unknown>)[field] !== undefined
  },
})

/** Puts it in the place of the library's. */
export function ownPresence(node: Node): void {
  const [name, args] = node.args as [unknown, unknown]
  if (name === 'has' && Array.isArray(args) && args.length === 1 && node.meta.macro !== undefined) node.setMeta('macro', presence(args[0] as Node))
}
