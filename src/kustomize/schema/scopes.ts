/** Which kinds have a namespace, as far as kustomize knows: the API of Kubernetes 1.21. upstream: kyaml/openapi precomputedIsNamespaceScoped */

/** A line a group version; kinds with `!` have no namespace. */
const KINDS = `
admissionregistration.k8s.io/v1 MutatingWebhookConfiguration! ValidatingWebhookConfiguration!
admissionregistration.k8s.io/v1beta1 MutatingWebhookConfiguration! ValidatingWebhookConfiguration!
apiextensions.k8s.io/v1 CustomResourceDefinition!
apiextensions.k8s.io/v1beta1 CustomResourceDefinition!
apiregistration.k8s.io/v1 APIService!
apiregistration.k8s.io/v1beta1 APIService!
apps/v1 ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet
autoscaling/v1 HorizontalPodAutoscaler Scale
autoscaling/v2beta1 HorizontalPodAutoscaler
autoscaling/v2beta2 HorizontalPodAutoscaler
batch/v1 CronJob Job
batch/v1beta1 CronJob
certificates.k8s.io/v1 CertificateSigningRequest!
certificates.k8s.io/v1beta1 CertificateSigningRequest!
coordination.k8s.io/v1 Lease
coordination.k8s.io/v1beta1 Lease
discovery.k8s.io/v1 EndpointSlice
discovery.k8s.io/v1beta1 EndpointSlice
events.k8s.io/v1 Event
events.k8s.io/v1beta1 Event
extensions/v1beta1 Ingress
flowcontrol.apiserver.k8s.io/v1beta1 FlowSchema! PriorityLevelConfiguration!
networking.k8s.io/v1 Ingress IngressClass! NetworkPolicy
networking.k8s.io/v1beta1 Ingress IngressClass!
node.k8s.io/v1 RuntimeClass!
node.k8s.io/v1beta1 RuntimeClass!
policy/v1 PodDisruptionBudget
policy/v1beta1 PodDisruptionBudget PodSecurityPolicy!
rbac.authorization.k8s.io/v1 ClusterRole! ClusterRoleBinding! Role RoleBinding
rbac.authorization.k8s.io/v1beta1 ClusterRole! ClusterRoleBinding! Role RoleBinding
scheduling.k8s.io/v1 PriorityClass!
scheduling.k8s.io/v1beta1 PriorityClass!
storage.k8s.io/v1 CSIDriver! CSINode! StorageClass! VolumeAttachment!
storage.k8s.io/v1beta1 CSIDriver! CSINode! CSIStorageCapacity StorageClass! VolumeAttachment!
v1 ComponentStatus! ConfigMap Endpoints Event LimitRange Namespace! Node! NodeProxyOptions! PersistentVolume! PersistentVolumeClaim Pod PodAttachOptions PodExecOptions PodPortForwardOptions PodProxyOptions PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount ServiceProxyOptions
`

let scopes: Map<string, boolean> | undefined

/** `apiVersion/kind` to whether it has a namespace; read when first asked for. */
function table(): Map<string, boolean> {
  if (scopes !== undefined) return scopes
  scopes = new Map()
  for (const line of KINDS.trim().split('\n')) {
    const [apiVersion = '', ...kinds] = line.split(' ')
    for (const kind of kinds) scopes.set(`${apiVersion}/${kind.replace('!', '')}`, !kind.endsWith('!'))
  }
  return scopes
}

/** What the schema files of the present build say of kinds that the table does not know; a build is never interrupted by another. */
let named: ReadonlyMap<string, boolean> = new Map()

/** At the start of a build with nothing, and with what each schema file says. */
export function setNamedScopes(scopes: ReadonlyMap<string, boolean>): void {
  named = scopes
}

export const isCertainlyClusterScoped = (apiVersion: string, kind: string): boolean => (table().get(`${apiVersion}/${kind}`) ?? named.get(`${apiVersion}/${kind}`)) === false
export const isKnownKind = (apiVersion: string, kind: string): boolean => table().has(`${apiVersion}/${kind}`)
