/** Lists that a schema calls sets or maps: their order says nothing, and adding to them keeps them what they are. upstream: apiserver/pkg/cel/common/values.go */
import { celEqual, type SameLists } from './equality'

/** A set, or a map by these keys of its elements. */
export type ListKind = 'set' | readonly string[]

const kinds = new WeakMap<readonly unknown[], ListKind>()

export function markList<T extends readonly unknown[]>(list: T, kind: ListKind): T {
  kinds.set(list, kind)
  return list
}

const keyOf = (element: unknown, keys: readonly string[]): string => JSON.stringify(keys.map(k => ((element as Record<string, unknown> | null)?.[k] ?? null) as unknown), (_, v: unknown) => (typeof v === 'bigint' ? Number(v) : v))

const sameLists: SameLists = (a, b) => {
  const kind = kinds.get(a)
  if (kind === undefined) return undefined
  if (a.length !== b.length) return false
  if (kind === 'set') return a.every(v => b.some(w => sameValue(v, w)))
  const byKey = new Map(b.map(v => [keyOf(v, kind), v]))
  return a.every(v => byKey.has(keyOf(v, kind)) && sameValue(v, byKey.get(keyOf(v, kind))))
}

const sameValue = (a: unknown, b: unknown): boolean => celEqual(a, b, sameLists)

function added(a: readonly unknown[], b: readonly unknown[]): readonly unknown[] | undefined {
  const kind = kinds.get(a)
  if (kind === undefined) return undefined
  const sum = [...a]
  for (const v of b) {
    const at = kind === 'set' ? sum.findIndex(w => sameValue(v, w)) : sum.findIndex(w => keyOf(w, kind) === keyOf(v, kind))
    if (at < 0) sum.push(v)
    else if (kind !== 'set') sum[at] = v
  }
  return markList(sum, kind)
}

interface Evaluator {
  run(node: unknown, context: unknown): unknown
}
interface BinaryNode {
  readonly op: string
  readonly args: unknown
  readonly handle: (left: unknown, right: unknown, node: BinaryNode, ev: Evaluator) => unknown
  setMeta(key: string, value: unknown): unknown
}

const isPlain = (v: unknown): boolean => Array.isArray(v) || (typeof v === 'object' && v !== null && Object.getPrototypeOf(v) === Object.prototype)

function evaluate(ev: Evaluator, node: BinaryNode, context: unknown): unknown {
  const [l, r] = node.args as [unknown, unknown]
  const left = ev.run(l, context)
  const right = ev.run(r, context)
  if (node.op === '+') return (Array.isArray(left) && Array.isArray(right) ? added(left, right) : undefined) ?? node.handle(left, right, node, ev)
  if (isPlain(left) && isPlain(right) && Array.isArray(left) === Array.isArray(right)) return sameValue(left, right) === (node.op === '==')
  return node.handle(left, right, node, ev)
}

/** Lets an operator (`==`, `!=`, `+`) heed what its lists are. */
export const heedLists = (node: BinaryNode): void => void node.setMeta('evaluate', evaluate)
