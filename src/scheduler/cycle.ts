/** One scheduling cycle: filters, scores, and the choice of a node. Synchronous. upstream: pkg/scheduler/schedule_one.go */
import type { Draw } from '../base/draw'
import type { Lister } from '../client/lister'
import { NODES } from '../kinds/core/node/capacity'
import { pod as podKind } from '../kinds/core/pod/kind'
import { nodeUse } from '../kinds/core/pod/use'
import { keyOf } from '../kinds/kind'
import type { Pod } from '../kinds/schema/types/core.v1'
import { MAX_SCORE, type CycleState, type Evaluator, type FailedNode, type SchedulerPlugin } from './framework'
import type { NodeInfo, NodeInfos } from './node-info'
import type { ProfileEntry } from './profile'

/** upstream: minFeasibleNodesToFind, minFeasibleNodesPercentageToFind */
const MIN_FEASIBLE = 100
const MIN_PERCENT = 5

export type Outcome =
  | { readonly kind: 'node'; readonly node: string }
  | { readonly kind: 'unfit'; readonly failed: readonly FailedNode[]; readonly plugins: readonly string[]; readonly preFilter?: string; readonly state: CycleState; readonly run: Evaluator }

/** Chooses a node for a pod, or says node by node why there is none. */
export function schedule(profile: readonly ProfileEntry[], pod: Pod, infos: NodeInfos, lister: Lister, draw: Draw): Outcome {
  const state: CycleState = { pod, lister, draw, use: nodeUse(pod.spec), data: new Map(), nodes: lister.total(NODES, '')?.n ?? 0 }
  const filters: SchedulerPlugin[] = []
  let only: readonly string[] | undefined
  for (const { plugin } of profile) {
    const result = plugin.preFilter?.(state)
    const status = result === undefined ? undefined : 'code' in result ? result : result.status
    if (status?.code === 'Skip') continue
    if (status !== undefined) return unfit(state, [], [plugin.name], evaluator(filters, infos), status.reasons.join(', '))
    if (result !== undefined && 'nodeNames' in result && result.nodeNames !== undefined) only = only === undefined ? result.nodeNames : only.filter(n => result.nodeNames?.includes(n))
    if (plugin.filter !== undefined) filters.push(plugin)
  }
  const run = evaluator(filters, infos)
  const { feasible, failed } = filterNodes(state, filters, only ?? infos.all(), only === undefined, infos)
  if (feasible.length === 0) return unfit(state, failed, [...new Set(failed.map(f => f.plugin))], run)
  if (feasible.length === 1) return { kind: 'node', node: (feasible[0] as NodeInfo).name }
  return { kind: 'node', node: best(profile, state, feasible) }
}

function unfit(state: CycleState, failed: readonly FailedNode[], plugins: readonly string[], run: Evaluator, preFilter?: string): Outcome {
  return { kind: 'unfit', failed, plugins, state, run, ...(preFilter === undefined ? {} : { preFilter }) }
}

function evaluator(filters: readonly SchedulerPlugin[], infos: NodeInfos): Evaluator {
  return { fits: (state, node) => firstRefusal(state, filters, node), info: name => infos.get(name) }
}

function firstRefusal(state: CycleState, filters: readonly SchedulerPlugin[], node: NodeInfo): FailedNode | undefined {
  for (const plugin of filters) {
    const status = plugin.filter?.(state, node)
    if (status !== undefined) return { node, status, plugin: plugin.name }
  }
  return undefined
}

/** Enough feasible nodes, from a place that the pod draws, so that a large cluster is not looked at as a whole. upstream: findNodesThatPassFilters */
function filterNodes(state: CycleState, filters: readonly SchedulerPlugin[], names: readonly string[], sample: boolean, infos: NodeInfos): { feasible: NodeInfo[]; failed: FailedNode[] } {
  const wanted = sample ? feasibleToFind(names.length) : names.length
  const start = sample && wanted < names.length ? state.draw.uint32(keyOf(state.pod), 'first node') % names.length : 0
  const nominated = nominations(state)
  const feasible: NodeInfo[] = []
  const failed: FailedNode[] = []
  for (let i = 0; i < names.length && feasible.length < wanted; i++) {
    const name = names[(start + i) % names.length] as string
    const node = infos.get(name)
    if (node === undefined) continue
    const reserved = nominated?.get(name)
    const refusal = (reserved === undefined ? undefined : firstRefusal(state, filters, node.changed([], reserved))) ?? firstRefusal(state, filters, node)
    if (refusal === undefined) feasible.push(node)
    else failed.push(refusal)
  }
  return { feasible, failed }
}

/** upstream: numFeasibleNodesToFind */
export function feasibleToFind(nodes: number): number {
  if (nodes < MIN_FEASIBLE) return nodes
  const percent = Math.max(MIN_PERCENT, 50 - Math.floor(nodes / 125))
  return Math.max(MIN_FEASIBLE, Math.floor((nodes * percent) / 100))
}

/** Room that more important pods have been promised. upstream: RunFilterPluginsWithNominatedPods */
function nominations({ pod, lister }: CycleState): Map<string, Pod[]> | undefined {
  const promised = lister.byIndex(podKind, 'nominated', 'yes')
  if (promised.length === 0) return undefined
  const byNode = new Map<string, Pod[]>()
  for (const p of promised) {
    if (p.metadata.uid === pod.metadata.uid || (p.spec.priority ?? 0) < (pod.spec.priority ?? 0)) continue
    const name = p.status?.nominatedNodeName as string
    const list = byNode.get(name)
    if (list === undefined) byNode.set(name, [p])
    else list.push(p)
  }
  return byNode
}

/** The highest sum of weighted scores; equals are drawn. upstream: prioritizeNodes, selectHost */
function best(profile: readonly ProfileEntry[], state: CycleState, nodes: readonly NodeInfo[]): string {
  const totals = new Float64Array(nodes.length)
  for (const { plugin, weight } of profile) {
    if (plugin.score === undefined || plugin.preScore?.(state, nodes)?.code === 'Skip') continue
    const scores = nodes.map(n => (plugin.score as (s: CycleState, n: NodeInfo) => number)(state, n))
    if (plugin.normalize !== undefined) normalize(scores, plugin.normalize === 'lowest')
    for (let i = 0; i < scores.length; i++) totals[i] = (totals[i] as number) + (scores[i] as number) * weight
  }
  let highest = -1
  for (const t of totals) if (t > highest) highest = t
  const equals = nodes.filter((_, i) => totals[i] === highest)
  return (equals[state.draw.uint32(keyOf(state.pod), 'tie') % equals.length] as NodeInfo).name
}

/** upstream: helper.DefaultNormalizeScore */
function normalize(scores: number[], reverse: boolean): void {
  const max = Math.max(...scores)
  for (let i = 0; i < scores.length; i++) {
    const score = max === 0 ? 0 : Math.floor((MAX_SCORE * (scores[i] as number)) / max)
    scores[i] = reverse ? MAX_SCORE - score : score
  }
}
