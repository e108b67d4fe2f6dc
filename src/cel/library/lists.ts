/** Lists and sets: Kubernetes' own functions, cel-go's extended lists and sets. upstream: apiserver/pkg/cel/library/lists.go, cel-go/ext/lists.go, ext/sets.go */
import { Optional, type Environment } from '@marcbachmann/cel-js'
import { celEqual, compareCel } from '../equality'
import { CelFunctionError, namespaceOf, registrar } from './register'

type List = readonly unknown[]

export function registerLists(env: Environment): void {
  const register = registrar(env)
  register('isSorted', 'list', [], 'bool', (l: List) => l.every((v, i) => i === 0 || compareCel(l[i - 1], v) <= 0))
  register('sum', 'list<int>', [], 'int', (l: bigint[]) => l.reduce((a, b) => a + b, 0n))
  register('sum', 'list<double>', [], 'double', (l: number[]) => l.reduce((a, b) => a + b, 0))
  register('min', 'list<A>', [], 'A', (l: List) => extreme(l, 'min', -1))
  register('max', 'list<A>', [], 'A', (l: List) => extreme(l, 'max', 1))
  register('indexOf', 'list<A>', ['A'], 'int', (l: List, v: unknown) => BigInt(l.findIndex(x => celEqual(x, v))))
  register('lastIndexOf', 'list<A>', ['A'], 'int', (l: List, v: unknown) => lastIndex(l, v))
  register('slice', 'list<A>', ['int', 'int'], 'list<A>', (l: List, from: bigint, to: bigint) => sliced(l, from, to))
  register('flatten', 'list', [], 'list', (l: List) => flattened(l, 1))
  register('flatten', 'list', ['int'], 'list', (l: List, depth: bigint) => {
    if (depth < 0n) throw new CelFunctionError('level must be non-negative')
    return flattened(l, Number(depth))
  })
  register('sort', 'list<A>', [], 'list<A>', (l: List) => [...l].sort(compareCel))
  register('distinct', 'list<A>', [], 'list<A>', (l: List) => distinct(l))
  register('reverse', 'list<A>', [], 'list<A>', (l: List) => [...l].reverse())
  register('first', 'list<A>', [], 'optional<A>', (l: List) => (l.length === 0 ? Optional.none() : Optional.of(l[0])))
  register('last', 'list<A>', [], 'optional<A>', (l: List) => (l.length === 0 ? Optional.none() : Optional.of(l[l.length - 1])))
  register('range', namespaceOf(env, 'lists'), ['int'], 'list<int>', (_: unknown, n: bigint) => Array.from({ length: Number(n) }, (_v, i) => BigInt(i)))
  const sets = namespaceOf(env, 'sets')
  const has = (l: List, v: unknown): boolean => l.some(x => celEqual(x, v))
  register('contains', sets, ['list', 'list'], 'bool', (_: unknown, a: List, b: List) => b.every(v => has(a, v)))
  register('intersects', sets, ['list', 'list'], 'bool', (_: unknown, a: List, b: List) => b.some(v => has(a, v)))
  register('equivalent', sets, ['list', 'list'], 'bool', (_: unknown, a: List, b: List) => a.every(v => has(b, v)) && b.every(v => has(a, v)))
}

function lastIndex(l: List, v: unknown): bigint {
  for (let i = l.length - 1; i >= 0; i--) if (celEqual(l[i], v)) return BigInt(i)
  return -1n
}

function extreme(l: List, name: string, sign: 1 | -1): unknown {
  if (l.length === 0) throw new CelFunctionError(`${name} called on empty list`)
  return l.reduce((a, b) => (compareCel(b, a) * sign > 0 ? b : a))
}

function sliced(l: List, from: bigint, to: bigint): List {
  if (from < 0n || to < 0n) throw new CelFunctionError(`cannot slice(${from}, ${to}), negative indexes not supported`)
  if (from > to) throw new CelFunctionError(`cannot slice(${from}, ${to}), start index must be less than or equal to end index`)
  if (to > BigInt(l.length)) throw new CelFunctionError(`cannot slice(${from}, ${to}), list is length ${l.length}`)
  return l.slice(Number(from), Number(to))
}

const flattened = (l: List, depth: number): unknown[] => (l as unknown[]).flat(depth)

function distinct(l: List): unknown[] {
  const out: unknown[] = []
  for (const v of l) if (!out.some(x => celEqual(x, v))) out.push(v)
  return out
}
