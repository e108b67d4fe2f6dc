/** Which pod of several is the best to talk to. upstream: kubectl/pkg/util/podutils */
import { parseTime } from '../../base/clock'
import { sortAsGo } from '../../base/go-sort'
import type { Pod } from '../../kinds/schema/types/core.v1'
import { isReady } from '../../kinds/core/pod/state'

const readySince = (p: Pod): number => parseTime(p.status?.conditions?.find(c => c.type === 'Ready' && c.status === 'True')?.lastTransitionTime)
const created = (p: Pod): number => parseTime(p.metadata.creationTimestamp)
const deleted = (p: Pod): number => parseTime(p.metadata.deletionTimestamp)
/** Phases besides these count as running. */
const PHASES: Readonly<Record<string, number>> = { Running: 0, Unknown: 1, Pending: 2 }
const phase = (p: Pod): number => PHASES[p.status?.phase ?? ''] ?? 0

/** A time that is missing lies after all others. */
const afterOrZero = (a: number, b: number): boolean => (Number.isNaN(a) || Number.isNaN(b) ? Number.isNaN(a) : a > b)
const differ = (a: number, b: number): boolean => a !== b && !(Number.isNaN(a) && Number.isNaN(b))

function restarts(p: Pod): [regular: number, sidecars: number] {
  const most = (counts: readonly number[]): number => Math.max(0, ...counts)
  const sidecars = new Set((p.spec.initContainers ?? []).filter(c => c.restartPolicy === 'Always').map(c => c.name))
  return [most((p.status?.containerStatuses ?? []).map(s => s.restartCount)), most((p.status?.initContainerStatuses ?? []).filter(s => sidecars.has(s.name)).map(s => s.restartCount))]
}

/** Whether a was restarted more often; undefined: as often. */
function restartedMore(a: Pod, b: Pod): boolean | undefined {
  const [[ra, sa], [rb, sb]] = [restarts(a), restarts(b)]
  if (ra !== rb) return ra > rb
  return sa === sb ? undefined : sa > sb
}

/** The best for logs first. upstream: ByLogging */
function beforeForLogs(a: Pod, b: Pod): boolean {
  const [na, nb] = [a.spec.nodeName ?? '', b.spec.nodeName ?? '']
  if (na !== nb && (na === '' || nb === '')) return na !== ''
  if (phase(a) !== phase(b)) return phase(a) < phase(b)
  if (isReady(a) !== isReady(b)) return isReady(a)
  if (isReady(a) && isReady(b) && differ(readySince(a), readySince(b))) return afterOrZero(readySince(b), readySince(a))
  const more = restartedMore(a, b)
  if (more !== undefined) return more
  return differ(created(a), created(b)) && afterOrZero(created(b), created(a))
}

/** The most dispensable first. upstream: ActivePods */
function lessActive(a: Pod, b: Pod): boolean {
  const [na, nb] = [a.spec.nodeName ?? '', b.spec.nodeName ?? '']
  if (na !== nb && (na === '' || nb === '')) return na === ''
  if (phase(a) !== phase(b)) return phase(a) > phase(b)
  if (isReady(a) !== isReady(b)) return !isReady(a)
  const [da, db] = [deleted(a), deleted(b)]
  if (Number.isNaN(da) !== Number.isNaN(db)) return !Number.isNaN(da)
  if (differ(da, db)) return da < db
  if (isReady(a) && isReady(b) && differ(readySince(a), readySince(b))) return afterOrZero(readySince(a), readySince(b))
  const more = restartedMore(a, b)
  if (more !== undefined) return more
  return differ(created(a), created(b)) && afterOrZero(created(a), created(b))
}

function sorted(pods: readonly Pod[], less: (a: Pod, b: Pod) => boolean): Pod[] {
  const out = [...pods]
  sortAsGo(out, less)
  return out
}

export type PodOrder = (pods: readonly Pod[]) => Pod[]
export const byLogging: PodOrder = pods => sorted(pods, beforeForLogs)
export const byActivity: PodOrder = pods => sorted(pods, (a, b) => lessActive(b, a))
