/** `kubectl describe deployment`. upstream: kubectl/pkg/describe DeploymentDescriber, kubectl/pkg/util/deployment */
import { parseTime } from '../../../base/clock'
import { byCodePoint } from '../../../base/go-text'
import { deepEqual } from '../../../base/equal'
import { labelSelectorText, selectorOfObject } from '../../../base/label-selector'
import type { Deployment, ReplicaSet } from '../../../kinds/schema/types/apps.v1'
import type { PodTemplateSpec } from '../../../kinds/schema/types/core.v1'
import { resourceOf } from '../../resource-of'
import { describePodTemplate } from '../core/pod/template'
import { describerOf, listAll, type DescribeContext } from '../describer'
import { labelsAndAnnotations } from '../metadata'
import { longTime } from '../time'
import { text } from '../writer'
import { workloadConditions } from './conditions'

export const deployment = describerOf<Deployment>('apps/v1', 'Deployment', async (w, object, context) => {
  const { metadata, spec, status = {} } = object
  const sets = await replicaSetsOf(object, context)
  w.write(0, `Name:\t${metadata.name}\n`)
  w.write(0, `Namespace:\t${text(metadata.namespace)}\n`)
  w.write(0, `CreationTimestamp:\t${longTime(metadata.creationTimestamp)}\n`)
  labelsAndAnnotations(w, metadata)
  w.write(0, `Selector:\t${labelSelectorText(selectorOfObject(spec.selector))}\n`)
  w.write(0, `Replicas:\t${spec.replicas ?? 1} desired | ${status.updatedReplicas ?? 0} updated | ${status.replicas ?? 0} total | ${status.availableReplicas ?? 0} available | ${status.unavailableReplicas ?? 0} unavailable\n`)
  w.write(0, `StrategyType:\t${text(spec.strategy?.type)}\n`)
  w.write(0, `MinReadySeconds:\t${spec.minReadySeconds ?? 0}\n`)
  const rolling = spec.strategy?.rollingUpdate
  if (rolling !== undefined) w.write(0, `RollingUpdateStrategy:\t${rolling.maxUnavailable ?? '<nil>'} max unavailable, ${rolling.maxSurge ?? '<nil>'} max surge\n`)
  describePodTemplate(w, spec.template)
  workloadConditions(w, status.conditions)
  if (sets.length === 0) return
  const current = sets.find(rs => sameTemplate(rs.spec.template, spec.template))
  w.write(0, `OldReplicaSets:\t${setsText(sets.filter(rs => rs !== current))}\n`)
  w.write(0, `NewReplicaSet:\t${setsText(current === undefined ? [] : [current])}\n`)
})

/** Those that it controls, oldest first; none where they may not be read. */
async function replicaSetsOf({ metadata, spec }: Deployment, context: DescribeContext): Promise<readonly ReplicaSet[]> {
  try {
    const all = await listAll(context, resourceOf<ReplicaSet>('apps/v1', 'ReplicaSet'), { namespace: metadata.namespace, labelSelector: labelSelectorText(selectorOfObject(spec.selector)) })
    const own = all.filter(rs => rs.metadata.ownerReferences?.some(o => o.controller === true && o.uid === metadata.uid) === true)
    return own.sort((a, b) => parseTime(a.metadata.creationTimestamp) - parseTime(b.metadata.creationTimestamp) || byCodePoint(a.metadata.name, b.metadata.name))
  } catch {
    return []
  }
}

const setsText = (sets: readonly ReplicaSet[]): string => sets.map(rs => `${rs.metadata.name} (${rs.status?.replicas ?? 0}/${rs.spec.replicas ?? 1} replicas created)`).join(', ') || '<none>'

/** Alike but for the hash label. upstream: equalIgnoreHash */
function sameTemplate(a: PodTemplateSpec | undefined, b: PodTemplateSpec | undefined): boolean {
  const bare = (t: PodTemplateSpec | undefined): unknown => {
    const { 'pod-template-hash': _, ...labels } = t?.metadata?.labels ?? {}
    const metadata = { ...t?.metadata, labels }
    return { ...t, metadata }
  }
  return deepEqual(bare(a), bare(b))
}
