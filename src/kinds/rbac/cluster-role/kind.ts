/** ClusterRole: what may be done in the whole cluster, or in any namespace whose binding names it. */
import { Path, type Findings } from '../../../base/findings'
import { nameIsPathSegment } from '../../../base/validation'
import { labelSelector } from '../../core/pod/template/validate-text'
import { parsedSelector } from '../../core/pod/template/workload'
import { defineKind } from '../../kind'
import { checked, recheckedUpdate } from '../../metadata-checks'
import type { ClusterRole } from '../../schema/types/rbac.v1'
import { RBAC_GROUP, roleColumns, validateRules } from '../rules'

const SELECTORS = Path.of('aggregationRule').child('clusterRoleSelectors')

export const clusterRole = defineKind<ClusterRole>({
  group: RBAC_GROUP,
  version: 'v1',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  singular: 'clusterrole',
  scope: 'Cluster',
  generation: 'never',
  validateName: nameIsPathSegment,
  validate: checked(validateRole),
  validateUpdate: recheckedUpdate({ namespaced: false, name: nameIsPathSegment }, validateRole),
  columns: roleColumns,
})

/** upstream: pkg/apis/rbac/validation ValidateClusterRole */
function validateRole(f: Findings, { rules, aggregationRule }: ClusterRole): void {
  validateRules(f, rules, false)
  if (aggregationRule === undefined) return
  const selectors = aggregationRule.clusterRoleSelectors ?? []
  if (selectors.length === 0) f.required(SELECTORS, 'at least one clusterRoleSelector required if aggregationRule is non-nil')
  selectors.forEach((selector, i) => {
    labelSelector(f, SELECTORS.at(i), selector)
    if (parsedSelector(selector) === undefined) f.invalid(SELECTORS.at(i), null, 'invalid label selector.')
  })
}
