/** `kubectl describe persistentvolumeclaim`. upstream: kubectl/pkg/describe PersistentVolumeClaimDescriber */
import { byCodePoint } from '../../../base/go-text'
import type { PersistentVolumeClaim, Pod } from '../../../kinds/schema/types/core.v1'
import { resourceOf } from '../../resource-of'
import { describerOf, listAll } from '../describer'
import { listed } from '../metadata'
import { longTime } from '../time'
import { text } from '../writer'
import { claimLines } from './pod/claim'

export const persistentVolumeClaim = describerOf<PersistentVolumeClaim>('v1', 'PersistentVolumeClaim', async (w, object, context) => {
  const { metadata, status } = object
  const pods = await listAll(context, resourceOf<Pod>('v1', 'Pod'), { namespace: metadata.namespace })
  const users = pods.filter(p => p.spec.volumes?.some(v => v.persistentVolumeClaim?.claimName === metadata.name) === true || metadata.ownerReferences?.some(o => o.kind === 'Pod' && o.uid === p.metadata.uid) === true)
  claimLines(w, object, context.nowMs)
  listed(w, 'Used By', users.map(p => p.metadata.name).sort(byCodePoint))
  if ((status?.conditions ?? []).length === 0) return
  w.write(0, 'Conditions:\n')
  w.write(1, 'Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage\n')
  w.write(1, '----\t------\t-----------------\t------------------\t------\t-------\n')
  for (const c of status?.conditions ?? []) w.write(1, `${c.type} \t${c.status} \t${longTime(c.lastProbeTime)} \t${longTime(c.lastTransitionTime)} \t${text(c.reason)} \t${text(c.message)}\n`)
})
