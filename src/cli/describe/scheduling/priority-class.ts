/** `kubectl describe priorityclass`. upstream: kubectl/pkg/describe PriorityClassDescriber */
import { formatLabels } from '../../../base/label-selector'
import type { PriorityClass } from '../../../kinds/schema/types/scheduling.v1'
import { describerOf } from '../describer'
import { text } from '../writer'

export const priorityClass = describerOf<PriorityClass>('scheduling.k8s.io/v1', 'PriorityClass', (w, { metadata, value, globalDefault, preemptionPolicy, description }) => {
  w.write(0, `Name:\t${metadata.name}\n`)
  w.write(0, `Value:\t${value ?? 0}\n`)
  w.write(0, `GlobalDefault:\t${globalDefault ?? false}\n`)
  w.write(0, `PreemptionPolicy:\t${text(preemptionPolicy)}\n`)
  w.write(0, `Description:\t${text(description)}\n`)
  w.write(0, `Annotations:\t${formatLabels(metadata.annotations)}\n`)
})
