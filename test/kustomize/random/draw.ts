/** Draws for random kustomizations: all from one seed. */
import { seeded } from '../../seeded'

/** An object of the tree, as others may speak of it. */
export interface Known {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
}

export class Draw {
  /** What is there already. */
  readonly world: Known[] = []
  private readonly next: () => number
  constructor(seed: number) {
    this.next = seeded(seed).fraction
  }
  chance(p: number): boolean {
    return this.next() < p
  }
  below(n: number): number {
    return Math.floor(this.next() * n)
  }
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T
  }
  some<T>(list: readonly T[], p = 0.5): T[] {
    return list.filter(() => this.chance(p))
  }
  /** The fields, or none of them. */
  maybe<T extends object>(p: number, make: () => T): T | object {
    return this.chance(p) ? make() : {}
  }
  many<T>(least: number, most: number, make: (i: number) => T): T[] {
    return Array.from({ length: least + this.below(most - least + 1) }, (_, i) => make(i))
  }
  shuffled<T>(list: readonly T[]): T[] {
    const out = [...list]
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.below(i + 1)
      ;[out[i], out[j]] = [out[j] as T, out[i] as T]
    }
    return out
  }
  /** Mostly an object that is there, of one of these kinds. */
  known(kinds: readonly string[] = []): Known {
    const fitting = this.world.filter(o => kinds.length === 0 || kinds.includes(o.kind))
    if (fitting.length > 0 && !this.chance(0.04)) return this.pick(fitting)
    return { apiVersion: 'v1', kind: kinds.length > 0 ? this.pick(kinds) : 'ConfigMap', name: this.pick(NAMES) }
  }
  map(keys: readonly string[], values: readonly string[] = VALUES): Record<string, string> {
    return Object.fromEntries(this.some(keys).map(k => [k, this.pick(values)]))
  }
}

export const NAMES = ['web', 'db', 'app-1', 'x', 'cfg', 'sec'] as const
export const VALUES = ['1', 'true', 'null', '1.0', '0x1f', 'plain', 'a: b', '- x', 'multi\nline\n', ' lead', "it's", '"q"', '2020-01-01', 'on', '~', '', '#c', '1e3', '12:30', '{a: b}', 'end:', 'ünï', '*a', '&b', '%c', 'a\tb', 'x #y', '0o7', '-1', '.5', '=', '<<', '? q', 'no', 'trail '] as const
export const LABEL_KEYS = ['app', 'tier', 'a.b/c', 'on', '1'] as const
