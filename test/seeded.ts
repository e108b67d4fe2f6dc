/** Numbers that follow from a seed alone (mulberry32). */
export interface Random {
  /** In [0, 1). */
  fraction(): number
  /** 0 to n - 1. */
  below(n: number): number
  pick<T>(list: readonly T[]): T
}

export function seeded(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (n: number): number => Math.floor(next() * n)
  return { fraction: next, below, pick: list => list[below(list.length)] as never }
}
