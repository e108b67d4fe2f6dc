/** Keeps what quotas say is used true: sums come from the store, which adds them up with every write. upstream: pkg/controller/resourcequota */
import { deepEqual } from '../../base/equal'
import { quantityText } from '../../base/quantity'
import { defineController, EVERY_KIND, NO_KEYS, type Watch } from '../../client/controller'
import { usedOf } from '../../kinds/core/resource-quota/ledger'
import { QUOTAS, resourceQuota } from '../../kinds/core/resource-quota/kind'
import { matchesResource } from '../../kinds/core/resource-quota/usage'
import { keyOf, type Kind, type KubeObject } from '../../kinds/kind'
import type { ResourceQuota } from '../../kinds/schema/types/core.v1'

/** Kinds whose changes use more or less. What is made was charged when it was admitted. */
const CHANGING = new Set(['Pod', 'Service', 'PersistentVolumeClaim'])

const users: Watch<KubeObject> = {
  kind: EVERY_KIND,
  keys({ type, object }, lister) {
    const { namespace } = object.metadata
    if (type === 'ADDED' || namespace === undefined || (type === 'MODIFIED' && !CHANGING.has(object.kind ?? ''))) return NO_KEYS
    return lister.total(QUOTAS, namespace) === undefined ? NO_KEYS : lister.list(resourceQuota, namespace).map(keyOf)
  },
}

/** @param kinds all that are served now */
export function resourceQuotaController(kinds: () => Iterable<Kind>) {
  return defineController<ResourceQuota>({
    name: 'resourcequota-controller',
    reconciles: resourceQuota,
    watches: [users as Watch<never>],

    async reconcile(quota, { client, lister }) {
      const { hard = {} } = quota.spec ?? {}
      const served = [...kinds()].filter(k => k.scope === 'Namespaced')
      const used: Record<string, string> = {}
      for (const [resource, amount] of usedOf(lister, quota.metadata.namespace as string, quota.spec ?? {})) if (served.some(k => matchesResource(k, resource))) used[resource] = quantityText(amount)
      if (quota.status?.hard !== undefined && deepEqual(quota.status.hard, hard) && deepEqual(quota.status.used ?? {}, used)) return
      await client.update(resourceQuota, { ...quota, status: { hard, used } }, { subresource: 'status' })
    },
  })
}
