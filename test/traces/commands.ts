/** Command lines of all families, each after the other on one cluster, so that later ones find what earlier ones made. What follows ` & ` is done while the first waits. */

export const FILES: Readonly<Record<string, string>> = {
  'web.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web, set: one}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx}]}
`,
  'web-2.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web, set: one}}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx:1.27}]}
`,
  'config.yaml': `apiVersion: v1
kind: ConfigMap
metadata: {name: one, labels: {set: one}}
data: {a: b}
`,
  'two.yaml': `apiVersion: v1
kind: ConfigMap
metadata: {name: two, labels: {set: one}}
data: {a: b}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: three, labels: {set: one}}
data: {a: b}
`,
  'pod.yaml': `apiVersion: v1
kind: Pod
metadata: {name: solo, labels: {app: solo}}
spec: {containers: [{name: c, image: nginx}]}
`,
  'rbac.yaml': `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: default}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: readers, namespace: default}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: jane}]
`,
  'csr.yaml': `apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: {name: jane}
spec:
  signerName: kubernetes.io/kube-apiserver-client
  usages: [client auth]
  request: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K
`,
  'set/a.yaml': `apiVersion: v1
kind: ConfigMap
metadata: {name: set-a, labels: {app: set}}
---
apiVersion: v1
kind: Secret
metadata: {name: set-s, labels: {app: set}}
`,
  'set-2/a.yaml': `apiVersion: v1
kind: ConfigMap
metadata: {name: set-b, labels: {app: set}}
`,
  'editor.sh': `#!/bin/sh
sed -i 's/a: b/a: edited/' "$1"
`,
}

