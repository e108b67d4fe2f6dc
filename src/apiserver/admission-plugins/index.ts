/** The admission plugins in the order in which the real server runs them. upstream: pkg/kubeapiserver/options/plugins.go */
import type { AdmissionPlugin } from '../admission'
import { defaultTolerationSeconds } from './default-toleration-seconds'
import { namespaceLifecycle } from './namespace-lifecycle'
import { priorityAdmission } from './priority'
import { serviceAccountAdmission } from './service-account'
import { storageObjectInUseProtection } from './storage-object-in-use-protection'
import { taintNodesByCondition } from './taint-nodes-by-condition'

export const ADMISSION: readonly AdmissionPlugin[] = [namespaceLifecycle, serviceAccountAdmission, taintNodesByCondition, priorityAdmission, defaultTolerationSeconds, storageObjectInUseProtection]
