/** ResourceSlice: devices that a driver offers, on a node or on several. */
import { timestamp } from '../../../base/clock'
import { age, defineKind, name } from '../../kind'
import { checked, checkedUpdate } from '../../metadata-checks'
import type { ResourceSlice } from '../../schema/types/resource.v1'
import { validateSlice } from './validate'

export const resourceSlice = defineKind<ResourceSlice>({
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'ResourceSlice',
  plural: 'resourceslices',
  singular: 'resourceslice',
  scope: 'Cluster',

  applyDefaults(s) {
    s.spec ??= {} as ResourceSlice['spec']
    s.spec.pool ??= {} as ResourceSlice['spec']['pool']
  },
  prepareForCreate: (s, { nowMs }) => dateTaints(s, nowMs),
  prepareForUpdate: (s, _, { nowMs }) => dateTaints(s, nowMs),
  validate: checked((f, s) => validateSlice(f, s.spec, undefined)),
  validateUpdate: checkedUpdate((f, next, previous) => validateSlice(f, next.spec, previous.spec)),
  fieldSelectors: { 'spec.nodeName': s => s.spec.nodeName ?? '', 'spec.driver': s => s.spec.driver },

  columns: [
    name,
    { name: 'Node', type: 'string', description: 'The node that has the devices.', cell: s => s.spec.nodeName ?? '' },
    { name: 'Driver', type: 'string', description: 'Who offers them.', cell: s => s.spec.driver },
    { name: 'Pool', type: 'string', description: 'The pool that they belong to.', cell: s => s.spec.pool?.name ?? '' },
    age,
  ],
})

/** A taint counts from when it was set. */
function dateTaints({ spec }: ResourceSlice, nowMs: number): void {
  for (const { taints } of spec.devices ?? []) for (const taint of taints ?? []) taint.timeAdded ??= timestamp(nowMs)
}
