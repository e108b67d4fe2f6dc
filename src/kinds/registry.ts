/** All built-in kinds: those with a folder of their own, and the rest as the type table describes them. */
import { deployment } from './apps/deployment/kind'
import { replicaSet } from './apps/replica-set/kind'
import { daemonSet } from './apps/daemon-set/kind'
import { controllerRevision } from './apps/controller-revision/kind'
import { statefulSet } from './apps/stateful-set/kind'
import { replicationController } from './core/replication-controller/kind'
import { componentStatus } from './core/component-status/kind'
import { podTemplate } from './core/pod-template/kind'
import { job } from './batch/job/kind'
import { cronJob } from './batch/cron-job/kind'
import { horizontalPodAutoscaler } from './autoscaling/horizontal-pod-autoscaler/kind'
import { horizontalPodAutoscalerV1 } from './autoscaling/horizontal-pod-autoscaler/kind-v1'
import { podDisruptionBudget } from './policy/pod-disruption-budget/kind'
import { mutatingAdmissionPolicy } from './admissionregistration/mutating-admission-policy/kind'
import { mutatingAdmissionPolicyBinding } from './admissionregistration/mutating-admission-policy-binding/kind'
import { mutatingWebhookConfiguration } from './admissionregistration/mutating-webhook-configuration/kind'
import { validatingAdmissionPolicy } from './admissionregistration/validating-admission-policy/kind'
import { validatingAdmissionPolicyBinding } from './admissionregistration/validating-admission-policy-binding/kind'
import { validatingWebhookConfiguration } from './admissionregistration/validating-webhook-configuration/kind'
import { customResourceDefinition } from './apiextensions/custom-resource-definition/kind'
import { configMap } from './core/config-map/kind'
import { endpoints } from './core/endpoints/kind'
import { event } from './core/event/kind'
import { eventOfEvents } from './events/event/kind'
import { namespace } from './core/namespace/kind'
import { node } from './core/node/kind'
import { limitRange } from './core/limit-range/kind'
import { selfSubjectReview, tokenReview } from './authentication/reviews'
import { localSubjectAccessReview, selfSubjectAccessReview, selfSubjectRulesReview, subjectAccessReview } from './authorization/reviews'
import { persistentVolume } from './core/persistent-volume/kind'
import { persistentVolumeClaim } from './core/persistent-volume-claim/kind'
import { resourceQuota } from './core/resource-quota/kind'
import { pod } from './core/pod/kind'
import { secret } from './core/secret/kind'
import { service } from './core/service/kind'
import { serviceAccount } from './core/service-account/kind'
import { lease } from './coordination/lease/kind'
import { endpointSlice } from './discovery/endpoint-slice/kind'
import { ingress } from './networking/ingress/kind'
import { ingressClass } from './networking/ingress-class/kind'
import { ipAddress } from './networking/ip-address/kind'
import { networkPolicy } from './networking/network-policy/kind'
import { serviceCidr } from './networking/service-cidr/kind'
import { csiDriver } from './storage/csi-driver/kind'
import { csiNode } from './storage/csi-node/kind'
import { csiStorageCapacity } from './storage/csi-storage-capacity/kind'
import { storageClass } from './storage/storage-class/kind'
import { volumeAttachment } from './storage/volume-attachment/kind'
import { volumeAttributesClass } from './storage/volume-attributes-class/kind'
import { clusterRole } from './rbac/cluster-role/kind'
import { clusterRoleBinding } from './rbac/cluster-role-binding/kind'
import { role } from './rbac/role/kind'
import { roleBinding } from './rbac/role-binding/kind'
import { runtimeClass } from './node/runtime-class/kind'
import { apiService } from './apiregistration/api-service/kind'
import { certificateSigningRequest } from './certificates/certificate-signing-request/kind'
import { flowSchema } from './flowcontrol/flow-schema/kind'
import { priorityLevelConfiguration } from './flowcontrol/priority-level-configuration/kind'
import { deviceClass } from './resource/device-class/kind'
import { resourceClaim } from './resource/resource-claim/kind'
import { resourceClaimTemplate } from './resource/resource-claim-template/kind'
import { resourceSlice } from './resource/resource-slice/kind'
import type { Kind, KubeObject } from './kind'
import { defineKind } from './kind'
import { priorityClass } from './scheduling/priority-class/kind'
import { resources } from './schema/table'

/** The registry line of every kind with behaviour of its own. */
const OWN: readonly Kind<never>[] = [componentStatus, configMap, secret, endpoints, lease, event, eventOfEvents, namespace, node, pod, service, serviceAccount, endpointSlice, deployment, replicaSet, priorityClass, limitRange, persistentVolume, persistentVolumeClaim, resourceQuota, statefulSet, daemonSet, controllerRevision, replicationController, podTemplate, job, cronJob, horizontalPodAutoscaler, horizontalPodAutoscalerV1, podDisruptionBudget, networkPolicy, ingress, ingressClass, ipAddress, serviceCidr, storageClass, csiDriver, csiNode, csiStorageCapacity, volumeAttachment, volumeAttributesClass, role, clusterRole, roleBinding, clusterRoleBinding, runtimeClass, certificateSigningRequest, apiService, flowSchema, priorityLevelConfiguration, deviceClass, resourceClaim, resourceClaimTemplate, resourceSlice, customResourceDefinition, mutatingAdmissionPolicy, mutatingAdmissionPolicyBinding, mutatingWebhookConfiguration, validatingAdmissionPolicy, validatingAdmissionPolicyBinding, validatingWebhookConfiguration]

/** Every kind that a fresh cluster serves, in discovery's order, each group and plural once. */
export function builtInKinds(): readonly Kind[] {
  const isFurtherVersion = (k: Kind<never>): boolean => k.view !== undefined && k.view.of.group === k.group
  const own = new Map(OWN.filter(k => !isFurtherVersion(k)).map(k => [`${k.group}/${k.plural}`, k as unknown as Kind]))
  const found = new Map<string, Kind>()
  for (const r of resources()) {
    const id = `${r.group}/${r.plural}`
    if (found.has(id) || !r.verbs.includes('get')) continue
    found.set(id, own.get(id) ?? generic(r))
  }
  return [...found.values(), ...(OWN.filter(isFurtherVersion) as unknown as Kind[])]
}

/** Kinds that are answered and never stored. */
export const TRANSIENT: readonly Kind[] = [tokenReview, selfSubjectReview, subjectAccessReview, localSubjectAccessReview, selfSubjectAccessReview, selfSubjectRulesReview] as readonly Kind<never>[] as unknown as readonly Kind[]

type ResourceRow = ReturnType<typeof resources>[number]

/** A kind of which only the type table knows: metadata rules, storage and a table of names and ages. */
function generic(r: ResourceRow): Kind {
  const subresources = Object.fromEntries(r.subresources.map(s => [s.name, s.kind === 'Scale' ? { body: { group: 'autoscaling', version: 'v1', kind: s.kind } } : {}]))
  return defineKind<KubeObject>({
    group: r.group,
    version: r.version,
    versions: resources().filter(x => x.group === r.group && x.plural === r.plural).map(x => x.version),
    kind: r.kind,
    plural: r.plural,
    singular: r.singular,
    shortNames: r.shortNames,
    categories: r.categories,
    scope: r.namespaced ? 'Namespaced' : 'Cluster',
    generation: 'status' in subresources ? 'spec' : 'never',
    subresources,
  })
}
