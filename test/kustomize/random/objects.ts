/** Random objects of the kinds that kustomize knows, and of some that it does not, with references between them. */
import type { Draw } from './draw'
import { LABEL_KEYS, NAMES, VALUES } from './draw'

type Fields = Record<string, unknown>

export function metadata(d: Draw, name: string): Fields {
  return {
    name,
    ...d.maybe(0.4, () => ({ labels: d.map(LABEL_KEYS) })), ...d.maybe(0.3, () => ({ annotations: d.map(['note', 'x/y', 'on']) })),
    ...d.maybe(0.15, () => ({ namespace: d.pick(['one', 'default', 'two']) })), ...d.maybe(0.1, () => ({ finalizers: d.some(['f1', 'f2', 'f3']) })),
    ...d.maybe(0.05, () => ({ annotations: { 'config.kubernetes.io/local-config': d.pick(['true', 'false', '']) } })), ...d.maybe(0.04, () => ({ creationTimestamp: null })),
    ...d.maybe(0.04, () => ({ generateName: 'g-', ownerReferences: [{ uid: '1', name: 'a', kind: 'B', apiVersion: 'v1' }] })),
  }
}

const env = (d: Draw): Fields[] =>
  d.some(['A', 'B', 'C']).map(name => ({
    name,
    ...d.pick<() => Fields>([
      () => ({ value: d.pick(VALUES) }), () => ({ value: '$(VAR)' }), () => ({ value: 'a-$(VAR)-$(OTHER) $$(VAR)' }), () => ({ valueFrom: { configMapKeyRef: { name: d.pick(NAMES), key: 'k' } } }), () => ({ valueFrom: { secretKeyRef: { name: d.pick(NAMES), key: 'k' } } }),
      () => ({ valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }),
    ])(),
  }))

export function container(d: Draw, name: string): Fields {
  return {
    name,
    ...d.maybe(0.8, () => ({ image: d.pick(['nginx', 'nginx:1.2', 'reg.io:5000/app:v1', 'app@sha256:abcd', 'app:v1@sha256:abcd', 'nginx:$(VAR)', 'library/nginx']) })), ...d.maybe(0.5, () => ({ env: env(d) })),
    ...d.maybe(0.4, () => ({ ports: d.some([80, 81, 443], 0.6).map(p => ({ containerPort: p, ...d.maybe(0.4, () => ({ protocol: d.pick(['TCP', 'UDP']) })), ...d.maybe(0.3, () => ({ name: `p${p}` })) })) })),
    ...d.maybe(0.3, () => ({ args: d.some(['one', '$(VAR)', '3', '--x=y']) })), ...d.maybe(0.2, () => ({ command: ['sh', '-c', d.pick(VALUES)] })),
    ...d.maybe(0.3, () => ({ envFrom: [{ configMapRef: { name: d.pick(NAMES) } }, { secretRef: { name: d.pick(NAMES) }, prefix: 'P_' }] })),
    ...d.maybe(0.2, () => ({ volumeMounts: d.some(['/a', '/b', '/$(VAR)']).map(mountPath => ({ mountPath, name: d.pick(['v', 'w']) })) })),
    ...d.maybe(0.15, () => ({ resources: { limits: { cpu: d.pick([1, '100m', '1.0', 0.5]), memory: '1Gi' } } })), ...d.maybe(0.1, () => ({ livenessProbe: { httpGet: { port: d.pick([80, 'http']), path: '/' } } })),
    ...d.maybe(0.05, () => ({ securityContext: {}, lifecycle: null })),
  }
}

