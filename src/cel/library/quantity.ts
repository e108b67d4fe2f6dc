/** Quantities and semantic versions. upstream: apiserver/pkg/cel/library/quantity.go, semverlib.go */
import type { Environment } from '@marcbachmann/cel-js'
import { addQuantities, compareQuantities, parseQuantity, quantityAsFloat, quantityOf, quantitySign, quantityText, scaledValue, subtractQuantities, type Quantity } from '../../base/quantity'
import { CelFunctionError, registrar } from './register'

class CelQuantity {
  constructor(readonly quantity: Quantity) {}
  toString(): string {
    return quantityText(this.quantity)
  }
}
class CelSemver {
  constructor(readonly major: bigint, readonly minor: bigint, readonly patch: bigint, readonly pre: readonly string[]) {}
}

const QUANTITY = 'kubernetes.Quantity'
const SEMVER = 'kubernetes.Semver'

export function registerQuantities(env: Environment): void {
  env.registerType(QUANTITY, { ctor: CelQuantity, fields: {} } as never)
  env.registerOperator(`${QUANTITY} == ${QUANTITY}`, (a: CelQuantity, b: CelQuantity) => compareQuantities(a.quantity, b.quantity) === 0)
  const register = registrar(env)
  const parse = (s: string): Quantity | undefined => {
    try {
      return parseQuantity(s)
    } catch {
      return undefined
    }
  }
  register('isQuantity', undefined, ['string'], 'bool', (s: string) => parse(s) !== undefined)
  register('quantity', undefined, ['string'], QUANTITY, (s: string) => {
    try {
      return new CelQuantity(parseQuantity(s))
    } catch (e) {
      throw new CelFunctionError((e as Error).message)
    }
  })
  register('sign', QUANTITY, [], 'int', (q: CelQuantity) => BigInt(quantitySign(q.quantity)))
  register('isInteger', QUANTITY, [], 'bool', (q: CelQuantity) => exactInteger(q.quantity) !== undefined)
  register('asInteger', QUANTITY, [], 'int', (q: CelQuantity) => {
    const n = exactInteger(q.quantity)
    if (n === undefined) throw new CelFunctionError('cannot convert value to integer')
    return n
  })
  register('asApproximateFloat', QUANTITY, [], 'double', (q: CelQuantity) => quantityAsFloat(q.quantity))
  const math = { add: addQuantities, sub: subtractQuantities }
  for (const [name, op] of Object.entries(math)) {
    register(name, QUANTITY, [QUANTITY], QUANTITY, (a: CelQuantity, b: CelQuantity) => new CelQuantity(op(a.quantity, b.quantity)))
    register(name, QUANTITY, ['int'], QUANTITY, (a: CelQuantity, b: bigint) => new CelQuantity(op(a.quantity, quantityOf(b))))
  }
  register('isGreaterThan', QUANTITY, [QUANTITY], 'bool', (a: CelQuantity, b: CelQuantity) => compareQuantities(a.quantity, b.quantity) > 0)
  register('isLessThan', QUANTITY, [QUANTITY], 'bool', (a: CelQuantity, b: CelQuantity) => compareQuantities(a.quantity, b.quantity) < 0)
  register('compareTo', QUANTITY, [QUANTITY], 'int', (a: CelQuantity, b: CelQuantity) => BigInt(compareQuantities(a.quantity, b.quantity)))
}

function exactInteger(q: Quantity): bigint | undefined {
  const rounded = scaledValue(q, 0)
  return compareQuantities(quantityOf(rounded), q) === 0 ? BigInt(rounded) : undefined
}

export function registerSemver(env: Environment): void {
  env.registerType(SEMVER, { ctor: CelSemver, fields: {} } as never)
  env.registerOperator(`${SEMVER} == ${SEMVER}`, (a: CelSemver, b: CelSemver) => compareSemver(a, b) === 0)
  const register = registrar(env)
  const parse = (s: string, normalize = false): CelSemver => {
    const parsed = parseSemver(normalize ? normalized(s) : s)
    if (parsed === undefined) throw new CelFunctionError(s === '' ? 'Version string empty' : 'No Major.Minor.Patch elements found')
    return parsed
  }
  const valid = (s: string, normalize = false): boolean => parseSemver(normalize ? normalized(s) : s) !== undefined
  for (const params of [['string'], ['string', 'bool']]) {
    register('semver', undefined, params, SEMVER, parse)
    register('isSemver', undefined, params, 'bool', valid)
  }
  for (const part of ['major', 'minor', 'patch'] as const) register(part, SEMVER, [], 'int', (v: CelSemver) => v[part])
  register('isGreaterThan', SEMVER, [SEMVER], 'bool', (a: CelSemver, b: CelSemver) => compareSemver(a, b) > 0)
  register('isLessThan', SEMVER, [SEMVER], 'bool', (a: CelSemver, b: CelSemver) => compareSemver(a, b) < 0)
  register('compareTo', SEMVER, [SEMVER], 'int', (a: CelSemver, b: CelSemver) => BigInt(compareSemver(a, b)))
}

const SEMVER_RE = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/

function parseSemver(text: string): CelSemver | undefined {
  const m = SEMVER_RE.exec(text)
  if (m === null) return undefined
  const pre = m[4] === undefined ? [] : m[4].split('.')
  if (pre.some(p => /^0\d+$/.test(p))) return undefined
  return new CelSemver(BigInt(m[1] as string), BigInt(m[2] as string), BigInt(m[3] as string), pre)
}

/** Drops a leading v and leading zeros, and adds the parts that lack. */
function normalized(text: string): string {
  const [core = '', ...rest] = text.replace(/^v/, '').split(/(?=[-+])/)
  const parts = core.split('.').map(p => p.replace(/^0+(?=\d)/, ''))
  while (parts.length < 3) parts.push('0')
  return parts.join('.') + rest.join('')
}

function compareSemver(a: CelSemver, b: CelSemver): number {
  for (const part of ['major', 'minor', 'patch'] as const) if (a[part] !== b[part]) return a[part] < b[part] ? -1 : 1
  if (a.pre.length === 0 || b.pre.length === 0) return a.pre.length === b.pre.length ? 0 : a.pre.length === 0 ? 1 : -1
  for (let i = 0; i < Math.max(a.pre.length, b.pre.length); i++) {
    const x = a.pre[i]
    const y = b.pre[i]
    if (x === undefined || y === undefined) return x === undefined ? -1 : 1
    if (x === y) continue
    const numbers = [/^\d+$/.test(x), /^\d+$/.test(y)]
    if (numbers[0] === true && numbers[1] === true) return Number(x) < Number(y) ? -1 : 1
    if (numbers[0] !== numbers[1]) return numbers[0] === true ? -1 : 1
    return x < y ? -1 : 1
  }
  return 0
}