export const COMMANDS: readonly string[] = [
  'get pods',
  'get pods -A',
  'get pods,services',
  'get nodes -o wide',
  'get pods -o yaml',
  'get pod absent',
  'get configmaps -l a=b --field-selector metadata.name=x',
  'get cm --sort-by=.metadata.name',
  'get pods --chunk-size=2',
  'get ns default -o json',
  'get ns/default ns/kube-system',
  'get all',
  'get --raw /healthz',
  'get deploy absent --subresource=scale',
  'get pods --server-print=false',
  'get pods -o wide -A --show-labels -L app',
  'get cm --chunk-size=1 -A -o name',
  'get cm --sort-by=.metadata.name --chunk-size=1',
  'get pod absent --ignore-not-found -w',
  'get nodes,pods -w',
  'get cm kube-root-ca.crt absent -w',
  'create configmap made --from-literal=a=b',
  'create --raw /api/v1/namespaces/default/configmaps -f config.yaml',
  'replace --raw /api/v1/namespaces/default/configmaps/one -f config.yaml',
  'delete --raw /api/v1/namespaces/default/configmaps/one',
  'get clusterrole system:node -o name',
  'create configmap dry --from-literal=a=b --dry-run=server',
  'create configmap dry --from-literal=a=b --dry-run=client',
  'create secret generic made --from-literal=a=b',
  'create deployment made --image=nginx --replicas=1',
  'create serviceaccount made',
  'create namespace made',
  'create role made --verb=get --resource=pods,deployments.apps',
  'create clusterrole made --verb=get --resource=pods',
  'create rolebinding made --role=made --user=jane',
  'create job made --image=busybox -- true',
  'create cronjob made --image=busybox --schedule=@hourly',
  'create job again --from=cronjob/made',
  'create token made',
  'create quota made --hard=pods=100',
  'create ingress made --rule=a.example.com/*=web:80',
  'create pdb made --selector=app=web --min-available=1',
  'create priorityclass made --value=10',
  'create service clusterip made --tcp=80:80',
  'create -f config.yaml',
  'create -f config.yaml',
  'apply -f web.yaml',
  'apply -f web.yaml',
  'apply -f web-2.yaml',
  'apply -f web-2.yaml --dry-run=client',
  'apply -f web.yaml --dry-run=server',
  'apply -f config.yaml',
  'apply -f two.yaml --prune -l set=one --prune-allowlist=core/v1/ConfigMap',
  'apply -f config.yaml --prune -l set=one --prune-allowlist=core/v1/ConfigMap',
  'apply -f two.yaml --server-side',
  'apply -f two.yaml --server-side --force-conflicts --field-manager=me',
  'apply -f two.yaml --server-side --dry-run=server',
  'apply view-last-applied -f web.yaml',
  'apply set-last-applied -f web.yaml',
  'get deploy web --subresource=scale',
  'get deploy web --subresource=status -o wide',
  'get -f web.yaml',
  'get -f web.yaml -o yaml',
  'apply -f web-2.yaml --overwrite=false --dry-run=server',
  'apply -f web.yaml --server-side --force-conflicts --validate=ignore',
  'apply -f set --prune --applyset=set -n default',
  'apply -f set-2 --prune --applyset=set -n default',
  'apply -f set-2 --prune --applyset=configmaps/parent -n default --server-side',
  'apply -f set --prune -l app=set --prune-allowlist=core/v1/Secret',
  'apply -f config.yaml --force --grace-period=0',
  'diff -f web.yaml',
  'diff -f web.yaml --server-side --force-conflicts',
  'diff -f set --prune -l app=set --prune-allowlist=core/v1/ConfigMap',
  'describe configmap made',
  'describe deployment made',
  'describe pods -l app=made',
  'describe node worker-1',
  'describe service kubernetes',
  'describe sa made',
  'describe quota made',
  'describe job made',
  'describe cronjob made',
  'describe ingress made',
  'describe role made',
  'describe ns made',
  'describe pdb made',
  'describe secret made',
  'edit configmap made',
  'edit configmap made',
  `patch configmap made -p {"data":{"x":"y"}}`,
  `patch configmap made --type=merge -p {"data":{"x":"z"}}`,
  `patch configmap made --type=json -p [{"op":"remove","path":"/data/x"}]`,
  `patch deployment made --subresource=scale --type=merge -p {"spec":{"replicas":2}}`,
  `patch -f config.yaml -p {"data":{"q":"r"}} --dry-run=server`,
  'label configmap made a=b',
  'label configmap made a=b',
  'label configmap made a-',
  'label configmap --all a=b',
  'label -f two.yaml a=b --overwrite',
  'annotate configmap made a=b',
  'annotate configmap made a-',
  'annotate configmap made a=c --dry-run=server',
  'replace -f config.yaml',
  'replace -f two.yaml',
  'replace --force -f config.yaml',
  'create -f pod.yaml',
  'replace --force -f pod.yaml --grace-period=0',
  'scale deployment made --replicas=3',
  'scale deployment made --replicas=2 --current-replicas=3',
  'scale deployment/made deployment/web --replicas=1',
  'scale deployment made --replicas=4 --current-replicas=9',
  'scale deployment --all --replicas=2 --timeout=20s',
  'scale -f web.yaml --replicas=2 --dry-run=server',
  'logs deployment/web --all-pods',
  'logs deployment/web --all-containers --since=1h',
  'logs -f web.yaml --tail=1',
  'autoscale -f web.yaml --max=3 --cpu=50%',
  'expose pod solo --port=80 --dry-run=server',
  'autoscale deployment made --max=3',
  'expose deployment made --port=80',
  'expose service made --port=81 --name=other',
  'run single --image=nginx',
  'run exposed --image=nginx --port=80 --expose',
  'run dry --image=nginx --dry-run=server',
  'run attached --image=busybox --attach --restart=Never -- echo hi',
  'run removed --image=busybox -i --rm --restart=Never -- echo hi',
  'debug solo --image=busybox -c eye',
  'debug solo --image=busybox --copy-to=solo-2 --attach=false',
  'debug solo --copy-to=solo-3 --set-image=c=nginx:1.27 --attach=false',
  'debug node/worker-1 --image=busybox --attach=false -q',
  'exec solo -- true',
  'exec solo -c none -- true',
  'exec deployment/made -- true',
  'exec -f pod.yaml -- true',
  'attach solo --request-timeout=20s',
  'port-forward pod/solo 28080:80',
  'cp config.yaml solo:/tmp/x',
  'top pod absent',
  'top pod -l app=made --containers',
  'events --for pod/solo --types=Normal',
  'events -A --chunk-size=5',
  'set image deployment/made nginx=nginx:1.27',
  'set env deployment/made A=B',
  'set env deployment/made A=B',
  'set env deployment/made C-',
  'set env deployment/made --list',
  'set env deployment/made --from=configmap/made',
  'set resources deployment made --limits=cpu=100m',
  'set selector service made app=made',
  'set serviceaccount deployment made made',
  'set subject rolebinding made --user=joe',
  'rollout status deployment/made --timeout=5s',
  'rollout history deployment/made',
  'rollout history deployment/made --revision=1',
  'rollout undo deployment/made',
  'rollout restart deployment/made',
  'rollout pause deployment/made',
  'rollout resume deployment/made',
  'rollout status deployment/made --watch=false',
  'rollout status deployment/made --revision=77',
  'rollout status deployment made web --timeout=20s',
  'rollout status deployment -l set=one',
  'rollout status deployment/absent',
  'rollout status configmap/made',
  'rollout restart deployment -l set=one',
  'rollout undo deployment/made --to-revision=1 --dry-run=server',
  'get deployment made -w --request-timeout=2s & scale deployment made --replicas=2',
  'get deployments -w --request-timeout=2s --output-watch-events & scale deployment made --replicas=1',
  'get deployments --watch-only --request-timeout=2s -o name --chunk-size=1 & scale deployment made --replicas=2',
  'get deployments -w --server-print=false --request-timeout=1s',
  'get deployments -w --sort-by=.metadata.name --request-timeout=1s',
  'events --watch --for deployment/made --request-timeout=1s',
  'wait --for=condition=Available deployment/web --timeout=5s',
  'wait --for=jsonpath={.spec.replicas}=1 deployment/web --timeout=2s',
  'wait --for=create configmap/made --timeout=5s',
  'wait --for=delete configmap/absent --timeout=5s',
  'wait --for=condition=None deployment/web --timeout=1s',
  'wait --for=condition=None deployment/web --timeout=0',
  'wait --for=condition=Available deployment --all --timeout=20s',
  'wait --for=jsonpath={.metadata.name} deployment/web deployment/made --timeout=20s',
  'wait --for=delete configmap/made --timeout=0',
  'wait --for=delete configmap/set-b --timeout=20s & delete configmap set-b',
  'wait --for=create configmap/set-c --timeout=20s & create configmap set-c',
  'wait --for=jsonpath={.data.k}=v configmap/set-c --timeout=20s & patch configmap set-c -p {"data":{"k":"v"}}',
  'wait --for=condition=Ready pod -l app=none --timeout=2s',
  'wait --for=condition=Ready --for=jsonpath={.status.phase}=Running pod -l app=solo --timeout=20s',
  'events',
  'events --for pod/single',
  'events -A --types=Warning',
  'logs single',
  'logs deployment/made --tail=1',
  'logs -l app=made --tail=1',
  'logs single --previous',
  'top nodes',
  'top pods',
  'cordon worker-1',
  'cordon worker-1',
  'uncordon worker-1',
  'drain worker-1 --ignore-daemonsets --force --dry-run=client',
  'drain worker-1 --ignore-daemonsets --force --timeout=20s',
  'uncordon worker-1',
  'taint nodes worker-1 a=b:NoSchedule',
  'taint nodes worker-1 a:NoSchedule-',
  'taint nodes --all c=d:PreferNoSchedule',
  'cordon -l kubernetes.io/os=linux --dry-run=server',
  'drain --selector=kubernetes.io/os=linux --ignore-daemonsets --force --dry-run=server --chunk-size=1',
  'auth can-i create pods',
  'auth can-i get pods --subresource=log -n made',
  'auth can-i get /healthz',
  'auth can-i --list',
  'auth whoami',
  'auth reconcile -f rbac.yaml',
  'auth reconcile -f rbac.yaml',
  'explain pods',
  'explain deployment.spec',
  'api-resources',
  'api-versions',
  'cluster-info',
  'version',
  'config view',
  'config get-contexts',
  'completion bash',
  'options',
  'certificate approve absent',
  'certificate deny absent',
  'delete configmap made',
  'delete configmap absent',
  'delete configmap absent --ignore-not-found',
  'delete -f two.yaml',
  'delete deployment made --cascade=orphan',
  'delete pod single --now',
  'delete pod exposed --force',
  'delete pod solo --wait=false',
  'delete pod solo-2 --grace-period=2',
  'delete pod solo-3 --timeout=20s',
  'delete jobs --all',
  'delete cm -l set=one',
  'delete deployment,service web',
  'delete ns made',
  'delete secret made --dry-run=server',
]
