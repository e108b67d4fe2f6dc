/** Mirrors Endpoints that people made by hand for Services without a selector into slices. upstream: pkg/controller/endpointslicemirroring */
import { deepEqual } from '../../base/equal'
import { ignoringNotFound } from '../../base/status'
import { defineController, type Context, type Watch } from '../../client/controller'
import { endpoints as endpointsKind } from '../../kinds/core/endpoints/kind'
import { service as serviceKind } from '../../kinds/core/service/kind'
import { endpointSlice, MANAGED_BY, SERVICE_NAME } from '../../kinds/discovery/endpoint-slice/kind'
import { keyOf } from '../../kinds/kind'
import type { Endpoints, Service } from '../../kinds/schema/types/core.v1'
import type { EndpointSlice } from '../../kinds/schema/types/discovery.v1'
import { MAX_ENDPOINTS } from '../endpoint-slice/slices'
import { mirrored, type Mirrored } from './mirrored'

const CONTROLLER = 'endpointslicemirroring-controller.k8s.io'
const SKIP = 'endpointslice.kubernetes.io/skip-mirror'
const LEADER = 'control-plane.alpha.kubernetes.io/leader'
const NOT_COPIED = new Set(['endpoints.kubernetes.io/last-change-trigger-time', 'kubectl.kubernetes.io/last-applied-configuration'])

/** Whether a Service has a selector decides whose its Endpoints are. */
const services: Watch<Service> = {
  kind: serviceKind,
  keys: ({ object, previous }) => (previous === undefined || (object.spec.selector === undefined) !== (previous.spec.selector === undefined) ? [keyOf(object)] : []),
}

const slices: Watch<EndpointSlice> = {
  kind: endpointSlice,
  keys: ({ object: { metadata } }) => (metadata.labels?.[MANAGED_BY] === CONTROLLER ? [`${metadata.namespace}/${metadata.labels[SERVICE_NAME]}`] : []),
}

export const endpointSliceMirroringController = defineController<Endpoints>({
  name: 'endpointslicemirroring-controller',
  reconciles: endpointsKind,
  concerns: ({ object }) => object.metadata.labels?.['endpoints.kubernetes.io/managed-by'] === undefined,
  watches: [services as Watch<never>, slices as Watch<never>],

  async reconcile(endpoints, ctx) {
    const own = ownSlices(keyOf(endpoints), ctx)
    const { metadata } = endpoints
    const service = ctx.lister.get(serviceKind, metadata.name, metadata.namespace)
    const wanted = service !== undefined && service.spec.selector === undefined && metadata.deletionTimestamp === undefined && metadata.labels?.[SKIP] !== 'true' && metadata.annotations?.[LEADER] === undefined
    // The address of the API server has a slice of its own making.
    const isOwn = metadata.name === 'kubernetes' && metadata.namespace === 'default'
    const groups = wanted && !isOwn ? mirrored(endpoints.subsets ?? []).flatMap(inSlices) : []
    const spare = [...own]
    for (const group of groups) {
      const at = spare.findIndex(s => s.addressType === group.addressType && deepEqual(s.ports, group.ports))
      await write(endpoints, group, at < 0 ? undefined : spare.splice(at, 1)[0], ctx)
    }
    for (const s of spare) await ignoringNotFound(ctx.client.delete(endpointSlice, s))
  },

  async vanished(key, ctx) {
    for (const s of ownSlices(key, ctx)) await ignoringNotFound(ctx.client.delete(endpointSlice, s))
  },
})

const ownSlices = (key: string, { lister }: Context): readonly EndpointSlice[] => lister.byIndex(endpointSlice, 'service', key).filter(s => s.metadata.labels?.[MANAGED_BY] === CONTROLLER)

function inSlices(group: Mirrored): Mirrored[] {
  const parts: Mirrored[] = []
  for (let i = 0; i < group.endpoints.length; i += MAX_ENDPOINTS) parts.push({ ...group, endpoints: group.endpoints.slice(i, i + MAX_ENDPOINTS) })
  return parts
}

async function write({ metadata }: Endpoints, { addressType, ports, endpoints }: Mirrored, slice: EndpointSlice | undefined, { client }: Context): Promise<void> {
  const labels = { ...metadata.labels, [SERVICE_NAME]: metadata.name, [MANAGED_BY]: CONTROLLER }
  const annotations: Record<string, string> = {}
  for (const name in metadata.annotations) if (!NOT_COPIED.has(name)) annotations[name] = metadata.annotations[name] as string
  if (slice === undefined) {
    await client.create(endpointSlice, {
      metadata: {
        generateName: `${metadata.name}-`,
        namespace: metadata.namespace as string,
        labels,
        ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
        ownerReferences: [{ apiVersion: 'v1', kind: 'Endpoints', name: metadata.name, uid: metadata.uid as string, controller: true, blockOwnerDeletion: true }],
      },
      addressType,
      ports: [...ports],
      endpoints,
    } as unknown as EndpointSlice)
    return
  }
  if (deepEqual(slice.endpoints, endpoints) && deepEqual(slice.metadata.labels, labels) && deepEqual(slice.metadata.annotations ?? {}, annotations)) return
  await client.update(endpointSlice, { ...slice, metadata: { ...slice.metadata, labels, annotations }, endpoints } as EndpointSlice)
}
