/** `kubectl describe replicationcontroller`. upstream: kubectl/pkg/describe ReplicationControllerDescriber */
import { formatLabels } from '../../../base/label-selector'
import type { ReplicationController } from '../../../kinds/schema/types/core.v1'
import { workloadConditions } from '../apps/conditions'
import { describerOf } from '../describer'
import { labelsAndAnnotations } from '../metadata'
import { text } from '../writer'
import { describePodTemplate } from './pod/template'
import { podsStatus } from './pods-of'

export const replicationController = describerOf<ReplicationController>('v1', 'ReplicationController', async (w, object, context) => {
  const { metadata, spec, status } = object
  const pods = await podsStatus(context, object, { matchLabels: spec?.selector ?? {} })
  w.write(0, `Name:\t${metadata.name}\n`)
  w.write(0, `Namespace:\t${text(metadata.namespace)}\n`)
  w.write(0, `Selector:\t${formatLabels(spec?.selector)}\n`)
  labelsAndAnnotations(w, metadata)
  w.write(0, `Replicas:\t${status?.replicas ?? 0} current / ${spec?.replicas ?? 1} desired\n`)
  w.write(0, `Pods Status:\t${pods}\n`)
  describePodTemplate(w, spec?.template)
  workloadConditions(w, status?.conditions)
})
