/** Which fields transformers work on where nothing else is said. upstream: api/internal/konfig/builtinpluginconsts */
import type { FieldSpec, NameReference } from '../field-specs'
import type { TransformerConfig } from '../kustomization-types'

const create = (path: string, gvk: Omit<FieldSpec, 'path'> = {}): FieldSpec => ({ ...gvk, path, create: true })
const existing = (path: string, gvk: Omit<FieldSpec, 'path'> = {}): FieldSpec => ({ ...gvk, path })

/** Where each kind keeps its pod. */
const POD_SPECS: readonly (readonly [path: string, gvk: Omit<FieldSpec, 'path'>])[] = [
  ['spec', { version: 'v1', kind: 'Pod' }],
  ['template/spec', { kind: 'PodTemplate' }],
  ['spec/template/spec', { kind: 'Deployment' }],
  ['spec/template/spec', { kind: 'ReplicaSet' }],
  ['spec/template/spec', { kind: 'DaemonSet' }],
  ['spec/template/spec', { kind: 'StatefulSet' }],
  ['spec/template/spec', { kind: 'Job' }],
  ['spec/jobTemplate/spec/template/spec', { kind: 'CronJob' }],
]
const inPods = (...paths: string[]): FieldSpec[] => POD_SPECS.flatMap(([pod, gvk]) => paths.map(path => existing(`${pod}/${path}`, gvk)))

/** As POD_SPECS, for the references that leave out pod templates and replica sets but know replication controllers. */
const OWNED_POD_SPECS = [['spec', 'Pod'], ['spec/template/spec', 'StatefulSet'], ['spec/template/spec', 'Deployment'], ['spec/template/spec', 'ReplicationController'], ['spec/jobTemplate/spec/template/spec', 'CronJob'], ['spec/template/spec', 'Job'], ['spec/template/spec', 'DaemonSet']] as const
const inOwnedPods = (path: string): FieldSpec[] => OWNED_POD_SPECS.map(([pod, kind]) => existing(`${pod}/${path}`, { kind }))

const RULE_NAMES = [existing('rules/resourceNames', { kind: 'Role' }), existing('rules/resourceNames', { kind: 'ClusterRole' })]
const RBAC = 'rbac.authorization.k8s.io'
const ADMISSION = 'admissionregistration.k8s.io'

