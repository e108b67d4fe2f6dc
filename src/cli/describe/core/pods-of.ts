/** How many pods of a controller are in which phase. upstream: kubectl/pkg/describe getPodStatusForController */
import { labelSelectorText, selectorOfObject, type LabelSelectorObject } from '../../../base/label-selector'
import type { KubeObject } from '../../../kinds/kind'
import type { Pod } from '../../../kinds/schema/types/core.v1'
import { resourceOf } from '../../resource-of'
import { listAll, type DescribeContext } from '../describer'

/** `2 Running / 0 Waiting / 0 Succeeded / 0 Failed`. Throws StatusError. */
export async function podsStatus(context: DescribeContext, owner: KubeObject, selector: LabelSelectorObject | undefined): Promise<string> {
  const count: Record<string, number> = { Running: 0, Pending: 0, Succeeded: 0, Failed: 0 }
  const pods = await listAll(context, resourceOf<Pod>('v1', 'Pod'), { namespace: owner.metadata.namespace, labelSelector: labelSelectorText(selectorOfObject(selector)) })
  for (const { metadata, status } of pods) {
    const controller = metadata.ownerReferences?.find(o => o.controller === true)
    const phase = status?.phase ?? ''
    if (controller?.uid === owner.metadata.uid && count[phase] !== undefined) count[phase]++
  }
  return `${count['Running']} Running / ${count['Pending']} Waiting / ${count['Succeeded']} Succeeded / ${count['Failed']} Failed`
}
