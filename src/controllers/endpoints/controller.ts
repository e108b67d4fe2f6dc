/** Keeps the Endpoints of Services with a selector, which are older than slices. upstream: pkg/controller/endpoint */
import { timestamp } from '../../base/clock'
import { deepEqual } from '../../base/equal'
import { ignoringNotFound } from '../../base/status'
import { defineController, type Watch } from '../../client/controller'
import { endpoints as endpointsKind } from '../../kinds/core/endpoints/kind'
import { service } from '../../kinds/core/service/kind'
import { keyOf } from '../../kinds/kind'
import type { Endpoints, EndpointSubset, Service } from '../../kinds/schema/types/core.v1'
import { HEADLESS, selected, selectedPods, TRIGGER_TIME } from '../endpoint-slice/controller'
import { desiredSubsets, truncated } from './subsets'

const MANAGED_BY = 'endpoints.kubernetes.io/managed-by'
const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity'
const NAME = 'endpoint-controller'

/** Somebody deleted or changed what is ours. */
const own: Watch<Endpoints> = {
  kind: endpointsKind,
  keys: ({ object, previous }) => ((object.metadata.labels ?? previous?.metadata.labels)?.[MANAGED_BY] === NAME ? [keyOf(object)] : []),
}

export const endpointsController = defineController<Service>({
  name: NAME,
  reconciles: service,
  watches: [selectedPods as Watch<never>, own as Watch<never>],

  async reconcile(svc, ctx) {
    const { client, lister, clock } = ctx
    if (svc.metadata.deletionTimestamp !== undefined || svc.spec?.type === 'ExternalName' || svc.spec?.selector === undefined) return
    const wished = desiredSubsets(svc, selected(svc, ctx))
    const subsets = truncated(wished)
    const labels = labelsOf(svc)
    const known = lister.get(endpointsKind, svc.metadata.name, svc.metadata.namespace)
    const isCut = known?.metadata.annotations?.[OVER_CAPACITY] !== undefined
    if (known !== undefined && deepEqual(known.subsets ?? [], subsets) && deepEqual(known.metadata.labels ?? {}, labels) && isCut === (subsets !== wished)) return
    const { [OVER_CAPACITY]: _, ...kept } = known?.metadata.annotations ?? {}
    const annotations = { ...kept, ...(subsets.length === 0 && known === undefined ? {} : { [TRIGGER_TIME]: timestamp(clock.now()) }), ...(subsets === wished ? {} : { [OVER_CAPACITY]: 'truncated' }) }
    const content = subsets.length === 0 ? {} : { subsets: subsets as EndpointSubset[] }
    if (known === undefined) {
      await client.create(endpointsKind, { metadata: { name: svc.metadata.name, namespace: svc.metadata.namespace as string, labels, annotations }, ...content } as Endpoints)
      return
    }
    const { subsets: __, ...rest } = known
    await client.update(endpointsKind, { ...rest, metadata: { ...known.metadata, labels, annotations }, ...content } as Endpoints)
  },

  async vanished(key, { client, lister }) {
    const [namespace, name] = key.split('/') as [string, string]
    const known = lister.get(endpointsKind, name, namespace)
    if (known !== undefined) await ignoringNotFound(client.delete(endpointsKind, known))
  },
})

function labelsOf(svc: Service): Record<string, string> {
  const { [HEADLESS]: _, ...labels } = svc.metadata.labels ?? {}
  return { ...labels, [MANAGED_BY]: NAME, ...(svc.spec?.clusterIP === 'None' ? { [HEADLESS]: '' } : {}) }
}
