/** upstream: test/cmd/apply.sh, diff.sh, save-config.sh */
import type { Area } from '../area'
import { DEPLOYMENT, POD, REPLICATION_CONTROLLER, SERVICE, definition } from './shared'

const pod = (name: string, labels: string, extra = ''): string => `apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: ${labels}${extra}}
spec: {containers: [{name: c, image: nginx}]}
`
const map = (data: string): string => `apiVersion: v1
kind: ConfigMap
metadata: {name: both}
data: ${data}
`

export const apply: Area = {
  name: 'apply',
  files: {
    'pod.yaml': POD, 'pod-2.yaml': POD.replace('solo-label', 'solo-applied'), 'pod-bad.yaml': POD.replace('name: solo\n', 'name: SOLO\n'), 'pod-image.yaml': POD.replace('image: nginx', 'image: nginx:1.27'), 'pod-many.yaml': POD.replace('image: nginx', 'image: nginx\n    command: [x]'),
    'before.yaml': DEPLOYMENT.replace('name: shop\n', 'name: keys\n').replace('replicas: 3', 'replicas: 1\n  strategy: {type: RollingUpdate, rollingUpdate: {maxSkew: 1}}').replace(', rollingUpdate: {maxSkew: 1}', '').replace('    spec:\n', '    spec:\n      volumes: [{name: tmp, emptyDir: {}}]\n'),
    'after.yaml': DEPLOYMENT.replace('name: shop\n', 'name: keys\n').replace('replicas: 3', 'replicas: 1\n  strategy: {type: Recreate, rollingUpdate: null}').replace('    spec:\n', '    spec:\n      volumes: [{name: tmp, hostPath: {path: /tmp}, emptyDir: null}]\n'),
    'some/a.yaml': pod('picked', '{pick: me, name: picked}'), 'some/b.yaml': pod('unpicked', '{pick: not}'), 'prune/a.yaml': pod('a', '{prune: "yes"}'), 'prune/b.yaml': pod('b', '{prune: "yes"}'), 'prune-svc.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: pruner, labels: {prune: "yes"}}\nspec: {ports: [{port: 80}]}\n',
    'elsewhere.yaml': pod('b', '{}', ', namespace: other'), 'svc.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: fixed}\nspec: {clusterIP: 10.96.0.111, ports: [{port: 80}]}\n', 'svc-2.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: fixed}\nspec: {clusterIP: 10.96.0.112, ports: [{port: 80}]}\n',
    'kust/kustomization.yaml': 'namePrefix: test-\ncommonLabels: {app: hello}\nresources: [all.yaml]\nconfigMapGenerator:\n- name: gen\n  literals: [a=b]\n', 'kust/all.yaml': `${SERVICE}---\n${DEPLOYMENT}---\n${map('{x: y}')}`,
    'ns-and-pod.yaml': `${pod('inside', '{}', ', namespace: made-late')}---\napiVersion: v1\nkind: Namespace\nmetadata: {name: made-late}\n`, 'bogus.yaml': `${map('{a: b}')}---\napiVersion: shop.example.com/v1\nkind: Bogus\nmetadata: {name: x}\n`, 'three.yaml': `${pod('pod-a', '{}')}---\n${pod('POD-B', '{}')}---\n${pod('pod-c', '{}')}`,
    'crd-and-cr.yaml': `apiVersion: shop.example.com/v1\nkind: Widget\nmetadata: {name: w}\n---\n${definition('widgets', 'Widget')}`, 'label-1.yaml': DEPLOYMENT, 'label-3.yaml': DEPLOYMENT.replace('name: shop\n', 'name: shop\n  resourceVersion: "99"\n').replace('matchLabels: {app: shop}', 'matchLabels: {app: other}'),
    'null-1.yaml': DEPLOYMENT.replace('name: shop\n', 'name: nulled\n').replace('labels: {app: shop}', 'labels: {l1: l1, app: shop}').replace('replicas: 3', 'replicas: 0'), 'null-2.yaml': DEPLOYMENT.replace('name: shop\n', 'name: nulled\n').replace('labels: {app: shop}', 'labels: {l1: null, l2: l2}').replace('replicas: 3', 'replicas: 0'),
    'both-1.yaml': map('{key: value, legacy: unused}'), 'both-2.yaml': map('{key: value}'), 'both-3.yaml': map('{key: other}'), 'rc.yaml': REPLICATION_CONTROLLER, 'editor.sh': '#!/bin/sh\nsed -i "s/solo-label/solo-edited/" "$1"\n', 'v.yaml': 'apiVersion: apps/v2\nkind: Deployment\nmetadata: {name: x}\n', 'unknown.yaml': POD.replace('image: nginx', 'image: nginx\n    imagee: x'),
    'list.yaml': 'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: l1}, data: {a: b}}\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: l2}, data: {a: b}}\n', 'generate.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: made-}\n', 'empty.yaml': '', 'wide.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: both, namespace: ""}\ndata: {n: 5}\n',
  },
  lines: `
# An object that is not there is made, and remembers what was applied.
apply -f pod.yaml
get pods solo -o 'jsonpath={.metadata.labels.name} {.metadata.annotations}'
get pod solo --show-managed-fields -o 'jsonpath={.metadata.managedFields[*].manager}'
apply -f pod.yaml
apply -f pod.yaml -o name
apply -f pod.yaml -o json --dry-run=client
apply -f pod-many.yaml
apply -f unknown.yaml
apply -f unknown.yaml --validate=warn
apply -f unknown.yaml --validate=ignore
apply -f v.yaml
apply -f pod-bad.yaml
apply -f empty.yaml
apply -f nowhere.yaml
apply
apply -f pod.yaml extra
apply -f generate.yaml
delete pods solo --now
# set-last-applied, view-last-applied, edit-last-applied
create -f pod.yaml
apply view-last-applied pod/solo
apply set-last-applied -f pod.yaml
apply set-last-applied --dry-run=client -f pod.yaml --create-annotation=true
apply set-last-applied --dry-run=server -f pod.yaml --create-annotation=true
get pod solo -o 'jsonpath={.metadata.annotations}'
apply set-last-applied -f pod.yaml --create-annotation=true
apply set-last-applied -f pod.yaml
get pod solo -o 'jsonpath={.metadata.annotations}'
apply view-last-applied pod/solo
apply view-last-applied pod solo -o json
apply view-last-applied -f pod.yaml -o yaml
apply view-last-applied pods --all
apply view-last-applied pod/solo -o wide
apply view-last-applied
apply view-last-applied pod/missing
EDITOR=editor.sh apply edit-last-applied pod/solo
apply view-last-applied pod/solo
apply edit-last-applied pod/missing
= pods
delete pods solo --now
# A pod that create made gets a warning, then the annotation.
create -f pod.yaml
apply -f pod-2.yaml
replace -f pod.yaml
get pod solo -o 'jsonpath={.metadata.annotations}'
delete -f pod.yaml --now
# Defaults that are in the way are cleared.
apply -f before.yaml
= deployments keys
apply -f after.yaml
= deployments keys
delete deployments keys
# Only what is selected
apply -l pick=me -f some
get pods
apply -l pick=never -f some
delete pods picked --now
# dry runs
apply --dry-run=true -f pod.yaml
apply --dry-run=client -f pod.yaml
apply --dry-run=server -f pod.yaml
apply --dry-run=bogus -f pod.yaml
apply --dry-run=server -o yaml -f svc.yaml
get pods
apply -f pod.yaml
apply --dry-run=client -f pod-2.yaml
apply --dry-run=server -f pod-2.yaml
get pods solo -o 'jsonpath={.metadata.labels.name}'
# diff
diff -f pod.yaml
diff -f pod-image.yaml --server-side --force-conflicts
KUBECTL_EXTERNAL_DIFF=false diff -f pod-image.yaml
KUBECTL_EXTERNAL_DIFF=nowhere diff -f pod-image.yaml
diff -f pod-bad.yaml
diff
diff -f nowhere
delete -f pod.yaml --now
KUBECTL_EXTERNAL_DIFF=false diff -f pod.yaml
KUBECTL_EXTERNAL_DIFF=false diff --server-side -f pod.yaml
get pods
# prune
create ns other
apply -n other -l prune=yes -f prune/a.yaml
apply -n other --prune -l prune=yes -f prune/b.yaml
get pods -n other
delete pods b -n other --now
apply -l prune=yes -f prune/a.yaml
apply -l prune=yes -f prune/b.yaml
get pods
apply --prune -f prune
apply --all --prune -f prune --dry-run=client
apply --prune -l prune=yes -f prune-svc.yaml --prune-allowlist core/v1/Service
get pods,svc
apply --prune -l prune=yes -f prune-svc.yaml --prune-allowlist core/v1/Bogus
apply --prune -l prune=yes -f prune-svc.yaml --prune-whitelist core/v1/Service
apply --prune -l prune=yes -f prune-svc.yaml --dry-run=server
apply --prune -l prune=yes -f prune-svc.yaml
get pods,svc
delete svc pruner
KUBECTL_APPLYSET=true apply -n apply --prune --applyset=configmaps/set -f both-1.yaml
KUBECTL_APPLYSET=true apply -n apply --prune --applyset=configmaps/set -f both-1.yaml --server-side
KUBECTL_APPLYSET=true apply -n apply --prune --applyset=mine -f list.yaml
= secrets,configmaps
KUBECTL_APPLYSET=true apply -n apply --prune --applyset=mine -f both-1.yaml
= secrets,configmaps
KUBECTL_APPLYSET=true apply -n apply --prune --applyset=mine --all -f both-1.yaml
apply --applyset=mine -f both-1.yaml
delete secret mine
delete cm both
# namespaces
apply -n foo -f elsewhere.yaml
apply -n nowhere -f pod.yaml
apply -f elsewhere.yaml
delete ns other --wait=false
# what cannot change, and force
apply -f svc.yaml
apply -f svc-2.yaml
apply -f svc-2.yaml --force
get svc fixed -o 'jsonpath={.spec.clusterIP}'
delete -f svc-2.yaml
apply -f label-1.yaml
apply view-last-applied deploy/shop -o json
apply -f label-3.yaml --force
get deployment shop -o 'jsonpath={.spec.template.metadata.labels}'
delete deployments --all --grace-period=10
# kustomizations
apply -k kust
get -k kust
get -k kust -o name
apply -k kust --prune -l app=hello
apply -k kust -f pod.yaml
apply -k nowhere
= configmaps,deployments,services
delete -k kust
delete --kustomize kust --ignore-not-found
# several objects, one of them wrong
apply -f ns-and-pod.yaml
get pods inside -n made-late
apply -f ns-and-pod.yaml
get pods inside -n made-late
delete -f ns-and-pod.yaml --wait=false
apply -f bogus.yaml
get cm both
apply -f three.yaml
get pods
delete pod pod-a pod-c --now
apply -f crd-and-cr.yaml
get widgets w
apply -f crd-and-cr.yaml
get widget w
delete -f crd-and-cr.yaml
# nulls of the user
apply -f null-1.yaml
apply -f null-2.yaml
= deployments nulled
delete deployment nulled
# server-side
apply --server-side -f pod.yaml
get pods solo --show-managed-fields -o 'jsonpath={.metadata.managedFields[*].manager}'
apply --server-side --field-manager=mine -f pod-2.yaml
apply --server-side --field-manager=mine --force-conflicts -f pod-2.yaml
apply --server-side -f pod.yaml --dry-run=server
apply --server-side -f pod.yaml --dry-run=client
apply --server-side -f pod.yaml --force
apply --force-conflicts -f pod.yaml
apply --server-side -f unknown.yaml
= pods
delete pods solo --now
apply -f pod.yaml
apply --server-side --field-manager=not-kubectl -f pod-2.yaml
apply --server-side -f pod-2.yaml
apply view-last-applied pod/solo -o json
apply --server-side -f pod.yaml
apply view-last-applied pod/solo -o json
apply -f pod-2.yaml
= pods
delete -f pod.yaml --now
delete cm both
apply -f both-1.yaml
apply --server-side -f both-1.yaml
apply --server-side -f both-2.yaml
= configmaps both
apply -f both-3.yaml
apply --server-side -f both-2.yaml
apply --server-side -f wide.yaml
apply -f wide.yaml
= configmaps both
# the configuration is kept where it is asked for
create -f pod.yaml --save-config
get pod solo -o 'jsonpath={.metadata.annotations}'
delete -f pod.yaml --now
create -f pod.yaml
EDITOR=editor.sh edit pod solo --save-config
get pod solo -o 'jsonpath={.metadata.labels}'
replace -f pod.yaml --save-config
delete -f pod.yaml --now
run one --image=nginx --save-config
get pod one -o 'jsonpath={.metadata.annotations}'
create -f rc.yaml
expose rc front --save-config --port=80 --target-port=8000
get svc front -o 'jsonpath={.metadata.annotations}'
autoscale -f rc.yaml --save-config --max=2
get hpa front -o 'jsonpath={.metadata.annotations}'
get hpa -o 'jsonpath={.items[0].apiVersion}'
get hpa.autoscaling -o 'jsonpath={.items[0].apiVersion}'
get hpa.autoscal -o 'jsonpath={.items[0].apiVersion}'
delete hpa front
delete rc,svc front
delete pod one --now
`,
}
