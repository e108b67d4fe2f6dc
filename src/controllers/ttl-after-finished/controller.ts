/** Deletes a finished Job once spec.ttlSecondsAfterFinished has elapsed. upstream: pkg/controller/ttlafterfinished */
import { parseTime } from '../../base/clock'
import { isConflict, isNotFound } from '../../base/status'
import { defineController } from '../../client/controller'
import { job } from '../../kinds/batch/job/kind'
import type { Job } from '../../kinds/schema/types/batch.v1'

export const ttlAfterFinishedController = defineController<Job>({
  name: 'ttl-after-finished-controller',
  reconciles: job,
  concerns: ({ type, object }) => type !== 'DELETED' && object.spec.ttlSecondsAfterFinished !== undefined,

  async reconcile(object, { client, clock }) {
    const expiresAtMs = expiryOf(object)
    if (expiresAtMs === undefined || object.metadata.deletionTimestamp !== undefined) return
    const remainingMs = expiresAtMs - clock.now()
    if (remainingMs > 0) return { requeueAfterMs: remainingMs }
    const { uid, resourceVersion } = object.metadata
    try {
      await client.delete(job, object, { propagationPolicy: 'Foreground', preconditions: { uid, resourceVersion } })
    } catch (e) {
      if (!isNotFound(e) && !isConflict(e)) throw e
    }
  },
})

/** When the Job may be deleted, in epoch ms; undefined when it is unfinished or lives on. */
export function expiryOf({ spec, status }: Job): number | undefined {
  const end = status?.conditions?.find(c => (c.type === 'Complete' || c.type === 'Failed') && c.status === 'True')
  return end === undefined || spec.ttlSecondsAfterFinished === undefined ? undefined : parseTime(end.lastTransitionTime) + spec.ttlSecondsAfterFinished * 1000
}
