/** Gives every namespace its service account `default`, and again when it is deleted. upstream: pkg/controller/serviceaccount */
import { isAlreadyExists } from '../../base/status'
import { defineController, type Watch } from '../../client/controller'
import { namespace } from '../../kinds/core/namespace/kind'
import { serviceAccount } from '../../kinds/core/service-account/kind'
import type { Namespace, ServiceAccount } from '../../kinds/schema/types/core.v1'

const NAME = 'default'

const deletedAccounts: Watch<ServiceAccount> = {
  kind: serviceAccount,
  keys: ({ type, object }) => (type === 'DELETED' && object.metadata.name === NAME ? [object.metadata.namespace as string] : []),
}

export const serviceAccountController = defineController<Namespace>({
  name: 'service-account-controller',
  reconciles: namespace,
  watches: [deletedAccounts as Watch<never>],

  async reconcile(ns, { client, lister }) {
    if (ns.metadata.deletionTimestamp !== undefined || ns.status?.phase === 'Terminating') return
    if (lister.get(serviceAccount, NAME, ns.metadata.name) !== undefined) return
    try {
      await client.create(serviceAccount, { metadata: { name: NAME, namespace: ns.metadata.name } })
    } catch (e) {
      if (!isAlreadyExists(e)) throw e
    }
  },
})
