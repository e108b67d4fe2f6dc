/** `kubectl describe replicaset`. upstream: kubectl/pkg/describe ReplicaSetDescriber */
import { formatLabelSelector } from '../../../base/label-selector'
import type { ReplicaSet } from '../../../kinds/schema/types/apps.v1'
import { messageOf } from '../../errors'
import { describePodTemplate } from '../core/pod/template'
import { podsStatus } from '../core/pods-of'
import { describerOf } from '../describer'
import { controlledBy, labelsAndAnnotations } from '../metadata'
import { text } from '../writer'
import { workloadConditions } from './conditions'

export const replicaSet = describerOf<ReplicaSet>('apps/v1', 'ReplicaSet', async (w, object, context) => {
  const { metadata, spec, status } = object
  const pods = await podsStatus(context, object, spec.selector).catch((e: unknown) => `error in fetching pods: ${messageOf(e)}`)
  w.write(0, `Name:\t${metadata.name}\n`)
  w.write(0, `Namespace:\t${text(metadata.namespace)}\n`)
  w.write(0, `Selector:\t${formatLabelSelector(spec.selector)}\n`)
  labelsAndAnnotations(w, metadata)
  controlledBy(w, object)
  w.write(0, `Replicas:\t${status?.replicas ?? 0} current / ${spec.replicas ?? 1} desired\n`)
  w.write(0, `Pods Status:\t${pods}\n`)
  describePodTemplate(w, spec.template)
  workloadConditions(w, status?.conditions)
})
