/** Tells each ingress where it is served, as the nginx controller does; who answers there is src/network/ingress. upstream: ingress-nginx internal/ingress/status, store */
import { deepEqual } from '../../base/equal'
import { defineController, type Context, type Watch } from '../../client/controller'
import { EDGE, node as nodeKind } from '../../kinds/core/node/kind'
import { isOff } from '../../kinds/core/node/power'
import { isServed } from '../../kinds/networking/ingress-class/controller'
import { ingressClass } from '../../kinds/networking/ingress-class/kind'
import { ingress as ingressKind } from '../../kinds/networking/ingress/kind'
import { keyOf } from '../../kinds/kind'
import type { Node } from '../../kinds/schema/types/core.v1'
import type { Ingress, IngressClass } from '../../kinds/schema/types/networking.v1'
import type { Lister } from '../../client/lister'
import { internalIP, isNodeReady } from '../../kinds/core/node/state'

/** Addresses are told a while after an ingress came. upstream: the status is brought up every minute */
const TELLING_MS = 10_000
/** The row of the memory that says which node the controller runs on. Keys of ingresses have a slash. */
const PLACE = 'place'

interface Kept {
  readonly uid: string
  readonly generation: number
  readonly tellAtMs: number
}

const isEdge = (n: Node | undefined): boolean => n?.metadata.labels?.['ingress-ready'] === 'true'
const isReady = (n: Node | undefined): boolean => n !== undefined && !isOff(n) && isNodeReady(n)

/** Whoever serves may have gone or come. */
const machines: Watch<Node> = {
  kind: nodeKind,
  *keys({ type, object, previous }, lister) {
    if (type === 'MODIFIED' && isEdge(object) === isEdge(previous) && isReady(object) === isReady(previous)) return
    for (const i of lister.list(ingressKind)) yield keyOf(i)
  },
}

const classes: Watch<IngressClass> = {
  kind: ingressClass,
  *keys(_, lister) {
    for (const i of lister.list(ingressKind)) yield keyOf(i)
  },
}

export const ingressController = defineController<Ingress>({
  name: 'nginx-ingress-controller',
  reconciles: ingressKind,
  watches: [machines as Watch<never>, classes as Watch<never>],

  async reconcile(ingress, ctx) {
    const { lister, events, memory, clock } = ctx
    const { metadata } = ingress
    if (metadata.deletionTimestamp !== undefined || !isServed(ingress, name => lister.get(ingressClass, name))) return
    const known = memory.get<Kept>(keyOf(ingress))
    const generation = metadata.generation ?? 1
    const now = clock.now()
    const isNew = known?.uid !== metadata.uid
    const tellAtMs = isNew ? now + TELLING_MS : (known as Kept).tellAtMs
    if (isNew || known?.generation !== generation) {
      memory.put(keyOf(ingress), { uid: metadata.uid as string, generation, tellAtMs } satisfies Kept)
      await events.event(ingress, 'Normal', 'Sync', 'Scheduled for sync')
    }
    const addresses = places(ctx)
    if (deepEqual((ingress.status?.loadBalancer?.ingress ?? []).map(i => i.ip), addresses)) return
    if (tellAtMs > now) return { requeueAfterMs: tellAtMs - now }
    await ctx.client.update(ingressKind, { ...ingress, status: { loadBalancer: addresses.length === 0 ? {} : { ingress: addresses.map(ip => ({ ip })) } } }, { subresource: 'status' })
    await events.event(ingress, 'Normal', 'Sync', 'Scheduled for sync')
  },

  async vanished(key, { memory }) {
    memory.delete(key)
  },
})

/** Where requests are taken: on every node with the label ingress-ready=true; without such nodes on one, which stays the same while it is there. */
function places({ lister, memory }: Context): string[] {
  const edge = lister.byIndex(nodeKind, EDGE, 'yes').filter(isReady)
  if (edge.length > 0) return edge.map(internalIP).filter(ip => ip !== '').sort()
  const last = memory.get<string>(PLACE)
  let place = last === undefined ? undefined : lister.get(nodeKind, last)
  if (!isReady(place)) {
    place = freeNode(lister)
    if (place !== undefined) memory.put(PLACE, place.metadata.name)
  }
  const ip = place === undefined ? '' : internalIP(place)
  return ip === '' ? [] : [ip]
}

function freeNode(lister: Lister): Node | undefined {
  const ready = lister.list(nodeKind).filter(isReady)
  return ready.find(n => (n.spec?.taints ?? []).length === 0) ?? ready[0]
}
