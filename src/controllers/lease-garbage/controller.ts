/** Identities of apiservers that are gone are forgotten. upstream: pkg/controlplane/controller/apiserverleasegc */
import { parseTime } from '../../base/clock'
import { ignoringNotFound } from '../../base/status'
import { defineController } from '../../client/controller'
import { APISERVER_IDENTITY, lease } from '../../kinds/coordination/lease/kind'
import type { Lease } from '../../kinds/schema/types/coordination.v1'

// One without a time is renewed by the clock: its apiserver lives.
const mayGo = ({ metadata, spec }: Lease): boolean => metadata.namespace === 'kube-system' && metadata.labels?.[APISERVER_IDENTITY] === 'kube-apiserver' && spec?.renewTime !== undefined

export const leaseGarbageController = defineController<Lease>({
  name: 'apiserver-lease-garbage-collector',
  reconciles: lease,
  concerns: ({ type, object }) => type !== 'DELETED' && mayGo(object),

  async reconcile(l, { client, clock }) {
    if (!mayGo(l)) return
    const left = parseTime(l.spec?.renewTime as string) + (l.spec?.leaseDurationSeconds ?? 0) * 1000 - clock.now()
    if (left > 0) return { requeueAfterMs: left }
    await ignoringNotFound(client.delete(lease, l, { preconditions: { uid: l.metadata.uid } }))
  },
})
