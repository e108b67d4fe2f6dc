/** The cluster and the folder that the flag cases start from. */

/** Lines that make the cluster. */
export const WORLD: readonly string[] = [
  'create namespace other',
  'apply -f world.yaml',
  'create configmap applied --from-literal=a=1 --save-config',
  'wait --for=condition=Ready pod/solo pod/pair --timeout=60s',
  'rollout status deployment/web --timeout=60s',
  'set image deployment/web nginx=nginx:1.27',
  'rollout status deployment/web --timeout=60s',
]

const container = (name: string, image: string, command = ''): string => `{name: ${name}, image: "${image}"${command === '' ? '' : `, command: ${command}`}}`
const REQUEST = 'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlISk1IRUNBUUF3RHpFTk1Bc0dBMVVFQXd3RWFtRnVaVEJaTUJNR0J5cUdTTTQ5QWdFR0NDcUdTTTQ5QXdFSApBMElBQkpNMnV5NHdrWDdSaG9odXJaUDBzMnBGMVVEaUgxUkJRU0o1VlBwMG84dkhFQVEydG1CSTBrU203V3JmCmJRWXFraEUvU2hzaG5PZXB1SUlOZFR3T1JOaWdBREFLQmdncWhrak9QUVFEQWdOSUFEQkZBaUVBbDlQNFJmd3kKMmNqeWpHMVY3WGd5SnFRNWtJRmcvMFBxUVhJQklpZjVkZWdDSUJlNnd6VWxydmpOZXFhUGt4bE5abEprLytIZgpFVVdSS0VlRHpoa2tUVmoxCi0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo='
const wish = (name: string): string => `apiVersion: certificates.k8s.io/v1\nkind: CertificateSigningRequest\nmetadata: {name: ${name}}\nspec: {request: ${REQUEST}, signerName: example.com/any, usages: [client auth]}\n`
const TALK = '["sh", "-c", "echo one; echo two; echo three; sleep 100000"]'

