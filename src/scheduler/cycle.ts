/** One scheduling cycle: filters, scores, and the choice of a node. Synchronous. upstream: pkg/scheduler/schedule_one.go */
import type { Draw } from '../base/draw'
import type { Lister } from '../client/lister'
import { NODES } from '../kinds/core/node/capacity'
import { pod as podKind } from '../kinds/core/pod/kind'
import { nodeUse } from '../kinds/core/pod/use'
import { keyOf } from '../kinds/kind'
import type { Pod } from '../kinds/schema/types/core.v1'
import type { SchedulerCache } from './cache'
import { unresolvable, type CycleState, type Evaluator, type FailedNode, type NodeFilter, type PlaceFilter, type Refused, type SchedulerPlugin, type Status } from './framework'
import type { NodeInfo } from './node-info'
import type { Profile } from './profile'
import { best } from './score'
import type { VerdictCache, Verdicts } from './verdicts'

/** upstream: minFeasibleNodesToFind, minFeasibleNodesPercentageToFind */
const MIN_FEASIBLE = 100
const MIN_PERCENT = 5

export interface Surroundings {
  readonly cache: SchedulerCache
  readonly verdicts: VerdictCache
  readonly lister: Lister
  readonly draw: Draw
  /** Where the search among the nodes goes on; moved by every search that looks at a part of them. */
  readonly cursor: { next: number }
  /** Pods that have a node and wait for something before they are bound to it, by node. */
  readonly held: ReadonlyMap<string, readonly Pod[]>
}

export type Outcome =
  | { readonly kind: 'node'; readonly node: NodeInfo; readonly state: CycleState }
  | {
    readonly kind: 'unfit'
    readonly refused: Refused
    /** Why nodes that nobody looked at will not do. */
    readonly absent?: Status
    readonly plugins: readonly string[]
    readonly state: CycleState
    readonly run: Evaluator
  }

/** A filter with everything worked out for this pod. */
export interface BoundFilter {
  readonly plugin: SchedulerPlugin
  readonly check: NodeFilter
  readonly refuses?: PlaceFilter | undefined
}

/** What the preFilters make of a pod. */
export interface Prepared {
  readonly filters: readonly BoundFilter[]
  /** Only these can do. */
  readonly names?: readonly string[]
  /** Who said so. */
  readonly narrowed: readonly string[]
  readonly refused?: { readonly status: Status; readonly plugin: string }
}

export function stateFor(pod: Pod, { cache, lister, draw }: Pick<Surroundings, 'cache' | 'lister' | 'draw'>): CycleState {
  return { pod, lister, draw, cache, use: nodeUse(pod.spec), data: new Map(), nodes: lister.total(NODES, '')?.n ?? 0 }
}

/** Chooses a node for a pod, or says node by node why there is none. */
export function schedule(profile: Profile, pod: Pod, around: Surroundings): Outcome {
  const state = stateFor(pod, around)
  const prepared = prepare(profile, state)
  const promised = promises(state, around)
  const run = evaluator(prepared.filters, promised, around.cache)
  if (prepared.refused !== undefined) return { kind: 'unfit', refused: { nodes: [], all: prepared.refused.status }, plugins: [prepared.refused.plugin], state, run }
  const nominated = nominatedNode(state, prepared, promised, around)
  if (nominated !== undefined) return { kind: 'node', node: nominated, state }
  const verdicts = prepared.names === undefined ? around.verdicts.of(profile.plugins, profile.schedulerName, state) : undefined
  const { feasible, failed } = filterNodes(profile, prepared, promised, verdicts, around)
  if (feasible.length === 1) return { kind: 'node', node: feasible[0] as NodeInfo, state }
  if (feasible.length > 1) return { kind: 'node', node: best(profile.plugins, state, feasible, verdicts), state }
  const plugins = [...new Set([...failed.map(f => f.plugin), ...prepared.narrowed])]
  const absent = prepared.names === undefined ? undefined : unresolvable(`node(s) didn't satisfy plugin(s) [${[...prepared.narrowed].sort().join(' ')}]`)
  return { kind: 'unfit', refused: { nodes: failed }, plugins, state, run, ...(absent === undefined ? {} : { absent }) }
}

