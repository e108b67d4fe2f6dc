/** upstream: test/cmd/rbac.sh, authorization.sh, certificate.sh, node-management.sh, storage.sh, kubeconfig.sh, kuberc.sh, plugins.sh, events.sh, results.sh, delete.sh, proxy.sh, version.sh */
import type { Area } from '../area'
import { LIMITED_POD, POD, REQUEST } from './shared'

const volume = (name: string): string => `apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: ${name}}\nspec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /tmp/${name}}}\n`
const onNode = (n: number): string => POD.replaceAll('solo', `held-${n}`).replace('spec:\n', 'spec:\n  nodeName: worker-2\n').replace(`{name: held-${n}-label}`, `{n: "${n}", kind: held}`)
const ca = '-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n'

export const cluster: Area = {
  name: 'cluster',
  files: {
    'csr.yaml': REQUEST.replace('NAME', 'asks'), 'csr-2.yaml': REQUEST.replace('NAME', 'asks-2'), 'sar.json': '{"kind":"SubjectAccessReview","apiVersion":"authorization.k8s.io/v1","spec":{"user":"bob","groups":["system:masters"],"resourceAttributes":{"namespace":"x","verb":"get","resource":"pods"}}}', 'pv.yaml': volume('vol-a'), 'pv-2.yaml': volume('vol-b'),
    'pvc.yaml': 'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: claim}\nspec: {storageClassName: none, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n', 'sc.json': '{"kind":"StorageClass","apiVersion":"storage.k8s.io/v1","metadata":{"name":"made"},"provisioner":"example.com/none","parameters":{"zone":"z","type":"ssd"}}', 'held.yaml': `${onNode(1)}---\n${onNode(2)}`, 'pod.yaml': LIMITED_POD, 'ca.crt': ca, 'key.pem': ca.replaceAll('CERTIFICATE', 'PRIVATE KEY'),
    'rbac.yaml': 'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: recon, namespace: cluster, labels: {t: x}}\nrules: [{apiGroups: [""], resources: [pods], verbs: [get]}]\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: recon, namespace: cluster}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: recon}\nsubjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: jane}]\n',
    'rbac-2.yaml': 'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: recon, namespace: cluster}\nrules: [{apiGroups: [""], resources: [secrets], verbs: [get]}]\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: recon, namespace: cluster}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: recon}\nsubjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: joe}]\n',
    'rc': 'apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\naliases:\n- name: crns\n  command: create namespace\n  appendArgs: [rc-ns]\n- name: getn\n  command: get\n  prependArgs: [namespace]\n  options: [{name: output, default: name}]\n- name: runx\n  command: run\n  options: [{name: image, default: nginx}, {name: labels, default: "app=test,env=test"}]\n  appendArgs: [rc-pod, "--", custom]\ndefaults:\n- command: apply\n  options: [{name: server-side, default: "true"}, {name: dry-run, default: server}]\n- command: delete\n  options: [{name: interactive, default: "true"}]\n- command: get\n  options: [{name: output, default: json}]\n', 'rc-bad': 'apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\nunknown: invalid\n', 'rc-version': 'apiVersion: kubectl.config.k8s.io/notexist\nkind: Preference\n', 'rc-empty': '', 'no': 'n\n', 'yes': 'y\n',
    'bad-config': '{apiVersion: v-1, kind: Config}', 'as-config': '{apiVersion: v1, kind: Config, clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}], users: [{name: uid, user: {as-uid: abc}}], contexts: [{name: c, context: {cluster: c, user: uid}}], current-context: c}', 'kubectl-hello': '#!/bin/sh\necho hello "$@"\n', 'kubectl-version': '#!/bin/sh\necho mine\n',
  },
  lines: `
# roles
get clusterroles/cluster-admin -o name
create clusterrole pod-admin --verb=* --resource=pods
delete clusterrole pod-admin -n test
create clusterrole pod-admin --verb=* --resource=pods
create clusterrole reader --verb=get,list --resource=pods,deployments.apps
create clusterrole named --verb=get,list --resource=pods --resource-name=foo
create clusterrole urls --verb=get --non-resource-url=/logs/* --non-resource-url=/healthz/*
create clusterrole summed --aggregation-rule=foo1=foo2
create clusterrole bad --verb=get --resource=bogus
create clusterrole bad --verb=fly --resource=pods
create clusterrole bad --resource=pods
create clusterrole bad --verb=get
create clusterrole bad --verb=get --resource=pods --non-resource-url=/x --resource-name=y
create clusterrole bad --verb=list --non-resource-url=/x
create clusterrole bad --aggregation-rule=a=b --verb=get
describe clusterrole reader urls
= clusterroles pod-admin reader named urls summed
create clusterrolebinding super --clusterrole=admin --user=super-admin
set subject clusterrolebinding super --user=foo
create clusterrolebinding users --clusterrole=admin --user=user-1 --user=user-2
create clusterrolebinding groups --clusterrole=admin --group=group-1 --group=group-2
set subject clusterrolebinding groups --group=foo
create clusterrolebinding sas --clusterrole=admin --serviceaccount=otherns:sa-name
set subject clusterrolebinding sas --serviceaccount=otherfoo:foo
set subject clusterrolebinding sas --serviceaccount=bad
set subject clusterrolebinding sas
set subject clusterrolebinding sas --user=u --dry-run=client -o yaml
set subject clusterrolebinding sas --user=u --dry-run=server
create clusterrolebinding bad
create clusterrolebinding bad --clusterrole=x --serviceaccount=y
describe clusterrolebinding super users
= clusterrolebindings super users groups sas
delete clusterrolebinding super users groups sas
delete clusterrole pod-admin reader named urls summed
create rolebinding admin --clusterrole=admin --user=default-admin
set subject rolebinding admin --user=foo
create rolebinding local --role=local --group=the-group
create rolebinding sarole --role=local --serviceaccount=otherns:sa-name
create rolebinding bad --role=x --clusterrole=y
create rolebinding bad
set subject rolebinding --all --user=test-all
create role pod-admin --verb=* --resource=pods
create role bad --verb=* --resource=invalid-resource
create role group-reader --verb=get,list --resource=deployments.apps
create role bad --verb=get --resource=deployments.invalid-group
create role sub-reader --verb=get,list --resource=pods/status
create role group-sub --verb=get,list --resource=replicasets.apps/scale
create role bad --verb=get --resource=rs.invalid-group/scale
create role named --verb=get,list --resource=pods --resource-name=foo
create role several --verb=get,list,get --resource=pods/status,deployments.apps
get rolebindings,roles
describe role several
= roles,rolebindings
auth reconcile -f rbac.yaml
auth reconcile -f rbac-2.yaml --dry-run=client
auth reconcile -f rbac-2.yaml
auth reconcile -f rbac-2.yaml --remove-extra-permissions --remove-extra-subjects
auth reconcile -f pod.yaml
auth reconcile
= roles recon
delete roles,rolebindings --all
# who may do what
auth can-i get pods
auth can-i get pods --as=bob
auth can-i get pods --as=bob -q
auth can-i fly pods
auth can-i get bogus
auth can-i get /logs/
auth can-i get
auth can-i --list --as=bob
auth can-i get pods --subresource=log --as=system:serviceaccount:kube-system:default
auth can-i '*' '*' --as=x --as-group=system:masters
auth whoami -o json --as=bob --as-group=g1 --as-uid=7
create -f sar.json --validate=false
create -f sar.json -o 'jsonpath={.status.allowed}'
get pods --as-group=foo
get pods --as=nobody
get pods --as-uid=7
create -f csr.yaml --as=user1
# certificates
create -f csr.yaml
get csr asks -o 'jsonpath={.status.conditions[*].type}'
get csr
certificate approve asks
certificate approve asks
certificate deny asks
certificate approve asks --force
get csr asks -o 'jsonpath={.status.conditions[*].type} {.status.conditions[*].message}'
describe csr asks
delete -f csr.yaml
create -f csr-2.yaml --as=user1 --as-group=group2 --as-group=group1 --as-group=,,,odd --as-group=system:masters
get csr asks-2 -o 'jsonpath={.spec.username} {.spec.groups}'
certificate deny -f csr-2.yaml
certificate approve -f csr-2.yaml
certificate approve
certificate approve nobody
= csr asks-2
delete csr asks-2
# nodes
taint node worker-1 --dry-run=client dedicated=foo:PreferNoSchedule
taint node worker-1 --dry-run=server dedicated=foo:PreferNoSchedule
taint node worker-1 dedicated=foo:PreferNoSchedule
taint node worker-1 dedicated=foo:PreferNoSchedule
taint node worker-1 dedicated=bar:PreferNoSchedule
taint node worker-1 dedicated=bar:PreferNoSchedule --overwrite
get node worker-1 -o 'jsonpath={.spec.taints}'
taint node worker-1 dedicated-
taint node worker-1 dedicated:PreferNoSchedule
get node worker-1 --show-managed-fields -o 'jsonpath={.metadata.managedFields[*].manager}'
taint node worker-1 --dry-run=client dedicated-
taint node worker-1 --dry-run=server dedicated-
taint node worker-1 dedicated:PreferNoSchedule-
taint node worker-1 dedicated-
taint node worker-1 bad
taint node worker-1 a=b:Bogus
taint node worker-1
taint node
taint pods x a=b:NoSchedule
taint nodes -l no=one a=b:NoSchedule
taint node nowhere a=b:NoSchedule
cordon worker-1 --dry-run=client
cordon worker-1 --dry-run=server
drain worker-1 --dry-run=client --force --ignore-daemonsets --delete-emptydir-data --pod-selector=no=one
create -f held.yaml
drain worker-2 --pod-selector 'n in (1)' --dry-run=client --force
drain worker-2 --pod-selector 'n in (1)' --dry-run=server --force
drain worker-2 --pod-selector 'n in (1)'
drain worker-2 --force --pod-selector 'n in (1)'
get pods -l kind=held -o name
uncordon worker-2
uncordon worker-2
uncordon worker-2 --dry-run=client
label node worker-2 test=label
drain worker-2 --selector test=label
drain --force --pod-selector kind=held --selector test=label --chunk-size=1 --dry-run=client
drain
drain nowhere
drain worker-2 worker-1 --dry-run=client --pod-selector=kind=held --force
cordon
cordon --selector=
cordon --selector test=label
cordon --selector invalid=label
get node worker-2 -o 'jsonpath={.spec.unschedulable}'
uncordon worker-2
label node worker-2 test-
patch nodes worker-1 -p '{"spec":{"unschedulable":true}}'
patch nodes worker-1 -p '{"spec":{"unschedulable":null}}'
get node worker-1 -o 'jsonpath={.spec.unschedulable}'
describe nodes nowhere
delete pods --all --now
# storage
create -f pv.yaml
get pv
describe pv vol-a
create -f pv-2.yaml
delete pv -n test vol-a vol-b
create -f pvc.yaml
get pvc
describe pvc claim
delete pvc claim
create -f sc.json
get sc made
describe sc made
delete storageclass made
# deleting everywhere
create namespace one
create namespace two
create configmap one -n one
create configmap two -n two
label configmap one -n one deletetest=true
label configmap two -n two deletetest=true
delete configmap --dry-run=client -l deletetest=true --all-namespaces
delete configmap --dry-run=server -l deletetest=true --all-namespaces
get configmap -l deletetest -A -o name
delete configmap -l deletetest=true --all-namespaces
delete configmap -l deletetest=true --all-namespaces
delete configmap
delete configmap --all x
delete configmap nothing
delete bogus x
delete
delete cm/a -n one svc/b
delete ns one two --wait=false
create -f pod.yaml
delete pod bounded --interactive < no
delete pod bounded -i --now < yes
delete pod bounded --interactive --ignore-not-found
# configuration
config set-cluster tc --server=https://does-not-work
config set clusters.tc.certificate-authority-data raw --set-raw-bytes
config view --raw -o 'jsonpath={.clusters[?(@.name == "tc")].cluster.certificate-authority-data}'
config set clusters.tc.certificate-authority-data cmF3
config view --raw -o 'jsonpath={.clusters[?(@.name == "tc")].cluster.certificate-authority-data}'
config set '{.clusters[?(@.name == "tc")].cluster.server}' https://other
config set-cluster tc1 --certificate-authority ca.crt
config set-cluster tc2 --embed-certs --certificate-authority ca.crt
config set-cluster tc3 --embed-certs
config set-credentials u1 --client-certificate=ca.crt --client-key=key.pem
config set-credentials u2 --client-certificate=ca.crt --client-key=key.pem --embed-certs=true
config set-credentials u3 --token=abc --username=x
config set-credentials u3 --username=x --password=y
config set-context ctx --cluster=tc --user=u1 --namespace=n
config get-contexts
config get-contexts -o name
config get-contexts nowhere
config current-context
config use-context nowhere
config rename-context ctx renamed
config rename-context nowhere x
config delete-context renamed
config delete-cluster tc3
config delete-cluster nowhere
config delete-user u3
config get-users
config unset users.u1
config unset nothing.there
config set a.b.c d
config view
config view --minify --context=nowhere
get pod --context= --kubeconfig=missing
get pod --user= --kubeconfig=missing
get pod --context=missing-context
get pod --cluster=missing-cluster
get pod --user=missing-user
get pods --kubeconfig=bad-config
get pods --kubeconfig=as-config
get pods --request-timeout=bogus
# preferences
crns --kuberc=rc
getn --kuberc=rc rc-ns
getn rc-ns --output=wide --no-headers --kuberc=rc
runx --kuberc rc
get pod/rc-pod -o 'jsonpath={.spec.containers[0].image} {.spec.containers[0].args} {.metadata.labels}' --kuberc=rc
apply -f pod.yaml --kuberc=rc
delete pod/rc-pod --kuberc=rc < no
delete pod/rc-pod --interactive=false --now --kuberc=rc
KUBECTL_KUBERC=false getn --kuberc=rc
KUBERC=off getn --kuberc=rc
getn
get ns rc-ns --kuberc=rc-empty
get ns rc-ns --kuberc=nowhere
delete ns rc-ns --wait=false
# plugins, mistakes, versions
plugin list --name-only
plugin list
list
get pod/no-such-pod
bogus
get bogus --no-such-flag
get -x
version --client -o bogus
version --client=false --output=json --short
cluster-info extra
top pods bogus
top nodes --sort-by=bogus
events --for=Cronjob/pi
events --for=bogus
events --types=Bogus
events -n nowhere --no-headers
logs
logs nobody
logs pod/nobody -c x
attach nobody
port-forward nobody 80
port-forward
cp a b
cp nobody:/x y
proxy --port=bogus
completion tcsh
completion
alpha
wait
kustomize nowhere
kustomize a b
`,
}
