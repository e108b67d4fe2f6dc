/** Lease: who holds what, and since when it was heard of. */
import { microTimestamp, parseTime } from '../../../base/clock'
import { age, defineKind, name } from '../../kind'
import type { Lease } from '../../schema/types/coordination.v1'

/** upstream: the kubelet's lease renewal: a quarter of the 40 s that a lease lasts. */
const RENEWAL_MS = 10_000

export const NODE_LEASES = 'kube-node-lease'

export const lease = defineKind<Lease>({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  singular: 'lease',
  scope: 'Namespaced',
  generation: 'never',
  subresources: {},
  columns: [name, { name: 'Holder', type: 'string', description: 'Who holds the lease.', cell: l => l.spec?.holderIdentity ?? '' }, age],
  asOf: renewed,
})

/** The lease of a node that lives is renewed by time alone: it is stored without a time, and every read says when the last renewal was. */
function renewed(l: Lease, nowMs: number): Lease {
  if (l.metadata.namespace !== NODE_LEASES || l.spec === undefined || l.spec.renewTime !== undefined) return l
  const first = parseTime(l.metadata.creationTimestamp)
  return { ...l, spec: { ...l.spec, renewTime: microTimestamp(first + Math.floor((nowMs - first) / RENEWAL_MS) * RENEWAL_MS) } }
}
