/** `kubectl describe role` and `clusterrole`. upstream: kubectl/pkg/describe RoleDescriber, ClusterRoleDescriber */
import type { ClusterRole, Role } from '../../../kinds/schema/types/rbac.v1'
import { describerOf } from '../describer'
import { labelsAndAnnotations } from '../metadata'
import type { Lines } from '../writer'
import { policyRules } from './rules'

function write(w: Lines, { metadata, rules }: Role | ClusterRole): void {
  w.write(0, `Name:\t${metadata.name}\n`)
  labelsAndAnnotations(w, metadata)
  policyRules(w, rules)
}

export const role = describerOf<Role>('rbac.authorization.k8s.io/v1', 'Role', write, { events: false })
export const clusterRole = describerOf<ClusterRole>('rbac.authorization.k8s.io/v1', 'ClusterRole', write, { events: false })
