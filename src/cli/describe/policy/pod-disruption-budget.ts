/** `kubectl describe poddisruptionbudget`. upstream: kubectl/pkg/describe PodDisruptionBudgetDescriber */
import { formatLabelSelector } from '../../../base/label-selector'
import type { PodDisruptionBudget } from '../../../kinds/schema/types/policy.v1'
import { describerOf } from '../describer'
import { text } from '../writer'

export const podDisruptionBudget = describerOf<PodDisruptionBudget>('policy/v1', 'PodDisruptionBudget', (w, { metadata, spec, status }) => {
  w.write(0, `Name:\t${metadata.name}\n`)
  w.write(0, `Namespace:\t${text(metadata.namespace)}\n`)
  if (spec?.minAvailable !== undefined) w.write(0, `Min available:\t${spec.minAvailable}\n`)
  else if (spec?.maxUnavailable !== undefined) w.write(0, `Max unavailable:\t${spec.maxUnavailable}\n`)
  w.write(0, `Selector:\t${spec?.selector === undefined ? '<unset>' : formatLabelSelector(spec.selector)}\n`)
  w.write(0, 'Status:\n')
  for (const [title, count] of [['Allowed disruptions', status?.disruptionsAllowed], ['Current', status?.currentHealthy], ['Desired', status?.desiredHealthy], ['Total', status?.expectedPods]] as const) w.write(2, `${title}:\t${count ?? 0}\n`)
})
