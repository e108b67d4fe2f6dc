/** upstream: test/cmd/core.sh (pods, config maps, secrets, service accounts, namespaces), create.sh, run.sh, exec.sh, debug.sh */
import type { Area } from '../area'
import { DEPLOYMENT, LIMITED_POD, POD } from './shared'

const TWO = `${LIMITED_POD}---\n${POD}`
const pem = (kind: string): string => `-----BEGIN ${kind}-----\nQUJD\n-----END ${kind}-----\n`

export const pods: Area = {
  name: 'pods',
  files: {
    'pod.yaml': LIMITED_POD, 'solo.yaml': POD, 'two.yaml': TWO, 'sed.sh': '#!/bin/sh\nsed -i "s/mock/modified/g;s/image: nginx:1.25/image: nginx:1.26/" "$1"\n', 'wrong.sh': '#!/bin/sh\nsed -i "s/name: bounded/name: renamed/" "$1"\n', 'patch.yaml': 'spec:\n  containers:\n  - name: serve\n    image: changed:yaml\n', 'patch.json': '{"metadata":{"labels":{"from":"file"}}}',
    'mock.json': '{"kind":"Service","apiVersion":"v1","metadata":{"name":"mock","labels":{"app":"mock"}},"spec":{"ports":[{"port":99}],"selector":{"app":"mock"}}}\n{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"mock"}}\n',
    'large.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: precise}\nspec:\n  activeDeadlineSeconds: 2147483647\n  terminationGracePeriodSeconds: 2147483646\n  containers: [{name: c, image: nginx}]\n', 'node.json': '{"kind":"Node","apiVersion":"v1","metadata":{"name":"bare"}}', 'node-2.json': '{"kind":"Node","apiVersion":"v1","metadata":{"name":"bare","annotations":{"a":"b"},"resourceVersion":"0"}}',
    'forced.yaml': LIMITED_POD.replace('name: serve', 'name: served'), 'changed.yaml': LIMITED_POD.replace('name: serve', 'name: other'), 'some/a.yaml': POD.replace('solo-label', 'a').replace('name: solo', 'name: picked').replace('{name', '{pick: me, name'), 'some/b.yaml': POD.replace('name: solo', 'name: unpicked'),
    'env.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: env}\nspec:\n  containers:\n  - name: c\n    image: busybox\n    command: [sleep, infinity]\n    env:\n    - {name: ONE, valueFrom: {secretKeyRef: {name: hidden, key: key-1}}}\n    - {name: TWO, valueFrom: {configMapKeyRef: {name: shown, key: key-2}}}\n    - {name: THREE, valueFrom: {fieldRef: {fieldPath: metadata.name}}}\n',
    'mixed.json': '{"kind":"Secret","apiVersion":"v1","metadata":{"name":"strings"},"data":{"k1":"djE=","k2":""},"stringData":{"k2":"v2"}}', 'docker.json': '{"auths":{"http://foo.example.com":{"username":"foo","password":"bar"}}}', 'tls.crt': pem('CERTIFICATE'), 'tls.key': pem('PRIVATE KEY'), 'text.txt': 'some text\n', 'more.env': 'A=1\n# no\nB=two words\n', 'dir/one': '1', 'dir/two': '2',
    'deployment.yaml': DEPLOYMENT, 'review.json': '{"kind":"TokenReview","apiVersion":"authentication.k8s.io/v1","metadata":{},"spec":{"token":"none"}}',
  },
  lines: `
# config maps
create configmap plain --dry-run=client --from-literal=key1=value1
create configmap plain --dry-run=server --from-literal=key1=value1
create configmap plain --from-literal=key1=value1 -o yaml
create configmap plain --from-literal=key1=value1
create configmap files --from-file=text.txt --from-file=named=text.txt --from-file=dir
create configmap envs --from-env-file=more.env
create configmap bad --from-literal=key1
create configmap bad --from-file=nowhere
create configmap bad --from-file=a=b=c
create configmap bad --from-env-file=more.env --from-literal=a=b
create configmap bad --from-literal=a=1 --from-literal=a=2
create configmap UPPER
create configmap
create configmap hashed --from-literal=a=b --append-hash
= configmaps plain files envs
describe configmap files
delete configmap plain files envs
# create from files
create --dry-run=client -f pod.yaml
create --dry-run=server -f pod.yaml
create -f some -l pick=me
create
create -f pod.yaml extra
create --raw /api/v1/namespaces -f solo.yaml
create --raw /api/v1/namespaces -f solo.yaml --edit
create --raw /api/v1/namespaces/pods/configmaps -f mock.json
create -f nowhere.yaml
delete pods picked --now
# pods: made, looked at, deleted in each way
create -f pod.yaml
create -f pod.yaml
get pods
get pod bounded -o name
get pod/bounded -o name
get pods/bounded -o name
get --show-managed-fields -f pod.yaml -o 'jsonpath={.metadata.managedFields[*].manager}'
describe pods bounded
describe pods bounded --show-events=false
describe pods -l name=bounded --show-events=true
describe pods nobody
describe pod bounded --chunk-size=1
get pods --field-selector metadata.name=bounded
get pods --field-selector status.phase=Running
get pods --field-selector spec.nodeName=nowhere
get pods --field-selector bogus=x
delete pods
delete --all pods -l name=bounded
delete pods bounded --grace-period=0 --force
get pods
create -f pod.yaml
delete pod bounded --now
create -f pod.yaml
delete pod bounded --grace-period=0
create -f pod.yaml
delete -f pod.yaml --grace-period=0 --force
delete -f pod.yaml
delete -f pod.yaml --ignore-not-found
create -f pod.yaml
delete pods -l 'name in (bounded)' --grace-period=0 --force
delete pods -l 'name in (bounded)'
create -f two.yaml
get pods -o name
delete pods bounded solo --now
create -f two.yaml
delete --all pods --now --wait=false
wait --for=delete pod/bounded pod/solo --timeout=60s
# labels and annotations
create -f pod.yaml
label pods bounded new-name=new --dry-run=client
label pods bounded new-name=new --dry-run=server
get pod bounded -o 'jsonpath={.metadata.labels}'
label pods bounded new-name=new
label pods bounded empty=
annotate pods bounded empty= --dry-run=client
annotate pods bounded empty= --dry-run=server
annotate pods bounded empty=
label pods bounded record=true --record=true
label pods bounded other=true --record=false
label pods bounded third=true --record=true
get pod bounded -o 'jsonpath={.metadata.labels} {.metadata.annotations}'
get pod bounded --show-managed-fields -o 'jsonpath={.metadata.managedFields[*].manager}'
label pods bounded name=again
label --overwrite pods --all name=again
label pods bounded name-
label pods bounded name-
label pods bounded 'bad value=x y'
label pods bounded 'ok=x y'
label pods bounded
label pods bounded a=b a-
label pods bounded a=b --resource-version=1
label --local --overwrite -f solo.yaml name=local -o yaml
annotate --local -f solo.yaml key=local -o yaml
annotate -f solo.yaml key=value
annotate pods bounded key=value --all
annotate pods bounded note="with blanks" other='{"json":true}'
annotate pods bounded note=again
annotate pods bounded note- other- nothere-
= pods bounded
delete pods -l new-name=new --grace-period=0 --force
# numbers keep their precision
create -f large.yaml
patch pod precise -p '{"metadata":{"annotations":{"k":"v"}}}'
label pods precise l=v
get pod precise -o 'jsonpath={.spec.activeDeadlineSeconds} {.spec.terminationGracePeriodSeconds}'
delete pod precise --grace-period=0 --force
# create --edit
EDITOR=sed.sh create --edit -f mock.json
= services,configmaps modified
delete service/modified configmap/modified
EDITOR=true create --edit -f pod.yaml -o json
# patch
create -f pod.yaml
patch --local -f solo.yaml --patch '{"spec":{"restartPolicy":"Never"}}' -o yaml
patch pod bounded -p '{"metadata":{"labels":"invalid"}}'
patch pod bounded -p '{"metadata":{"labels":{"name":"bounded"}}}'
patch pod bounded --record -p '{"spec":{"containers":[{"name":"serve","image":"nginx:1"}]}}'
patch pod bounded --type=json -p '[{"op":"replace","path":"/spec/containers/0/image","value":"nginx:2"}]'
patch pod bounded --type=json -p '[{"op":"replace","path":"/spec/nope/0","value":"nginx:2"}]'
patch pod bounded --type=json -p '{"op":"replace"}'
patch pod bounded --type=merge -p '{"metadata":{"annotations":{"m":"erge"}}}'
patch pod bounded --type=bogus -p '{}'
patch pod bounded --dry-run=client -p '{"spec":{"containers":[{"name":"serve","image":"no"}]}}'
patch pod bounded --dry-run=server -p '{"spec":{"containers":[{"name":"serve","image":"no"}]}}'
patch pod bounded --patch-file=patch.yaml
patch -f pod.yaml --patch-file=patch.json
patch -f pod.yaml -p '{"spec":{"containers":[{"name":"serve","image":"pause:3.5"}]}}' -o name
patch pod bounded -p '{"spec":{"containers":[{"name":"serve","image":"nginx:1.25"}]},"metadata":{"resourceVersion":"1"}}'
patch pod bounded -p '{"spec":{"nodeName":"elsewhere"}}'
patch pod bounded -p 'not: [json'
patch pod bounded
patch pod bounded -p ''
patch pod bounded -p '{"spec":{"containers":[{"name":"serve","image":"nginx:1.25"}]}}'
patch pod bounded --subresource=status -p '{"status":{"message":"told"}}'
patch pod bounded --subresource=bogus -p '{}'
= pods bounded
# replace
replace -f forced.yaml
replace --force -f forced.yaml
get pod bounded -o 'jsonpath={.spec.containers[0].name}'
replace --grace-period=1 -f forced.yaml
replace --timeout=1s -f forced.yaml
replace -f solo.yaml
replace
replace --raw /api/v1/namespaces/pods/configmaps/none -f mock.json
create -f node.json
replace --dry-run=server -f node-2.json
replace --dry-run=client -f node-2.json
replace -f node-2.json
get node bare -o 'jsonpath={.metadata.annotations.a}'
delete node bare
# edit
EDITOR=sed.sh edit pods/bounded --output-patch=true
get pods bounded -o 'jsonpath={.spec.containers[0].image}'
EDITOR=true edit pod/bounded
EDITOR=wrong.sh edit pod/bounded
EDITOR=false edit pod/bounded
edit pod/nobody
edit pods -l no=one
edit
delete pods --all --now
# secrets
create secret generic hidden --dry-run=client --from-literal=foo=bar -o 'jsonpath={.metadata.namespace}' --namespace=other
create secret generic hidden --dry-run=client --from-literal=foo=bar -o 'jsonpath={.metadata.namespace}'
create secret generic hidden --from-literal=key1=value1 --dry-run=client -o yaml --server=example.com
create secret generic hidden --from-literal=key-1=value1 --type=test-type
create secret docker-registry pull --docker-username=user --docker-password=pass --docker-email=user@test.com
create secret docker-registry pull-file --from-file=.dockerconfigjson=docker.json
create secret docker-registry pull --docker-username=user
create secret tls tls --key=tls.key --cert=tls.crt
create secret tls tls --key=tls.key
create secret generic shown-once --from-literal=key1=value1 --output=go-template --template={{.metadata.name}}:
create -f mixed.json
= secrets
describe secrets hidden pull
delete secret strings pull pull-file shown-once
# a pod's environment
create configmap shown --from-literal=key-2=value2
create -f env.yaml
describe pod env
delete pod env --now
delete configmap shown
# budgets, priorities, quotas
create pdb b1 --dry-run=client --selector=app=rails --min-available=2
create pdb b1 --dry-run=server --selector=app=rails --min-available=2
create pdb b1 --selector=app=rails --min-available=2
create pdb b2 --selector=app=rails --min-available=50%
create pdb b3 --selector=app=rails --max-unavailable=2
create pdb b4 --selector=app=rails --max-unavailable=50%
create pdb b5 --selector=app=rails --min-available=2 --max-unavailable=3
create pdb b5 --selector=app=rails
create pdb b5 --min-available=2
get pdb
describe pdb b2
delete pdb b1 b2 b3 b4
create priorityclass mild --dry-run=client
create priorityclass mild --dry-run=server
create priorityclass mild --value=5 --description=soft --preemption-policy=Never
get priorityclass mild
describe priorityclass mild
create priorityclass mild
delete priorityclass mild
create quota few --dry-run=client
create quota few --dry-run=server
create quota few --hard=pods=2,cpu=1 --scopes=BestEffort
create quota few --hard=pods=2 --scopes=BestEffort
create quota bad --hard=pods
get quota
describe quota few
delete quota few
# service accounts and namespaces
create serviceaccount sa --dry-run=client
create serviceaccount sa --dry-run=server
create serviceaccount sa
describe serviceaccount sa
delete serviceaccount sa
get ns/mine
create namespace mine --dry-run=client
create namespace mine --dry-run=server
create namespace mine
create namespace mine
create namespace Mine
create namespace
describe namespace mine
delete namespace mine --wait=false
wait --for=delete ns/mine --timeout=60s
create namespace mine
delete namespace -n mine mine
create ns second
create -f pod.yaml -n second
get pods -n second
get pods --namespace=second -o name
get pod bounded --all-namespaces
get pods -A -l name=bounded
delete pod bounded -n second --now
delete ns second
# run and exec
run solo-run --image=nginx --dry-run=client
run solo-run --image=nginx --dry-run=server
run solo-run --image=nginx --port=80 --expose --dry-run=client
run solo-run --image=nginx --port=80 --expose
= pods,services -l run=solo-run
expose pod solo-run --port=1000 --target-port=80 --name=exposed --overrides '{"metadata":{"annotations":{"zone":"work"}}}'
get service exposed -o 'jsonpath={.metadata.annotations}'
delete service exposed solo-run
run bad --image=InvalidImageName
run --image=nginx
run bad
run bad --image=nginx --restart=Sometimes
run Bad --image=nginx
run args --image=busybox --restart=Never --env=A=1 --env=B=2 --labels=x=y -- sh -c 'echo $A$B'
get pod args -o 'jsonpath={.spec.containers[0].args} {.metadata.labels} {.spec.restartPolicy}'
logs args
run cmd --image=busybox --command --dry-run=client -o yaml -- sleep 5
exec nobody -- date
exec -f two.yaml -- echo test
exec solo-run echo hi
exec solo-run
exec foo/bar -- date
exec deployments/bar -- date
exec configmap/kube-root-ca.crt -- date
exec pods/solo-run -c nope -- date
# debug
debug solo-run -it --image=busybox --attach=false -c debugger
get pod/solo-run -o 'jsonpath={.spec.ephemeralContainers[*].name}'
debug solo-run -it --copy-to=copied --image=busybox --container=extra --attach=false
get pod/copied -o 'jsonpath={.spec.containers[*].name} {.spec.containers[*].image} {.spec.shareProcessNamespace}'
debug solo-run --image=busybox --container=solo-run --copy-to=changed -- sleep 1m
get pod/changed -o 'jsonpath={.spec.containers[*].name} {.spec.containers[*].image} {.spec.containers[*].command}'
debug solo-run --profile=restricted --image=busybox --attach=false -c held
get pod/solo-run -o 'jsonpath={.spec.ephemeralContainers[*].securityContext}'
debug solo-run --profile=bogus --image=busybox --attach=false
debug solo-run --image=busybox --copy-to=replaced --replace -c extra --attach=false
get pods -o name
debug node/worker-1 --image=busybox --attach=false --profile=sysadmin -- true
debug nobody --image=busybox
debug --image=busybox
debug copied
delete pods --all --now
create -f review.json --validate=false
`,
}
