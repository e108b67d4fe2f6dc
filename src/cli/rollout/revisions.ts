/** The revisions of a workload: its ReplicaSets, or its ControllerRevisions. upstream: kubectl/pkg/polymorphichelpers/history.go */
import { UsageError } from '../../base/errors'
import { labelSelectorText, selectorOfObject } from '../../base/label-selector'
import type { Client } from '../../client/client'
import { controllerOf, type KubeObject } from '../../kinds/kind'
import { applyStrategicMergePatch } from '../../kinds/schema/strategic-merge'
import { typeNamed } from '../../kinds/schema/table'
import type { ControllerRevision, DaemonSet, Deployment, ReplicaSet, StatefulSet } from '../../kinds/schema/types/apps.v1'
import type { PodTemplateSpec } from '../../kinds/schema/types/core.v1'
import { resourceOf } from '../resource-of'

export type Workload = Deployment | DaemonSet | StatefulSet

export interface Revision {
  readonly number: number
  readonly changeCause: string
  readonly template: PodTemplateSpec
  /** What `-o` prints of it: the ReplicaSet, or the workload as it was. */
  readonly object: KubeObject
  readonly source: ReplicaSet | ControllerRevision
}

const REVISION = 'deployment.kubernetes.io/revision'
const CHANGE_CAUSE = 'kubernetes.io/change-cause'

/** In order of their numbers. */
export async function revisionsOf(client: Client, workload: Workload): Promise<Revision[]> {
  const { namespace, uid } = workload.metadata
  const labelSelector = labelSelectorText(selectorOfObject(workload.spec?.selector as never))
  const isDeployment = workload.kind === 'Deployment'
  const { items } = await client.list<ReplicaSet | ControllerRevision>(resourceOf('apps/v1', isDeployment ? 'ReplicaSet' : 'ControllerRevision'), { namespace, labelSelector })
  const owned = items.filter(o => controllerOf(o)?.uid === uid)
  const found = owned.map(o => (isDeployment ? ofReplicaSet(o as ReplicaSet) : ofRevision(workload, o as ControllerRevision)))
  return found.filter(r => !Number.isNaN(r.number)).sort((a, b) => a.number - b.number)
}

function ofReplicaSet(set: ReplicaSet): Revision {
  const changeCause = set.metadata.annotations?.[CHANGE_CAUSE] ?? ''
  const template = set.spec?.template as PodTemplateSpec
  const annotations = changeCause === '' ? template.metadata?.annotations : { ...template.metadata?.annotations, [CHANGE_CAUSE]: changeCause }
  return {
    number: Number.parseInt(set.metadata.annotations?.[REVISION] ?? '', 10),
    changeCause: annotations?.[CHANGE_CAUSE] ?? '',
    template: { ...template, metadata: { ...template.metadata, ...(annotations === undefined ? {} : { annotations }) } },
    object: { ...set, apiVersion: 'apps/v1', kind: 'ReplicaSet' },
    source: set,
  }
}

function ofRevision(workload: Workload, revision: ControllerRevision): Revision {
  const object = applyStrategicMergePatch(typeNamed(`apps.v1.${workload.kind}`), workload as never, revision.data) as unknown as Workload
  return { number: revision.revision, changeCause: revision.metadata.annotations?.[CHANGE_CAUSE] ?? '', template: object.spec?.template as PodTemplateSpec, object, source: revision }
}

/** Which kinds have a history; throws UsageError for the others. */
export function requireHistory(kind: string, group: string, what: 'history viewer' | 'rollbacker'): void {
  if (group === 'apps' && ['Deployment', 'DaemonSet', 'StatefulSet'].includes(kind)) return
  const known = ['Deployment', 'DaemonSet', 'StatefulSet', 'ReplicaSet', 'Job', 'Pod', 'ReplicationController', 'CronJob'].includes(kind)
  const name = group === '' ? kind : `${kind}.${group}`
  if (known) throw new UsageError(`no ${what} has been implemented for ${JSON.stringify(name)}`)
  throw new UsageError(`error retrieving ${what === 'rollbacker' ? 'rollbacker' : 'history'} for ${JSON.stringify(name)}, no visitor method exists for {${group} ${kind}}`)
}
