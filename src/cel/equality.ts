/** When two values of CEL are equal, and which comes first. Numbers of different types compare by value. */

/** Whether two lists are the same for some other reason than their order; undefined when order counts. */
export type SameLists = (a: readonly unknown[], b: readonly unknown[]) => boolean | undefined

export function celEqual(a: unknown, b: unknown, sameLists?: SameLists): boolean {
  if (a === b) return true
  if (typeof a === 'bigint' || typeof a === 'number') return (typeof b === 'bigint' || typeof b === 'number') && a == b
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) return Array.isArray(b) && (sameLists?.(a, b) ?? (a.length === b.length && a.every((v, i) => celEqual(v, b[i], sameLists))))
  if (a instanceof Date) return b instanceof Date && a.getTime() === b.getTime()
  if (a instanceof Uint8Array) return b instanceof Uint8Array && Buffer.compare(a, b) === 0
  if (a.constructor !== b.constructor) return false
  const x = a as Record<string, unknown>
  const y = b as Record<string, unknown>
  const keys = Object.keys(x)
  return keys.length === Object.keys(y).length && keys.every(k => k in y && celEqual(x[k], y[k], sameLists))
}

/** Negative, zero or positive; values of types that have no order count as equal. */
export function compareCel(a: unknown, b: unknown): number {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b))
  const x = a instanceof Date ? a.getTime() : (a as number)
  const y = b instanceof Date ? b.getTime() : (b as number)
  return x < y ? -1 : x > y ? 1 : 0
}
