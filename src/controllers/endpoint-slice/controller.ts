/** Keeps the EndpointSlices of Services with a selector. upstream: pkg/controller/endpointslice */
import { deepEqual } from '../../base/equal'
import { matchesPairs } from '../../base/label-selector'
import { timestamp } from '../../base/clock'
import { ignoringNotFound } from '../../base/status'
import { defineController, NO_KEYS, selectingKeys, type Context, type Watch } from '../../client/controller'
import { node } from '../../kinds/core/node/kind'
import { pod } from '../../kinds/core/pod/kind'
import { service } from '../../kinds/core/service/kind'
import { endpointSlice, MANAGED_BY, SERVICE_NAME } from '../../kinds/discovery/endpoint-slice/kind'
import { keyOf } from '../../kinds/kind'
import type { Pod, Service } from '../../kinds/schema/types/core.v1'
import type { Endpoint, EndpointSlice } from '../../kinds/schema/types/discovery.v1'
import { desiredGroups, MAX_ENDPOINTS, type Group } from './slices'

const CONTROLLER = 'endpointslice-controller.k8s.io'
export const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time'
export const HEADLESS = 'service.kubernetes.io/headless'
const RESERVED = new Set([SERVICE_NAME, MANAGED_BY, HEADLESS])

/** Services that select a pod, before and after its labels changed; changes that show in no slice wake nobody. */
export const selectedPods: Watch<Pod> = {
  kind: pod,
  keys(change, lister) {
    const { type, object, previous } = change
    return type === 'MODIFIED' && previous !== undefined && !showsInSlices(previous, object) ? NO_KEYS : selectingKeys(service, change, lister)
  },
}

/** upstream: podEndpointsChanged */
function showsInSlices(a: Pod, b: Pod): boolean {
  return (
    a.metadata.deletionTimestamp !== b.metadata.deletionTimestamp ||
    a.spec.nodeName !== b.spec.nodeName ||
    a.status?.phase !== b.status?.phase ||
    !deepEqual(a.status?.podIPs, b.status?.podIPs) ||
    a.status?.conditions?.find(c => c.type === 'Ready')?.status !== b.status?.conditions?.find(c => c.type === 'Ready')?.status ||
    !deepEqual(a.metadata.labels, b.metadata.labels)
  )
}

const slices: Watch<EndpointSlice> = {
  kind: endpointSlice,
  *keys({ object }) {
    const name = object.metadata.labels?.[SERVICE_NAME]
    if (name !== undefined && object.metadata.labels?.[MANAGED_BY] === CONTROLLER) yield `${object.metadata.namespace}/${name}`
  },
}

export const endpointSliceController = defineController<Service>({
  name: 'endpointslice-controller',
  reconciles: service,
  watches: [selectedPods as Watch<never>, slices as Watch<never>],

  async reconcile(svc, ctx) {
    const { lister } = ctx
    const selector = svc.spec?.selector
    if (svc.metadata.deletionTimestamp !== undefined || svc.spec?.type === 'ExternalName' || selector === undefined) return
    const own = lister.byIndex(endpointSlice, 'service', keyOf(svc)).filter(s => s.metadata.labels?.[MANAGED_BY] === CONTROLLER)
    const groups = desiredGroups(svc, selected(svc, ctx), name => (name === '' ? undefined : lister.get(node, name)))
    await bringUp(svc, groups, own, ctx)
  },

  async vanished(key, ctx) {
    for (const s of ctx.lister.byIndex(endpointSlice, 'service', key)) if (s.metadata.labels?.[MANAGED_BY] === CONTROLLER) await remove(s, ctx)
  },
})

/** The pods that a Service picks. */
export function selected(svc: Service, { lister }: Context): readonly Pod[] {
  const selector = svc.spec?.selector ?? {}
  const namespace = svc.metadata.namespace as string
  const first = Object.entries(selector)[0]
  const candidates = first === undefined ? lister.list(pod, namespace) : lister.labelled(pod, namespace, first[0], first[1])
  return candidates.filter(p => matchesPairs(selector, p.metadata.labels))
}

