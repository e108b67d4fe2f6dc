/** Lease: who holds what, and since when it was heard of. */
import { microTimestamp, parseTime } from '../../../base/clock'
import { Path, type Findings } from '../../../base/findings'
import { age, defineKind, name } from '../../kind'
import { checked, checkedUpdate } from '../../metadata-checks'
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

  // The fields of coordinated leader election belong to a feature that is off.
  prepareForCreate: dropElection,
  prepareForUpdate: dropElection,
  validate: checked(validateSpec),
  validateUpdate: checkedUpdate(validateSpec),
})

function dropElection(l: Lease): void {
  if (l.spec?.strategy === undefined && l.spec?.preferredHolder === undefined) return
  const { strategy: _, preferredHolder: __, ...spec } = l.spec
  l.spec = spec
}

/** upstream: pkg/apis/coordination/validation ValidateLeaseSpec */
function validateSpec(f: Findings, { spec }: Lease): void {
  const { leaseDurationSeconds: duration, leaseTransitions: transitions } = spec ?? {}
  if (duration !== undefined && duration <= 0) f.invalid(Path.of('spec').child('leaseDurationSeconds'), duration, 'must be greater than 0')
  if (transitions !== undefined && transitions < 0) f.invalid(Path.of('spec').child('leaseTransitions'), transitions, 'must be greater than or equal to 0')
}

/** The lease of a node that lives is renewed by time alone: it is stored without a time, and every read says when the last renewal was. So are those of the control plane. */
function renewed(l: Lease, nowMs: number): Lease {
  if (l.spec === undefined || l.spec.renewTime !== undefined) return l
  const everyMs = renewalMs(l)
  if (everyMs === undefined) return l
  const first = parseTime(l.metadata.creationTimestamp)
  return { ...l, spec: { ...l.spec, renewTime: microTimestamp(first + Math.floor((nowMs - first) / everyMs) * everyMs) } }
}

const LEADERS = ['kube-controller-manager', 'kube-scheduler']
export const APISERVER_IDENTITY = 'apiserver.kubernetes.io/identity'
/** upstream: --leader-elect-retry-period */
const LEADER_RETRY_MS = 2_000

function renewalMs({ metadata, spec }: Lease): number | undefined {
  if (metadata.namespace === NODE_LEASES) return RENEWAL_MS
  if (metadata.namespace !== 'kube-system') return undefined
  if (metadata.labels?.[APISERVER_IDENTITY] !== undefined) return RENEWAL_MS
  return LEADERS.includes(metadata.name) && spec?.acquireTime !== undefined ? LEADER_RETRY_MS : undefined
}
