/** Which controllers, scheduler and kubelets a cluster runs, as whom they write, and how their events are signed. */
import type { Controller } from '../client/controller'
import { replicaSetController } from '../controllers/replica-set/controller'
import { spineKubelet } from '../kubelet/spine'
import { spineScheduler } from '../scheduler/spine'
import type { ClusterConfig } from './config'

export interface ComponentEntry {
  readonly controller: Controller<never>
  /** User name of its requests. */
  readonly user: string
  /** Field manager of its writes. */
  readonly manager: string
  /** Source of its events, the controller's name when absent. */
  readonly source?: string
  readonly recorder?: { readonly newApi?: boolean; readonly instance?: string }
}

const manager = (controller: Controller<never>): ComponentEntry => ({ controller, user: `system:serviceaccount:kube-system:${controller.name}`, manager: 'kube-controller-manager' })

const CONTROLLERS: readonly ComponentEntry[] = [manager(replicaSetController as never)]

/** In the order in which they are told of a change. */
export function componentsFor(_config: ClusterConfig): readonly ComponentEntry[] {
  return [
    ...CONTROLLERS,
    { controller: spineScheduler as never, user: 'system:kube-scheduler', manager: 'kube-scheduler', source: 'default-scheduler', recorder: { newApi: true } },
    { controller: spineKubelet as never, user: 'system:node', manager: 'kubelet' },
  ]
}
