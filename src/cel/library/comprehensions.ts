/** Macros over two variables (`m.all(k, v, …)`), of optional values, and sortBy. upstream: cel-go/ext/comprehensions.go, cel/library.go, ext/lists.go */
import { Optional, type Environment } from '@marcbachmann/cel-js'
import { compareCel } from '../equality'
import { CelFunctionError } from './register'

/** The little that is used of the library's checker, evaluator and contexts. */
interface CheckedType {
  readonly kind: string
  readonly name: string
  readonly keyType?: CheckedType
  readonly valueType?: CheckedType
}
interface Registry {
  getListType(of: CheckedType): CheckedType
  getMapType(key: CheckedType, value: CheckedType): CheckedType
  getOptionalType(of: CheckedType): CheckedType
}
interface Checker {
  readonly registry: Registry
  check(node: unknown, ctx: Scope): CheckedType
  getType(name: string): CheckedType
  createError(code: string, message: string, node: unknown): Error
}
interface Evaluator {
  run(node: unknown, ctx: Scope): unknown
}
interface Scope {
  forkWithVariable(name: string, type: CheckedType): Overlay
}
interface Overlay extends Scope {
  reuse(parent: Scope): Overlay
  setIterValue(value: unknown, ev: Evaluator): Overlay
}
interface Node {
  readonly op: string
  readonly args: unknown
}
interface MacroCall {
  readonly receiver: Node
  readonly args: readonly Node[]
}
interface Macro extends MacroCall {
  scopes: Overlay[]
  [more: string]: unknown
}
type TypeOf = (checker: Checker, types: readonly CheckedType[]) => CheckedType

const variable = (node: Node): string => {
  if (node.op !== 'id') throw new CelFunctionError('argument must be a simple name')
  return node.args as string
}

function pairsOf(value: unknown): (readonly [unknown, unknown])[] {
  if (Array.isArray(value)) return value.map((v, i) => [BigInt(i), v] as const)
  if (value instanceof Map) return [...value]
  return Object.entries(value as object)
}

/** Names, the bodies' types, the result. `bodies` are evaluated for one pair when called. */
function overPairs(names: number, typeOf: TypeOf, result: (pairs: readonly (readonly [unknown, unknown])[], body: (i: number, pair: readonly [unknown, unknown]) => unknown) => unknown) {
  return ({ receiver, args }: MacroCall): unknown => ({
    receiver,
    args,
    typeCheck(checker: Checker, macro: Macro, ctx: Scope): CheckedType {
      const of = checker.check(receiver, ctx)
      const dyn = checker.getType('dyn')
      const types = of.kind === 'map' ? [of.keyType ?? dyn, of.valueType ?? dyn] : of.kind === 'list' ? (names === 1 ? [of.valueType ?? dyn] : [checker.getType('int'), of.valueType ?? dyn]) : [dyn, dyn]
      macro.scopes = []
      let scope: Scope = ctx
      for (let i = 0; i < names; i++) {
        const next: Overlay = scope.forkWithVariable(variable(args[i] as Node), types[i] as CheckedType)
        macro.scopes.push(next)
        scope = next
      }
      return typeOf(checker, args.slice(names).map(a => checker.check(a, scope)))
    },
    evaluate(ev: Evaluator, macro: Macro, ctx: Scope): unknown {
      const pairs = pairsOf(ev.run(receiver, ctx))
      const body = (i: number, [k, v]: readonly [unknown, unknown]): unknown => {
        let scope: Scope = ctx
        macro.scopes.forEach((s, at) => (scope = s.reuse(scope).setIterValue(names === 1 || at === 1 ? v : k, ev)))
        return ev.run(args[names + i], scope)
      }
      return result(pairs, body)
    },
  })
}

const bool: TypeOf = (checker, types) => {
  for (const t of types) if (t.kind !== 'dyn' && t.name !== 'bool') throw checker.createError('invalid_predicate', `expected type 'bool' but found '${t.name}'`, undefined)
  return checker.getType('bool')
}

