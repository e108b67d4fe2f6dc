/** Objects for a server to hold: custom ones with printer columns and texts that are hard to align, and some of the built-in kinds. */
import { randomText, type Dice } from './random'

const column = (name: string, type: string, jsonPath: string, more: object = {}) => ({ name, type, jsonPath, ...more })

/** `gizmos.example.com`, whose fields are free. */
export const GIZMOS = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'gizmos.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'gizmos', singular: 'gizmo', kind: 'Gizmo', shortNames: ['gz'] },
    versions: [{
      name: 'v1', served: true, storage: true,
      schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }, status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } } },
      additionalPrinterColumns: [column('Text', 'string', '.spec.text'), column('N', 'integer', '.spec.n'), column('Size', 'number', '.spec.size'), column('On', 'boolean', '.spec.on'), column('Since', 'date', '.metadata.creationTimestamp'), column('Tags', 'string', '.spec.tags', { priority: 1 }), column('Sometimes', 'string', '.spec.sometimes', { priority: 1 }), column('Map', 'string', '.spec.map')],
    }],
  },
}

/** `things.x.example.com`: columns of every type, and values that fit them or do not. */
export const THINGS = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'things.x.example.com' },
  spec: {
    group: 'x.example.com',
    scope: 'Namespaced',
    names: { plural: 'things', singular: 'thing', kind: 'Thing', shortNames: ['th'], categories: ['all'] },
    versions: [{
      name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      additionalPrinterColumns: [column('Text', 'string', '.spec.text'), column('Count', 'integer', '.spec.count', { format: 'int64' }), column('Ratio', 'number', '.spec.ratio', { format: 'double', priority: 1 }), column('On', 'boolean', '.spec.on'), column('When', 'date', '.spec.when'), column('Exact', 'string', '.spec.when', { format: 'date-time', priority: 2 }), column('Size', 'string', '.spec.size'), column('List', 'string', '.spec.list[*]'), column('Map', 'string', '.spec.map', { priority: 1 }), column('Wrong', 'integer', '.spec.text'), column('Date', 'date', '.spec.text'), column('First', 'string', '.spec.list[0]'), column('lower case', 'string', '.spec.conds[?(@.type=="Ready")].status', { description: 'a column' }), column('Age', 'date', '.metadata.creationTimestamp')],
    }],
  },
}

/** Its JSON, as integers are beyond JavaScript's. */
export function thing(dice: Dice, name: string): string {
  const spec = `"text": ${dice.pick(['"a"', '"two words"', '"1"', '"2\\nlines"', '"2020-01-02T03:04:05Z"', 'null'])}, "count": ${dice.pick(['1', '20', '3', '123456789012345678', '-5', '1.5', '"x"'])}, "ratio": ${dice.pick(['0.5', '1', '1e21', '1e-7', '3.25'])}, "on": ${dice.percent(50)}, "when": ${dice.pick(['"2020-01-02T03:04:05Z"', '"2021-05-06T07:08:09Z"', '"yesterday"', '"2130-01-01T00:00:00Z"'])}, "size": ${dice.pick(['"100m"', '"1Gi"', '"500Mi"', '2', '"1"'])}, "list": ${dice.pick(['[]', '["a", "b"]', '[1, 2]', '[{"a": "b"}]'])}, "map": ${dice.pick(['{}', '{"a": "b"}', '{"b": [1, "x"], "a": null}'])}, "mixed": ${dice.pick(['1', '"a"', 'true'])}, "conds": [{"type": "Ready", "status": "${dice.pick(['True', 'False'])}"}, {"type": "Other", "status": "x"}]`
  return `{"apiVersion": "x.example.com/v1", "kind": "Thing", "metadata": {"name": "${name}", "labels": {"n": "${dice.below(3)}"}}, "spec": {${dice.percent(85) ? spec : ''}}}`
}