/** Each group fills slices of at most a hundred; slices that fit are changed rather than replaced. */
async function bringUp(svc: Service, groups: readonly Group[], own: readonly EndpointSlice[], ctx: Context): Promise<void> {
  const spare = [...own]
  const take = (g: Group): EndpointSlice | undefined => {
    const at = spare.findIndex(s => s.addressType === g.addressType && (g.ports.length === 0 ? (s.ports ?? []).length === 0 : deepEqual(s.ports, g.ports)))
    return at < 0 ? undefined : spare.splice(at, 1)[0]
  }
  const wished: { group: Group; endpoints: Endpoint[]; slice: EndpointSlice | undefined }[] = []
  for (const group of groups) {
    for (let i = 0; i === 0 || i < group.endpoints.length; i += MAX_ENDPOINTS) wished.push({ group, endpoints: group.endpoints.slice(i, i + MAX_ENDPOINTS), slice: take(group) })
  }
  // What no group took is taken over by the next group of its family, as upstream prefers updates to creations.
  for (const w of wished) {
    if (w.slice !== undefined) continue
    const at = spare.findIndex(s => s.addressType === w.group.addressType)
    if (at >= 0) w.slice = spare.splice(at, 1)[0]
  }
  for (const w of wished) await write(svc, w.group, w.endpoints, w.slice, ctx)
  for (const s of spare) await remove(s, ctx)
}

async function write(svc: Service, group: Group, endpoints: readonly Endpoint[], slice: EndpointSlice | undefined, { client, clock }: Context): Promise<void> {
  const labels = labelsOf(svc)
  const content = { endpoints: inOrder(endpoints, slice?.endpoints), ports: group.ports.length === 0 ? null : [...group.ports] }
  const stamp = { [TRIGGER_TIME]: timestamp(clock.now()) }
  if (slice === undefined) {
    await client.create(endpointSlice, {
      metadata: {
        generateName: `${svc.metadata.name}-`,
        namespace: svc.metadata.namespace as string,
        labels,
        annotations: stamp,
        ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name: svc.metadata.name, uid: svc.metadata.uid as string, controller: true, blockOwnerDeletion: true }],
      },
      addressType: group.addressType,
      ...content,
    } as unknown as EndpointSlice)
    return
  }
  if (deepEqual(slice.endpoints ?? null, content.endpoints) && deepEqual(slice.ports ?? null, content.ports) && deepEqual(slice.metadata.labels, labels)) return
  await client.update(endpointSlice, { ...slice, metadata: { ...slice.metadata, labels, annotations: { ...slice.metadata.annotations, ...stamp } }, ...content } as unknown as EndpointSlice)
}

/** Endpoints that stay keep their place; new ones come last. Nil in Go when there are none. */
function inOrder(endpoints: readonly Endpoint[], before: readonly Endpoint[] | undefined): Endpoint[] | null {
  if (endpoints.length === 0) return null
  const place = new Map((before ?? []).map((e, i) => [e.targetRef?.uid ?? e.addresses[0], i]))
  const at = (e: Endpoint): number => place.get(e.targetRef?.uid ?? e.addresses[0]) ?? Infinity
  return [...endpoints].sort((a, b) => (at(a) === at(b) ? 0 : at(a) - at(b)))
}

function labelsOf(svc: Service): Record<string, string> {
  const labels: Record<string, string> = {}
  for (const [k, v] of Object.entries(svc.metadata.labels ?? {})) if (!RESERVED.has(k)) labels[k] = v
  labels[MANAGED_BY] = CONTROLLER
  labels[SERVICE_NAME] = svc.metadata.name
  if (svc.spec?.clusterIP === 'None') labels[HEADLESS] = ''
  return labels
}

async function remove(s: EndpointSlice, { client }: Context): Promise<void> {
  await ignoringNotFound(client.delete(endpointSlice, s))
}
