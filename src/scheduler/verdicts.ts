/** What plugins that look at a pod and a node alone have said, remembered for pods that are alike until the node changes. upstream: framework's pod signatures, opportunistic batching */
import type { CycleState, FailedNode } from './framework'
import type { NodeInfos } from './nodes'
import type { ProfileEntry } from './profile'

/** So many sorts of pods are remembered. */
const MAX_KINDS = 64

/** By the nodes' places. */
export interface Verdicts {
  /** null: no plugin minds; undefined: nobody was asked. */
  readonly refusals: (FailedNode | null | undefined)[]
  /** Weighted sum of the scores that need no normalising; NaN: nobody was asked. */
  readonly scores: Float64Array
  readonly generation: number
  /** How many of the nodes' changes are accounted for. */
  seen: number
}

export class VerdictCache {
  /** null: such a pod came once, which is not worth remembering. */
  private readonly byKind = new Map<string, Verdicts | null>()

  constructor(private readonly nodes: NodeInfos) {}

  /** What is remembered of pods like this one; undefined for the first of its kind. */
  of(profile: readonly ProfileEntry[], name: string, state: CycleState): Verdicts | undefined {
    const fragments = new Set<unknown>([name])
    for (const { plugin } of profile) if (plugin.sign !== undefined) fragments.add(plugin.sign(state))
    const key = JSON.stringify([...fragments])
    const known = this.byKind.get(key)
    if (known === undefined) {
      this.keep(key, null)
      return undefined
    }
    const { generation, changes } = this.nodes
    if (known === null || known.generation !== generation) {
      const { length } = this.nodes.all()
      const made: Verdicts = { refusals: new Array<FailedNode | null | undefined>(length).fill(undefined), scores: new Float64Array(length).fill(NaN), generation, seen: this.nodes.changes.length }
      this.keep(key, made)
      return made
    }
    for (let i = known.seen; i < changes.length; i++) {
      known.refusals[changes[i] as number] = undefined
      known.scores[changes[i] as number] = NaN
    }
    known.seen = changes.length
    return known
  }

  private keep(key: string, verdicts: Verdicts | null): void {
    this.byKind.delete(key)
    if (this.byKind.size >= MAX_KINDS) this.byKind.delete(this.byKind.keys().next().value as string)
    this.byKind.set(key, verdicts)
  }
}
