/** A node that is short of something sends pods away, one after the other. upstream: pkg/kubelet/eviction */
import { timestamp } from '../base/clock'
import { ignoringNotFound } from '../base/status'
import { quantityOf, quantityText, valueOfQuantity } from '../base/quantity'
import type { Context } from '../client/controller'
import type { Metrics } from '../client/metrics'
import type { Shortage } from '../kinds/core/node/machine'
import { pod as podKind } from '../kinds/core/pod/kind'
import { isFinished } from '../kinds/core/pod/state'
import { mirrorHash } from '../kinds/core/pod/static'
import type { Container, Node, Pod, PodCondition } from '../kinds/schema/types/core.v1'

/** What each shortage is a shortage of, and its hard threshold with what is left below it. upstream: defaults_linux.go */
const SIGNALS: Readonly<Record<Shortage, { readonly resource: string; readonly threshold: string; readonly available: string }>> = {
  memory: { resource: 'memory', threshold: '100Mi', available: '84216Ki' },
  disk: { resource: 'ephemeral-storage', threshold: '10737418240', available: '10213668Ki' },
  pid: { resource: 'pids', threshold: '1', available: '0' },
}
/** upstream: SystemCriticalPriority */
const CRITICAL = 2_000_000_000
const LOG_BYTES = 24 * 1024

interface Candidate {
  readonly pod: Pod
  readonly usage: ReadonlyMap<string, number>
  readonly excess: number
}

/** Evicts the pod that has to go first; false when nobody has to. */
export async function evictOne(node: Node, shortages: readonly Shortage[], metrics: Metrics, ctx: Context): Promise<boolean> {
  const shortage = shortages[0] as Shortage
  const { resource, threshold, available } = SIGNALS[shortage]
  const [first] = ctx.lister.byIndex<Pod>(podKind, 'node', node.metadata.name).filter(mayGo).map(pod => candidate(pod, resource, metrics)).filter(c => c.excess > 0).sort(byRank)
  if (first === undefined) return false
  await ctx.events.event(node, 'Warning', 'EvictionThresholdMet', `Attempting to reclaim ${resource}`)
  let message = `The node was low on resource: ${resource}. Threshold quantity: ${threshold}, available: ${available}. `
  if (resource !== 'pids')
    for (const c of first.pod.spec.containers) {
      const used = first.usage.get(c.name) ?? 0
      if (used > requestOf(c, resource)) message += `Container ${c.name} was using ${quantityText(quantityOf(used, 'BinarySI'))}, request is ${c.resources?.requests?.[resource] ?? '0'}, has larger consumption of ${resource}. `
    }
  await evict(first.pod, message, ctx)
  return true
}

const mayGo = (pod: Pod): boolean => !isFinished(pod) && pod.metadata.deletionTimestamp === undefined && mirrorHash(pod) === undefined && (pod.spec.priority ?? 0) < CRITICAL
const requestOf = (c: Container, resource: string): number => valueOfQuantity(c.resources?.requests?.[resource] ?? '0')

function candidate(pod: Pod, resource: string, metrics: Metrics): Candidate {
  const measured = resource === 'memory' ? metrics.ofPod(pod)?.containers : undefined
  const usage = new Map(pod.spec.containers.map(c => [c.name, resource === 'memory' ? Math.ceil(measured?.find(m => m.name === c.name)?.memoryBytes ?? 1.5 * 1024 * 1024) : LOG_BYTES]))
  const requested = pod.spec.containers.reduce((sum, c) => sum + requestOf(c, resource), 0)
  return { pod, usage, excess: [...usage.values()].reduce((a, b) => a + b, 0) - requested }
}

/** Who uses more than he asked for goes first, then by priority, then by how much more. upstream: rankMemoryPressure */
const byRank = (a: Candidate, b: Candidate): number => (a.pod.spec.priority ?? 0) - (b.pod.spec.priority ?? 0) || b.excess - a.excess || (a.pod.metadata.name < b.pod.metadata.name ? -1 : 1)

/** The pod has failed; its containers are ended by its own kubelet's next look. */
async function evict(pod: Pod, message: string, { client, events, clock }: Context): Promise<void> {
  await events.event(pod, 'Warning', 'Evicted', message)
  const condition: PodCondition = { type: 'DisruptionTarget', status: 'True', observedGeneration: pod.metadata.generation as number, reason: 'TerminationByKubelet', message, lastProbeTime: null as never, lastTransitionTime: timestamp(clock.now()) }
  const conditions = [...(pod.status?.conditions ?? []).filter(c => c.type !== condition.type), condition]
  await ignoringNotFound(client.update(podKind, { ...pod, status: { ...pod.status, phase: 'Failed', reason: 'Evicted', message, conditions } }, { subresource: 'status' }))
}
