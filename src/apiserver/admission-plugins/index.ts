/** The admission plugins in the order in which the real server runs them. upstream: pkg/kubeapiserver/options/plugins.go */
import type { AdmissionPlugin } from '../admission'
import { defaultTolerationSeconds } from './default-toleration-seconds'
import { namespaceLifecycle } from './namespace-lifecycle'
import { priorityAdmission } from './priority'
import { serviceAccountAdmission } from './service-account'

export const ADMISSION: readonly AdmissionPlugin[] = [namespaceLifecycle, serviceAccountAdmission, priorityAdmission, defaultTolerationSeconds]
