/** Which kinds have a description of their own. upstream: kubectl/pkg/describe describerMap */
import type { DiscoveredResource } from '../rest-mapper'
import { daemonSet } from './apps/daemon-set'
import { deployment } from './apps/deployment'
import { replicaSet } from './apps/replica-set'
import { statefulSet } from './apps/stateful-set'
import { horizontalPodAutoscaler } from './autoscaling/horizontal-pod-autoscaler'
import { cronJob } from './batch/cron-job'
import { job } from './batch/job'
import { certificateSigningRequest } from './certificates/certificate-signing-request'
import { configMap } from './core/config-map'
import { endpoints } from './core/endpoints'
import { limitRange } from './core/limit-range'
import { namespace } from './core/namespace'
import { node } from './core/node'
import { persistentVolume } from './core/persistent-volume'
import { persistentVolumeClaim } from './core/persistent-volume-claim'
import { pod } from './core/pod'
import { replicationController } from './core/replication-controller'
import { resourceQuota } from './core/resource-quota'
import { secret } from './core/secret'
import { service } from './core/service'
import { serviceAccount } from './core/service-account'
import type { Describer } from './describer'
import { endpointSlice } from './discovery/endpoint-slice'
import { genericDescriber } from './generic'
import { ipAddress, serviceCIDR } from './networking/addresses'
import { ingress } from './networking/ingress'
import { ingressClass } from './networking/ingress-class'
import { networkPolicy } from './networking/network-policy'
import { podDisruptionBudget } from './policy/pod-disruption-budget'
import { clusterRole, role } from './rbac/role'
import { clusterRoleBinding, roleBinding } from './rbac/role-binding'
import { priorityClass } from './scheduling/priority-class'
import { csiNode, volumeAttributesClass } from './storage/classes'
import { storageClass } from './storage/storage-class'

const DESCRIBERS: readonly Describer[] = [
  certificateSigningRequest, clusterRole, clusterRoleBinding, configMap, cronJob, csiNode, daemonSet, deployment, endpointSlice, endpoints, horizontalPodAutoscaler, ingress, ingressClass, ipAddress, job,
  limitRange, namespace, networkPolicy, node, persistentVolume, persistentVolumeClaim, pod, podDisruptionBudget, priorityClass, replicaSet, replicationController, resourceQuota, role, roleBinding,
  secret, service, serviceAccount, serviceCIDR, statefulSet, storageClass, volumeAttributesClass,
]

/** The kind's own describer, in whatever version it was asked for, or the generic one. */
export const describerFor = (resource: DiscoveredResource): Describer => DESCRIBERS.find(d => d.group === resource.group && d.kind === resource.kind) ?? genericDescriber(resource)
