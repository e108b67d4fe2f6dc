/** The admission plugins in the order in which the real server runs them. upstream: pkg/kubeapiserver/options/plugins.go */
import type { AdmissionPlugin } from '../admission'
import { escalationCheck } from '../authorization/escalation'
import type { ApiServer } from '../server'
import { defaultTolerationSeconds } from './default-toleration-seconds'
import { limitRanger } from './limit-ranger'
import { namespaceLifecycle } from './namespace-lifecycle'
import { podSecurity } from './pod-security/plugin'
import { priorityAdmission } from './priority'
import { resourceQuotaAdmission } from './resource-quota'
import { serviceAccountAdmission } from './service-account'
import { storageObjectInUseProtection } from './storage-object-in-use-protection'
import { taintNodesByCondition } from './taint-nodes-by-condition'

const ADMISSION: readonly AdmissionPlugin[] = [namespaceLifecycle, limitRanger, serviceAccountAdmission, taintNodesByCondition, podSecurity, priorityAdmission, defaultTolerationSeconds, storageObjectInUseProtection]

/** The plugins of one server: those above, and what needs the server itself. */
export const admissionOf = (server: ApiServer): readonly AdmissionPlugin[] => [...ADMISSION, resourceQuotaAdmission(server), escalationCheck(server.authorizer)]
