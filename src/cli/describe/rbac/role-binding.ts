/** `kubectl describe rolebinding` and `clusterrolebinding`. upstream: kubectl/pkg/describe RoleBindingDescriber, ClusterRoleBindingDescriber */
import type { ClusterRoleBinding, RoleBinding } from '../../../kinds/schema/types/rbac.v1'
import { describerOf } from '../describer'
import { labelsAndAnnotations } from '../metadata'
import { text, type Lines } from '../writer'

function write(w: Lines, { metadata, roleRef, subjects = [] }: RoleBinding | ClusterRoleBinding): void {
  w.write(0, `Name:\t${metadata.name}\n`)
  labelsAndAnnotations(w, metadata)
  w.write(0, 'Role:\n')
  w.write(1, `Kind:\t${roleRef.kind}\n`)
  w.write(1, `Name:\t${roleRef.name}\n`)
  w.write(0, 'Subjects:\n')
  w.write(1, 'Kind\tName\tNamespace\n')
  w.write(1, '----\t----\t---------\n')
  for (const s of subjects) w.write(1, `${s.kind}\t${s.name}\t${text(s.namespace)}\n`)
}

export const roleBinding = describerOf<RoleBinding>('rbac.authorization.k8s.io/v1', 'RoleBinding', write, { events: false })
export const clusterRoleBinding = describerOf<ClusterRoleBinding>('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', write, { events: false })
