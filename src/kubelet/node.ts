/** What a kubelet says of its own machine: its lease and the conditions of its node. upstream: pkg/kubelet/kubelet_node_status.go, nodestatus/setters.go, sigs.k8s.io/kwok stages */
import { timestamp } from '../base/clock'
import { isAlreadyExists } from '../base/status'
import { defineController, type Context, type ReconcileResult, type Watch } from '../client/controller'
import type { Metrics } from '../client/metrics'
import { lease as leaseKind, NODE_LEASES } from '../kinds/coordination/lease/kind'
import { node as nodeKind } from '../kinds/core/node/kind'
import { hasMachine, PRESSURE, shortagesOf, type Shortage } from '../kinds/core/node/machine'
import { isOff, isShuttingDown } from '../kinds/core/node/power'
import { pod as podKind } from '../kinds/core/pod/kind'
import type { Lease } from '../kinds/schema/types/coordination.v1'
import type { Node, NodeCondition, Pod } from '../kinds/schema/types/core.v1'
import { evictOne } from './eviction'
import { removeUnusedImages } from './image-garbage'
import { SHUT_DOWN, shutDown } from './shutdown'
import { initialized } from './simulated-node'

interface Saying extends Pick<NodeCondition, 'type' | 'status' | 'reason' | 'message'> {
  /** Of the event that tells it. */
  readonly event: string
}

