/** Why a pod runs here and not there: the real plugins asked about every node, without side effects. */
import type { Draw } from '../base/draw'
import type { Lister } from '../client/lister'
import type { Pod } from '../kinds/schema/types/core.v1'
import { SchedulerCache } from './cache'
import { prepare, stateFor } from './cycle'
import type { Code } from './framework'
import type { NodeInfo } from './node-info'
import type { Profile } from './profile'
import { scoreAll } from './score'

/** What one plugin says of one node. */
export interface Verdict {
  readonly plugin: string
  /** `Success`: it does not mind. */
  readonly code: Code | 'Success'
  readonly reasons: readonly string[]
}

export interface NodeExplanation {
  readonly node: string
  readonly fits: boolean
  /** Of every plugin that has business with the pod, not only of the first that refuses. */
  readonly verdicts: readonly Verdict[]
  /** By plugin, 0 to 100 times its weight; only of nodes that fit. */
  readonly scores: readonly { readonly plugin: string; readonly score: number; readonly weight: number }[]
}

export interface Explanation {
  /** What keeps the pod out of the queue, before any node is looked at. */
  readonly gate?: Verdict
  /** What refuses the pod on all nodes alike. */
  readonly refusal?: Verdict
  /** In order of name. */
  readonly nodes: readonly NodeExplanation[]
}

/** Evaluates the profile's plugins for a pod on all nodes as they are now. Cost grows with the nodes. Writes nothing. */
export function explainScheduling(profile: Profile, pod: Pod, { lister, draw }: { readonly lister: Lister; readonly draw: Draw }): Explanation {
  for (const { plugin } of profile.plugins) {
    const status = plugin.preEnqueue?.(pod, lister)
    if (status !== undefined) return { gate: { plugin: plugin.name, ...status }, nodes: [] }
  }
  const cache = new SchedulerCache(lister)
  const state = stateFor(pod, { cache, lister, draw })
  const { filters, names, narrowed, refused } = prepare(profile, state)
  const infos = [...cache.nodes.all()].sort().map(name => cache.nodes.get(name) as NodeInfo)
  const explained = infos.map((info): { info: NodeInfo; verdicts: Verdict[] } => ({
    info,
    verdicts: [
      ...(names?.includes(info.name) === false ? [{ plugin: narrowed[0] as string, code: 'Unresolvable' as const, reasons: [`node(s) didn't satisfy plugin(s) [${[...narrowed].sort().join(' ')}]`] }] : []),
      ...filters.map(({ plugin, check }): Verdict => {
        const status = check(info)
        return status === undefined ? { plugin: plugin.name, code: 'Success', reasons: [] } : { plugin: plugin.name, ...status }
      }),
    ],
  }))
  const fitting = refused === undefined ? explained.filter(e => e.verdicts.every(v => v.code === 'Success')).map(e => e.info) : []
  const scores = fitting.length === 0 ? [] : scoreAll(profile.plugins, state, fitting)
  return {
    ...(refused === undefined ? {} : { refusal: { plugin: refused.plugin, ...refused.status } }),
    nodes: explained.map(({ info, verdicts }) => {
      const i = fitting.indexOf(info)
      return { node: info.name, fits: i >= 0, verdicts, scores: i < 0 ? [] : scores.map(s => ({ plugin: s.plugin, weight: s.weight, score: s.scores[i] as number })) }
    }),
  }
}