export function podSpec(d: Draw): Fields {
  const volume = (name: string): Fields => ({
    name,
    ...d.pick<Fields>([
      { configMap: { name: d.pick(NAMES) } }, { secret: { secretName: d.pick(NAMES) } }, { emptyDir: {} }, { persistentVolumeClaim: { claimName: d.pick(['data', 'x']) } },
      { projected: { sources: [{ configMap: { name: d.pick(NAMES) } }, { secret: { name: d.pick(NAMES) } }, { serviceAccountToken: { path: 't' } }] } }, { image: { reference: 'nginx:1.2' } }, { hostPath: { path: '/a' } },
    ]),
  })
  const term = (): Fields => ({ topologyKey: 'h', labelSelector: { matchLabels: d.map(['app', 'tier']) } })
  return {
    containers: d.some(['a', 'b', 'c'], 0.6).map(n => container(d, n)), ...d.maybe(0.25, () => ({ initContainers: [container(d, 'init')] })), ...d.maybe(0.3, () => ({ serviceAccountName: d.pick(['sa', 'default']) })),
    ...d.maybe(0.4, () => ({ volumes: d.some(['v', 'w', 'z']).map(volume) })), ...d.maybe(0.2, () => ({ tolerations: [{ key: d.pick(['a', 'b']) }] })), ...d.maybe(0.15, () => ({ imagePullSecrets: [{ name: d.pick(NAMES) }] })),
    ...d.maybe(0.12, () => ({ affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term()], preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: term() }] } } })),
    ...d.maybe(0.12, () => ({ topologySpreadConstraints: [{ maxSkew: 1, topologyKey: d.pick(['h', 'z']), whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: d.map(['app']) } }] })),
    ...d.maybe(0.1, () => ({ hostAliases: [{ ip: '1.1.1.1', hostnames: ['a'] }] })), ...d.maybe(0.1, () => ({ priorityClassName: d.pick(['x', 'high']) })), ...d.maybe(0.1, () => ({ nodeSelector: d.map(['a', 'b']) })),
  }
}

const template = (d: Draw): Fields => ({ ...d.maybe(0.6, () => ({ metadata: { ...d.maybe(0.9, () => ({ labels: d.map(['app', 'tier']) })), ...d.maybe(0.2, () => ({ annotations: d.map(['note']) })) } })), spec: podSpec(d) })

export function workload(d: Draw, kind: string, name: string): Fields {
  const [apiVersion, spec] = ((): [string, Fields] => {
    const selector = d.maybe(0.5, () => ({ selector: { matchLabels: d.map(['app', 'tier']) } }))
    switch (kind) {
      case 'Job': return ['batch/v1', { ...d.maybe(0.2, () => selector), template: template(d) }]
      case 'CronJob': return [d.pick(['batch/v1', 'batch/v1', 'batch/v1beta1']), { schedule: '* * * * *', jobTemplate: { spec: { template: template(d) } } }]
      case 'Pod': return ['v1', podSpec(d)]
      case 'ReplicationController': return ['v1', { replicas: 2, selector: d.map(['app']), template: template(d) }]
      case 'StatefulSet': return ['apps/v1', { ...d.maybe(0.5, () => ({ serviceName: d.pick(NAMES) })), ...selector, template: template(d), ...d.maybe(0.4, () => ({ volumeClaimTemplates: [{ metadata: { name: 'data', ...d.maybe(0.5, () => ({ labels: d.map(['app']) })) }, spec: { storageClassName: 'fast' } }] })) }]
      default: return [d.pick(['apps/v1', 'apps/v1', 'apps/v1', 'apps/v1beta1', 'extensions/v1beta1']), { ...d.maybe(0.5, () => ({ replicas: 1 })), ...selector, template: template(d) }]
    }
  })()
  return { apiVersion, kind, metadata: metadata(d, name), spec }
}

const RBAC = 'rbac.authorization.k8s.io'
const ADMISSION = 'admissionregistration.k8s.io/v1'

