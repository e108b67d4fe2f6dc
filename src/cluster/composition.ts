/** Which controllers, scheduler and kubelets a cluster runs, as whom they write, and how their events are signed. */
import type { CertificateAuthority } from '../apiserver/authentication/certificate-authority'
import type { ServiceAccountTokens } from '../apiserver/authentication/tokens'
import type { Registry } from '../apiserver/registry'
import type { Kind } from '../kinds/kind'
import type { Controller } from '../client/controller'
import type { Metrics } from '../client/metrics'
import { apiServiceAvailability } from '../controllers/api-service-availability/controller'
import { validatingAdmissionPolicyStatus } from '../controllers/validating-admission-policy-status/controller'
import { customResourceDefinitionController } from '../controllers/custom-resource-definition/controller'
import { certificateApprovingController } from '../controllers/certificates/approving'
import { bootstrapSigner, tokenCleaner } from '../controllers/bootstrap/tokens'
import { certificateCleaningController } from '../controllers/certificates/cleaning'
import { leaseGarbageController } from '../controllers/lease-garbage/controller'
import { nodeIpamController } from '../controllers/node-ipam/controller'
import { certificateSigningController } from '../controllers/certificates/signing'
import { clusterRoleAggregationController } from '../controllers/cluster-role-aggregation/controller'
import { deploymentController } from '../controllers/deployment/controller'
import { endpointSliceMirroringController } from '../controllers/endpoint-slice-mirroring/controller'
import { ingressController } from '../controllers/ingress/controller'
import { serviceAffinityController } from '../controllers/service-affinity/controller'
import { serviceController } from '../controllers/service/controller'
import { endpointSliceController } from '../controllers/endpoint-slice/controller'
import { garbageCollector } from '../controllers/garbage-collector/controller'
import { nodeLifecycleController } from '../controllers/node-lifecycle/controller'
import { taintEvictionController } from '../controllers/taint-eviction/controller'
import { namespaceController } from '../controllers/namespace/controller'
import { FLOW_CONTROL_MANAGER, priorityAndFairnessController } from '../controllers/priority-and-fairness/controller'
import { LOCAL_PATH, localPathProvisioner } from '../controllers/local-path-provisioner/claims'
import { localPathRemover } from '../controllers/local-path-provisioner/volumes'
import { persistentVolumeBinder } from '../controllers/persistent-volume-binder/claims'
import { persistentVolumePhases } from '../controllers/persistent-volume-binder/volumes'
import { attachDetachController } from '../controllers/attach-detach/controller'
import { ephemeralVolumeController } from '../controllers/ephemeral-volume/controller'
import { vacProtectionController } from '../controllers/vac-protection/controller'
import { volumeExpandController } from '../controllers/volume-expand/controller'
import { pvProtectionController } from '../controllers/pv-protection/controller'
import { pvcProtectionController } from '../controllers/pvc-protection/controller'
import { resourceQuotaController } from '../controllers/resource-quota/controller'
import { rootCaCertPublisher } from '../controllers/root-ca-cert-publisher/controller'
import { serviceAccountTokensController } from '../controllers/service-account-tokens/controller'
import { serviceAccountController } from '../controllers/service-account/controller'
import { replicationControllerController } from '../controllers/replication-controller/controller'
import { statefulSetController } from '../controllers/stateful-set/controller'
import { daemonSetController } from '../controllers/daemon-set/controller'
import { jobController } from '../controllers/job/controller'
import { jobOrphanController } from '../controllers/job/orphans'
import { ttlAfterFinishedController } from '../controllers/ttl-after-finished/controller'
import { cronJobController } from '../controllers/cron-job/controller'
import { endpointsController } from '../controllers/endpoints/controller'
import { disruptionController } from '../controllers/disruption/controller'
import { podGcController } from '../controllers/pod-gc/controller'
import { horizontalPodAutoscalerController } from '../controllers/horizontal-pod-autoscaler/controller'
import { replicaSetController } from '../controllers/replica-set/controller'
import { csiNodeAgent } from '../kubelet/csi-node'
import { KUBELET, nodeAgent, SIMULATED } from '../kubelet/node'
import { fastKubelet } from '../kubelet/fast'
import { staticPodController } from '../kubelet/static-pods'
import { readSchedulerConfiguration } from '../scheduler/configuration'
import { createScheduler } from '../scheduler/controller'
import { createKubelet } from '../kubelet/real/controller'
import { hostVolumeId, makeDirectories } from '../kubelet/real/host-path'
import type { KubeletParts } from '../kubelet/real/parts'
import type { ClusterConfig } from './config'

