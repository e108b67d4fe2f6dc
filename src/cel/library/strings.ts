/** Strings: what cel-go's extended strings and Kubernetes' regular expressions add. upstream: cel-go/ext/strings.go, apiserver/pkg/cel/library/regex.go */
import type { Environment } from '@marcbachmann/cel-js'
import { goQuote } from '../../base/field'
import { formatCel } from './format-text'
import { celPattern } from './pattern'
import { CelFunctionError, namespaceOf, registrar } from './register'

const codePoints = (s: string): string[] => Array.from(s)

export function registerStrings(env: Environment): void {
  const register = registrar(env)
  register('charAt', 'string', ['int'], 'string', (s: string, at: bigint) => {
    const all = codePoints(s)
    if (at < 0n || at > BigInt(all.length)) throw new CelFunctionError(`index out of range: ${at}`)
    return all[Number(at)] ?? ''
  })
  register('replace', 'string', ['string', 'string'], 'string', (s: string, from: string, to: string) => s.split(from).join(to))
  register('replace', 'string', ['string', 'string', 'int'], 'string', (s: string, from: string, to: string, count: bigint) => replaceSome(s, from, to, Number(count)))
  env.registerFunction('string.format(ast): string', formatMacro as never)
  register('quote', namespaceOf(env, 'strings'), ['string'], 'string', (_: unknown, s: string) => goQuote(s))
  register('find', 'string', ['string'], 'string', (s: string, pattern: string) => celPattern(pattern).exec(s)?.[0] ?? '')
  const findAll = (s: string, pattern: string, limit = -1n): string[] => {
    const found = Array.from(s.matchAll(celPattern(pattern, 'g')), m => m[0])
    return limit < 0n ? found : found.slice(0, Number(limit))
  }
  register('findAll', 'string', ['string'], 'list<string>', findAll)
  register('findAll', 'string', ['string', 'int'], 'list<string>', findAll)
}

interface Node {
  readonly op: string
  readonly args: unknown
}
interface Checker {
  check(node: unknown, ctx: unknown): unknown
  getType(name: string): unknown
}
interface Evaluator {
  run(node: unknown, ctx: unknown): unknown
}

/** A macro, so that the arguments may be of different types, which no other list literal allows. */
function formatMacro({ receiver, args: [list] }: { receiver: Node; args: readonly [Node] }): unknown {
  const parts = list.op === 'list' ? (list.args as readonly Node[]) : undefined
  return {
    typeCheck(checker: Checker, _: unknown, ctx: unknown): unknown {
      checker.check(receiver, ctx)
      for (const part of parts ?? [list]) checker.check(part, ctx)
      return checker.getType('string')
    },
    evaluate: (ev: Evaluator, _: unknown, ctx: unknown): unknown =>
      formatCel(ev.run(receiver, ctx) as string, parts === undefined ? (ev.run(list, ctx) as readonly unknown[]) : parts.map(p => ev.run(p, ctx))),
  }
}

function replaceSome(s: string, from: string, to: string, count: number): string {
  if (count < 0) return s.split(from).join(to)
  let out = ''
  let rest = s
  for (let i = 0; i < count; i++) {
    const at = rest.indexOf(from)
    if (at < 0) break
    out += rest.slice(0, at) + to
    rest = rest.slice(at + from.length)
  }
  return out + rest
}