/** One object of each sort; the sorts come with different weights. */
const SORTS: readonly ((d: Draw) => Fields)[] = [
  d => workload(d, d.pick(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob', 'Pod', 'ReplicationController']), d.pick(NAMES)),
  d => workload(d, 'Deployment', 'web'),
  d => workload(d, 'StatefulSet', 'db'),
  d => ({ apiVersion: 'v1', kind: 'Service', metadata: metadata(d, d.pick(NAMES)), spec: { selector: d.map(['app', 'tier']), ports: d.pick([[{ port: 80 }, { port: 443, protocol: 'TCP' }], [{ port: 80, targetPort: '$(PORT)' }], []]), ...d.maybe(0.2, () => ({ type: 'ClusterIP' })) } }),
  d => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata(d, d.pick(NAMES)), data: { ...d.map(['k', 'l', 'm']), ...d.maybe(0.4, () => ({ 'app.yaml': TEXTS[d.below(TEXTS.length)] })), ...d.maybe(0.2, () => ({ 'a.json': d.pick(JSONS) })) }, ...d.maybe(0.1, () => ({ binaryData: { b: 'AAEC' } })) }),
  d => ({ apiVersion: 'v1', kind: 'Secret', metadata: metadata(d, d.pick(NAMES)), ...d.maybe(0.7, () => ({ type: 'Opaque' })), ...d.pick<Fields>([{ data: { k: 'YQ==' } }, { stringData: d.map(['k', 'l']) }]) }),
  d => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: metadata(d, d.pick(['sa', 'default'])), ...d.maybe(0.4, () => ({ imagePullSecrets: [{ name: d.pick(NAMES) }], secrets: [{ name: 'sec' }] })) }),
  d => ({ apiVersion: `${RBAC}/v1`, kind: 'RoleBinding', metadata: metadata(d, 'rb'), roleRef: { apiGroup: RBAC, kind: d.pick(['Role', 'ClusterRole']), name: d.pick(NAMES) }, subjects: [{ kind: 'ServiceAccount', name: d.pick(['sa', 'default']), ...d.maybe(0.5, () => ({ namespace: d.pick(['one', 'default', 'ns']) })) }, ...d.some([{ kind: 'User', name: 'default' }])] }),
  d => ({ apiVersion: `${RBAC}/v1`, kind: 'ClusterRoleBinding', metadata: metadata(d, 'crb'), roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: d.pick(NAMES) }, ...d.maybe(0.8, () => ({ subjects: [{ kind: 'ServiceAccount', name: d.pick(['sa', 'default']), namespace: 'one' }] })) }),
  d => ({ apiVersion: `${RBAC}/v1`, kind: d.pick(['Role', 'ClusterRole']), metadata: metadata(d, d.pick(NAMES)), rules: [{ apiGroups: [''], resources: ['configmaps', 'secrets'], verbs: ['get'], ...d.maybe(0.7, () => ({ resourceNames: d.some(NAMES) })) }] }),
  d => ({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: metadata(d, d.pick(NAMES)), spec: { ...d.maybe(0.3, () => ({ ingressClassName: 'x', defaultBackend: { service: { name: d.pick(NAMES) } } })), tls: [{ hosts: ['$(VAR).io'], secretName: d.pick(NAMES) }], rules: [{ host: 'a.$(VAR)', http: { paths: [{ path: '/', backend: { service: { name: d.pick(NAMES), port: { number: 80 } } } }] } }] } }),
  d => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: metadata(d, 'np'), spec: { podSelector: d.pick([{}, { matchLabels: d.map(['app']) }]), ingress: [{ from: [{ podSelector: { matchLabels: { a: 'b' } } }] }], ...d.maybe(0.5, () => ({ egress: [{ to: [{ podSelector: { matchLabels: { a: 'b' } } }, { namespaceSelector: {} }] }] })) } }),
  d => ({ apiVersion: d.pick(['autoscaling/v2', 'autoscaling/v1']), kind: 'HorizontalPodAutoscaler', metadata: metadata(d, 'hpa'), spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: d.pick(NAMES) }, maxReplicas: 3 } }),
  d => ({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: metadata(d, 'pdb'), spec: { minAvailable: d.pick([1, '50%']), selector: { matchLabels: d.map(['app']) } } }),
  d => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: metadata(d, d.pick(['data', 'x'])), spec: { storageClassName: d.pick(['fast', 'x']), volumeName: d.pick(['pv', 'x']) } }),
  d => ({ apiVersion: 'v1', kind: 'PersistentVolume', metadata: metadata(d, 'pv'), spec: { storageClassName: d.pick(['fast', 'x']), capacity: { storage: '1Gi' }, ...d.maybe(0.3, () => ({ nfs: { server: '$(VAR)', path: '/' } })) } }),
  d => ({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: metadata(d, 'fast'), provisioner: 'p', ...d.maybe(0.4, () => ({ parameters: { secretName: 'sec' } })) }),
  d => ({ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: metadata(d, 'high'), value: d.pick([10, 1000000, 100000000]) }),
  d => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { ...metadata(d, d.pick(['one', 'ns', 'x'])), namespace: undefined } }),
  d => ({ apiVersion: ADMISSION, kind: d.pick(['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration']), metadata: metadata(d, 'wh'), webhooks: [{ name: 'a.b.c', clientConfig: { service: { name: d.pick(NAMES), namespace: d.pick(['one', 'default']) } } }] }),
  () => ({ apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', metadata: { name: 'v1.x.io' }, spec: { group: 'x.io', version: 'v1', service: { name: 'web', namespace: 'one' } } }),
  d => ({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: metadata(d, 'foos.example.com'), spec: { group: 'example.com', names: { kind: 'Foo' }, ...d.maybe(0.4, () => ({ conversion: { webhook: { clientConfig: { service: { name: 'web', namespace: 'one' } } } } })), containers: [{ image: 'nginx' }] } }),
  d => ({ apiVersion: 'example.com/v1', kind: 'Foo', metadata: metadata(d, d.pick(NAMES)), spec: { list: [{ name: 'a' }], n: 1.5, big: 12345678, nothing: null, text: d.pick(VALUES), containers: [{ name: 'q', image: 'nginx:9' }], ref: { name: d.pick(NAMES) }, nested: [[1, 2], ['a']] } }),
  d => ({ apiVersion: d.pick(['v1', 'example.com/v1']), kind: d.pick(['List', 'ConfigMapList', 'FooList']), items: d.many(0, 2, () => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata(d, d.pick(NAMES)), data: d.map(['k']) })), ...d.maybe(0.2, () => ({ metadata: { name: 'l' } })) }),
]

