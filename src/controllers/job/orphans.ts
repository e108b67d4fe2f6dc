/** Lets go of pods whose Job is no more, so that they can be deleted. upstream: pkg/controller/job/job_controller.go syncOrphanPod */
import { defineController, type Watch } from '../../client/controller'
import { job as jobKind } from '../../kinds/batch/job/kind'
import { pod as podKind } from '../../kinds/core/pod/kind'
import { controllerOf, keyOf } from '../../kinds/kind'
import type { Job } from '../../kinds/schema/types/batch.v1'
import type { Pod } from '../../kinds/schema/types/core.v1'
import { isTracked } from './pods'
import { untracked } from './tracking'

const goneJobs: Watch<Job> = {
  kind: jobKind,
  *keys({ type, object }, lister) {
    if (type === 'DELETED') for (const p of lister.byIndex(podKind, 'owner', object.metadata.uid as string)) yield keyOf(p)
  },
}

export const jobOrphanController = defineController<Pod>({
  name: 'job-controller-orphans',
  reconciles: podKind,
  concerns: ({ type, object }) => type !== 'DELETED' && isTracked(object),
  watches: [goneJobs as Watch<never>],

  async reconcile(p, { client, lister }) {
    if (!isTracked(p)) return
    const owner = controllerOf(p)
    if (owner?.kind === 'Job' && lister.get(jobKind, owner.name, p.metadata.namespace)?.metadata.uid === owner.uid) return
    await client.update(podKind, untracked(p))
  },
})
