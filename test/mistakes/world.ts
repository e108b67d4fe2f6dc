/** The files and objects that the lines speak of. */

export const FILES: Readonly<Record<string, string>> = {
  'cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n  labels:\n    app: web\ndata:\n  a: "1"\n',
  'broken.yaml': 'a: [1\n',
  'empty.yaml': '',
  'dir/one.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n',
  'many.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: first, labels: {app: web}}\n---\n# nothing\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: second}\nstringData: {a: b}\n',
  'list.json': '{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"third"}},{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"fourth"}}]}',
  'big.json': '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"fifth"},"data":{"n":"1"}}{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"sixth"}}',
  'nested/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: outer}\n',
  'nested/deep/b.yml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: inner}\n',
  'nested/notes.txt': 'not this',
  'no-kind.yaml': 'apiVersion: v1\nmetadata: {name: x}\n',
  'no-version.yaml': 'kind: ConfigMap\nmetadata: {name: x}\n',
  'no-name.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n',
  'odd-kind.yaml': 'apiVersion: example.com/v1\nkind: Odd\nmetadata: {name: x}\n',
  'pod.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: filed, labels: {app: filed}}\nspec:\n  containers: [{name: main, image: nginx}]\n',
  'typed.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec:\n  replicas: many\n',
  'unknown.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  bogus: 1\n  containers: [{name: main, image: nginx, nope: 2}]\n',
  'half.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: seventh}\n---\nb: [1\n',
  'elsewhere.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: other}\n',
  'scalar.yaml': 'just words\n',
  'generate.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: made-}\n',
  'twice.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: b, a: c}\n',
  'tabs.yaml': 'apiVersion: v1\n\tkind: ConfigMap\n',
  'env': 'A=b\n# note\nC=d\n',
  'kust/kustomization.yaml': 'resources: [cm.yaml]\nnamePrefix: made-\n',
  'kust/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n',
}

/** What both clusters hold. */
export const OBJECTS: readonly object[] = [
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'default', labels: { app: 'web' } }, data: { a: '1' } },
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'default' } },
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot', namespace: 'default' } },
  { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'solo', namespace: 'default', labels: { app: 'solo' } }, spec: { containers: [{ name: 'main', image: 'busybox' }] } },
  { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'default', labels: { app: 'web' } }, spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'nginx', image: 'nginx' }] } } } },
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'default', labels: { app: 'web' } }, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'reader', namespace: 'default' }, rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata: { name: 'readers', namespace: 'default' }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' }, subjects: [{ kind: 'User', name: 'ann', apiGroup: 'rbac.authorization.k8s.io' }] },
  { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' } },
]
