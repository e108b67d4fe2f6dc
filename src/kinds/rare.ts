/** The kinds that few commands look at, and those that are answered and never stored: their code is not in the start-up snapshot, it is read when one of them is asked for. */
import { endpoints } from './core/endpoints/kind'
import { lease } from './coordination/lease/kind'
import { eventOfEvents } from './events/event/kind'
import { endpointSlice } from './discovery/endpoint-slice/kind'
import { priorityClass } from './scheduling/priority-class/kind'
import { limitRange } from './core/limit-range/kind'
import { persistentVolume } from './core/persistent-volume/kind'
import { persistentVolumeClaim } from './core/persistent-volume-claim/kind'
import { resourceQuota } from './core/resource-quota/kind'
import { statefulSet } from './apps/stateful-set/kind'
import { daemonSet } from './apps/daemon-set/kind'
import { controllerRevision } from './apps/controller-revision/kind'
import { replicationController } from './core/replication-controller/kind'
import { podTemplate } from './core/pod-template/kind'
import { job } from './batch/job/kind'
import { cronJob } from './batch/cron-job/kind'
import { horizontalPodAutoscaler } from './autoscaling/horizontal-pod-autoscaler/kind'
import { horizontalPodAutoscalerV1 } from './autoscaling/horizontal-pod-autoscaler/kind-v1'
import { podDisruptionBudget } from './policy/pod-disruption-budget/kind'
import { networkPolicy } from './networking/network-policy/kind'
import { ingress } from './networking/ingress/kind'
import { ingressClass } from './networking/ingress-class/kind'
import { ipAddress } from './networking/ip-address/kind'
import { serviceCidr } from './networking/service-cidr/kind'
import { storageClass } from './storage/storage-class/kind'
import { csiDriver } from './storage/csi-driver/kind'
import { csiNode } from './storage/csi-node/kind'
import { csiStorageCapacity } from './storage/csi-storage-capacity/kind'
import { volumeAttachment } from './storage/volume-attachment/kind'
import { volumeAttributesClass } from './storage/volume-attributes-class/kind'
import { runtimeClass } from './node/runtime-class/kind'
import { certificateSigningRequest } from './certificates/certificate-signing-request/kind'
import { apiService } from './apiregistration/api-service/kind'
import { flowSchema } from './flowcontrol/flow-schema/kind'
import { priorityLevelConfiguration } from './flowcontrol/priority-level-configuration/kind'
import { deviceClass } from './resource/device-class/kind'
import { resourceClaim } from './resource/resource-claim/kind'
import { resourceClaimTemplate } from './resource/resource-claim-template/kind'
import { resourceSlice } from './resource/resource-slice/kind'
import { mutatingAdmissionPolicy } from './admissionregistration/mutating-admission-policy/kind'
import { mutatingAdmissionPolicyBinding } from './admissionregistration/mutating-admission-policy-binding/kind'
import { mutatingWebhookConfiguration } from './admissionregistration/mutating-webhook-configuration/kind'
import { validatingAdmissionPolicy } from './admissionregistration/validating-admission-policy/kind'
import { validatingAdmissionPolicyBinding } from './admissionregistration/validating-admission-policy-binding/kind'
import { validatingWebhookConfiguration } from './admissionregistration/validating-webhook-configuration/kind'
import { tokenReview, selfSubjectReview } from './authentication/reviews'
import { subjectAccessReview, localSubjectAccessReview, selfSubjectAccessReview, selfSubjectRulesReview } from './authorization/reviews'
import type { Kind } from './kind'

/** The registry line of each of them. */
export function rareKinds(): readonly Kind<never>[] {
  return [endpoints, lease, eventOfEvents, endpointSlice, priorityClass, limitRange, persistentVolume, persistentVolumeClaim, resourceQuota, statefulSet, daemonSet, controllerRevision, replicationController, podTemplate, job, cronJob, horizontalPodAutoscaler, horizontalPodAutoscalerV1, podDisruptionBudget, networkPolicy, ingress, ingressClass, ipAddress, serviceCidr, storageClass, csiDriver, csiNode, csiStorageCapacity, volumeAttachment, volumeAttributesClass, runtimeClass, certificateSigningRequest, apiService, flowSchema, priorityLevelConfiguration, deviceClass, resourceClaim, resourceClaimTemplate, resourceSlice, mutatingAdmissionPolicy, mutatingAdmissionPolicyBinding, mutatingWebhookConfiguration, validatingAdmissionPolicy, validatingAdmissionPolicyBinding, validatingWebhookConfiguration]
}

/** Kinds that are answered and never stored. */
export function transientKinds(): readonly Kind[] {
  return [tokenReview, selfSubjectReview, subjectAccessReview, localSubjectAccessReview, selfSubjectAccessReview, selfSubjectRulesReview] as readonly Kind<never>[] as unknown as readonly Kind[]
}