/** upstream: RunPreFilterPlugins */
export function prepare(profile: Profile, state: CycleState): Prepared {
  const filters: BoundFilter[] = []
  const narrowed: string[] = []
  let names: readonly string[] | undefined
  let refused: Prepared['refused']
  for (const { plugin } of profile.plugins) {
    const answer = plugin.preFilter?.(state)
    const result = answer !== undefined && 'code' in answer ? { status: answer } : answer
    if (result?.status?.code === 'Skip') continue
    if (result?.status !== undefined) {
      refused = { status: result.status, plugin: plugin.name }
      // What removing pods could cure is judged with all plugins at hand.
      if (result.status.code === 'Unschedulable') continue
      break
    }
    if (result !== undefined && 'nodeNames' in result && result.nodeNames !== undefined) {
      const { nodeNames } = result
      narrowed.push(plugin.name)
      names = names === undefined ? nodeNames : names.filter(n => nodeNames.includes(n))
      if (names.length === 0 && refused === undefined) {
        refused = { status: unresolvable(narrowed.length === 1 ? `node(s) didn't satisfy plugin ${narrowed[0]}` : `node(s) didn't satisfy plugin(s) [${narrowed.join(' ')}] simultaneously`), plugin: plugin.name }
        break
      }
    }
    if (result?.filter !== undefined) filters.push({ plugin, check: result.filter, refuses: result.refuses })
    else if (plugin.filter !== undefined) filters.push({ plugin, check: node => plugin.filter?.(state, node) })
  }
  return { filters, narrowed, ...(names === undefined ? {} : { names }), ...(refused === undefined ? {} : { refused }) }
}

function evaluator(filters: readonly BoundFilter[], promised: ReadonlyMap<string, readonly Pod[]> | undefined, { nodes }: SchedulerCache): Evaluator {
  return { fits: (_, node) => fitsBesides(promised?.get(node.name), filters, node), info: name => nodes.get(name) }
}

function firstRefusal(filters: readonly BoundFilter[], node: NodeInfo): FailedNode | undefined {
  for (let i = 0; i < filters.length; i++) {
    const { plugin, check } = filters[i] as BoundFilter
    const status = check(node)
    if (status !== undefined) return { node, status, plugin: plugin.name }
  }
  return undefined
}

/** The node that was promised to the pod is tried before all others. upstream: evaluateNominatedNode */
function nominatedNode(state: CycleState, { filters, names }: Prepared, promised: ReadonlyMap<string, readonly Pod[]> | undefined, around: Surroundings): NodeInfo | undefined {
  const name = state.pod.status?.nominatedNodeName ?? ''
  if (name === '' || names?.includes(name) === false) return undefined
  const node = around.cache.nodes.get(name)
  if (node === undefined) return undefined
  return fitsBesides(promised?.get(name), filters, node) === undefined ? node : undefined
}

