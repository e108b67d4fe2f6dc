/** Equality and copies of plain JSON values. Shared subtrees cost nothing. */

/** Deep equality of JSON values; a key whose value is undefined counts as absent. */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false
    for (let i = 0; i < a.length; i++) if (!deepEqual(a[i], b[i])) return false
    return true
  }
  if (Array.isArray(b)) return false
  const x = a as Record<string, unknown>
  const y = b as Record<string, unknown>
  let keys = 0
  for (const k in x) {
    if (x[k] === undefined) continue
    keys++
    if (y[k] === undefined || !deepEqual(x[k], y[k])) return false
  }
  for (const k in y) if (y[k] !== undefined) keys--
  return keys === 0
}

/**
 * As apimachinery's equality.Semantic: an absent, an empty list and an empty map are the same.
 * upstream: apimachinery/pkg/api/equality
 */
export function semanticEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (isEmpty(a)) return isEmpty(b)
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false
    for (let i = 0; i < a.length; i++) if (!semanticEqual(a[i], b[i])) return false
    return true
  }
  if (Array.isArray(b)) return false
  const x = a as Record<string, unknown>
  const y = b as Record<string, unknown>
  for (const k in x) if (!semanticEqual(x[k], y[k])) return false
  for (const k in y) if (!(k in x) && !isEmpty(y[k])) return false
  return true
}

function isEmpty(v: unknown): boolean {
  if (v === undefined || v === null) return true
  if (Array.isArray(v)) return v.length === 0
  if (typeof v === 'object') {
    for (const k in v) if ((v as Record<string, unknown>)[k] !== undefined) return false
    return true
  }
  return false
}

/** A copy that shares nothing with the original. For plain JSON only: several times faster than structuredClone. */
export function deepClone<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const out = new Array(value.length)
    for (let i = 0; i < value.length; i++) out[i] = deepClone(value[i])
    return out as T
  }
  const out: Record<string, unknown> = {}
  for (const k in value) {
    const v = (value as Record<string, unknown>)[k]
    out[k] = typeof v === 'object' && v !== null ? deepClone(v) : v
  }
  return out as T
}
