/** Gives Services of type LoadBalancer an address, as a cloud's controller does. upstream: k8s.io/cloud-provider controllers/service */
import { defineController, type Context } from '../../client/controller'
import { EXTERNAL_IP } from '../../kinds/core/service/allocate'
import { service as serviceKind } from '../../kinds/core/service/kind'
import { keyOf } from '../../kinds/kind'
import type { Service } from '../../kinds/schema/types/core.v1'

export const CLEANUP = 'service.kubernetes.io/load-balancer-cleanup'
/** How long the cloud takes. */
const MAKING_MS = 2_000
/** Another try when no address was left. */
const RETRY_MS = 300_000

interface Kept {
  readonly uid: string
  /** What of the Service the load balancer was made for. */
  readonly made: string
  readonly readyAtMs: number
}

export const serviceController = defineController<Service>({
  name: 'service-controller',
  reconciles: serviceKind,
  concerns: ({ object, previous }) => [object, previous].some(s => s?.spec.type === 'LoadBalancer' || s?.metadata.finalizers?.includes(CLEANUP) === true),

  async reconcile(service, ctx) {
    const { metadata, spec } = service
    if (metadata.deletionTimestamp !== undefined || spec.type !== 'LoadBalancer') return removed(service, ctx)
    // Somebody else's load balancer.
    if (spec.loadBalancerClass !== undefined) return
    const made = wished(service)
    const known = ctx.memory.get<Kept>(keyOf(service))
    if (known?.uid !== metadata.uid || known?.made !== made) {
      await ctx.events.event(service, 'Normal', 'EnsuringLoadBalancer', 'Ensuring load balancer')
      ctx.memory.put(keyOf(service), { uid: metadata.uid as string, made, readyAtMs: ctx.clock.now() + MAKING_MS } satisfies Kept)
      if (metadata.finalizers?.includes(CLEANUP) !== true) await ctx.client.update(serviceKind, { ...service, metadata: { ...metadata, finalizers: [...(metadata.finalizers ?? []), CLEANUP] } })
      return { requeueAfterMs: MAKING_MS }
    }
    return ensured(service, known, ctx)
  },

  async vanished(key, { memory }) {
    memory.delete(key)
  },
})

/** A change of anything else needs no other load balancer. upstream: needsUpdate */
const wished = ({ metadata, spec }: Service): string => JSON.stringify([spec.ports, spec.sessionAffinity, spec.sessionAffinityConfig, spec.loadBalancerSourceRanges, spec.loadBalancerIP, spec.externalIPs, spec.externalTrafficPolicy, spec.healthCheckNodePort, metadata.annotations])

async function ensured(service: Service, known: Kept, { client, clock, events, lister, memory }: Context): Promise<{ requeueAfterMs: number } | void> {
  if (known.readyAtMs === 0) return
  const left = known.readyAtMs - clock.now()
  if (left > 0) return { requeueAfterMs: left }
  const present = service.status?.loadBalancer?.ingress?.[0]?.ip
  const asked = service.spec.loadBalancerIP
  const isTaken = (ip: string): boolean => lister.byIndex(serviceKind, EXTERNAL_IP, ip).some(s => s.metadata.uid !== service.metadata.uid)
  const ip = asked !== undefined && asked !== '' ? (isTaken(asked) ? undefined : asked) : (present ?? pool().find(a => !isTaken(a)))
  if (ip === undefined) {
    await events.event(service, 'Warning', 'SyncLoadBalancerFailed', `Error syncing load balancer: failed to ensure load balancer: ${asked ? `address ${asked} is in use` : 'no address is left in the pool'}`)
    memory.put(keyOf(service), { ...known, readyAtMs: clock.now() + RETRY_MS } satisfies Kept)
    return { requeueAfterMs: RETRY_MS }
  }
  await events.event(service, 'Normal', 'EnsuredLoadBalancer', 'Ensured load balancer')
  memory.put(keyOf(service), { ...known, readyAtMs: 0 } satisfies Kept)
  if (ip !== present) await client.update(serviceKind, { ...service, status: { ...service.status, loadBalancer: { ingress: [{ ip, ipMode: 'VIP' }] } } }, { subresource: 'status' })
}

/** 172.18.255.200 to .250 first, as people give such pools to clusters of their own; all of the nodes' network that no node has. */
function pool(): string[] {
  const last = [...Array.from({ length: 51 }, (_, i) => 200 + i), ...Array.from({ length: 199 }, (_, i) => 1 + i)]
  return last.map(n => `172.18.255.${n}`)
}

/** The load balancer goes before the Service may, or with its type. */
async function removed(service: Service, { client, events, memory }: Context): Promise<void> {
  const { metadata, status } = service
  if (metadata.finalizers?.includes(CLEANUP) !== true) return
  await events.event(service, 'Normal', 'DeletingLoadBalancer', 'Deleting load balancer')
  memory.delete(keyOf(service))
  const { finalizers, ...others } = metadata
  const left = finalizers.filter(f => f !== CLEANUP)
  const next = await client.update(serviceKind, { ...service, metadata: left.length === 0 ? others : { ...others, finalizers: left } })
  await events.event(service, 'Normal', 'DeletedLoadBalancer', 'Deleted load balancer')
  if (metadata.deletionTimestamp === undefined && (status?.loadBalancer?.ingress ?? []).length > 0) await client.update(serviceKind, { ...next, status: { ...next.status, loadBalancer: {} } }, { subresource: 'status' })
}