/** Enough feasible nodes, from where the last search ended, so that a large cluster is not looked at as a whole. upstream: findNodesThatPassFilters */
function filterNodes(profile: Profile, { filters, names }: Prepared, promised: ReadonlyMap<string, readonly Pod[]> | undefined, verdicts: Verdicts | undefined, around: Surroundings): { feasible: readonly NodeInfo[]; failed: readonly FailedNode[] } {
  const { nodes } = around.cache
  const places = names?.map(n => nodes.placeOf(n)).filter(p => p >= 0)
  const count = places?.length ?? nodes.all().length
  const wanted = feasibleToFind(count, profile.percentageOfNodesToScore)
  const local = filters.filter(f => f.plugin.sign !== undefined)
  const global = filters.filter(f => f.plugin.sign === undefined)
  const byPlace = global.map(f => f.refuses).filter(r => r !== undefined)
  const byNode = global.filter(f => f.refuses === undefined)
  const feasible: NodeInfo[] = []
  const first = around.cursor.next % Math.max(count, 1)
  const placeOf = (i: number): number => (places === undefined ? i : (places[i] as number))
  let looked = 0
  for (let i = first; looked < count && feasible.length < wanted; looked++) {
    const place = placeOf(i)
    if (++i === count) i = 0
    if (refusesPlace(byPlace, place)) continue
    const node = nodes.at(place)
    if (node === undefined) continue
    let refusal = verdicts?.refusals[place]
    if (refusal === undefined) {
      refusal = firstRefusal(local, node) ?? null
      if (verdicts !== undefined) verdicts.refusals[place] = refusal
    }
    if (refusal === null && promised !== undefined) refusal = besides(promised.get(node.name), filters, node) ?? null
    if (refusal === null && isFree(byNode, node)) feasible.push(node)
  }
  if (count > 0) around.cursor.next = (around.cursor.next + looked) % nodes.all().length
  if (feasible.length > 0) return { feasible, failed: NOBODY }
  // All have refused. Who did is asked again: for most pods nobody wants to know.
  const failed: FailedNode[] = []
  for (let n = 0; n < looked; n++) {
    const node = nodes.at(placeOf((first + n) % count))
    if (node !== undefined) failed.push(firstRefusal(local, node) ?? (promised === undefined ? undefined : besides(promised.get(node.name), filters, node)) ?? (firstRefusal(global, node) as FailedNode))
  }
  return { feasible, failed }
}
const NOBODY: readonly FailedNode[] = []

// Both are asked for hundreds of nodes a pod.
function refusesPlace(filters: readonly PlaceFilter[], place: number): boolean {
  for (let i = 0; i < filters.length; i++) if ((filters[i] as PlaceFilter)(place)) return true
  return false
}
function isFree(filters: readonly BoundFilter[], node: NodeInfo): boolean {
  for (let i = 0; i < filters.length; i++) if ((filters[i] as BoundFilter).check(node) !== undefined) return false
  return true
}

/** Fits with the pods to which room there is promised, and without. upstream: RunFilterPluginsWithNominatedPods */
function fitsBesides(promised: readonly Pod[] | undefined, filters: readonly BoundFilter[], node: NodeInfo): FailedNode | undefined {
  return besides(promised, filters, node) ?? firstRefusal(filters, node)
}

const besides = (promised: readonly Pod[] | undefined, filters: readonly BoundFilter[], node: NodeInfo): FailedNode | undefined => (promised === undefined ? undefined : firstRefusal(filters, node.changed([], promised)))

/** upstream: numFeasibleNodesToFind */
export function feasibleToFind(nodes: number, percentage = 0): number {
  if (nodes < MIN_FEASIBLE) return nodes
  const percent = percentage > 0 ? percentage : Math.max(MIN_PERCENT, 50 - Math.floor(nodes / 125))
  return percent >= 100 ? nodes : Math.max(MIN_FEASIBLE, Math.floor((nodes * percent) / 100))
}

/** Pods that are as good as there: more important ones to which room is promised, and those that are about to be bound. By node. */
function promises({ pod, lister }: CycleState, { held }: Surroundings): Map<string, Pod[]> | undefined {
  const promised = lister.byIndex(podKind, 'nominated', 'yes')
  if (promised.length === 0 && held.size === 0) return undefined
  const byNode = new Map<string, Pod[]>()
  const add = (name: string, p: Pod): void => {
    const list = byNode.get(name)
    if (list === undefined) byNode.set(name, [p])
    else if (!list.some(o => o.metadata.uid === p.metadata.uid)) list.push(p)
  }
  for (const p of promised) if (p.metadata.uid !== pod.metadata.uid && (p.spec.priority ?? 0) >= (pod.spec.priority ?? 0)) add(p.status?.nominatedNodeName as string, p)
  for (const [name, pods] of held) for (const p of pods) if (keyOf(p) !== keyOf(pod)) add(name, p)
  return byNode
}
