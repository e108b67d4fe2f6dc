/** `kubectl describe cronjob`. upstream: kubectl/pkg/describe CronJobDescriber */
import { labelSelectorText, selectorOfObject } from '../../../base/label-selector'
import type { CronJob, JobTemplateSpec } from '../../../kinds/schema/types/batch.v1'
import { describePodTemplate } from '../core/pod/template'
import { describerOf } from '../describer'
import { labelsAndAnnotations } from '../metadata'
import { longTime } from '../time'
import { text, trueFalseUnset, type Lines } from '../writer'

const UNSET = '<unset>'

export const cronJob = describerOf<CronJob>('batch/v1', 'CronJob', (w, { metadata, spec, status }) => {
  w.write(0, `Name:\t${metadata.name}\n`)
  w.write(0, `Namespace:\t${text(metadata.namespace)}\n`)
  labelsAndAnnotations(w, metadata)
  w.write(0, `Schedule:\t${spec.schedule}\n`)
  w.write(0, `Concurrency Policy:\t${text(spec.concurrencyPolicy)}\n`)
  w.write(0, `Suspend:\t${trueFalseUnset(spec.suspend)}\n`)
  w.write(0, `Time Zone:\t${spec.timeZone ?? UNSET}\n`)
  w.write(0, `Successful Job History Limit:\t${spec.successfulJobsHistoryLimit ?? UNSET}\n`)
  w.write(0, `Failed Job History Limit:\t${spec.failedJobsHistoryLimit ?? UNSET}\n`)
  w.write(0, `Starting Deadline Seconds:\t${spec.startingDeadlineSeconds === undefined ? UNSET : `${spec.startingDeadlineSeconds}s`}\n`)
  jobTemplate(w, spec.jobTemplate)
  w.write(0, `Last Schedule Time:\t${status?.lastScheduleTime === undefined ? UNSET : longTime(status.lastScheduleTime)}\n`)
  const active = status?.active ?? []
  w.write(0, `Active Jobs:\t${active.length === 0 ? '<none>' : active.map(j => text(j.name)).join(', ')}\n`)
})

function jobTemplate(w: Lines, { spec }: JobTemplateSpec): void {
  w.write(0, `Selector:\t${spec?.selector === undefined ? UNSET : labelSelectorText(selectorOfObject(spec.selector))}\n`)
  w.write(0, `Parallelism:\t${spec?.parallelism ?? UNSET}\n`)
  w.write(0, `Completions:\t${spec?.completions ?? UNSET}\n`)
  if (spec?.activeDeadlineSeconds !== undefined) w.write(0, `Active Deadline Seconds:\t${spec.activeDeadlineSeconds}s\n`)
  describePodTemplate(w, spec?.template)
}
