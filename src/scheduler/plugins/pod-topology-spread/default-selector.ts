/** Which pods belong together when nobody says so: those of the same Services and the same controller. upstream: scheduler/framework/plugins/helper/spread.go DefaultSelector */
import { selectorOfObject, selectorOfPairs, type LabelRequirement, type LabelSelector, type LabelSelectorObject } from '../../../base/label-selector'
import type { Lister } from '../../../client/lister'
import { replicaSet } from '../../../kinds/apps/replica-set/kind'
import { statefulSet } from '../../../kinds/apps/stateful-set/kind'
import { replicationController } from '../../../kinds/core/replication-controller/kind'
import { service } from '../../../kinds/core/service/kind'
import { controllerOf } from '../../../kinds/kind'
import type { Pod } from '../../../kinds/schema/types/core.v1'

export interface DefaultSelector {
  readonly selector: LabelSelector
  readonly id: string
}

interface Parsed {
  readonly requirements: readonly LabelRequirement[]
  readonly id: string
}
const parsed = new WeakMap<object, Parsed>()

/** Undefined when the pod belongs to nothing of that sort. */
export function defaultSelector(pod: Pod, lister: Lister): DefaultSelector | undefined {
  const { namespace = '', labels } = pod.metadata
  let pairs: Record<string, string> | undefined
  for (const s of lister.selecting(service, namespace, labels)) {
    const selector = s.spec?.selector
    if (selector !== undefined && Object.keys(selector).length > 0) pairs = { ...pairs, ...selector }
  }
  const owner = controllerOf(pod)
  const set = owner === undefined ? undefined : ownSelector(owner.apiVersion, owner.kind, owner.name, namespace, lister)
  if (pairs === undefined) return set === undefined || set.requirements.length === 0 ? undefined : { selector: set, id: set.id }
  const own = selectorOfPairs(pairs).requirements
  const requirements = set === undefined ? own : [...own, ...set.requirements]
  return { selector: { requirements }, id: JSON.stringify(requirements) }
}

function ownSelector(apiVersion: string, kind: string, name: string, namespace: string, lister: Lister): Parsed | undefined {
  if (apiVersion === 'apps/v1' && kind === 'ReplicaSet') return read(lister.get(replicaSet, name, namespace)?.spec?.selector as LabelSelectorObject | undefined)
  if (apiVersion === 'apps/v1' && kind === 'StatefulSet') return read(lister.get(statefulSet, name, namespace)?.spec?.selector as LabelSelectorObject | undefined)
  if (apiVersion !== 'v1' || kind !== 'ReplicationController') return undefined
  const pairs = lister.get(replicationController, name, namespace)?.spec?.selector
  return pairs === undefined ? undefined : read({ matchLabels: pairs })
}

function read(selector: LabelSelectorObject | undefined): Parsed | undefined {
  if (selector === undefined) return undefined
  let known = parsed.get(selector)
  if (known === undefined) {
    const { requirements } = selectorOfObject(selector)
    parsed.set(selector, (known = { requirements, id: JSON.stringify(requirements) }))
  }
  return known
}