export interface ComponentEntry {
  readonly controller: Controller<never>
  /** User name of its requests. */
  readonly user: string
  /** Field manager of its writes. */
  readonly manager: string
  /** Source of its events, the controller's name when absent. */
  readonly source?: string
  /** It runs inside the apiserver, and so also where nothing else does. */
  readonly partOfApiServer?: boolean
  readonly recorder?: { readonly newApi?: boolean; readonly instance?: string }
}

const manager = (controller: Controller<never>): ComponentEntry => ({ controller, user: `system:serviceaccount:kube-system:${controller.name}`, manager: 'kube-controller-manager' })

/** Claims and volumes are two queues of one controller. */
const BINDER = { user: 'system:serviceaccount:kube-system:persistent-volume-binder', source: 'persistentvolume-controller' }

/** What some controllers need of the cluster that they run in. */
export interface Surroundings {
  readonly registry: Registry
  /** The cluster's CA. Made when first asked for. */
  readonly authority: () => CertificateAuthority
  readonly tokens: () => ServiceAccountTokens
  /** Wall time, by which certificates live. */
  readonly wallMs: () => number
  readonly kubelet: KubeletParts
  readonly metrics: Metrics
}

function controllers({ registry, authority, tokens, wallMs, metrics }: Surroundings): readonly ComponentEntry[] {
  const namespaced = () => [...registry.all()].filter(k => k.scope === 'Namespaced')
  const find = (group: string, plural: string) => registry.find(group, plural)
  return [
    { controller: customResourceDefinitionController(find) as never, user: 'system:apiserver', manager: 'kube-apiserver', partOfApiServer: true },
    { controller: apiServiceAvailability((group, version) => registry.servesItself(group, version) || [...registry.all()].some(k => k.group === group && k.versions.includes(version))) as never, user: 'system:apiserver', manager: 'kube-apiserver', partOfApiServer: true },
    { controller: priorityAndFairnessController as never, user: 'system:apiserver', manager: FLOW_CONTROL_MANAGER, partOfApiServer: true },
    { controller: leaseGarbageController as never, user: 'system:apiserver', manager: 'kube-apiserver' },
    manager(serviceAccountController as never),
    manager(rootCaCertPublisher(() => authority().certificate) as never),
    manager(namespaceController(namespaced) as never),
    manager(serviceAccountTokensController({ token: (account, secret) => tokens().issueLegacy(account, secret), rootCertificate: () => authority().certificate }) as never),
    manager(clusterRoleAggregationController as never),
    manager(certificateApprovingController as never),
    manager(certificateSigningController((request, options) => authority().sign(request, { ...options, nowMs: wallMs() })) as never),
    { ...manager(certificateCleaningController(wallMs) as never), user: 'system:serviceaccount:kube-system:certificate-controller' },
    manager(resourceQuotaController(() => registry.all()) as never),
    manager(garbageCollector((apiVersion, kind) => registry.ofObject(apiVersion, kind), find) as never),
    manager(deploymentController as never),
    manager(replicaSetController as never),
    manager(replicationControllerController as never),
    manager(statefulSetController as never),
    manager(daemonSetController as never),
    manager(jobController as never),
    { ...manager(jobOrphanController as never), user: 'system:serviceaccount:kube-system:job-controller' },
    manager(ttlAfterFinishedController as never),
    manager(cronJobController as never),
    manager(endpointSliceController as never),
    manager(endpointsController as never),
    manager(endpointSliceMirroringController as never),
    manager(disruptionController as never),
    manager(podGcController as never),
    manager(horizontalPodAutoscalerController((apiVersion, kind) => registry.ofObject(apiVersion, kind), () => (registry.servesItself('metrics.k8s.io', 'v1beta1') ? metrics : undefined)) as never),
    manager(nodeLifecycleController as never),
    manager(taintEvictionController as never),
    { ...manager(persistentVolumePhases as never), ...BINDER },
    { ...manager(persistentVolumeBinder as never), ...BINDER },
    { ...manager(ephemeralVolumeController as never), source: 'ephemeral_volume' },
    { ...manager(attachDetachController as never), user: 'system:serviceaccount:kube-system:attachdetach-controller' },
    { ...manager(volumeExpandController as never), user: 'system:serviceaccount:kube-system:expand-controller' },
    manager(vacProtectionController as never),
    manager(pvProtectionController as never),
    manager(pvcProtectionController as never),
    manager(validatingAdmissionPolicyStatus({ ofResource: (group, version, resource) => servedKind(registry, group, version, resource), ofObject: (apiVersion, kind) => registry.ofObject(apiVersion, kind) }) as never),
  ]
}