const READY: Saying = { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status', event: 'NodeReady' }
const ROUTED: Saying = { type: 'NetworkUnavailable', status: 'False', reason: 'RouteCreated', message: 'RouteController created a route', event: '' }

/** Each shortage: what is said without it, and with it. */
const SHORT: Readonly<Record<Shortage, readonly [enough: Saying, short: Saying]>> = {
  memory: [
    { type: 'MemoryPressure', status: 'False', reason: 'KubeletHasSufficientMemory', message: 'kubelet has sufficient memory available', event: 'NodeHasSufficientMemory' },
    { type: 'MemoryPressure', status: 'True', reason: 'KubeletHasInsufficientMemory', message: 'kubelet has insufficient memory available', event: 'NodeHasInsufficientMemory' },
  ],
  disk: [
    { type: 'DiskPressure', status: 'False', reason: 'KubeletHasNoDiskPressure', message: 'kubelet has no disk pressure', event: 'NodeHasNoDiskPressure' },
    { type: 'DiskPressure', status: 'True', reason: 'KubeletHasDiskPressure', message: 'kubelet has disk pressure', event: 'NodeHasDiskPressure' },
  ],
  pid: [
    { type: 'PIDPressure', status: 'False', reason: 'KubeletHasSufficientPID', message: 'kubelet has sufficient PID available', event: 'NodeHasSufficientPID' },
    { type: 'PIDPressure', status: 'True', reason: 'KubeletHasInsufficientPID', message: 'kubelet has insufficient PID available', event: 'NodeHasInsufficientPID' },
  ],
}
/** A shortage that is over is still told for a while. upstream: evictionPressureTransitionPeriod */
const TRANSITION_MS = 300_000
/** upstream: evictionMonitoringPeriod */
const MONITORING_MS = 10_000
/** So many nodes of a cluster tell that they have started: one of thousands is made at once. */
const STARTS_TOLD = 20

export interface NodeAgent {
  /** Who holds the leases: the kubelet of the node, or one simulator of all nodes. */
  readonly holder: (node: string) => string
  /** Real kubelets say Ready last; a simulated node also has its route. */
  readonly order: (pressures: readonly Saying[]) => readonly Saying[]
  /** It records events, evicts pods, and stands only behind nodes that have a machine. */
  readonly isReal: boolean
}

export const KUBELET: NodeAgent = { holder: node => node, order: pressures => [...pressures, READY], isReal: true }
export const SIMULATED: NodeAgent = { holder: () => 'kwok', order: pressures => [READY, ...pressures, ROUTED], isReal: false }

/** What is remembered of a node: since when a shortage is over that is still told. */
type Over = Partial<Record<Shortage, number>>

// A renewal needs no write: a lease without a time is renewed by the clock. Only one that somebody changed or removed needs to be made again.
const touched: Watch<Lease> = { kind: leaseKind, keys: ({ type, object }) => (object.metadata.namespace === NODE_LEASES && (type === 'DELETED' || object.spec?.renewTime !== undefined) ? [object.metadata.name] : []) }
/** Who comes to a node that is short of something may have to go. */
const arrivals: Watch<Pod> = {
  kind: podKind,
  keys: ({ type, object, previous }, lister) => {
    const name = object.spec.nodeName ?? ''
    if (type === 'DELETED' || name === '' || (previous?.spec.nodeName ?? '') !== '') return []
    const node = lister.get(nodeKind, name)
    return node !== undefined && shortagesOf(node).length > 0 ? [name] : []
  },
}

export const nodeAgent = (agent: NodeAgent, metrics: Metrics) =>
  defineController<Node>({
    name: 'kubelet-node',
    reconciles: nodeKind,
    concerns: ({ type, object, previous }) =>
      type !== 'DELETED' && (previous === undefined || isOff(object) !== isOff(previous) || isShuttingDown(object) !== isShuttingDown(previous) || object.metadata.annotations?.[PRESSURE] !== previous.metadata.annotations?.[PRESSURE] || unsaid(object, agent.order(HEALTHY)).some(s => isUnheard(object, s))),
    watches: [touched as Watch<never>, ...(agent.isReal ? [arrivals as Watch<never>] : [])],

    async reconcile(node, ctx) {
      if (node.metadata.deletionTimestamp !== undefined || (agent.isReal && !hasMachine(node))) return
      if (isOff(node)) return fallSilent(node, ctx)
      if (isShuttingDown(node)) return shutDown(node, ctx)
      await renew(node, agent, ctx)
      const { sayings, waitMs } = pressures(node, ctx)
      const said = await say(node, agent.order(sayings), agent, ctx)
      const short = shortagesOf(said)
      const current = agent.isReal && short.includes('disk') ? await removeUnusedImages(said, ctx) : said
      const evicting = agent.isReal && short.length > 0 && (await evictOne(current, short, metrics, ctx))
      const requeueAfterMs = evicting ? MONITORING_MS : waitMs
      return requeueAfterMs === undefined ? undefined : ({ requeueAfterMs } satisfies ReconcileResult)
    },
  })

const HEALTHY: readonly Saying[] = [SHORT.memory[0], SHORT.disk[0], SHORT.pid[0]]
const conditionOf = (node: Node, { type }: Saying): NodeCondition | undefined => node.status?.conditions?.find(c => c.type === type)
const isUnheard = (node: Node, s: Saying): boolean => (conditionOf(node, s)?.status ?? 'Unknown') === 'Unknown'
const SHORTAGE_REASONS: ReadonlySet<string> = new Set(Object.values(SHORT).map(([, short]) => short.reason as string))
/** It was this agent that said so. */
const isShort = (node: Node, s: Saying): boolean => SHORTAGE_REASONS.has(conditionOf(node, s)?.reason ?? '')
const unsaid = (node: Node, sayings: readonly Saying[]): Saying[] => sayings.filter(s => conditionOf(node, s)?.status !== s.status)

/** What the machine lacks now, or lacked a short while ago. */
function pressures(node: Node, { memory, clock }: Context): { sayings: readonly Saying[]; waitMs?: number } {
  const short = shortagesOf(node)
  const { name } = node.metadata
  const before = memory.get<Over>(name)
  if (short.length === 0 && before === undefined && !HEALTHY.some(s => isShort(node, s))) return { sayings: HEALTHY }
  const now = clock.now()
  const over: Over = {}
  let waitMs: number | undefined
  const sayings = (Object.keys(SHORT) as Shortage[]).map(s => {
    if (short.includes(s)) return SHORT[s][1]
    if (!isShort(node, SHORT[s][0])) return SHORT[s][0]
    const since = (over[s] = before?.[s] ?? now)
    const left = since + TRANSITION_MS - now
    if (left > 0) {
      waitMs = Math.min(waitMs ?? left, left)
      return SHORT[s][1]
    }
    delete over[s]
    return SHORT[s][0]
  })
  if (Object.keys(over).length > 0) memory.put(name, over)
  else if (before !== undefined) memory.delete(name)
  return { sayings, ...(waitMs === undefined ? {} : { waitMs }) }
}

async function say(node: Node, wished: readonly Saying[], agent: NodeAgent, ctx: Context): Promise<Node> {
  // What somebody else has set stays as it is, unless nobody was heard.
  const lacking = unsaid(node, wished).filter(s => SHORTAGE_REASONS.has(s.reason as string) || isUnheard(node, s) || isShort(node, s) || conditionOf(node, s)?.message === SHUT_DOWN)
  if (lacking.length === 0) return node
  const isNew = node.status?.conditions?.some(c => c.type === 'Ready') !== true
  const current = await ctx.client.update(nodeKind, { ...node, status: { ...(agent.isReal ? node.status : initialized(node)), conditions: restated(node, lacking, ctx.clock.now()) } } as Node, { subresource: 'status' })
  if (!agent.isReal || (isNew && !maySpeak(ctx))) return current
  const { name } = node.metadata
  if (isNew) await ctx.events.event(current, 'Normal', 'Starting', 'Starting kubelet.')
  for (const s of lacking) {
    if (isNew && s === READY) await ctx.events.event(current, 'Normal', 'NodeAllocatableEnforced', 'Updated Node Allocatable limit across pods')
    if (s.event !== '') await ctx.events.event(current, 'Normal', s.event, `Node ${name} status is now: ${s.event}`)
  }
  return current
}

function maySpeak({ memory }: Context): boolean {
  const told = memory.get<number>(' starts') ?? 0
  if (told < STARTS_TOLD) memory.put(' starts', told + 1)
  return told < STARTS_TOLD
}

/** What others say of the node (problem detectors) stays. */
function restated(node: Node, lacking: readonly Saying[], nowMs: number): NodeCondition[] {
  const now = timestamp(nowMs)
  const left = new Map(lacking.map(c => [c.type, c]))
  const said = ({ event: _, ...c }: Saying): NodeCondition => ({ ...c, lastHeartbeatTime: now, lastTransitionTime: now })
  const kept = (node.status?.conditions ?? []).map(c => {
    const again = left.get(c.type)
    left.delete(c.type)
    return again === undefined ? c : said(again)
  })
  return [...kept, ...[...left.values()].map(said)]
}

/** The last renewal is written down: from here on time renews nothing. */
async function fallSilent(node: Node, { client, lister, clock }: Context): Promise<void> {
  const now = lister.get(leaseKind, node.metadata.name, NODE_LEASES)
  if (now === undefined || now.spec?.renewTime !== undefined) return
  await client.update(leaseKind, leaseKind.asOf?.(now, clock.now()) ?? now)
}

async function renew(node: Node, agent: NodeAgent, { client, lister }: Context): Promise<void> {
  const { name } = node.metadata
  const now = lister.get(leaseKind, name, NODE_LEASES)
  if (now !== undefined && now.spec?.renewTime === undefined) return
  const spec = { holderIdentity: agent.holder(name), leaseDurationSeconds: 40 }
  if (now !== undefined) return void (await client.update(leaseKind, { ...now, spec }))
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name, uid: node.metadata.uid as string }]
  try {
    await client.create(leaseKind, { metadata: { name, namespace: NODE_LEASES, ownerReferences }, spec })
  } catch (e) {
    if (!isAlreadyExists(e)) throw e
  }
}