export function registerComprehensions(env: Environment): void {
  const macro = (signature: string, expand: unknown): void => void env.registerFunction(signature, expand as never)
  macro('list.all(ast, ast, ast): bool', overPairs(2, bool, (pairs, body) => quantified(pairs, p => body(0, p), false)))
  macro('list.exists(ast, ast, ast): bool', overPairs(2, bool, (pairs, body) => quantified(pairs, p => body(0, p), true)))
  for (const name of ['existsOne', 'exists_one']) macro(`list.${name}(ast, ast, ast): bool`, overPairs(2, bool, (pairs, body) => pairs.filter(p => body(0, p) === true).length === 1))
  macro('list.existsOne(ast, ast): bool', overPairs(1, bool, (pairs, body) => pairs.filter(p => body(0, p) === true).length === 1))
  const listOf = (at: number): TypeOf => (c, types) => c.registry.getListType(types[at] as CheckedType)
  const mapOf = (at: number): TypeOf => (c, types) => c.registry.getMapType(c.getType('dyn'), types[at] as CheckedType)
  macro('list.transformList(ast, ast, ast): list<dyn>', overPairs(2, listOf(0), (pairs, body) => pairs.map(p => body(0, p))))
  macro('list.transformList(ast, ast, ast, ast): list<dyn>', overPairs(2, listOf(1), (pairs, body) => pairs.filter(p => body(0, p) === true).map(p => body(1, p))))
  const mapped = (pairs: readonly (readonly [unknown, unknown])[], value: (p: readonly [unknown, unknown]) => unknown): unknown => Object.fromEntries(pairs.map(p => [String(p[0]), value(p)]))
  macro('list.transformMap(ast, ast, ast): dyn', overPairs(2, mapOf(0), (pairs, body) => mapped(pairs, p => body(0, p))))
  macro('list.transformMap(ast, ast, ast, ast): dyn', overPairs(2, mapOf(1), (pairs, body) => mapped(pairs.filter(p => body(0, p) === true), p => body(1, p))))
  const entries = (made: readonly unknown[]): unknown => {
    const out: Record<string, unknown> = {}
    for (const m of made) {
      for (const [k, v] of pairsOf(m)) {
        if (String(k) in out) throw new CelFunctionError(`insert failed: key ${String(k)} already exists`)
        out[String(k)] = v
      }
    }
    return out
  }
  macro('list.transformMapEntry(ast, ast, ast): dyn', overPairs(2, (_, types) => types[0] as CheckedType, (pairs, body) => entries(pairs.map(p => body(0, p)))))
  macro('list.transformMapEntry(ast, ast, ast, ast): dyn', overPairs(2, (_, types) => types[1] as CheckedType, (pairs, body) => entries(pairs.filter(p => body(0, p) === true).map(p => body(1, p)))))
  macro(
    'list.sortBy(ast, ast): list<dyn>',
    overPairs(1, (c, _types) => c.registry.getListType(c.getType('dyn')), (pairs, body) => pairs.map(p => [body(0, p), p[1]] as const).sort((a, b) => compareCel(a[0], b[0])).map(p => p[1])),
  )
  macro('optional.optMap(ast, ast): optional<dyn>', optional(v => Optional.of(v as never)))
  macro('optional.optFlatMap(ast, ast): optional<dyn>', optional(v => v))
}

/** An error counts only when no element decides. */
function quantified(pairs: readonly (readonly [unknown, unknown])[], predicate: (p: readonly [unknown, unknown]) => unknown, decides: boolean): boolean {
  let failure: unknown
  for (const p of pairs) {
    try {
      if (predicate(p) === decides) return decides
    } catch (e) {
      failure ??= e
    }
  }
  if (failure !== undefined) throw failure
  return !decides
}

function optional(wrap: (value: unknown) => unknown) {
  return ({ receiver, args }: MacroCall): unknown => ({
    receiver,
    args,
    typeCheck(checker: Checker, macro: Macro, ctx: Scope): CheckedType {
      const of = checker.check(receiver, ctx)
      const scope = ctx.forkWithVariable(variable(args[0] as Node), of.kind === 'optional' ? (of.valueType ?? checker.getType('dyn')) : checker.getType('dyn'))
      macro.scopes = [scope]
      checker.check(args[1], scope)
      return checker.registry.getOptionalType(checker.getType('dyn'))
    },
    evaluate(ev: Evaluator, macro: Macro, ctx: Scope): unknown {
      const value = ev.run(receiver, ctx) as Optional
      if (!value.hasValue()) return Optional.none()
      return wrap(ev.run(args[1], (macro.scopes[0] as Overlay).reuse(ctx).setIterValue(value.value(), ev)))
    },
  })
}
