/** PodDisruptionBudget: how many of some pods may be evicted at once. */
import { Findings, Path } from '../../../base/findings'
import { nameIsPathSegment } from '../../../base/validation'
import { age, defineKind, name } from '../../kind'
import { internalOf } from '../../core/pod/template/internal'
import { labelSelector } from '../../core/pod/template/validate-text'
import { atMostAll, countOrPercent } from '../../apps/int-or-percent'
import type { PodDisruptionBudget, PodDisruptionBudgetSpec } from '../../schema/types/policy.v1'

const SPEC = Path.of('spec')
const STATUS = Path.of('status')
const EVICTION_POLICIES = ['AlwaysAllow', 'IfHealthyBudget']
const COUNTS = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const

const emptyStatus = (): NonNullable<PodDisruptionBudget['status']> => ({ disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 })

export const podDisruptionBudget = defineKind<PodDisruptionBudget>({
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  singular: 'poddisruptionbudget',
  shortNames: ['pdb'],
  scope: 'Namespaced',
  allowUnconditionalUpdate: false,
  // Upstream checks no more of the name than every name's characters.
  validateName: nameIsPathSegment,
  subresources: {
    status: {
      validateUpdate(next) {
        const f = new Findings()
        for (const field of COUNTS) f.nonnegative(STATUS.child(field), next.status?.[field])
        return f.errors
      },
    },
  },

  applyDefaults(b) {
    b.spec ??= {}
    b.status ??= emptyStatus()
  },
  prepareForCreate(b) {
    b.status = emptyStatus()
  },
  validate: b => validateSpec(b.spec),
  validateUpdate: (next, previous) => (next.spec === previous.spec ? [] : validateSpec(next.spec)),

  columns: [
    name,
    { name: 'Min Available', type: 'string', description: 'Pods that have to stay.', cell: b => String(b.spec.minAvailable ?? 'N/A') },
    { name: 'Max Unavailable', type: 'string', description: 'Pods that may be missing.', cell: b => String(b.spec.maxUnavailable ?? 'N/A') },
    { name: 'Allowed Disruptions', type: 'integer', description: 'Evictions that are possible now.', cell: b => b.status?.disruptionsAllowed ?? 0 },
    age,
  ],

  anchor: b => b.spec?.selector,
})

/** upstream: pkg/apis/policy/validation ValidatePodDisruptionBudgetSpec */
function validateSpec(spec: PodDisruptionBudgetSpec): Findings['errors'] {
  const f = new Findings()
  if (spec.minAvailable !== undefined && spec.maxUnavailable !== undefined) f.invalid(SPEC, internalOf('core.PodDisruptionBudgetSpec', spec), 'minAvailable and maxUnavailable cannot be both set')
  for (const field of ['minAvailable', 'maxUnavailable'] as const) {
    if (spec[field] === undefined) continue
    countOrPercent(f, SPEC.child(field), spec[field])
    atMostAll(f, SPEC.child(field), spec[field])
  }
  labelSelector(f, SPEC.child('selector'), spec.selector)
  const policy = spec.unhealthyPodEvictionPolicy
  if (policy !== undefined && !EVICTION_POLICIES.includes(policy)) f.unsupported(SPEC.child('unhealthyPodEvictionPolicy'), policy, EVICTION_POLICIES)
  return f.errors
}
