/** Pods by a label selector. */
import { matchesLabels, requiredPairs, type LabelSelector } from '../base/label-selector'
import { pod } from '../kinds/core/pod/kind'
import type { Pod } from '../kinds/schema/types/core.v1'
import type { Lister } from './lister'

/** Those of a namespace that the selector selects. Costs no more than the pods with its first required label; without one, all of the namespace. */
export function selectedPods(lister: Lister, namespace: string, selector: LabelSelector): readonly Pod[] {
  if (selector.nothing === true) return []
  const pair = requiredPairs(selector)[0]
  const candidates = pair === undefined ? lister.list(pod, namespace) : lister.labelled(pod, namespace, pair[0], pair[1])
  return candidates.filter(p => matchesLabels(selector, p.metadata.labels))
}
