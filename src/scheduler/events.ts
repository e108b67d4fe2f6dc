/** What the changes of the cluster mean to pods that wait, and to what the scheduler keeps. upstream: pkg/scheduler/eventhandlers.go */
import { deepEqual } from '../base/equal'
import type { Change } from '../client/controller'
import { nodeTotals } from '../kinds/core/node/capacity'
import { isFinished } from '../kinds/core/pod/state'
import { podRequests } from '../kinds/core/pod/use'
import type { KubeObject } from '../kinds/kind'
import type { Node, Pod } from '../kinds/schema/types/core.v1'
import type { SchedulerCache } from './cache'
import type { ClusterEvent, EventType } from './framework'
import type { SchedulingQueue } from './queue'

/** Each of these says whether the scheduler has to look at its queue. */
export function notePod(change: Change<Pod>, queue: SchedulingQueue, cache: SchedulerCache | undefined): boolean {
  return (change.object.spec.nodeName ?? '') === '' ? noteWaiting(change, queue) : noteAssigned(change, queue, cache)
}

function noteAssigned({ type, object, previous }: Change<Pod>, queue: SchedulingQueue, cache: SchedulerCache | undefined): boolean {
  const node = object.spec.nodeName as string
  const gone = type === 'DELETED'
  const ended = isFinished(object)
  const isNew = previous === undefined || previous.spec.nodeName !== node
  const hasEnded = !isNew && ended && !isFinished(previous)
  const labelled = !isNew && !deepEqual(object.metadata.labels, previous.metadata.labels)
  const respecified = !isNew && object.spec !== previous.spec
  if (isNew || gone || hasEnded || respecified) cache?.nodes.forgetUse(node)
  if (isNew || gone || hasEnded || labelled || object.metadata.deletionTimestamp !== previous.metadata.deletionTimestamp) cache?.notePod(object, previous, gone)
  const tell = (t: EventType): boolean => queue.notice({ type: t, object, previous })
  if (gone || hasEnded) return tell('PodGone')
  if (isNew) return previous !== undefined && tell('PodAssigned')
  const told = labelled && tell('PodLabel')
  return (respecified && scaledDown(previous, object) && tell('PodScaledDown')) || told
}

function scaledDown(previous: Pod, next: Pod): boolean {
  const before = podRequests(previous.spec)
  const after = podRequests(next.spec)
  return Object.keys(before).some(r => (after[r] ?? 0) < (before[r] as number))
}

function noteWaiting({ type, object, previous }: Change<Pod>, queue: SchedulingQueue): boolean {
  if (type === 'DELETED') {
    // Its promise of room, or its volumes, are free again.
    return (object.status?.nominatedNodeName ?? '') !== '' && queue.notice({ type: 'PodGone', object, previous })
  }
  if (!queue.isOurs(object)) return false
  // What the scheduler itself wrote (its condition, the nomination) is no reason to try again.
  const sameSpec = previous !== undefined && (object.spec === previous.spec || deepEqual(object.spec, previous.spec))
  if (sameSpec && deepEqual(object.metadata.labels, previous.metadata.labels) && deepEqual(object.status?.resourceClaimStatuses, previous.status?.resourceClaimStatuses)) return false
  queue.add(object)
  return true
}

export function noteNode({ type, object, previous }: Change<Node>, queue: SchedulingQueue, cache: SchedulerCache | undefined): boolean {
  const tell = (t: EventType): boolean => queue.notice({ type: t, object, previous })
  if (type !== 'MODIFIED' || previous === undefined) {
    cache?.noteNode(object, previous, type === 'DELETED')
    return type === 'ADDED' ? tell('NodeAdd') : tell('NodeGone')
  }
  const labels = !deepEqual(object.metadata.labels, previous.metadata.labels)
  const taints = !deepEqual(object.spec?.taints, previous.spec?.taints) || object.spec?.unschedulable !== previous.spec?.unschedulable
  const offers = object.status?.allocatable !== previous.status?.allocatable && !deepEqual(nodeTotals(object), nodeTotals(previous))
  const images = object.status?.images !== previous.status?.images && !deepEqual(object.status?.images, previous.status?.images)
  if (labels || taints) cache?.noteNode(object, previous, false)
  else if (offers || images) cache?.noteOffer(object, previous)
  const events: EventType[] = [...(offers ? ['NodeAllocatable' as const] : []), ...(labels ? ['NodeLabel' as const] : []), ...(taints ? ['NodeTaint' as const] : [])]
  return events.map(tell).includes(true)
}

/** Objects of other kinds: what is new or changed may help, or (for `VolumeAttachmentGone`) what is gone. */
export function noteOther({ type, object, previous }: Change, as: EventType, queue: SchedulingQueue): boolean {
  if ((type === 'DELETED') !== (as === 'VolumeAttachmentGone')) return false
  const event: ClusterEvent = { type: as, object: object as KubeObject, previous }
  return queue.notice(event)
}
