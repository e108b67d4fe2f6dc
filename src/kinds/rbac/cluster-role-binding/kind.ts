/** ClusterRoleBinding: who has a role in the whole cluster. */
import { nameIsPathSegment } from '../../../base/validation'
import { defineKind } from '../../kind'
import { checked, recheckedUpdate } from '../../metadata-checks'
import type { ClusterRoleBinding } from '../../schema/types/rbac.v1'
import { defaultBinding, immutableRole, validateBinding } from '../bindings'
import { bindingColumns, RBAC_GROUP } from '../rules'

export const clusterRoleBinding = defineKind<ClusterRoleBinding>({
  group: RBAC_GROUP,
  version: 'v1',
  kind: 'ClusterRoleBinding',
  plural: 'clusterrolebindings',
  singular: 'clusterrolebinding',
  scope: 'Cluster',
  generation: 'never',
  applyDefaults: defaultBinding,
  validateName: nameIsPathSegment,
  validate: checked((f, b) => validateBinding(f, b, false)),
  validateUpdate: recheckedUpdate({ namespaced: false, name: nameIsPathSegment }, (f, b) => validateBinding(f, b, false), immutableRole),
  columns: bindingColumns,
})