export function gizmo(dice: Dice, name: string): object {
  const count = dice.below(4)
  return {
    apiVersion: 'example.com/v1',
    kind: 'Gizmo',
    metadata: { name, labels: { app: dice.pick(['web', 'db', '']), ...(dice.percent(50) ? { 'app.kubernetes.io/name': 'x', tier: dice.pick(['front', 'back']) } : {}) }, annotations: { note: randomText(dice) } },
    spec: {
      text: randomText(dice), n: dice.between(0, 20), size: dice.pick([0.5, 1.25, 3, 1e-7, 2.5e21]), big: dice.pick([1_000_000, 12_345_678, 9_007_199_254_740_991]), on: dice.percent(50),
      tags: Array.from({ length: dice.below(4) }, () => randomText(dice)), none: null, empty: {}, list: [], map: { deep: dice.pick(['a', 1, true, randomText(dice)]) },
      items: Array.from({ length: count }, (_, i) => ({ name: `item-${i}`, n: dice.below(5), on: dice.percent(50), tags: ['a', 'b'].slice(dice.below(3)) })),
      q: dice.pick(['100m', '1', '2Gi', '500Mi', 'x', '1e3']), mixed: dice.pick([1, 'a', true, null]), ...(dice.percent(50) ? { sometimes: dice.pick(['a', 'b']) } : {}),
    },
  }
}

interface Posted {
  readonly path: string
  readonly body: object
}

