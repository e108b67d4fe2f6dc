/** RoleBinding: who has a role within a namespace. */
import { nameIsPathSegment } from '../../../base/validation'
import { defineKind } from '../../kind'
import { checked, recheckedUpdate } from '../../metadata-checks'
import type { RoleBinding } from '../../schema/types/rbac.v1'
import { defaultBinding, immutableRole, validateBinding } from '../bindings'
import { bindingColumns, RBAC_GROUP } from '../rules'

export const roleBinding = defineKind<RoleBinding>({
  group: RBAC_GROUP,
  version: 'v1',
  kind: 'RoleBinding',
  plural: 'rolebindings',
  singular: 'rolebinding',
  scope: 'Namespaced',
  generation: 'never',
  applyDefaults: defaultBinding,
  validateName: nameIsPathSegment,
  validate: checked((f, b) => validateBinding(f, b, true)),
  validateUpdate: recheckedUpdate({ name: nameIsPathSegment }, (f, b) => validateBinding(f, b, true), immutableRole),
  columns: bindingColumns,
})
