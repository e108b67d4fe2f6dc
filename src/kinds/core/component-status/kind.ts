/** ComponentStatus: whether the parts of the control plane are well. Deprecated, and computed when it is asked for. upstream: pkg/registry/core/componentstatus */
import { defineKind, name } from '../../kind'
import type { ComponentStatus } from '../../schema/types/core.v1'

const healthy = (c: ComponentStatus) => c.conditions?.find(x => x.type === 'Healthy')

export const componentStatus = defineKind<ComponentStatus>({
  group: '',
  version: 'v1',
  kind: 'ComponentStatus',
  plural: 'componentstatuses',
  singular: 'componentstatus',
  shortNames: ['cs'],
  scope: 'Cluster',
  generation: 'never',
  computed: true,
  deprecated: 'v1 ComponentStatus is deprecated in v1.19+',
  columns: [
    name,
    { name: 'Status', type: 'string', cell: c => (healthy(c)?.status === 'True' ? 'Healthy' : 'Unhealthy') },
    { name: 'Message', type: 'string', cell: c => healthy(c)?.message ?? '' },
    { name: 'Error', type: 'string', cell: c => healthy(c)?.error ?? '' },
  ],
})

const COMPONENTS = ['etcd-0', 'controller-manager', 'scheduler']

/** One program stands for all of them, and it answers. */
export const componentStatuses = (): ComponentStatus[] =>
  COMPONENTS.map(component => ({ kind: 'ComponentStatus', apiVersion: 'v1', metadata: { name: component }, conditions: [{ type: 'Healthy', status: 'True', message: 'ok' }] }))
