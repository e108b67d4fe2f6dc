/** `kubectl describe statefulset`. upstream: kubectl/pkg/describe StatefulSetDescriber */
import { labelSelectorText, selectorOfObject } from '../../../base/label-selector'
import { canonicalQuantity } from '../../../base/quantity'
import type { StatefulSet } from '../../../kinds/schema/types/apps.v1'
import type { PersistentVolumeClaim } from '../../../kinds/schema/types/core.v1'
import { storageClassOf } from '../core/pod/claim'
import { describePodTemplate } from '../core/pod/template'
import { podsStatus } from '../core/pods-of'
import { describerOf } from '../describer'
import { labels, labelsAndAnnotations } from '../metadata'
import { longTime } from '../time'
import { text, type Lines } from '../writer'

export const statefulSet = describerOf<StatefulSet>('apps/v1', 'StatefulSet', async (w, object, context) => {
  const { metadata, spec, status } = object
  const pods = await podsStatus(context, object, spec.selector)
  w.write(0, `Name:\t${metadata.name}\n`)
  w.write(0, `Namespace:\t${text(metadata.namespace)}\n`)
  w.write(0, `CreationTimestamp:\t${longTime(metadata.creationTimestamp)}\n`)
  w.write(0, `Selector:\t${labelSelectorText(selectorOfObject(spec.selector))}\n`)
  labelsAndAnnotations(w, metadata)
  w.write(0, `Replicas:\t${spec.replicas ?? 1} desired | ${status?.replicas ?? 0} total\n`)
  w.write(0, `Update Strategy:\t${text(spec.updateStrategy?.type)}\n`)
  const rolling = spec.updateStrategy?.rollingUpdate
  if (rolling?.partition !== undefined) {
    w.write(1, `Partition:\t${rolling.partition}\n`)
    if (rolling.maxUnavailable !== undefined) w.write(1, `MaxUnavailable:\t${rolling.maxUnavailable}\n`)
  }
  w.write(0, `Pods Status:\t${pods}\n`)
  describePodTemplate(w, spec.template)
  claimTemplates(w, spec.volumeClaimTemplates)
})

function claimTemplates(w: Lines, templates: readonly PersistentVolumeClaim[] | undefined): void {
  if (templates === undefined || templates.length === 0) return w.write(0, 'Volume Claims:\t<none>\n')
  w.write(0, 'Volume Claims:\n')
  for (const claim of templates) {
    w.write(1, `Name:\t${claim.metadata.name ?? ''}\n`)
    w.write(1, `StorageClass:\t${storageClassOf(claim)}\n`)
    labels(w, 'Labels', claim.metadata.labels, '  ')
    labels(w, 'Annotations', claim.metadata.annotations, '  ')
    const storage = claim.spec.resources?.requests?.['storage']
    w.write(1, `Capacity:\t${storage === undefined ? '<default>' : canonicalQuantity(storage)}\n`)
    w.write(1, `Access Modes:\t[${(claim.spec.accessModes ?? []).join(' ')}]\n`)
  }
}
