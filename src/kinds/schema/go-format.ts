/** How Go prints JSON values with %v, and what it calls their types: parts of the texts of patch errors. */

/** `map[a:1 b:[x <nil>]]`: maps by sorted key, strings bare. */
export function goFormat(value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(goFormat).join(' ')}]`
  if (typeof value === 'object') {
    const keys = Object.keys(value).sort(byBytes)
    return `map[${keys.map(k => `${k}:${goFormat((value as Record<string, unknown>)[k])}`).join(' ')}]`
  }
  if (typeof value === 'number') return numberText(value)
  return String(value)
}

/** %v of an int64 or a float64: from 1e21 on, and below 1e-4, Go prints an exponent of at least two digits. */
function numberText(n: number): string {
  if (Number.isInteger(n) && Math.abs(n) < 2 ** 63) return BigInt(n).toString()
  const size = Math.abs(n)
  if (size < 1e21 && size >= 1e-4) return String(n)
  return n.toExponential().replace(/e([+-])(\d)$/, 'e$10$2')
}

/** `map[string]interface {}`, `[]interface {}`, `string`, `int64`, `float64`, `bool`; nil prints as fmt's complaint. */
export function goTypeName(value: unknown): string {
  if (value === null || value === undefined) return '%!s(<nil>)'
  if (Array.isArray(value)) return '[]interface {}'
  if (typeof value === 'object') return 'map[string]interface {}'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64'
  return typeof value === 'boolean' ? 'bool' : 'string'
}

/** Go compares strings by their UTF-8 bytes, which is the order of code points; JavaScript's own order differs beyond U+FFFF. */
export function byBytes(a: string, b: string): number {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    let x = a.charCodeAt(i)
    let y = b.charCodeAt(i)
    if (x === y) continue
    // Surrogates stand for code points above every other code unit.
    if (x >= 0xd800 && y >= 0xd800) {
      x += x >= 0xe000 ? -0x800 : 0x2000
      y += y >= 0xe000 ? -0x800 : 0x2000
    }
    return x < y ? -1 : 1
  }
  return a.length < b.length ? -1 : 1
}
