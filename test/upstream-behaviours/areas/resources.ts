/** upstream: test/cmd/get.sh, generic-resources.sh, crd.sh, discovery.sh, template-output.sh, old-print.sh, request-timeout.sh */
import type { Area } from '../area'
import { DAEMON_SET, DEPLOYMENT, LIMITED_POD, POD, REPLICA_SET, SERVICE, definition } from './shared'

const PAIR = 'apiVersion: v1\nkind: Service\nmetadata: {name: mock, labels: {app: mock, status: new}}\nspec: {ports: [{port: 99}], selector: {app: mock}}\n---\napiVersion: v1\nkind: ReplicationController\nmetadata: {name: mock, labels: {app: mock, status: new}}\nspec:\n  replicas: 1\n  selector: {app: mock}\n  template: {metadata: {labels: {app: mock}}, spec: {containers: [{name: c, image: "nginx:1.25"}]}}\n'
const asList = (kind: string, item: string): string => `{"kind":"${kind}","apiVersion":"v1","items":[${item},${item.replaceAll('"one"', '"two"')}]}`
const pod = (n: number, status = 'new'): string => `apiVersion: v1\nkind: Pod\nmetadata: {name: busybox${n}, labels: {app: busybox${n}, status: ${status}}}\nspec: {containers: [{name: c, image: busybox, command: [sleep, "3600"]}]}\n`
const BROKEN = 'apiVersion: v1\nind: Pod\nmetadata: {name: busybox2}\nspec: {containers: [{name: c, image: busybox}]}\n'
const TYPED = '{type: object, properties: {spec: {type: object, properties: {size: {type: integer, minimum: 1}, tags: {type: array, items: {type: string}}}}, someField: {type: string}, status: {type: object, x-kubernetes-preserve-unknown-fields: true}}}'

