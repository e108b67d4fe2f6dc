/** The difference of two texts as a unified diff, hunk for hunk as Python's difflib finds it (which Go's copy, and so the API server, prints). upstream: github.com/pmezard/go-difflib */

interface Match {
  readonly a: number
  readonly b: number
  readonly size: number
}
type Tag = 'equal' | 'replace' | 'delete' | 'insert'
interface Change {
  readonly tag: Tag
  readonly a1: number
  readonly a2: number
  readonly b1: number
  readonly b2: number
}

/** Lists of at least this length ignore lines that make up more than a hundredth of them as anchors. */
const POPULAR_FROM = 200

/** Lines with ' ', '-' or '+' before them under `@@ -1,7 +1,7 @@`; empty when the texts are equal. No file names. */
export function unifiedDiff(from: string, to: string, context = 3): string {
  const a = from.split('\n')
  const b = to.split('\n')
  let out = ''
  for (const group of grouped(changes(a, b), context)) {
    const first = group[0] as Change
    const last = group[group.length - 1] as Change
    out += `@@ -${range(first.a1, last.a2)} +${range(first.b1, last.b2)} @@\n`
    for (const c of group) {
      if (c.tag === 'equal') for (let i = c.a1; i < c.a2; i++) out += ` ${a[i]}\n`
      if (c.tag === 'replace' || c.tag === 'delete') for (let i = c.a1; i < c.a2; i++) out += `-${a[i]}\n`
      if (c.tag === 'replace' || c.tag === 'insert') for (let i = c.b1; i < c.b2; i++) out += `+${b[i]}\n`
    }
  }
  return out
}

function range(start: number, stop: number): string {
  const length = stop - start
  if (length === 1) return String(start + 1)
  return `${length === 0 ? start : start + 1},${length}`
}

function changes(a: readonly string[], b: readonly string[]): Change[] {
  const out: Change[] = []
  let i = 0
  let j = 0
  for (const m of [...matches(a, b), { a: a.length, b: b.length, size: 0 }]) {
    if (i < m.a || j < m.b) out.push({ tag: i < m.a ? (j < m.b ? 'replace' : 'delete') : 'insert', a1: i, a2: m.a, b1: j, b2: m.b })
    i = m.a + m.size
    j = m.b + m.size
    if (m.size > 0) out.push({ tag: 'equal', a1: m.a, a2: i, b1: m.b, b2: j })
  }
  return out
}

/** Matching stretches in order, neighbours joined. */
function matches(a: readonly string[], b: readonly string[]): Match[] {
  const places = placesOf(b)
  const found: Match[] = []
  const search = (alo: number, ahi: number, blo: number, bhi: number): void => {
    const m = longest(a, b, places, alo, ahi, blo, bhi)
    if (m.size === 0) return
    if (alo < m.a && blo < m.b) search(alo, m.a, blo, m.b)
    const before = found[found.length - 1]
    if (before !== undefined && before.a + before.size === m.a && before.b + before.size === m.b) found[found.length - 1] = { ...before, size: before.size + m.size }
    else found.push(m)
    if (m.a + m.size < ahi && m.b + m.size < bhi) search(m.a + m.size, ahi, m.b + m.size, bhi)
  }
  search(0, a.length, 0, b.length)
  return found
}

/** Where each line stands, without those that are too frequent to anchor a match. */
function placesOf(b: readonly string[]): Map<string, number[]> {
  const places = new Map<string, number[]>()
  b.forEach((line, i) => {
    const at = places.get(line)
    if (at === undefined) places.set(line, [i])
    else at.push(i)
  })
  if (b.length >= POPULAR_FROM) {
    const most = Math.floor(b.length / 100) + 1
    for (const [line, at] of places) if (at.length > most) places.delete(line)
  }
  return places
}

/** The longest common stretch within the bounds, the first of those, drawn out over frequent lines at both ends. */
function longest(a: readonly string[], b: readonly string[], places: ReadonlyMap<string, readonly number[]>, alo: number, ahi: number, blo: number, bhi: number): Match {
  let bestA = alo
  let bestB = blo
  let size = 0
  let lengths = new Map<number, number>()
  for (let i = alo; i < ahi; i++) {
    const next = new Map<number, number>()
    for (const j of places.get(a[i] as string) ?? []) {
      if (j < blo) continue
      if (j >= bhi) break
      const k = (lengths.get(j - 1) ?? 0) + 1
      next.set(j, k)
      if (k > size) {
        bestA = i - k + 1
        bestB = j - k + 1
        size = k
      }
    }
    lengths = next
  }
  while (bestA > alo && bestB > blo && a[bestA - 1] === b[bestB - 1]) {
    bestA--
    bestB--
    size++
  }
  while (bestA + size < ahi && bestB + size < bhi && a[bestA + size] === b[bestB + size]) size++
  return { a: bestA, b: bestB, size }
}

/** Hunks: changes with up to `n` equal lines around them. */
function grouped(all: readonly Change[], n: number): Change[][] {
  if (all.length === 0) return []
  const codes = [...all]
  const first = codes[0] as Change
  if (first.tag === 'equal') codes[0] = { ...first, a1: Math.max(first.a1, first.a2 - n), b1: Math.max(first.b1, first.b2 - n) }
  const last = codes[codes.length - 1] as Change
  if (last.tag === 'equal') codes[codes.length - 1] = { ...last, a2: Math.min(last.a2, last.a1 + n), b2: Math.min(last.b2, last.b1 + n) }
  const groups: Change[][] = []
  let group: Change[] = []
  for (const c of codes) {
    let rest = c
    if (c.tag === 'equal' && c.a2 - c.a1 > 2 * n) {
      group.push({ ...c, a2: Math.min(c.a2, c.a1 + n), b2: Math.min(c.b2, c.b1 + n) })
      groups.push(group)
      group = []
      rest = { ...c, a1: Math.max(c.a1, c.a2 - n), b1: Math.max(c.b1, c.b2 - n) }
    }
    group.push(rest)
  }
  if (group.length > 0 && !(group.length === 1 && group[0]?.tag === 'equal')) groups.push(group)
  return groups
}
