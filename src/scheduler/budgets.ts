/** PodDisruptionBudgets, which preemption tries not to break. */
import type { Lister } from '../client/lister'
import type { KubeObject, Resource } from '../kinds/kind'
import type { PodDisruptionBudget } from '../kinds/schema/types/policy.v1'

const budget: Resource<PodDisruptionBudget & KubeObject> = { group: 'policy', version: 'v1', kind: 'PodDisruptionBudget', plural: 'poddisruptionbudgets', singular: 'poddisruptionbudget', scope: 'Namespaced' }

export const podDisruptionBudgets = (lister: Lister): readonly PodDisruptionBudget[] => lister.list(budget)
