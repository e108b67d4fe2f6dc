/** `kubectl describe daemonset`. upstream: kubectl/pkg/describe DaemonSetDescriber */
import { formatLabels, labelSelectorText, selectorOfObject } from '../../../base/label-selector'
import type { DaemonSet } from '../../../kinds/schema/types/apps.v1'
import { describePodTemplate } from '../core/pod/template'
import { podsStatus } from '../core/pods-of'
import { describerOf } from '../describer'
import { labelsAndAnnotations } from '../metadata'
import { text } from '../writer'

export const daemonSet = describerOf<DaemonSet>('apps/v1', 'DaemonSet', async (w, object, context) => {
  const { metadata, spec, status } = object
  const pods = await podsStatus(context, object, spec.selector)
  w.write(0, `Name:\t${metadata.name}\n`)
  w.write(0, `Namespace:\t${text(metadata.namespace)}\n`)
  w.write(0, `Selector:\t${labelSelectorText(selectorOfObject(spec.selector))}\n`)
  w.write(0, `Node-Selector:\t${formatLabels(spec.template.spec.nodeSelector)}\n`)
  labelsAndAnnotations(w, metadata)
  w.write(0, `Desired Number of Nodes Scheduled: ${status?.desiredNumberScheduled ?? 0}\n`)
  w.write(0, `Current Number of Nodes Scheduled: ${status?.currentNumberScheduled ?? 0}\n`)
  w.write(0, `Number of Nodes Scheduled with Up-to-date Pods: ${status?.updatedNumberScheduled ?? 0}\n`)
  w.write(0, `Number of Nodes Scheduled with Available Pods: ${status?.numberAvailable ?? 0}\n`)
  w.write(0, `Number of Nodes Misscheduled: ${status?.numberMisscheduled ?? 0}\n`)
  w.write(0, `Pods Status:\t${pods}\n`)
  describePodTemplate(w, spec.template)
})
