/** A container whose declared use of memory passes its limit is killed, as the kernel would. upstream: cgroup v2 memory.max, containerd's OOM events */
import { valueOfQuantity } from '../../base/quantity'
import type { Watch } from '../../client/controller'
import { LOAD } from '../../client/metrics'
import { cronJob } from '../../kinds/batch/cron-job/kind'
import { job } from '../../kinds/batch/job/kind'
import { daemonSet } from '../../kinds/apps/daemon-set/kind'
import { deployment } from '../../kinds/apps/deployment/kind'
import { replicaSet } from '../../kinds/apps/replica-set/kind'
import { statefulSet } from '../../kinds/apps/stateful-set/kind'
import { pod as podKind } from '../../kinds/core/pod/kind'
import { controllerOf, keyOf, type KubeObject, type Resource } from '../../kinds/kind'
import type { Container } from '../../kinds/schema/types/core.v1'
import { wakeAt, type Sync } from './parts'
import type { ContainerRecord } from './record'

/** From starting, or from when more was declared, until the memory has been asked for. */
const GROWING_MS = 2_000

/** Kills the container when its time has come. */
export async function limitMemory(sync: Sync, c: Container, r: ContainerRecord): Promise<void> {
  // Until another limit is in force the former one counts.
  const limit = (r.inForce ?? c.resources)?.limits?.memory ?? sync.pod.spec.resources?.limits?.memory
  if (limit === undefined) return
  const used = sync.declaredLoad(sync.pod)(c.name, sync.pod.spec.containers[0]?.name === c.name).memoryBytes
  if (used === undefined || used <= valueOfQuantity(limit)) return void delete r.overMs
  r.overMs ??= sync.nowMs
  const dueMs = Math.max(r.overMs, r.startedAtMs ?? 0) + GROWING_MS
  if (sync.nowMs < dueMs) return wakeAt(sync, dueMs)
  delete r.overMs
  r.outOfMemory = true
  await sync.runtime.signalContainer(r.id as string, 'KILL')
}

const loadOf = (kind: Resource): Watch<KubeObject> => ({
  kind,
  keys({ object, previous }, lister) {
    if (object.metadata.annotations?.[LOAD] === previous?.metadata.annotations?.[LOAD]) return []
    return lister.list(podKind, object.metadata.namespace).filter(p => controllerOf(p) !== undefined).map(keyOf)
  },
})

/** What is declared of a workload concerns its pods. */
export const declaredLoads: readonly Watch<KubeObject>[] = [deployment, replicaSet, statefulSet, daemonSet, job, cronJob].map(kind => loadOf(kind as Resource))