/** One or more of many kinds, and where they are posted to. */
export function manifests(dice: Dice): Posted[] {
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'nginx:1.27', ports: [{ containerPort: 80 }] }, { name: 'side', image: 'busybox' }], nodeSelector: { disk: 'ssd', zone: 'a' } } }
  const selector = { matchLabels: { app: 'web' } }
  const meta = (name: string, labels: object = {}) => ({ name, labels: { app: dice.pick(['web', 'db']), ...labels } })
  const text = (): string => randomText(dice)
  const namespaced = (api: string, plural: string, kind: string, apiVersion: string, name: string, rest: object): Posted => ({ path: `${api}/namespaces/default/${plural}`, body: { apiVersion, kind, metadata: meta(name), ...rest } })
  const global = (api: string, plural: string, kind: string, apiVersion: string, name: string, rest: object): Posted => ({ path: `${api}/${plural}`, body: { apiVersion, kind, metadata: meta(name), ...rest } })
  const rbac = '/apis/rbac.authorization.k8s.io/v1'
  return [
    ...['default', 'sa-1'].map(name => namespaced('/api/v1', 'serviceaccounts', 'ServiceAccount', 'v1', name, {})),
    ...[1, 2, 3].map(i => namespaced('/api/v1', 'configmaps', 'ConfigMap', 'v1', `config-${i}`, { data: Object.fromEntries([['a.txt', text()], ['b', text()], ['c', '']].slice(0, i)) })),
    ...['Opaque', 'example.com/odd'].map((type, i) => namespaced('/api/v1', 'secrets', 'Secret', 'v1', `secret-${i}`, { type, stringData: { a: text(), 'b.key': 'x' } })),
    ...[1, 2].map(i => namespaced('/api/v1', 'pods', 'Pod', 'v1', `pod-${i}`, { spec: { ...template.spec, ...(i === 2 ? { readinessGates: [{ conditionType: 'example.com/ready' }] } : {}) } })),
    namespaced('/api/v1', 'services', 'Service', 'v1', 'svc-1', { spec: { selector: { app: 'web', tier: 'x' }, ports: [{ name: 'http', port: 80 }, { name: 'dns', port: 53, protocol: 'UDP' }] } }),
    namespaced('/api/v1', 'services', 'Service', 'v1', 'svc-2', { spec: { type: 'ExternalName', externalName: 'example.com' } }),
    namespaced('/api/v1', 'services', 'Service', 'v1', 'svc-3', { spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }], externalIPs: ['10.1.1.1', '10.1.1.2'] } }),
    namespaced('/api/v1', 'persistentvolumeclaims', 'PersistentVolumeClaim', 'v1', 'pvc-1', { spec: { accessModes: ['ReadWriteOnce', 'ReadOnlyMany'], resources: { requests: { storage: '1Gi' } }, storageClassName: 'slow' } }),
    global('/api/v1', 'persistentvolumes', 'PersistentVolume', 'v1', 'pv-1', { spec: { capacity: { storage: '5Gi' }, accessModes: ['ReadWriteMany'], hostPath: { path: '/data' }, claimRef: { namespace: 'default', name: 'x' } } }),
    namespaced('/api/v1', 'resourcequotas', 'ResourceQuota', 'v1', 'quota-1', { spec: { hard: { pods: '40', 'requests.cpu': '4', 'limits.memory': '8Gi' } } }),
    namespaced('/api/v1', 'limitranges', 'LimitRange', 'v1', 'limits-1', { spec: { limits: [{ type: 'Container', default: { memory: '500Mi' }, max: { memory: '1Gi' } }] } }),
    namespaced('/api/v1', 'replicationcontrollers', 'ReplicationController', 'v1', 'rc-1', { spec: { replicas: 2, selector: { app: 'web' }, template } }),
    namespaced('/api/v1', 'podtemplates', 'PodTemplate', 'v1', 'pt-1', { template }),
    namespaced('/api/v1', 'endpoints', 'Endpoints', 'v1', 'ep-1', { subsets: [{ addresses: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }, { ip: '10.0.0.3' }, { ip: '10.0.0.4' }], ports: [{ port: 80 }] }] }),
    namespaced('/api/v1', 'events', 'Event', 'v1', 'event-1', { involvedObject: { kind: 'Pod', name: 'pod-1', namespace: 'default', fieldPath: 'spec.containers{web}' }, reason: 'Testing', message: text(), type: 'Warning', count: 3, source: { component: 'tester', host: 'n1' }, firstTimestamp: '2024-01-01T00:00:00Z', lastTimestamp: '2024-01-01T00:10:00Z' }),
    ...[0, 3].map(replicas => namespaced('/apis/apps/v1', 'deployments', 'Deployment', 'apps/v1', `deploy-${replicas}`, { spec: { replicas, selector, template } })),
    namespaced('/apis/apps/v1', 'statefulsets', 'StatefulSet', 'apps/v1', 'sts-1', { spec: { serviceName: 'x', replicas: 2, selector, template } }),
    namespaced('/apis/apps/v1', 'daemonsets', 'DaemonSet', 'apps/v1', 'ds-1', { spec: { selector, template } }),
    namespaced('/apis/apps/v1', 'replicasets', 'ReplicaSet', 'apps/v1', 'rs-1', { spec: { replicas: 1, selector, template } }),
    namespaced('/apis/apps/v1', 'controllerrevisions', 'ControllerRevision', 'apps/v1', 'rev-1', { revision: 3, data: { a: 1 } }),
    namespaced('/apis/batch/v1', 'jobs', 'Job', 'batch/v1', 'job-1', { spec: { completions: 3, template: { spec: { ...template.spec, restartPolicy: 'Never' } } } }),
    namespaced('/apis/batch/v1', 'cronjobs', 'CronJob', 'batch/v1', 'cron-1', { spec: { schedule: '*/5 * * * *', timeZone: 'Europe/Berlin', suspend: true, jobTemplate: { spec: { template: { spec: { ...template.spec, restartPolicy: 'Never' } } } } } }),
    namespaced('/apis/autoscaling/v2', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler', 'autoscaling/v2', 'hpa-1', { spec: { maxReplicas: 5, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'deploy-3' }, metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }] } }),
    namespaced('/apis/policy/v1', 'poddisruptionbudgets', 'PodDisruptionBudget', 'policy/v1', 'pdb-1', { spec: { minAvailable: '50%', selector } }),
    namespaced('/apis/networking.k8s.io/v1', 'ingresses', 'Ingress', 'networking.k8s.io/v1', 'ing-1', { spec: { ingressClassName: 'x', tls: [{ hosts: ['a.example.com'] }], rules: ['a', 'b', 'c', 'd'].map(h => ({ host: `${h}.example.com`, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'svc-1', port: { number: 80 } } } }] } })) } }),
    namespaced('/apis/networking.k8s.io/v1', 'networkpolicies', 'NetworkPolicy', 'networking.k8s.io/v1', 'np-1', { spec: { podSelector: { matchExpressions: [{ key: 'a', operator: 'In', values: ['x', 'y'] }] }, policyTypes: ['Ingress'] } }),
    namespaced('/apis/discovery.k8s.io/v1', 'endpointslices', 'EndpointSlice', 'discovery.k8s.io/v1', 'slice-1', { addressType: 'IPv4', ports: [{ name: '', port: 80, protocol: 'TCP' }], endpoints: [{ addresses: ['10.0.0.9'] }] }),
    namespaced('/apis/coordination.k8s.io/v1', 'leases', 'Lease', 'coordination.k8s.io/v1', 'lease-1', { spec: { holderIdentity: 'someone' } }),
    namespaced(rbac, 'roles', 'Role', 'rbac.authorization.k8s.io/v1', 'role-1', { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] }),
    namespaced(rbac, 'rolebindings', 'RoleBinding', 'rbac.authorization.k8s.io/v1', 'rb-1', { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'role-1' }, subjects: [{ kind: 'User', name: 'jane', apiGroup: 'rbac.authorization.k8s.io' }, { kind: 'Group', name: 'all', apiGroup: 'rbac.authorization.k8s.io' }, { kind: 'ServiceAccount', name: 'sa-1', namespace: 'default' }] }),
    global(rbac, 'clusterroles', 'ClusterRole', 'rbac.authorization.k8s.io/v1', 'cr-1', { rules: [{ nonResourceURLs: ['/healthz'], verbs: ['get'] }] }),
    global('/apis/storage.k8s.io/v1', 'storageclasses', 'StorageClass', 'storage.k8s.io/v1', 'slow', { provisioner: 'example.com/slow', allowVolumeExpansion: true }),
    global('/apis/storage.k8s.io/v1', 'csidrivers', 'CSIDriver', 'storage.k8s.io/v1', 'csi.example.com', { spec: { attachRequired: true } }),
    global('/apis/storage.k8s.io/v1', 'csinodes', 'CSINode', 'storage.k8s.io/v1', 'n1', { spec: { drivers: [] } }),
    global('/apis/storage.k8s.io/v1', 'volumeattachments', 'VolumeAttachment', 'storage.k8s.io/v1', 'va-1', { spec: { attacher: 'csi.example.com', nodeName: 'n1', source: { persistentVolumeName: 'pv-1' } } }),
    global('/apis/node.k8s.io/v1', 'runtimeclasses', 'RuntimeClass', 'node.k8s.io/v1', 'kata', { handler: 'kata' }),
    global('/apis/networking.k8s.io/v1', 'ingressclasses', 'IngressClass', 'networking.k8s.io/v1', 'x', { spec: { controller: 'example.com/x' } }),
    global('/apis/scheduling.k8s.io/v1', 'priorityclasses', 'PriorityClass', 'scheduling.k8s.io/v1', 'high', { value: 1000000, description: text().replace(/[^ -~]/g, '') }),
    global('/api/v1', 'nodes', 'Node', 'v1', 'n1', { spec: { unschedulable: true }, metadata: { name: 'n1', labels: { 'node-role.kubernetes.io/control-plane': '', app: 'x' } } }),
    global('/apis/certificates.k8s.io/v1', 'certificatesigningrequests', 'CertificateSigningRequest', 'certificates.k8s.io/v1', 'csr-1', { spec: { signerName: 'example.com/serving', usages: ['client auth'], request: CSR } }),
    global('/apis/admissionregistration.k8s.io/v1', 'validatingwebhookconfigurations', 'ValidatingWebhookConfiguration', 'admissionregistration.k8s.io/v1', 'hook-1', { webhooks: [] }),
  ]
}

/** A request for a certificate of CN=jane, of a key that nobody has. */
const CSR = 'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlISk1IRUNBUUF3RHpFTk1Bc0dBMVVFQXd3RWFtRnVaVEJaTUJNR0J5cUdTTTQ5QWdFR0NDcUdTTTQ5QXdFSApBMElBQkdKYzFXdXpBWUR5dzR6TWpwL0JpQWlKYXhmdjQ4czd2YTRzTkJTSXpiZHRYL1pmRTdzUjlGNC9naUxWCmlSMDZkbkxUU040VnMxemhSbmI3VlIrMm5aQ2dBREFLQmdncWhrak9QUVFEQWdOSUFEQkZBaUVBdlhRbWNuK3EKaUQxbkd0RzJyUmdvM293ZVlzeHM1TzhIWjRsVmY4dmRKYjhDSUV0dC8yWW9PKzZ5bENTM0pRS3Y0Rm5zOVROYQpIQ3BIdTh1OFdySFYzdWxkCi0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo='