function nameReferences(): NameReference[] {
  const scaled = ['Deployment', 'ReplicationController', 'ReplicaSet', 'StatefulSet'].map(kind => ({ kind, fieldSpecs: [existing('spec/scaleTargetRef/name', { kind: 'HorizontalPodAutoscaler' })] }))
  const ingress = (path: string): FieldSpec => existing(path, { kind: 'Ingress' })
  return [
    ...scaled,
    {
      kind: 'ConfigMap', version: 'v1',
      fieldSpecs: [
        ...inPods('volumes/configMap/name', 'containers/env/valueFrom/configMapKeyRef/name', 'initContainers/env/valueFrom/configMapKeyRef/name', 'containers/envFrom/configMapRef/name', 'initContainers/envFrom/configMapRef/name', 'volumes/projected/sources/configMap/name'),
        existing('spec/configSource/configMap', { kind: 'Node' }), ...RULE_NAMES, ingress('metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap'),
      ],
    },
    {
      kind: 'Secret', version: 'v1',
      fieldSpecs: [
        ...inPods('volumes/secret/secretName', 'containers/env/valueFrom/secretKeyRef/name', 'initContainers/env/valueFrom/secretKeyRef/name', 'containers/envFrom/secretRef/name', 'initContainers/envFrom/secretRef/name', 'imagePullSecrets/name', 'volumes/projected/sources/secret/name'),
        ingress('spec/tls/secretName'), ingress('metadata/annotations/ingress.kubernetes.io\\/auth-secret'), ingress('metadata/annotations/nginx.ingress.kubernetes.io\\/auth-secret'), ingress('metadata/annotations/nginx.ingress.kubernetes.io\\/auth-tls-secret'), ingress('spec/tls/secretName'),
        existing('imagePullSecrets/name', { kind: 'ServiceAccount' }),
        ...['secretName', 'adminSecretName', 'userSecretName', 'secretRef'].map(p => existing(`parameters/${p}`, { kind: 'StorageClass' })),
        ...RULE_NAMES, existing('spec/template/spec/containers/env/valueFrom/secretKeyRef/name', { kind: 'Service', group: 'serving.knative.dev', version: 'v1' }), existing('spec/azureFile/secretName', { kind: 'PersistentVolume' }),
      ],
    },
    {
      kind: 'Service', version: 'v1',
      fieldSpecs: [
        existing('spec/serviceName', { kind: 'StatefulSet', group: 'apps' }), ingress('spec/rules/http/paths/backend/serviceName'), ingress('spec/backend/serviceName'), ingress('spec/rules/http/paths/backend/service/name'), ingress('spec/defaultBackend/service/name'),
        existing('spec/service/name', { kind: 'APIService', group: 'apiregistration.k8s.io' }), existing('webhooks/clientConfig/service', { kind: 'ValidatingWebhookConfiguration', group: ADMISSION }), existing('webhooks/clientConfig/service', { kind: 'MutatingWebhookConfiguration', group: ADMISSION }),
      ],
    },
    { kind: 'Role', group: RBAC, fieldSpecs: [existing('roleRef/name', { kind: 'RoleBinding', group: RBAC })] },
    { kind: 'ClusterRole', group: RBAC, fieldSpecs: [existing('roleRef/name', { kind: 'RoleBinding', group: RBAC }), existing('roleRef/name', { kind: 'ClusterRoleBinding', group: RBAC })] },
    { kind: 'ServiceAccount', version: 'v1', fieldSpecs: [existing('subjects', { kind: 'RoleBinding', group: RBAC }), existing('subjects', { kind: 'ClusterRoleBinding', group: RBAC }), ...inOwnedPods('serviceAccountName')] },
    { kind: 'PersistentVolumeClaim', version: 'v1', fieldSpecs: inOwnedPods('volumes/persistentVolumeClaim/claimName') },
    { kind: 'PersistentVolume', version: 'v1', fieldSpecs: [existing('spec/volumeName', { kind: 'PersistentVolumeClaim' }), existing('rules/resourceNames', { kind: 'ClusterRole' })] },
    {
      kind: 'StorageClass', version: 'v1', group: 'storage.k8s.io',
      fieldSpecs: [existing('spec/storageClassName', { kind: 'PersistentVolume' }), existing('spec/storageClassName', { kind: 'PersistentVolumeClaim' }), existing('spec/volumeClaimTemplates/spec/storageClassName', { kind: 'StatefulSet' })],
    },
    { kind: 'PriorityClass', version: 'v1', group: 'scheduling.k8s.io', fieldSpecs: inOwnedPods('priorityClassName') },
    // The group is upstream's, which matches nothing.
    { kind: 'IngressClass', version: 'v1', group: 'networking.k8s.io/v1', fieldSpecs: [ingress('spec/ingressClassName')] },
    { kind: 'ValidatingAdmissionPolicy', group: ADMISSION, fieldSpecs: [existing('spec/policyName', { kind: 'ValidatingAdmissionPolicyBinding', group: ADMISSION })] },
  ]
}

/** Where labels or annotations of an object and its pods stand. */
const templated = (field: 'labels' | 'annotations'): FieldSpec[] => [
  create(`metadata/${field}`),
  create(`spec/template/metadata/${field}`, { version: 'v1', kind: 'ReplicationController' }),
  ...['Deployment', 'ReplicaSet', 'DaemonSet'].map(kind => create(`spec/template/metadata/${field}`, { kind })),
  create(`spec/template/metadata/${field}`, field === 'labels' ? { group: 'apps', kind: 'StatefulSet' } : { kind: 'StatefulSet' }),
  ...(field === 'labels' ? [create('spec/volumeClaimTemplates[]/metadata/labels', { group: 'apps', kind: 'StatefulSet' })] : []),
  create(`spec/template/metadata/${field}`, { group: 'batch', kind: 'Job' }),
  create(`spec/jobTemplate/metadata/${field}`, { group: 'batch', kind: 'CronJob' }),
  create(`spec/jobTemplate/spec/template/metadata/${field}`, { group: 'batch', kind: 'CronJob' }),
]

