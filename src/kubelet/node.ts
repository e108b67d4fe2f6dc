/** What a kubelet says of its own machine: its lease and the conditions of its node. upstream: pkg/kubelet/kubelet_node_status.go, sigs.k8s.io/kwok stages */
import { timestamp } from '../base/clock'
import { isAlreadyExists } from '../base/status'
import { defineController, type Context, type Watch } from '../client/controller'
import { lease as leaseKind, NODE_LEASES } from '../kinds/coordination/lease/kind'
import { node as nodeKind } from '../kinds/core/node/kind'
import { isOff } from '../kinds/core/node/power'
import type { Lease } from '../kinds/schema/types/coordination.v1'
import type { Node, NodeCondition } from '../kinds/schema/types/core.v1'

type Saying = Pick<NodeCondition, 'type' | 'status' | 'reason' | 'message'>

const READY: Saying = { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }
const HEALTHY: readonly Saying[] = [
  { type: 'MemoryPressure', status: 'False', reason: 'KubeletHasSufficientMemory', message: 'kubelet has sufficient memory available' },
  { type: 'DiskPressure', status: 'False', reason: 'KubeletHasNoDiskPressure', message: 'kubelet has no disk pressure' },
  { type: 'PIDPressure', status: 'False', reason: 'KubeletHasSufficientPID', message: 'kubelet has sufficient PID available' },
]
const ROUTED: Saying = { type: 'NetworkUnavailable', status: 'False', reason: 'RouteCreated', message: 'RouteController created a route' }

export interface NodeAgent {
  /** Who holds the leases: the kubelet of the node, or one simulator of all nodes. */
  readonly holder: (node: string) => string
  readonly conditions: readonly Saying[]
  /** It records events. */
  readonly tells: boolean
}

/** Real kubelets say Ready last; a simulated node also has its route. */
export const KUBELET: NodeAgent = { holder: node => node, conditions: [...HEALTHY, READY], tells: true }
export const SIMULATED: NodeAgent = { holder: () => 'kwok', conditions: [READY, ...HEALTHY, ROUTED], tells: false }

// A renewal needs no write: a lease without a time is renewed by the clock. Only one that somebody changed or removed needs to be made again.
const touched: Watch<Lease> = { kind: leaseKind, keys: ({ type, object }) => (object.metadata.namespace === NODE_LEASES && (type === 'DELETED' || object.spec?.renewTime !== undefined) ? [object.metadata.name] : []) }

export const nodeAgent = (agent: NodeAgent) =>
  defineController<Node>({
    name: 'kubelet-node',
    reconciles: nodeKind,
    concerns: ({ type, object, previous }) => type !== 'DELETED' && (previous === undefined || missing(agent, object).length > 0 || isOff(object) !== isOff(previous)),
    watches: [touched as Watch<never>],

    async reconcile(node, ctx) {
      if (node.metadata.deletionTimestamp !== undefined) return
      if (isOff(node)) return fallSilent(node, ctx)
      await renew(node, agent, ctx)
      const lacking = missing(agent, node)
      if (lacking.length === 0) return
      await ctx.client.update(nodeKind, { ...node, status: { ...node.status, conditions: restated(agent, node, ctx.clock.now()) } } as Node, { subresource: 'status' })
      const wasSilent = node.status?.conditions?.some(c => c.type === 'Ready' && c.status === 'Unknown') === true
      if (agent.tells && wasSilent) await ctx.events.event(node, 'Normal', 'NodeReady', `Node ${node.metadata.name} status is now: NodeReady`)
    },
  })

const missing = ({ conditions }: NodeAgent, node: Node): Saying[] => conditions.filter(w => node.status?.conditions?.some(c => c.type === w.type && c.status !== 'Unknown') !== true)

/** What others say of the node (problem detectors) stays; what this agent says and nobody has said is said. */
function restated(agent: NodeAgent, node: Node, nowMs: number): NodeCondition[] {
  const now = timestamp(nowMs)
  const given = node.status?.conditions ?? []
  const lacking = new Map(missing(agent, node).map(c => [c.type, c]))
  const said = (c: Saying): NodeCondition => ({ ...c, lastHeartbeatTime: now, lastTransitionTime: now })
  const kept = given.map(c => {
    const again = lacking.get(c.type)
    lacking.delete(c.type)
    return again === undefined ? c : said(again)
  })
  return [...kept, ...[...lacking.values()].map(said)]
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