/** The provisioner runs as a Deployment of its own in a cluster, and signs for the class's name. */
function provisioner({ kubelet }: Surroundings): readonly ComponentEntry[] {
  const entry = (controller: Controller<never>): ComponentEntry => ({ controller, user: 'system:serviceaccount:local-path-storage:local-path-provisioner-service-account', manager: 'local-path-provisioner', source: LOCAL_PATH })
  const makeFolder = (node: string, path: string, nowMs: number): void => {
    makeDirectories(kubelet.storage.files, hostVolumeId(node), path.slice(0, path.lastIndexOf('/')), nowMs)
    kubelet.storage.files.put(hostVolumeId(node), path, { type: 'dir', mode: 0o777, uid: 0, gid: 0, mtimeMs: nowMs })
  }
  return [entry(localPathProvisioner(makeFolder) as never), entry(localPathRemover((node, path) => kubelet.storage.files.remove(hostVolumeId(node), path)) as never)]
}

/** Undefined where nothing is served. */
function servedKind(registry: Registry, group: string, version: string, resource: string): Kind | undefined {
  const kind = registry.find(group, resource)
  return kind?.versions.includes(version) === true ? registry.kind(group, resource, version) : undefined
}

/** What a cluster runs only with the add-on. */
function addOnControllers({ addOns }: ClusterConfig): readonly ComponentEntry[] {
  return [
    ...(addOns.includes('kube-proxy') ? [{ ...manager(serviceAffinityController as never), user: 'system:kube-proxy' }] : []),
    ...(addOns.includes('load-balancer') ? [{ ...manager(serviceController as never), manager: 'cloud-controller-manager' }] : []),
    ...(addOns.includes('ingress') ? [{ controller: ingressController as never, user: 'system:serviceaccount:ingress-nginx:ingress-nginx', manager: 'nginx-ingress-controller' }] : []),
  ]
}

/** What a controller manager does that kubeadm has set up. */
const asKubeadmSays = (config: ClusterConfig): readonly ComponentEntry[] => [
  { ...manager(nodeIpamController(config.podCIDR) as never), user: 'system:serviceaccount:kube-system:node-controller' },
  manager(tokenCleaner as never),
  manager(bootstrapSigner as never),
]

/** In the order in which they are told of a change. */
export function componentsFor(config: ClusterConfig, surroundings: Surroundings): readonly ComponentEntry[] {
  return [
    ...controllers(surroundings),
    ...(config.addOns.includes('storage') ? provisioner(surroundings) : []),
    ...addOnControllers(config),
    ...(config.addOns.includes('control-plane') ? asKubeadmSays(config) : []),
    { controller: createScheduler(readSchedulerConfiguration(config.scheduler)) as never, user: 'system:kube-scheduler', manager: 'kube-scheduler', source: 'default-scheduler', recorder: { newApi: true } },
    { controller: nodeAgent(config.lifecycle === 'fast' ? SIMULATED : KUBELET, surroundings.metrics) as never, user: 'system:node', manager: 'kubelet', source: 'kubelet' },
    { controller: staticPodController(surroundings.kubelet.storage.files) as never, user: 'system:node', manager: 'kubelet' },
    ...(config.lifecycle === 'fast' ? [] : [{ controller: csiNodeAgent as never, user: 'system:node', manager: 'kubelet' }]),
    { controller: (config.lifecycle === 'fast' ? fastKubelet : createKubelet(surroundings.kubelet)) as never, user: 'system:node', manager: 'kubelet' },
  ]
}