export const resources: Area = {
  name: 'resources',
  files: {
    'pod.yaml': LIMITED_POD, 'two.yaml': `${LIMITED_POD}---\n${POD}`, 'pair.yaml': PAIR, 'pair-2.yaml': PAIR.replaceAll('status: new', 'status: replaced'), 'pair.json': PAIR, 'maps.json': asList('ConfigMapList', '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"one"},"data":{"a":"b"}}'), 'list.json': asList('List', '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"one"},"data":{"a":"b"}}'),
    'tree/a.yaml': pod(0), 'tree/in/b.yaml': pod(1), 'tree/in/broken.yaml': BROKEN, 'tree/in/note.txt': 'x', 'tree-2/a.yaml': pod(0, 'replaced'), 'tree-2/in/b.yaml': pod(1, 'replaced'), 'tree-2/in/broken.yaml': BROKEN, 'status.sh': '#!/bin/sh\nsed -i "s/status: replaced/status: edited/g" "$@"\n',
    'foos.yaml': definition('foos', 'Foo', ', singular: foo, shortNames: [fo]'), 'things.yaml': definition('things', 'Stuff', ', singular: thing'), 'sized.yaml': definition('sizes', 'Size', ', categories: [all, shop]', 'Namespaced', TYPED, '    additionalPrinterColumns: [{name: Size, type: integer, jsonPath: .spec.size}, {name: Tags, type: string, jsonPath: ".spec.tags[*]", priority: 1}]\n    subresources: {status: {}, scale: {specReplicasPath: .spec.size, statusReplicasPath: .status.size}}\n'),
    'globe.yaml': definition('globes', 'Globe', '', 'Cluster'), 'foo.yaml': 'apiVersion: shop.example.com/v1\nkind: Foo\nmetadata: {name: test}\nsomeField: field1\notherField: field2\nnestedField: {someSubfield: subfield1, otherSubfield: subfield2}\n', 'foo-2.yaml': 'apiVersion: shop.example.com/v1\nkind: Foo\nmetadata: {name: test}\nsomeField: field1\nnestedField: {someSubfield: changed, newSubfield: subfield3}\n',
    'stuff.yaml': 'apiVersion: shop.example.com/v1\nkind: Stuff\nmetadata: {name: mine}\n', 'size.yaml': 'apiVersion: shop.example.com/v1\nkind: Size\nmetadata: {name: big}\nspec: {size: 3, tags: [a, b]}\n', 'size-bad.yaml': 'apiVersion: shop.example.com/v1\nkind: Size\nmetadata: {name: small}\nspec: {size: 0, tags: x}\n', 'size-odd.yaml': 'apiVersion: shop.example.com/v1\nkind: Size\nmetadata: {name: odd}\nspec: {size: 1, colour: red}\n',
    'foos-list.yaml': 'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: shop.example.com/v1, kind: Foo, metadata: {name: l1}, someField: a}\n- {apiVersion: shop.example.com/v1, kind: Stuff, metadata: {name: l2}, someField: a}\n', 'globe.json': '{"apiVersion":"shop.example.com/v1","kind":"Globe","metadata":{"name":"earth"}}', 'deployment.yaml': DEPLOYMENT, 'ds.yaml': DAEMON_SET, 'rs.yaml': REPLICA_SET, 'svc.yaml': SERVICE, 'rbac.yaml': 'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: testing-r}\nrules: [{apiGroups: [""], resources: [pods], verbs: [get]}]\n',
    'columns.txt': 'NAME KIND\nmetadata.name kind\n', 'template.txt': '{{range .items}}{{.metadata.name}}:{{end}}', 'path.txt': '{.items[*].metadata.name}',
  },
  lines: `
# get of nothing
get pods abc
get pods abc -o name
get pods abc -o json
get pods
get pods -o wide
get pods -o json
get pods -o yaml
get pods -o name
get pods -o 'jsonpath={.items}'
get pods -o 'go-template={{.items}}'
get pods -o custom-columns=NAME:.metadata.name
get pods --ignore-not-found
get pods abc --ignore-not-found
get pods abc --ignore-not-found -o yaml
get foobar
get unknownresourcetype abc
get
get pods/
get pods abc/def
get pods abc svc/def
get pods,svc abc
get all
get all --ignore-not-found
get bogus,pods
get pods.v1
get pods.v1. -o name
get pods.v2.
get deployments.apps
get deployments.v1.apps
get deployments.bogus
get deploy.app
# get of something, in all forms
create -f pod.yaml
get pods -o json
get pod bounded -o yaml
get pod bounded -o wide
get pod bounded --show-labels
get pod bounded -L name,other
get pod bounded --show-kind
get pod bounded --no-headers
get pod bounded -o 'jsonpath={.missing}'
get pod bounded -o 'go-template={{.missing}}'
get pod bounded --template={{.metadata.name}}:
get sa default --allow-missing-template-keys=false -o 'jsonpath={.missing}'
get sa default --allow-missing-template-keys=false -o 'go-template={{.missing}}'
get sa default --allow-missing-template-keys=false --template={{.missing}}
get pod bounded -o 'jsonpath={.metadata'
get pod bounded -o 'jsonpath={.metadata.name}{"\\n"}'
get pod bounded -o 'go-template={{.metadata.name'
get pod bounded -o jsonpath
get pod bounded -o jsonpath=
get pod bounded -o go-template
get pod bounded -o custom-columns
get pod bounded -o custom-columns=BAD
get pod bounded -o custom-columns=NAME:.metadata.name,IMAGES:.spec.containers[*].image,NONE:.none
get pod bounded -o custom-columns-file=columns.txt
get pods -o go-template-file=template.txt
get pods -o jsonpath-file=path.txt
get pods -o jsonpath-file=nowhere
get pod bounded -o jsonpath-as-json={.metadata.labels}
get pod bounded -o bogus
get pod bounded -o name --show-labels
get pod bounded --subresource=status
get pod bounded --subresource=scale
get pod bounded --subresource=bogus -o name
get pods --sort-by={metadata.name}
get pods --sort-by=metadata.creationTimestamp
get pods --sort-by={.metadata.none}
get pods --sort-by={.spec.containers[0].image} -o name
get pods bounded --sort-by=bogus[
get pods --server-print=false
get pod bounded --server-print=false -o wide
get pods --request-timeout=1
get pods --request-timeout=1p
get pods -w --request-timeout=1
get pods --watch-only --request-timeout=1
get pods/invalid -w --request-timeout=1
get pods/bounded -o name -w --request-timeout=1
get -f pair.yaml --watch
get pods,svc -w
get pods -l name=bounded -o name
get pods -l 'name in (bounded,other),!x' -o name
get pods -l 'name notin (bounded)' -o name
get pods -l name==bounded --field-selector=metadata.namespace=resources -o name
get pods -l 'bad selector'
get pods bounded -l name=bounded
get -l name=bounded
get namespaces --chunk-size=1 --no-headers -l 'kubernetes.io/metadata.name in (default,kube-system,resources)'
get ns default kube-system -o name
get nodes/worker-1 svc/kubernetes -n default -o name
get nodes -o 'jsonpath={range .items[*]}{.metadata.name}{" "}{end}'
get -f two.yaml -o 'jsonpath={..metadata.name}'
get -f two.yaml --ignore-not-found -o name
get -f nowhere.yaml
get -f pod.yaml -f svc.yaml -o name
get --raw /api/v1/namespaces/resources/pods/none
get --raw /version/nothing
get --raw /healthz
get --raw /api/v1 pods
get pod bounded --output-watch-events
get pods --all-namespaces --field-selector=metadata.namespace=resources -o name
delete pod bounded --now
# several kinds from files of several sorts
create -f pair.yaml
get -f pair.yaml -o name
describe -f pair.yaml
replace -f pair-2.yaml --force --cascade
get -f pair.yaml -o 'jsonpath={.items[*].metadata.labels.status}'
EDITOR=status.sh edit -f pair.yaml
get -f pair.yaml -o 'jsonpath={.items[*].metadata.labels.status}'
label -f pair.yaml labeled=true --overwrite
annotate -f pair.yaml annotated=true --overwrite
get svc,rc -l labeled=true -o name
get services,rc mock -o name
get svc/mock rc/mock
delete -f pair.yaml
create -f - < pair.json
delete -f - < pair.json
create -f maps.json
get -f maps.json
label -f maps.json a=b
get -f maps.json -o name
delete -f maps.json
create -f list.json
get -f list.json -o 'jsonpath={.items[*].metadata.name}'
patch -f list.json -p '{"data":{"x":"y"}}'
delete -f list.json
# folders
create -f tree
delete -f tree
create -f tree --recursive
get pods -o name
replace -f tree-2 --recursive
get pods -o 'jsonpath={.items[*].metadata.labels.status}'
describe -f tree --recursive --show-events=false
annotate -f tree key=value --recursive
apply -f tree-2 --recursive
get -f tree --recursive -o 'go-template={{range .items}}{{.metadata.name}}:{{end}}'
label -f tree mylabel=myvalue --recursive
patch -f tree -p '{"spec":{"containers":[{"name":"c","image":"busybox:2"}]}}' --recursive
scale --replicas=2 -f tree --recursive
EDITOR=true edit -f tree --recursive
get pods -o 'jsonpath={.items[*].spec.containers[0].image} {.items[*].metadata.annotations.key}'
autoscale -f tree --max=2 --recursive
expose -f tree --port=80 --recursive
set image -f tree c=busybox:3 --recursive
rollout pause -f tree --recursive
delete -f tree --recursive --now
delete svc busybox0 busybox1
# custom resources
create -f foos.yaml
create -f things.yaml
create -f sized.yaml
create -f globe.yaml
create -f foos.yaml
get crds -o name
describe crd sizes.shop.example.com
get foos
get things -o name
create -f stuff.yaml
get thing/mine -o name
get things/mine -o name
get stuff.shop.example.com/mine -o name
delete things mine --cascade=background
create -f foo.yaml
get fo
get foos.shop.example.com -o name
get foos.v1.shop.example.com -o name
get foos/test -o wide
get foos -o json
get foos/test -o yaml
get foos -o 'jsonpath={.items[*].someField}' --allow-missing-template-keys=false
get foos/test -o 'go-template={{.someField}}' --allow-missing-template-keys=false
patch foos/test -p '{"patched":"value1"}' --type=merge
patch foos/test -p '{"patched":null}' --type=merge --record
patch foos/test -p '{"patched":"value2"}'
patch --local -f foo.yaml -p '{"patched":"value3"}'
patch --local -f foo.yaml -p '{"patched":"value3"}' --type=merge -o json
patch foos/test -p '[{"op":"add","path":"/patched","value":"x"}]' --type=json
label foos --all listlabel=true
label foo/test itemlabel=true
annotate foos --all listannotation=true
describe foos
describe foo/test
edit foo/test
delete foos test --cascade=background
apply -f foo.yaml
apply -f foo.yaml
apply -f foo-2.yaml
get foos/test -o 'jsonpath={.nestedField} {.otherField}'
apply --server-side -f foo-2.yaml
KUBECTL_EXTERNAL_DIFF=true diff -f foo.yaml
replace -f foo.yaml
= foos
set image foo/test c=nginx
rollout restart foo/test
expose foo/test --port=80
autoscale foo/test --max=2
delete -f foo.yaml
apply -f foos-list.yaml
apply -f foos-list.yaml
delete -f foos-list.yaml
create -f size.yaml
create -f size-bad.yaml
create -f size-odd.yaml
create -f size-odd.yaml --validate=warn
get sizes
get sizes -o wide
get sizes --show-labels
get shop
get all -o name
scale size/big --replicas=5
get size big -o 'jsonpath={.spec.size}'
get size/big --subresource=scale
patch size big --subresource=status --type=merge -p '{"status":{"size":5}}'
patch size big --type=merge -p '{"spec":{"size":"x"}}'
patch size big --type=merge -p '{"status":{"size":7}}'
describe size big
= sizes
explain sizes.spec
explain sizes --recursive
explain sizes.none
explain sizes.spec.size
wait size/big --for=jsonpath={.status.size}=5 --timeout=5s
wait crd/sizes.shop.example.com --for=condition=Established --timeout=5s
create -f globe.json
get globes earth -n other
delete globe earth -n other
api-resources --api-group=shop.example.com
api-resources --api-group=shop.example.com -o name --verbs=list
api-resources --api-group=shop.example.com -o wide --namespaced=false
api-resources --categories=shop --no-headers
api-resources extra
api-resources -o bogus
delete crd foos.shop.example.com things.shop.example.com sizes.shop.example.com globes.shop.example.com
# explain
explain po.status.message
explain cronjob.spec.schedule
explain bogus
explain
explain pods.bogus
explain pods extra
explain deployment --api-version=apps/v9
explain pods.spec.restartPolicy --output=plaintext-openapiv2
# templates on all commands
create -f pod.yaml
patch --dry-run=client pods/bounded -p '{"patched":"value3"}' --type=merge --template={{.metadata.name}}:
label --dry-run=client pods/bounded label=value --template={{.metadata.name}}:
annotate --dry-run=client pods/bounded annotation=value --template={{.metadata.name}}:
apply --dry-run=client -f pod.yaml --template={{.metadata.name}}:
create -f pod.yaml --dry-run=client --template={{.metadata.name}}:
autoscale --max=2 -f deployment.yaml --dry-run=client --template={{.metadata.name}}:
expose -f rs.yaml --save-config --port=80 --target-port=8000 --dry-run=client --template={{.metadata.name}}:
run --dry-run=client --template={{.metadata.name}}: pi --image=perl --restart=OnFailure -- perl
taint node worker-1 dedicated=foo:PreferNoSchedule --template={{.metadata.name}}: --dry-run=client
apply set-last-applied -f pod.yaml --dry-run=client --create-annotation --template={{.metadata.name}}:
auth reconcile --dry-run=client -f rbac.yaml --template={{.metadata.name}}:
create clusterrole --template={{.metadata.name}}: --verb get mine --non-resource-url /logs/ --resource pods --dry-run=client
create clusterrolebinding foo --clusterrole=mine --template={{.metadata.name}}: --dry-run=client
create configmap cm --dry-run=client --template={{.metadata.name}}:
create deployment deploy --image=nginx --template={{.metadata.name}}:
create ns bar --dry-run=client --template={{.metadata.name}}:
create rolebinding foo --clusterrole=mine --dry-run=client --template={{.metadata.name}}:
create role --dry-run=client --template={{.metadata.name}}: --verb get myrole --resource pods
create quota foo --dry-run=client --template={{.metadata.name}}:
create priorityclass foo --dry-run=client --template={{.metadata.name}}:
create poddisruptionbudget foo --dry-run=client --selector=foo --min-available=1 --template={{.metadata.name}}:
create serviceaccount foo --dry-run=client --template={{.metadata.name}}:
set env pod/bounded --dry-run=client A=B --template={{.metadata.name}}:
set image pod/bounded --dry-run=client serve=nginx --template={{.metadata.name}}:
set resources pod/bounded --limits=memory=256Mi --dry-run=client --template={{.metadata.name}}:
set selector -f svc.yaml A=B --local --dry-run=client --template={{.metadata.name}}:
set serviceaccount pod/bounded deployer --dry-run=client --template={{.metadata.name}}:
create secret docker-registry foo --docker-username user --docker-password pass --docker-email foo@bar.baz --dry-run=client --template={{.metadata.name}}:
create secret generic foo --from-literal=key1=value1 --dry-run=client --template={{.metadata.name}}:
create service clusterip foo --dry-run=client --tcp=8080 --template={{.metadata.name}}:
create service externalname foo --dry-run=client --external-name=bar --template={{.metadata.name}}:
create service loadbalancer foo --dry-run=client --tcp=8080 --template={{.metadata.name}}:
create service nodeport foo --dry-run=client --tcp=8080 --template={{.metadata.name}}:
create ingress foo --rule=a.io/x=svc:80 --dry-run=client --template={{.metadata.name}}:
rollout pause deploy/deploy --template={{.metadata.name}}:
rollout history deploy/deploy --template={{.metadata.name}}:
rollout resume deploy/deploy --template={{.metadata.name}}:
rollout undo deploy/deploy --to-revision=1 --template={{.metadata.name}}:
config view --template={{.kind}}:
create configmap cm --dry-run=client --template={{.metadata.name}}: --output yaml
create configmap cm --dry-run=client --template={{.metadata.name
delete deployment deploy
delete pods --all --now
# tables of the client and of the server
apply -f ds.yaml
create -f rs.yaml
get ds
get ds --server-print=false
get rs
get rs --server-print=false
get nodes --server-print=false
get svc -A --server-print=false
delete ds each
delete rs fore
get events -o name --field-selector=reason=Nothing
`,
}
