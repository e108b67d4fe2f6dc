/** The pods behind an object that is none: by its selector. upstream: kubectl/pkg/polymorphichelpers helpers.go */
import { UsageError } from '../../base/errors'
import { labelSelectorText, selectorOfObject, selectorOfPairs, type LabelSelectorObject } from '../../base/label-selector'
import type { KubeObject } from '../../kinds/kind'
import type { Pod } from '../../kinds/schema/types/core.v1'
import { typeOfKind } from '../../kinds/schema/table'
import { apiVersionOf } from '../../kinds/kind'
import type { Session } from '../access'
import { resourceOf } from '../resource-of'
import type { Info } from '../resource-builder/info'
import type { PodOrder } from './order'

/** `*v1.ConfigMap`; other kinds are unstructured to kubectl. */
export const goTypeOf = ({ resource }: Pick<Info, 'resource'>): string => (typeOfKind(apiVersionOf(resource), resource.kind) === undefined ? '*unstructured.Unstructured' : `*${resource.version}.${resource.kind}`)

const BY_SELECTOR = new Set(['apps/ReplicaSet', 'apps/StatefulSet', 'apps/DaemonSet', 'apps/Deployment', 'batch/Job'])

/** Throws UsageError, told what could not be done: `cannot attach to`. upstream: SelectorsForObject */
export function selectorOfWorkload(info: Info & { readonly object: KubeObject }, cannot: string): string {
  const { resource, object } = info
  const spec = (object as { spec?: { selector?: unknown } }).spec
  if (BY_SELECTOR.has(`${resource.group}/${resource.kind}`)) return labelSelectorText(selectorOfObject(spec?.selector as LabelSelectorObject | undefined))
  const pairs = spec?.selector as Readonly<Record<string, string>> | undefined
  if (resource.group === '' && resource.kind === 'ReplicationController') return labelSelectorText(selectorOfPairs(pairs))
  if (resource.group === '' && resource.kind === 'Service') {
    if (Object.keys(pairs ?? {}).length === 0) throw new UsageError(`${cannot} ${goTypeOf(info)}: invalid service '${info.name}': Service is defined without a selector`)
    return labelSelectorText(selectorOfPairs(pairs))
  }
  throw new UsageError(`${cannot} ${goTypeOf(info)}: selector for ${goTypeOf(info)} not implemented`)
}

/** The pods, best first; waits for one. Throws UsageError, StatusError. upstream: GetPodList */
export async function podsFor({ client, waitUntil }: Session, namespace: string, labelSelector: string, timeoutMs: number, order: PodOrder): Promise<readonly Pod[]> {
  let pods: readonly Pod[] = []
  const look = async (): Promise<boolean> => {
    pods = (await client.list(resourceOf<Pod>('v1', 'Pod'), { namespace, labelSelector })).items
    return pods.length > 0
  }
  if (!(await look()) && !(await waitUntil(look, timeoutMs))) throw new UsageError('timed out waiting for the condition')
  return order(pods)
}
