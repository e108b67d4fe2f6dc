/** The admission plugins in the order in which the real server runs them. upstream: pkg/kubeapiserver/options/plugins.go */
import type { AdmissionPlugin } from '../admission'
import { escalationCheck } from '../authorization/escalation'
import type { ApiServer } from '../server'
import { certificateApproval, certificateSigning, certificateSubjectRestriction } from './certificates'
import { defaultIngressClass, defaultStorageClass } from './default-class'
import { defaultTolerationSeconds } from './default-toleration-seconds'
import { limitRanger } from './limit-ranger'
import { mutatingAdmissionPolicies } from './mutating-admission-policy'
import { namespaceLifecycle } from './namespace-lifecycle'
import { nodeRestriction } from './node-restriction'
import { persistentVolumeClaimResize } from './persistent-volume-claim-resize'
import { podSecurity } from './pod-security/plugin'
import { podTopologyLabels } from './pod-topology-labels'
import { priorityAdmission } from './priority'
import { resourceQuotaAdmission } from './resource-quota'
import { runtimeClassAdmission } from './runtime-class'
import { serviceAccountAdmission } from './service-account'
import { storageObjectInUseProtection } from './storage-object-in-use-protection'
import { taintNodesByCondition } from './taint-nodes-by-condition'
import { validatingAdmissionPolicies } from './validating-admission-policy'
import { mutatingWebhooks, validatingWebhooks } from './webhooks/plugins'

/** The plugins of one server. */
export function admissionOf(server: ApiServer): readonly AdmissionPlugin[] {
  const { authorizer } = server
  return [
    namespaceLifecycle,
    limitRanger,
    serviceAccountAdmission,
    nodeRestriction,
    taintNodesByCondition,
    podSecurity,
    priorityAdmission,
    defaultTolerationSeconds,
    defaultStorageClass,
    storageObjectInUseProtection,
    persistentVolumeClaimResize,
    runtimeClassAdmission,
    certificateApproval(authorizer),
    certificateSigning(authorizer),
    certificateSubjectRestriction,
    defaultIngressClass,
    podTopologyLabels,
    // What follows sees what policies and webhooks have made.
    mutatingAdmissionPolicies(server),
    mutatingWebhooks(server),
    validatingAdmissionPolicies(server),
    validatingWebhooks(server),
    resourceQuotaAdmission(server),
    escalationCheck(authorizer),
  ]
}