/** Selectors of other pods within a pod. */
const AFFINITY = ['podAffinity', 'podAntiAffinity'].flatMap(a => [`affinity/${a}/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm`, `affinity/${a}/requiredDuringSchedulingIgnoredDuringExecution`])
const spread = (kind: string): FieldSpec[] => [...AFFINITY, 'topologySpreadConstraints'].map(path => existing(`spec/template/spec/${path}/labelSelector/matchLabels`, { group: 'apps', kind }))
const NETWORKING = { group: 'networking.k8s.io', kind: 'NetworkPolicy' }

const commonLabels = (): FieldSpec[] => [
  create('spec/selector', { version: 'v1', kind: 'Service' }), create('spec/selector', { version: 'v1', kind: 'ReplicationController' }),
  create('spec/selector/matchLabels', { kind: 'Deployment' }), ...spread('Deployment'), create('spec/selector/matchLabels', { kind: 'ReplicaSet' }), create('spec/selector/matchLabels', { kind: 'DaemonSet' }),
  create('spec/selector/matchLabels', { group: 'apps', kind: 'StatefulSet' }), ...spread('StatefulSet'), existing('spec/selector/matchLabels', { group: 'batch', kind: 'Job' }),
  existing('spec/jobTemplate/spec/selector/matchLabels', { group: 'batch', kind: 'CronJob' }), existing('spec/selector/matchLabels', { group: 'policy', kind: 'PodDisruptionBudget' }),
  existing('spec/podSelector/matchLabels', NETWORKING), existing('spec/ingress/from/podSelector/matchLabels', NETWORKING), existing('spec/egress/to/podSelector/matchLabels', NETWORKING),
  ...templated('labels'),
]

/** Where variables are replaced. */
function variableFields(): FieldSpec[] {
  const inContainers = ['containers', 'initContainers'].flatMap(c => ['args', 'command', 'env/value', 'volumeMounts/mountPath'].map(f => `${c}/${f}`))
  const pod = (kind: string, path: string): FieldSpec[] => inContainers.map(f => existing(`${path}/${f}`, { kind }))
  const nfs = (kind: string, path: string): FieldSpec => existing(`${path}/nfs/server`, { kind })
  const template = 'spec/template/spec'
  return [
    ...pod('CronJob', 'spec/jobTemplate/spec/template/spec'), nfs('CronJob', 'spec/jobTemplate/spec/template/volumes'),
    ...['DaemonSet', 'Deployment', 'Job', 'ReplicaSet'].flatMap(kind => [...pod(kind, template), nfs(kind, `${template}/volumes`)]),
    existing('spec/template/metadata/annotations', { kind: 'Deployment' }),
    ...['spec/rules/host', 'spec/tls/hosts', 'spec/tls/secretName'].map(path => existing(path, { kind: 'Ingress' })),
    ...pod('Pod', 'spec'), nfs('Pod', 'spec/volumes'), existing('spec/ports/port', { kind: 'Service' }), existing('spec/ports/targetPort', { kind: 'Service' }),
    ...pod('StatefulSet', template), nfs('StatefulSet', 'spec/volumeClaimTemplates/spec'), nfs('PersistentVolume', 'spec'), existing('metadata/labels'), existing('metadata/annotations'),
  ]
}

const IMAGE_PATHS = ['spec', 'spec/template/spec'].flatMap(pod => ['containers[]/image', 'initContainers[]/image', 'volumes[]/image/reference'].map(field => `${pod}/${field}`))

/** A new one each time. */
export function defaultConfig(): TransformerConfig {
  return {
    namePrefix: [existing('metadata/name')],
    nameSuffix: [existing('metadata/name')],
    namespace: [create('metadata/name', { kind: 'Namespace' }), create('spec/service/namespace', { group: 'apiregistration.k8s.io', kind: 'APIService' }), existing('spec/conversion/webhook/clientConfig/service/namespace', { group: 'apiextensions.k8s.io', kind: 'CustomResourceDefinition' })],
    commonLabels: commonLabels(),
    labels: [],
    templateLabels: templated('labels'),
    commonAnnotations: templated('annotations'),
    nameReference: nameReferences(),
    varReference: variableFields(),
    images: IMAGE_PATHS.map(path => create(path)),
    replicas: ['Deployment', 'ReplicationController', 'ReplicaSet', 'StatefulSet'].map(kind => create('spec/replicas', { kind })),
  }
}
