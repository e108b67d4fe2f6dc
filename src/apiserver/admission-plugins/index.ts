/** The admission plugins in the order in which the real server runs them. upstream: pkg/kubeapiserver/options/plugins.go */
import type { AdmissionPlugin } from '../admission'
import { escalationCheck } from '../authorization/escalation'
import type { ApiServer } from '../server'
import { alwaysAdmit, alwaysDeny, alwaysPullImages, denyServiceExternalIps, extendedResourceToleration, limitPodHardAntiAffinityTopology, namespaceAutoProvision, namespaceExists, ownerReferencesPermission, podNodeSelector } from './optional'
import { chosenPlugins, type AdmissionChoice } from './choice'
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

/** Nothing but the defaults. */
const DEFAULT: AdmissionChoice = { enable: [], disable: [] }

/** The plugins of one server. */
export function admissionOf(server: ApiServer, choice: AdmissionChoice = DEFAULT): readonly AdmissionPlugin[] {
  const { authorizer } = server
  return chosenPlugins([
    alwaysAdmit,
    namespaceAutoProvision(server),
    namespaceLifecycle,
    namespaceExists,
    limitPodHardAntiAffinityTopology,
    limitRanger,
    serviceAccountAdmission,
    nodeRestriction,
    taintNodesByCondition,
    alwaysPullImages,
    podSecurity,
    podNodeSelector,
    priorityAdmission,
    defaultTolerationSeconds,
    extendedResourceToleration,
    defaultStorageClass,
    storageObjectInUseProtection,
    ownerReferencesPermission(server, authorizer),
    persistentVolumeClaimResize,
    runtimeClassAdmission,
    certificateApproval(authorizer),
    certificateSigning(authorizer),
    certificateSubjectRestriction,
    defaultIngressClass,
    denyServiceExternalIps,
    podTopologyLabels,
    // What follows sees what policies and webhooks have made.
    mutatingAdmissionPolicies(server),
    mutatingWebhooks(server),
    validatingAdmissionPolicies(server),
    validatingWebhooks(server),
    resourceQuotaAdmission(server),
    alwaysDeny,
    escalationCheck(authorizer),
  ], choice)
}
