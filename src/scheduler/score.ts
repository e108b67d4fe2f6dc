/** The choice among the nodes that will do. upstream: prioritizeNodes, selectHost, RunScorePlugins */
import { keyOf } from '../kinds/kind'
import { MAX_SCORE, type CycleState, type Scorer, type SchedulerPlugin } from './framework'
import type { NodeInfo } from './node-info'
import type { ProfileEntry } from './profile'
import type { Verdicts } from './verdicts'

/** What one plugin gave each of the nodes, 0 to 100 times its weight. */
export interface PluginScores {
  readonly plugin: string
  readonly weight: number
  readonly scores: readonly number[]
}

/** The node with the highest sum of weighted scores; equals are drawn. */
export function best(profile: readonly ProfileEntry[], state: CycleState, nodes: readonly NodeInfo[], verdicts: Verdicts | undefined): NodeInfo {
  const totals = new Float64Array(nodes.length)
  const local: ProfileEntry[] = []
  for (const entry of profile) {
    if (!isScored(entry)) continue
    const scorer = scorerOf(entry.plugin, state, nodes)
    if (scorer === undefined) continue
    if (entry.plugin.sign !== undefined && scorer.normalize === undefined) local.push(entry)
    else {
      const scores = scoresOf(scorer, nodes)
      for (let i = 0; i < scores.length; i++) totals[i] = (totals[i] as number) + (scores[i] as number) * entry.weight
    }
  }
  const known = verdicts?.scores
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[i] as NodeInfo
    let score = known?.[node.place] ?? NaN
    // NaN: nobody has asked.
    if (score !== score) {
      score = ownScore(local, state, node)
      if (known !== undefined) known[node.place] = score
    }
    totals[i] = (totals[i] as number) + score
  }
  return choose(totals, state, nodes)
}

/** Each plugin's scores by node, as upstream logs them. */
export function scoreAll(profile: readonly ProfileEntry[], state: CycleState, nodes: readonly NodeInfo[]): PluginScores[] {
  const all: PluginScores[] = []
  for (const entry of profile) {
    const scorer = isScored(entry) ? scorerOf(entry.plugin, state, nodes) : undefined
    if (scorer !== undefined) all.push({ plugin: entry.plugin.name, weight: entry.weight, scores: scoresOf(scorer, nodes) })
  }
  return all
}

const isScored = ({ plugin, weight }: ProfileEntry): boolean => weight > 0 && (plugin.score !== undefined || plugin.preScore !== undefined)

function choose(totals: Float64Array, state: CycleState, nodes: readonly NodeInfo[]): NodeInfo {
  let highest = -Infinity
  let equals: number[] = []
  for (let i = 0; i < totals.length; i++) {
    const t = totals[i] as number
    if (t < highest) continue
    if (t > highest) {
      highest = t
      equals = []
    }
    equals.push(i)
  }
  return nodes[equals[state.draw.uint32(keyOf(state.pod), 'tie') % equals.length] as number] as NodeInfo
}

/** Scores that depend on the pod's sort and the node alone are remembered. */
function ownScore(local: readonly ProfileEntry[], state: CycleState, node: NodeInfo): number {
  let sum = 0
  for (const { plugin, weight } of local) sum += (plugin.score?.(state, node) ?? 0) * weight
  return sum
}

/** undefined: all nodes are the same to the plugin. */
function scorerOf(plugin: SchedulerPlugin, state: CycleState, nodes: readonly NodeInfo[]): Scorer | undefined {
  const answer = plugin.preScore?.(state, nodes)
  if (answer !== undefined && !('code' in answer)) return answer
  if (answer?.code === 'Skip' || plugin.score === undefined) return undefined
  const { normalize } = plugin
  const score = (node: NodeInfo): number => plugin.score?.(state, node) ?? 0
  return normalize === undefined ? { score } : { score, normalize: scores => byHighest(scores, normalize === 'lowest') }
}

function scoresOf(scorer: Scorer, nodes: readonly NodeInfo[]): number[] {
  const scores = nodes.map(n => scorer.score(n))
  scorer.normalize?.(scores, nodes)
  return scores
}

/** upstream: helper.DefaultNormalizeScore */
function byHighest(scores: number[], reverse: boolean): void {
  const max = Math.max(...scores)
  for (let i = 0; i < scores.length; i++) {
    const score = max === 0 ? 0 : Math.floor((MAX_SCORE * (scores[i] as number)) / max)
    scores[i] = reverse ? MAX_SCORE - score : score
  }
}
