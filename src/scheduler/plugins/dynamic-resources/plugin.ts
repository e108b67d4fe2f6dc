/** DynamicResources: pods without claims pass; its word on what preemption could free is part of every message. upstream: scheduler/framework/plugins/dynamicresources */
import { SKIP, type SchedulerPlugin } from '../../framework'

export const dynamicResources: SchedulerPlugin = {
  name: 'DynamicResources',
  preFilter: ({ pod }) => ((pod.spec.resourceClaims ?? []).length === 0 ? SKIP : undefined),
  postFilter: async () => ({ reason: 'no new claims to deallocate' }),
}
