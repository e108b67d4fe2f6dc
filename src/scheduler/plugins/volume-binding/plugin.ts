/** VolumeBinding: a pod goes where its volumes are or can be had; volumes that wait for their pod are chosen or ordered for its node. upstream: scheduler/framework/plugins/volumebinding */
import { deepEqual } from '../../../base/equal'
import type { StorageClass } from '../../../kinds/schema/types/storage.v1'
import { SKIP, unresolvable, type Hint, type SchedulerPlugin, type Status } from '../../framework'
import { bindingState, carryOut, planVolumes, podClaims, type PodClaims } from './binder'
import { usesClaim } from './hints'

const NAME = 'VolumeBinding'
const WAITING: Status = { code: 'Pending', reasons: [] }

const classChanged: Hint = (_, { object, previous }) => previous === undefined || !deepEqual((object as unknown as StorageClass).allowedTopologies, (previous as unknown as StorageClass).allowedTopologies)

const countOf = ({ bound, waiting, immediate }: PodClaims): number => bound.length + waiting.length + immediate.length

export const volumeBinding: SchedulerPlugin = {
  name: NAME,
  hints: { StorageClass: classChanged, Claim: usesClaim, Volume: () => true, NodeAdd: () => true, NodeLabel: () => true, CSINode: () => true, CSIDriver: () => true, CSIStorageCapacity: () => true },
  preFilter(state) {
    const { pod, lister, data } = state
    const claims = podClaims(pod, lister)
    if (typeof claims === 'string') return unresolvable(claims)
    if (countOf(claims) === 0) return SKIP
    if (claims.immediate.length > 0) return unresolvable('pod has unbound immediate PersistentVolumeClaims')
    data.set(NAME, claims)
    return {
      filter(node) {
        const plan = planVolumes(claims, node.node, lister)
        return 'bindings' in plan ? undefined : unresolvable(...plan)
      },
    }
  },
  async preBind({ pod, lister, data }, info, { client }) {
    const claims = (data.get(NAME) as PodClaims | undefined) ?? podClaims(pod, lister)
    if (typeof claims === 'string') return unresolvable(claims)
    if (countOf(claims) === 0) return undefined
    const { node, name } = info
    if (claims.waiting.length > 0) {
      const plan = planVolumes(claims, node, lister)
      // Promised volumes are meant for their claims and found again.
      if (!('bindings' in plan)) return unresolvable(...plan)
      await carryOut(plan, name, client)
    }
    const state = bindingState(pod, node, lister)
    if (state === 'bound') return undefined
    return state === 'waiting' ? WAITING : unresolvable(`running PreBind plugin "${NAME}": binding volumes: ${state}`)
  },
}