/** Texts of files within config maps. */
export const TEXTS = ['a: 1\nb:\n  c: x\n', 'server:\n  host: h\n  port: 80\nlist:\n- name: one\n  v: 1\n- name: two\n', '# head\na: 1 # line\n\n# of b\nb:\n  # of c\n  c: "x"\n# foot\n', "key: 'v'\nlist: [a, b]\nother: {x: y}\n", '- 1\n- 2\n', 'plain', '', 'a: b: c', 'x: |\n  lines\n  more\ny: >-\n  folded\n  text\n']
export const JSONS = ['{"a":1,"b":{"c":"x"}}', '{\n  "a": 1,\n  "b": {\n    "c": "<x>"\n  }\n}', '[1,2,{"a":"b"}]', '{"a":1.50,"b":{"c":null}, "n": 12345678}']

/** One to eight; they are known from then on. */
export function objects(d: Draw): Fields[] {
  const all = distinct([...d.some([workload(d, 'Deployment', 'web')], 0.6), ...d.many(1, 7, () => d.pick(SORTS)(d))], d)
  for (const { apiVersion, kind, metadata: meta } of all as { apiVersion: string; kind: string; metadata?: { name?: string } }[]) if (meta?.name !== undefined && !kind.endsWith('List')) d.world.push({ apiVersion, kind, name: meta.name })
  return all
}

/** Of two with one name, mostly the first alone. */
function distinct(all: Fields[], d: Draw): Fields[] {
  const seen = new Set<string>()
  return all.filter(object => {
    const key = `${object['kind']}/${(object['metadata'] as Fields | undefined)?.['name']}`
    const known = seen.has(key)
    seen.add(key)
    return !known || d.chance(0.04)
  })
}
