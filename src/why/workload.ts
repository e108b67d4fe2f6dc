/** Why a workload has fewer pods than it wants, or pods that do not work: its own pods, and what the server would say to one more. */
import type { Finding } from '../client/why-report'
import { replicaSet } from '../kinds/apps/replica-set/kind'
import { deployment } from '../kinds/apps/deployment/kind'
import { pod as podKind } from '../kinds/core/pod/kind'
import { isActive } from '../kinds/core/pod/state'
import type { KubeObject } from '../kinds/kind'
import type { Pod, PodTemplateSpec } from '../kinds/schema/types/core.v1'
import { finding, type WhyParts } from './parts'

export interface Workload extends KubeObject {
  spec?: { replicas?: number; paused?: boolean; suspend?: boolean; template?: PodTemplateSpec }
}

/** Its own pods, also through the ReplicaSets of a Deployment; newest owners first. */
export function podsOf(owner: KubeObject, { lister }: WhyParts): readonly Pod[] {
  const owned = (uid: string): readonly Pod[] => lister.byIndex(podKind, 'owner', uid).filter(p => p.metadata.ownerReferences?.some(r => r.uid === uid && r.controller === true) === true)
  if (owner.kind !== deployment.kind) return owned(owner.metadata.uid as string)
  return lister.byIndex(replicaSet, 'owner', owner.metadata.uid as string).flatMap(s => owned(s.metadata.uid as string))
}

export async function whyFewer(owner: Workload, pods: readonly Pod[], parts: WhyParts): Promise<Finding[]> {
  const out: Finding[] = []
  const { spec = {}, metadata, kind = '' } = owner
  const type = kind.toLowerCase()
  if (spec.paused === true) out.push(finding('its rollout is paused', [], [`kubectl rollout resume ${type} ${metadata.name}`]))
  if (spec.suspend === true) out.push(finding('it is suspended', [], [`kubectl patch ${type} ${metadata.name} -p '{"spec":{"suspend":false}}'`]))
  const alive = pods.filter(isActive)
  const wished = spec.replicas ?? (kind === 'DaemonSet' ? undefined : 1)
  if (wished === 0) out.push(finding('it is scaled to no pods', [], [`kubectl scale ${type} ${metadata.name} --replicas=1`]))
  if (spec.template !== undefined && spec.suspend !== true && wished !== undefined && alive.length < wished && kind !== 'Job') {
    const { template } = spec
    const refused = await parts.wouldRefuse({ apiVersion: 'v1', kind: 'Pod', metadata: { ...template.metadata, generateName: `${metadata.name}-`, namespace: metadata.namespace as string }, spec: template.spec } as Pod, owner)
    out.push(refused === undefined
      ? finding(`it has ${alive.length} of ${wished} pods`, ['the server would take one more: its controller has not made it yet'], ['kubottle clock +1m'])
      : finding(`it has ${alive.length} of ${wished} pods, and the server refuses one more`, [refused], ['change its template, or what refuses it: quotas, limit ranges, pod security, admission policies or webhooks']))
  }
  return out
}
