/** Whether two JSON values are the same, whatever the order of keys; absent (undefined) entries do not count. */
export function jsonEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false
    for (let i = 0; i < a.length; i++) if (!jsonEqual(a[i], b[i])) return false
    return true
  }
  if (Array.isArray(b)) return false
  let count = 0
  for (const key in a) {
    const value = (a as Record<string, unknown>)[key]
    if (value === undefined) continue
    count++
    const other = (b as Record<string, unknown>)[key]
    if (other === undefined || !jsonEqual(value, other)) return false
  }
  for (const key in b) if ((b as Record<string, unknown>)[key] !== undefined) count--
  return count === 0
}
