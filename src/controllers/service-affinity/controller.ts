/** Forgets which callers stuck to a Service that is gone; the network remembers them (src/network/session-affinity). */
import { defineController } from '../../client/controller'
import { service } from '../../kinds/core/service/kind'
import type { Service } from '../../kinds/schema/types/core.v1'

/** Under this name the network keeps its sessions, one row a Service. */
export const SERVICE_AFFINITY = 'service-affinity'

export const serviceAffinityController = defineController<Service>({
  name: SERVICE_AFFINITY,
  reconciles: service,
  concerns: ({ type, object }) => type === 'DELETED' && object.spec.sessionAffinity === 'ClientIP',
  async reconcile() {},
  async vanished(key, { memory }) {
    memory.delete(key)
  },
})
