/** Puts together the rules of cluster roles that are made of others. upstream: pkg/controller/clusterroleaggregation */
import { deepEqual } from '../../base/equal'
import { matchesLabels, selectorOfObject } from '../../base/label-selector'
import { defineController, type Watch } from '../../client/controller'
import { clusterRole } from '../../kinds/rbac/cluster-role/kind'
import type { ClusterRole, PolicyRule } from '../../kinds/schema/types/rbac.v1'

/** Any role may be part of another. */
const parts: Watch<ClusterRole> = {
  kind: clusterRole,
  *keys({ type, object, previous }, lister) {
    if (type === 'MODIFIED' && previous !== undefined && previous.rules === object.rules && deepEqual(previous.metadata.labels, object.metadata.labels)) return
    for (const role of lister.list(clusterRole)) if (role.aggregationRule !== undefined && role.metadata.name !== object.metadata.name) yield role.metadata.name
  },
}

export const clusterRoleAggregationController = defineController<ClusterRole>({
  name: 'clusterrole-aggregation-controller',
  reconciles: clusterRole,
  concerns: ({ object }) => object.aggregationRule !== undefined,
  watches: [parts as Watch<never>],

  async reconcile(role, { client, lister }) {
    if (role.aggregationRule === undefined) return
    const rules = aggregated(role, lister.list(clusterRole))
    if (deepEqual(rules, role.rules ?? [])) return
    const owned: ClusterRole = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: role.metadata.name }, rules }
    await client.apply(clusterRole, owned, { fieldManager: 'clusterrole-aggregation-controller', force: true })
  },
})

/** The rules of all selected roles, each once, by selector and then by name. */
export function aggregated({ aggregationRule, metadata }: ClusterRole, roles: readonly ClusterRole[]): PolicyRule[] {
  const rules: PolicyRule[] = []
  for (const selector of aggregationRule?.clusterRoleSelectors ?? []) {
    const parsed = selectorOfObject(selector as never)
    for (const other of roles) {
      if (other.metadata.name === metadata.name || !matchesLabels(parsed, other.metadata.labels)) continue
      for (const rule of other.rules ?? []) if (!rules.some(r => deepEqual(r, rule))) rules.push(rule)
    }
  }
  return rules
}
