/** `kubectl describe namespace`. upstream: kubectl/pkg/describe NamespaceDescriber */
import type { LimitRange, Namespace, ResourceQuota } from '../../../kinds/schema/types/core.v1'
import { resourceOf } from '../../resource-of'
import { describerOf, listAll } from '../describer'
import { labelsAndAnnotations } from '../metadata'
import { longTime } from '../time'
import { text } from '../writer'
import { limitRanges } from './limit-range'
import { resourceQuotas } from './resource-quota'

export const namespace = describerOf<Namespace>('v1', 'Namespace', async (w, { metadata, status }, context) => {
  const quotas = await listAll(context, resourceOf<ResourceQuota>('v1', 'ResourceQuota'), { namespace: metadata.name })
  const ranges = await listAll(context, resourceOf<LimitRange>('v1', 'LimitRange'), { namespace: metadata.name })
  w.write(0, `Name:\t${metadata.name}\n`)
  labelsAndAnnotations(w, metadata)
  w.write(0, `Status:\t${text(status?.phase)}\n`)
  if ((status?.conditions ?? []).length > 0) {
    w.write(0, 'Conditions:\n')
    w.write(1, 'Type\tStatus\tLastTransitionTime\tReason\tMessage\n')
    w.write(1, '----\t------\t------------------\t------\t-------\n')
    for (const c of status?.conditions ?? []) w.write(1, `${c.type}\t${c.status}\t${longTime(c.lastTransitionTime)}\t${text(c.reason)}\t${text(c.message)}\n`)
  }
  w.write(0, '\n')
  resourceQuotas(w, quotas)
  w.write(0, '\n')
  limitRanges(w, ranges)
}, { events: false })
