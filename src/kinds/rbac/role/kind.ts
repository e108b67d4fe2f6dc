/** Role: what may be done within a namespace. */
import { nameIsPathSegment } from '../../../base/validation'
import { defineKind } from '../../kind'
import { checked, recheckedUpdate } from '../../metadata-checks'
import type { Role } from '../../schema/types/rbac.v1'
import { RBAC_GROUP, roleColumns, validateRules } from '../rules'

export const role = defineKind<Role>({
  group: RBAC_GROUP,
  version: 'v1',
  kind: 'Role',
  plural: 'roles',
  singular: 'role',
  scope: 'Namespaced',
  generation: 'never',
  validateName: nameIsPathSegment,
  validate: checked((f, r) => validateRules(f, r.rules, true)),
  validateUpdate: recheckedUpdate({ name: nameIsPathSegment }, (f, r) => validateRules(f, r.rules, true)),
  columns: roleColumns,
})