/** Files of the folder in which commands run. */
export const FILES: Readonly<Record<string, string>> = {
  'world.yaml': `
apiVersion: v1
kind: Pod
metadata: {name: solo, labels: {app: solo, tier: back}, annotations: {note: hello}}
spec:
  terminationGracePeriodSeconds: 5
  containers: [${container('main', 'busybox:1.36', TALK)}]
---
apiVersion: v1
kind: Pod
metadata: {name: pair, labels: {app: pair, tier: back}, annotations: {note: pair, kubectl.kubernetes.io/default-container: first}}
spec:
  terminationGracePeriodSeconds: 1
  initContainers: [${container('prepare', 'busybox:1.36', '["sh", "-c", "echo ready"]')}]
  containers:
  - {name: first, image: "busybox:1.36", command: ["sh", "-c", "echo from first; sleep 100000"], livenessProbe: {exec: {command: ["true"]}}, readinessProbe: {exec: {command: ["true"]}}, startupProbe: {exec: {command: ["true"]}}}
  - ${container('second', 'busybox:1.36', '["sh", "-c", "echo from second; sleep 100000"]')}
---
apiVersion: v1
kind: Pod
metadata: {name: far, namespace: other, labels: {app: far}}
spec: {containers: [${container('main', 'busybox:1.36', '["sleep", "100000"]')}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {terminationGracePeriodSeconds: 0, containers: [${container('nginx', 'nginx:1.25')}]}}
---
apiVersion: v1
kind: Service
metadata: {name: web, labels: {app: web}}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, labels: {app: web}}
data: {colour: blue, size: large}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: other}
data: {colour: red}
---
apiVersion: v1
kind: Secret
metadata: {name: keys}
data: {key: c2VjcmV0}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: robot}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
rules: [{apiGroups: [""], resources: [pods], verbs: [get, list]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: readers}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: User, name: jane, apiGroup: rbac.authorization.k8s.io}]
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec: {schedule: "0 3 * * *", jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [${container('job', 'busybox:1.36', '["true"]')}]}}}}}
---
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: {name: wish}
spec:
  request: ${REQUEST}
  signerName: example.com/any
  usages: [client auth]
`,
  'cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: filed, labels: {app: filed}}\ndata: {a: "1"}\n',
  'dir/top.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: top}\ndata: {a: "1"}\n',
  'dir/deep/low.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: low}\ndata: {a: "1"}\n',
  'two.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one, labels: {pick: "yes"}}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: two, labels: {pick: "no"}}\n',
  'kust/kustomization.yaml': 'resources: [cm.yaml]\nnamePrefix: made-\n',
  'kust/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: by-kustomize}\ndata: {a: "1"}\n',
  'deploy.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: filed, labels: {app: filed}}\nspec: {replicas: 1, selector: {matchLabels: {app: filed}}, template: {metadata: {labels: {app: filed}}, spec: {containers: [{name: nginx, image: nginx}]}}}\n',
  'deploys/top.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: top, labels: {app: top}}\nspec: {replicas: 1, selector: {matchLabels: {app: top}}, template: {metadata: {labels: {app: top}}, spec: {containers: [{name: nginx, image: nginx}]}}}\n',
  'deploys/deep/low.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: low, labels: {app: low}}\nspec: {replicas: 1, selector: {matchLabels: {app: low}}, template: {metadata: {labels: {app: low}}, spec: {containers: [{name: nginx, image: nginx}]}}}\n',
  'kustdeploy/deploy.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: by-kustomize, labels: {app: by-kustomize}}\nspec: {replicas: 1, selector: {matchLabels: {app: by-kustomize}}, template: {metadata: {labels: {app: by-kustomize}}, spec: {containers: [{name: nginx, image: nginx}]}}}\n',
  'kustdeploy/kustomization.yaml': 'resources: [deploy.yaml]\nnamePrefix: made-\n',
  'service.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: filed}\nspec: {selector: {app: filed}, ports: [{port: 80}]}\n',
  'services/top.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: top}\nspec: {selector: {app: top}, ports: [{port: 80}]}\n',
  'services/deep/low.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: low}\nspec: {selector: {app: low}, ports: [{port: 80}]}\n',
  'binding.yaml': 'apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: filed, labels: {team: blue}}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}\nsubjects: [{kind: User, name: jane, apiGroup: rbac.authorization.k8s.io}]\n',
  'bindings/top.yaml': 'apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: top, labels: {team: blue}}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}\nsubjects: [{kind: User, name: jane, apiGroup: rbac.authorization.k8s.io}]\n',
  'bindings/deep/low.yaml': 'apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: low, labels: {team: blue}}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}\nsubjects: [{kind: User, name: jane, apiGroup: rbac.authorization.k8s.io}]\n',
  'kustbinding/binding.yaml': 'apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: by-kustomize, labels: {team: blue}}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}\nsubjects: [{kind: User, name: jane, apiGroup: rbac.authorization.k8s.io}]\n',
  'kustbinding/kustomization.yaml': 'resources: [binding.yaml]\nnamePrefix: made-\n',
  'role.yaml': 'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: filed}\nrules: [{apiGroups: [""], resources: [pods], verbs: [get]}]\n',
  'roles/top.yaml': 'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: top}\nrules: [{apiGroups: [""], resources: [pods], verbs: [get]}]\n',
  'roles/deep/low.yaml': 'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: low}\nrules: [{apiGroups: [""], resources: [pods], verbs: [get]}]\n',
  'kustrole/r.yaml': 'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: by-kustomize}\nrules: [{apiGroups: [""], resources: [pods], verbs: [get]}]\n',
  'kustrole/kustomization.yaml': 'resources: [r.yaml]\nnamePrefix: made-\n',
  'one.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one, labels: {pick: "yes"}}\ndata: {}\n',
  'both.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one, labels: {pick: "yes"}}\ndata: {}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: two, labels: {pick: "yes"}}\ndata: {}\n',
  'settings.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, labels: {app: web}}\ndata: {colour: green, size: large}\n',
  'applied.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: applied, labels: {}}\ndata: {a: "1", colour: green}\n',
  'cm2.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: filed, labels: {app: filed}}\ndata: {a: "2"}\n',
  'patch.yaml': 'data: {colour: green}\n',
  'secret.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: keys}\ndata: {key: b3RoZXI=}\n',
  'scale.json': '{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"web","namespace":"default"},"spec":{"replicas":3}}',
  'solo-status.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: solo}\nstatus: {message: handmade}\n',
  'service-none.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: filed}\nspec: {clusterIP: None, selector: {app: filed}, ports: [{port: 80}]}\n',
  'on-one.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: on-one, labels: {app: on-one}}\nspec: {nodeName: node-1, containers: [{name: main, image: busybox:1.36, command: [sleep, "100000"]}]}\n',
  'scratch.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: scratch, labels: {app: scratch}}\nspec: {nodeName: node-1, volumes: [{name: s, emptyDir: {}}], containers: [{name: main, image: busybox:1.36, command: [sleep, "100000"]}]}\n',
  'held.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: held, labels: {app: held}, finalizers: [example.com/held]}\nspec: {nodeName: node-1, containers: [{name: main, image: busybox:1.36, command: [sleep, "100000"]}]}\n',
  'daemon.yaml': 'apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: every}\nspec: {selector: {matchLabels: {app: every}}, template: {metadata: {labels: {app: every}}, spec: {containers: [{name: main, image: nginx}]}}}\n',
  'wish.yaml': wish('filed'),
  'wishes/top.yaml': wish('top'),
  'wishes/deep/low.yaml': wish('low'),
  'kustwish/w.yaml': wish('by-kustomize'),
  'kustwish/kustomization.yaml': 'resources: [w.yaml]\nnamePrefix: made-\n',
  'solo.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: solo}\nspec: {containers: [{name: main, image: busybox:1.36}]}\n',
  'talk.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: talk}\nspec: {replicas: 2, selector: {matchLabels: {app: talk}}, template: {metadata: {labels: {app: talk}}, spec: {containers: [{name: main, image: busybox:1.36, command: [sh, -c, "echo hello; sleep 100000"]}]}}}\n',
  'mixed.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: mixed-a, labels: {app: mixed}}\nspec: {containers: [{name: main, image: nowhere.example.com/none:1}]}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: mixed-b, labels: {app: mixed}}\nspec: {containers: [{name: main, image: busybox:1.36, command: [sh, -c, "echo hello; sleep 100000"]}]}\n',
  'unnamed.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: unnamed}\nspec: {containers: [{name: first, image: busybox:1.36, command: [sleep, "100000"]}, {name: second, image: busybox:1.36, command: [sleep, "100000"]}]}\n',
  'twice.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: twice}\nspec: {volumes: [{name: v, emptyDir: {}}], containers: [{name: main, image: busybox:1.36, volumeMounts: [{name: v, mountPath: /v}], command: [sh, -c, "if [ -f /v/x ]; then echo second run; sleep 100000; fi; touch /v/x; echo first run; exit 1"]}]}\n',
  'listening.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: listening}\nspec: {containers: [{name: first, image: busybox:1.36, command: [sleep, "100000"]}, {name: second, image: busybox:1.36, stdin: true, command: [cat]}]}\n',
  'busy.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: zz-busy, annotations: {kubottle.dev/load: cpu=900m}}\nspec: {nodeName: node-2, containers: [{name: main, image: busybox:1.36, command: [sleep, "100000"]}]}\n',
  'container.json': '{"env": [{"name": "EXTRA", "value": "1"}]}',
  'day.kubeconfig': 'apiVersion: v1\nkind: Config\nclusters: [{name: day, cluster: {server: "https://day.example.com", certificate-authority: tls.crt}}]\nusers: [{name: day, user: {token: abc}}]\ncontexts: [{name: day, context: {cluster: day, user: day}}]\ncurrent-context: day\n',
  'night.kubeconfig': 'apiVersion: v1\nkind: Config\nclusters: [{name: night, cluster: {server: "https://night.example.com", certificate-authority: tls.crt}}]\nusers: [{name: night, user: {token: abc}}]\ncontexts: [{name: night, context: {cluster: night, user: night}}]\ncurrent-context: night\n',
  'some-rc.yaml': 'apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\ndefaults: [{command: get, options: [{name: output, default: yaml}]}]\n',
  'unapplied.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: unapplied}\n',
  'patched.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {zebra: "1"}\n',
  'rc.yaml': 'apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n',
  'event.yaml': 'apiVersion: v1\nkind: Event\nmetadata: {name: noted}\ninvolvedObject: {apiVersion: v1, kind: ConfigMap, name: settings, namespace: default}\ntype: Normal\nreason: Noted\nmessage: by hand\n',
  'unknown-field.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: odd}\nnonsense: {a: "1"}\n',
  // A pair made for this test.
  'tls.crt': '-----BEGIN CERTIFICATE-----\nMIIBhDCCASmgAwIBAgIUeaiICTG27mfVK8TIxA0B5kcWDwYwCgYIKoZIzj0EAwIw\nFjEUMBIGA1UEAwwLZXhhbXBsZS5jb20wIBcNMjYxMTIxMTYzMDM0WhgPMjEyNjEw\nMjgxNjMwMzRaMBYxFDASBgNVBAMMC2V4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYI\nKoZIzj0DAQcDQgAE3uUfVEFfAdKOvQfnFvK9YHA2KZAZ752k6xfALW1VwNazIOs1\nB4J1utUvUu6tXu/Po8g4xy2ce/GDHDaqdMy/+KNTMFEwHQYDVR0OBBYEFHuRggaH\nxL6Yua04c/Y8Ldlx6txaMB8GA1UdIwQYMBaAFHuRggaHxL6Yua04c/Y8Ldlx6txa\nMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhAJoQCllrvYFmf4Mz\nKDnI2oRFTfaYEHKUAa21Rbhv+WcmAiEAy+bdk8iS++EPrmLg5vUAilINanCBX97K\n74iy3waKcr8=\n-----END CERTIFICATE-----\n',
  'tls.key': '-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgRhZgHeB4JrfhaduU\nDwWcmW/3CPO44sH9YRz3FqJwpuihRANCAATe5R9UQV8B0o69B+cW8r1gcDYpkBnv\nnaTrF8AtbVXA1rMg6zUHgnW61S9S7q1e78+jyDjHLZx78YMcNqp0zL/4\n-----END PRIVATE KEY-----\n',
  'cm.json': '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "filed"}}',
  'chart/kustomization.yaml': 'helmCharts: [{name: small, releaseName: mine}]\n',
  'chart/charts/small/values.yaml': 'colour: blue\n',
  'chart/charts/small/Chart.yaml': 'name: small\n',
  'function/kustomization.yaml': 'resources: [cm.yaml]\ntransformers: [function.yaml]\n',
  'function/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: plain}\n',
  'function/function.yaml': 'apiVersion: example.com/v1\nkind: Change\nmetadata:\n  name: change\n  annotations: {config.kubernetes.io/function: "container: {image: example.com/change:1}"}\n',
  'online/kustomization.yaml': 'resources: [cm.yaml]\ntransformers: [function.yaml]\n',
  'online/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: plain}\n',
  'online/function.yaml': 'apiVersion: example.com/v1\nkind: Change\nmetadata:\n  name: change\n  annotations: {config.kubernetes.io/function: "container: {image: example.com/change:1, network: true}"}\n',
  'outside/kustomization.yaml': 'resources: [../cm.yaml]\n',
  'some.env': 'GREETING=hello\n',
  'note.txt': 'a note\n',
  'registry.json': '{"auths": {"registry.example.com": {"auth": "dTpw"}}}',
}

/** Programs of the folder's bin. */
export const PROGRAMS: Readonly<Record<string, string>> = {
  // Editors: one changes a value, one keeps a copy of what it was given.
  colour: '#!/bin/sh\nsed -i -e \'s/^\\( *\\)a: "1"/\\1a: changed/\' -e "s/blue/green/" "$1"\n',
  keep: '#!/bin/sh\ncp "$1" kept\n',
  unready: '#!/bin/sh\nsed -i -e \'s/^  replicas: 1$/  replicas: 7/\' "$1"\n',
  'kubectl-greet': '#!/bin/sh\necho hello\n',
  // What a kustomization may run: they keep what they were given.
  helm: '#!/bin/sh\necho "$@" >> "$TMPDIR/helm.args"\ncase $1 in version) echo v3.14.0;; *) echo \'{apiVersion: v1, kind: ConfigMap, metadata: {name: from-helm}}\';; esac\n',
  'other-helm': '#!/bin/sh\ncase $1 in version) echo v3.14.0;; *) echo \'{apiVersion: v1, kind: ConfigMap, metadata: {name: from-another}}\';; esac\n',
  docker: '#!/bin/sh\necho "$@" > "$TMPDIR/docker.args"\nexec cat\n',
}
