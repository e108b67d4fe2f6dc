/** `kubectl describe job`. upstream: kubectl/pkg/describe JobDescriber */
import { parseTime } from '../../../base/clock'
import { humanDuration } from '../../../base/duration'
import { labelSelectorText, selectorOfObject } from '../../../base/label-selector'
import type { Job } from '../../../kinds/schema/types/batch.v1'
import { describePodTemplate } from '../core/pod/template'
import { describerOf } from '../describer'
import { controlledBy, labelsAndAnnotations } from '../metadata'
import { longTime } from '../time'
import { text, type Lines } from '../writer'

export const job = describerOf<Job>('batch/v1', 'Job', (w, object) => {
  const { metadata, spec, status = {} } = object
  w.write(0, `Name:\t${metadata.name}\n`)
  w.write(0, `Namespace:\t${text(metadata.namespace)}\n`)
  w.write(0, `Selector:\t${labelSelectorText(selectorOfObject(spec.selector))}\n`)
  labelsAndAnnotations(w, metadata)
  controlledBy(w, object)
  if (spec.parallelism !== undefined) w.write(0, `Parallelism:\t${spec.parallelism}\n`)
  w.write(0, `Completions:\t${spec.completions ?? '<unset>'}\n`)
  if (spec.completionMode !== undefined) w.write(0, `Completion Mode:\t${spec.completionMode}\n`)
  if (spec.suspend !== undefined) w.write(0, `Suspend:\t${spec.suspend}\n`)
  if (spec.backoffLimit !== undefined) w.write(0, `Backoff Limit:\t${spec.backoffLimit}\n`)
  if (spec.ttlSecondsAfterFinished !== undefined) w.write(0, `TTL Seconds After Finished:\t${spec.ttlSecondsAfterFinished}\n`)
  times(w, status)
  if (spec.activeDeadlineSeconds !== undefined) w.write(0, `Active Deadline Seconds:\t${spec.activeDeadlineSeconds}s\n`)
  const ready = status.ready === undefined ? '' : ` (${status.ready} Ready)`
  w.write(0, `Pods Statuses:\t${status.active ?? 0} Active${ready} / ${status.succeeded ?? 0} Succeeded / ${status.failed ?? 0} Failed\n`)
  if (spec.completionMode === 'Indexed') w.write(0, `Completed Indexes:\t${cappedIndexes(text(status.completedIndexes))}\n`)
  describePodTemplate(w, spec.template)
})

function times(w: Lines, { startTime, completionTime }: { readonly startTime?: string; readonly completionTime?: string }): void {
  if (startTime !== undefined) w.write(0, `Start Time:\t${longTime(startTime)}\n`)
  if (completionTime !== undefined) w.write(0, `Completed At:\t${longTime(completionTime)}\n`)
  if (startTime !== undefined && completionTime !== undefined) w.write(0, `Duration:\t${humanDuration(parseTime(completionTime) - parseTime(startTime))}\n`)
}

const INDEXES_SOFT_LIMIT = 50
function cappedIndexes(indexes: string): string {
  if (indexes === '') return '<none>'
  const comma = indexes.indexOf(',', INDEXES_SOFT_LIMIT)
  return comma < 0 ? indexes : `${indexes.slice(0, comma + 1)}...`
}
