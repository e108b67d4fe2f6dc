/** upstream: test/cmd/apps.sh, core.sh (services, replication controllers), batch.sh, wait.sh */
import type { Area } from '../area'
import { DAEMON_SET, DEPLOYMENT, LIMITED_POD, REPLICATION_CONTROLLER, REPLICA_SET, SERVICE, STATEFUL_SET, TWO_CONTAINERS } from './shared'

const scaled = (name: string, run: string): string => DEPLOYMENT.replace('name: shop\n', `name: ${name}\n`).replace('labels: {app: shop}', `labels: {run: ${run}}`).replaceAll('app: shop', `app: ${name}`).replace('replicas: 3', 'replicas: 1')

export const workloads: Area = {
  name: 'workloads',
  files: {
    'ds.yaml': DAEMON_SET, 'ds-2.yaml': DAEMON_SET.replace('pause:3.9"}', 'pause:3.10"}, {name: app, image: "busybox:1.36", command: [sleep, infinity]}'), 'deployment.yaml': DEPLOYMENT, 'deployment-2.yaml': DEPLOYMENT.replace('nginx:1.25', 'nginx:1.26'), 'user.yaml': DEPLOYMENT.replace('name: shop\n', 'name: user\n').replace('ports: [{containerPort: 80}]', 'securityContext: {runAsUser: 65534}'),
    'pair.yaml': TWO_CONTAINERS, 'sts.yaml': STATEFUL_SET, 'sts-2.yaml': STATEFUL_SET.replace('nginx:1.25"}', 'nginx:1.26"}, {name: side, image: "registry.k8s.io/pause:3.9"}'), 'rs.yaml': REPLICA_SET, 'rs-2.yaml': REPLICA_SET.replaceAll('fore', 'aft'), 'rc.yaml': REPLICATION_CONTROLLER, 'rc-2.yaml': REPLICATION_CONTROLLER.replaceAll('front', 'back'), 'pod.yaml': LIMITED_POD,
    'svc.yaml': SERVICE, 'svc-2.yaml': SERVICE.replaceAll('main', 'other'), 'scale-1.yaml': scaled('scale-1', 'hello'), 'scale-2.yaml': scaled('scale-2', 'hello'), 'scale-3.yaml': scaled('scale-3', 'bye'), 'no-selector.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: unselective}\nspec: {template: {spec: {containers: [{name: c, image: nginx}]}}}\n',
    'long.yaml': LIMITED_POD.replaceAll('bounded', 'a-name-that-is-much-longer-than-sixty-three-characters-and-goes-on-and-on'), 'ports.yaml': LIMITED_POD.replace('    resources:', '    ports: [{containerPort: 2380, name: server}, {containerPort: 2379}]\n    resources:').replaceAll('bounded', 'ported'), 'template.json': '{"kind":"PodTemplate","apiVersion":"v1","metadata":{"name":"nginx"},"template":{"metadata":{"labels":{"name":"nginx"}},"spec":{"containers":[{"name":"nginx","image":"nginx"}]}}}',
  },
  lines: `
# daemon sets
apply -f ds.yaml
get ds each -o 'jsonpath={.metadata.generation}'
apply -f ds.yaml
set image daemonsets/each '*=registry.k8s.io/pause:3.8'
set env daemonsets/each foo=bar
set resources daemonsets/each --limits=cpu=200m,memory=512Mi
get ds each -o 'jsonpath={.metadata.generation}'
get ds each --show-managed-fields -o 'jsonpath={.metadata.managedFields[*].manager}'
rollout restart daemonset/each
get ds each -o 'jsonpath={.metadata.generation}'
describe ds each
delete -f ds.yaml
apply -f ds.yaml --record
get controllerrevisions -o 'jsonpath={.items[*].metadata.annotations}'
rollout undo daemonset --to-revision=1
apply -f ds-2.yaml --record
rollout history daemonset
rollout history daemonset each --revision=2
rollout undo daemonset --dry-run=client
rollout undo daemonset --dry-run=server
rollout undo daemonset --to-revision=1
rollout status daemonset each --timeout=60s
rollout undo daemonset --to-revision=1000000
rollout undo daemonset
= daemonsets
delete -f ds.yaml
# deployments
create deployment made --image=nginx:test
get deploy made -o 'jsonpath={.spec.template.spec.containers[0].name} {.spec.revisionHistoryLimit}'
get deployment.apps -o 'jsonpath={.items[0].apiVersion}'
describe rs -l app=made
describe deployment made
delete deployment made
create deployment cmd --dry-run=client --image=nginx -- /bin/sleep infinity
create deployment cmd --dry-run=server --image=nginx -- /bin/sleep infinity
create deployment cmd --image=nginx --replicas=2 --port=80 -o yaml --dry-run=client -- /bin/sleep infinity
create deployment cmd --image=nginx --image=busybox -- sleep
create deployment cmd
create deployment --image=nginx
create deployment bad --image=Inv@lid
create -f user.yaml
delete deployment user
# what falls with it
create -f deployment.yaml
get rs -o 'jsonpath={.items[*].spec.replicas}'
delete deployment shop --cascade
get rs
create deployment kept --image=nginx
delete deployment kept --cascade=orphan
get deployments
get rs -o 'jsonpath={.items[*].spec.replicas}'
delete rs -l app=kept
delete deployment kept --cascade=bogus
# autoscaling
create -f deployment.yaml
autoscale deployment shop --dry-run=client --min=2 --max=3
autoscale deployment shop --dry-run=server --min=2 --max=3
autoscale deployment shop --min=2 --max=3
get hpa shop -o 'jsonpath={.spec.minReplicas} {.spec.maxReplicas} {.spec.metrics}'
delete hpa shop
autoscale deployment shop --max=2 --cpu-percent=70
get hpa shop -o 'jsonpath={.spec.minReplicas} {.spec.maxReplicas} {.spec.metrics}'
delete hpa shop
autoscale deployment shop --max=2 --cpu=70% --memory=500Mi
get hpa shop -o 'jsonpath={.spec}'
delete hpa shop
autoscale deployment shop
autoscale deployment shop --min=3 --max=2
autoscale configmap/x --max=2
autoscale deployment nope --max=2
# undoing
rollout undo deployment shop --to-revision=1
apply -f deployment-2.yaml
rollout undo deployment shop --dry-run=client
rollout undo deployment shop --dry-run=server
get deployment shop -o 'jsonpath={.spec.template.spec.containers[0].image}'
rollout undo deployment shop --to-revision=1
rollout undo deployment shop --to-revision=1000000
get deployment shop -o 'jsonpath={.spec.template.spec.containers[0].image}'
rollout undo deployment shop
rollout pause deployment shop
rollout pause deployment shop
rollout undo deployment shop
rollout restart deployment shop
rollout resume deployment shop
rollout resume deployment shop
rollout undo deployment shop
get rs -o 'jsonpath={range .items[*]}{.metadata.annotations.deployment\\.kubernetes\\.io/revision} {.metadata.annotations.deployment\\.kubernetes\\.io/revision-history};{end}'
rollout status deployment/shop --revision=3
rollout status deployment/shop --timeout=60s
rollout restart deployment/shop
rollout history deployment/shop
rollout history deployment/shop --revision=99
rollout status deployment/nope
rollout status
rollout bogus
get deployment shop --show-managed-fields -o 'jsonpath={.metadata.managedFields[*].manager}'
delete deployment shop
# set image, env, resources, serviceaccount
create -f pair.yaml
set image deployment pair nginx=nginx:1.26 --dry-run=client
set image deployment pair nginx=nginx:1.26 --dry-run=server
set image deployment pair nginx=nginx:1.26
set image deployment pair redis=redis
set image deployments --all nginx=nginx:1.25
set image -f pair.yaml nginx=nginx:1.26
set image -f pair.yaml nginx=nginx:1.24 --local -o yaml
set image deployment pair '*=nginx:1.24'
set image deployment pair '*=nginx:1.24'
set image deployment pair
set image deployment pair nginx
set image deployment nope nginx=x
create configmap from-map --from-literal=key-2=value-2
create secret generic from-secret --from-literal=username=u
set env deployment pair --keys=key-2 --from=configmap/from-map
get deploy pair -o 'jsonpath={.spec.template.spec.containers[*].env}'
set env deployment pair --dry-run=client --from=configmap/from-map
set env deployment pair --dry-run=server --from=configmap/from-map
set env deployment pair --from=configmap/from-map --prefix=X_
set env deployment pair env=prod
set env deployment pair superenv=superprod -c=nginx
set env deployment pair --keys=username --from=secret/from-secret
set env deployment pair --from=secret/from-secret
set env deployment pair --list
set env deployment pair --list --resolve
set env deployment pair env-
set env deployment pair -c=none A=B
set env deployment pair bad
set env pods --all --list -l app=none
set env --local -f pair.yaml A=B -o yaml
set env
get deploy pair -o 'jsonpath={.spec.template.spec.containers[*].env}'
set resources -f pair.yaml -c=side --limits=cpu=300m --requests=cpu=300m --local -o yaml
set resources deployment pair --limits=cpu=100m
set resources deployment pair -c=redis --limits=cpu=100m
set resources deployment pair -c=nginx --limits=cpu=200m
set resources -f pair.yaml -c=side --limits=cpu=300m --requests=cpu=300m
set resources deployment pair -c=side --limits=cpu=400m --dry-run=client -o yaml
set resources deployment pair -c=side --limits=cpu=400m --dry-run=server
set resources deployment pair -c=side --limits=cpu=400m --local -o yaml
set resources deployment pair --limits=cpu=bogus
set resources deployment pair
set serviceaccount deployment pair builder
set serviceaccount deployment pair
get deploy pair -o 'jsonpath={.spec.template.spec.containers[*].resources} {.spec.template.spec.serviceAccountName}'
= deployments pair
delete deployment pair
# stateful sets
create -f sts.yaml
scale --current-replicas=0 --replicas=1 statefulset row
get pods -l app=row -o name
rollout restart statefulset row
get sts row -o 'jsonpath={.status.observedGeneration}'
delete -f sts.yaml
apply -f sts.yaml --record
rollout undo statefulset --to-revision=1
apply -f sts-2.yaml --record
rollout history statefulset
rollout undo statefulset --dry-run=client
rollout undo statefulset --dry-run=server
rollout undo statefulset --to-revision=1
rollout undo statefulset --to-revision=1000000
rollout undo statefulset
= statefulsets
delete -f sts-2.yaml
# replica sets
create -f rs.yaml
describe rs fore
delete rs fore
get pods -l tier=fore
create -f rs.yaml
delete rs fore --cascade=orphan
get pods -l tier=fore -o 'jsonpath={.items[*].spec.containers[*].name}'
delete pods -l tier=fore --now
create -f rs.yaml
scale --dry-run=client --current-replicas=3 --replicas=2 replicasets fore
scale --dry-run=server --current-replicas=3 --replicas=2 replicasets fore
scale --current-replicas=3 --replicas=2 replicasets fore
create -f scale-1.yaml -f scale-2.yaml -f scale-3.yaml
scale deploy --replicas=3 --all --dry-run=client
scale deploy --replicas=3 --all --dry-run=server
scale deploy --replicas=2 -l run=hello
get deploy -o 'jsonpath={.items[*].spec.replicas}'
scale deploy --replicas=3 --all
scale deploy --replicas=1 --all scale-1
scale deploy --replicas=0 scale-1 scale-2 scale-3
scale deploy scale-1
scale deploy scale-1 --replicas=-1
scale deploy nope --replicas=1
scale configmap/kube-root-ca.crt --replicas=1
scale deploy scale-1 --replicas=1 --resource-version=1
delete deploy scale-1 scale-2 scale-3
set image rs/fore '*=registry.k8s.io/pause:3.8'
set env rs/fore foo=bar
set resources rs/fore --dry-run=client --limits=cpu=200m,memory=512Mi
set serviceaccount rs/fore --dry-run=server serviceaccount1
set serviceaccount rs/fore serviceaccount1
get rs fore -o 'jsonpath={.metadata.generation}'
expose rs fore --port=80
= services fore
delete service fore
create -f rs-2.yaml
delete rs fore aft
# replication controllers
create -f rc.yaml
describe rc front
scale --current-replicas=3 --replicas=2 replicationcontrollers front
scale --current-replicas=3 --replicas=2 replicationcontrollers front
scale --replicas=3 replicationcontrollers front
scale --replicas=2 -f rc.yaml
create -f rc-2.yaml
scale rc/front rc/back --replicas=1
expose rc front --port=80
expose service front --port=443 --name=front-2
create -f pod.yaml
expose pod bounded --port=444 --name=front-3
expose service front --name=front-4
get services
= services front-2 front-3 front-4
delete pod bounded --now
delete service front front-2 front-3 front-4
autoscale -f rc.yaml --max=2 --cpu-percent=70
delete hpa front
delete rc front back
# exposing what cannot be
expose nodes worker-1
expose -f no-selector.yaml --port=80
expose -f long.yaml --name=a-name-that-is-much-longer-than-sixty-three-characters-and-goes-on --port=8081
expose -f long.yaml --port=8081
expose -f ports.yaml --selector=test=etcd
expose -f deployment.yaml
expose -f deployment.yaml --port=80 --type=Bogus
expose -f pod.yaml
= services
delete svc --all
# services
create -f svc.yaml
describe services main-db
set selector -f svc.yaml role=padawan --local -o yaml
set selector -f svc.yaml role=padawan --dry-run=client
set selector -f svc.yaml role=padawan
get svc main-db -o 'jsonpath={.spec.selector}'
set selector services main-db role=padawan --dry-run=server -o yaml
set selector services main-db role=padawan --local -o yaml
set selector services main-db test=true --resource-version=1
set selector services main-db 'bad='
set selector services main-db
create -f svc-2.yaml
get services -o=custom-columns=NAME:.metadata.name,RSRC:.spec.ports[*].port
delete service main-db other-db
create service externalname beep --dry-run=client --external-name bar.com
create service externalname beep --external-name bar.com
create service externalname beep
create service clusterip c1 --tcp=80:8080 --clusterip=None
create service clusterip c2
create service nodeport n1 --tcp=80
create service loadbalancer l1 --tcp=80:http
create service clusterip c3 --tcp=bogus
= services
delete svc beep c1 n1 l1
# jobs
create cronjob pi --dry-run=client '--schedule=59 23 31 2 *' --image=perl -- perl -wle 'print 1'
create cronjob pi --dry-run=server '--schedule=59 23 31 2 *' --image=perl -- perl -wle 'print 1'
create cronjob pi '--schedule=59 23 31 2 *' --image=perl -- perl -wle 'print 1'
create cronjob bad '--schedule=x' --image=perl
create cronjob bad --image=perl
get cronjob/pi
describe cronjob/pi
create job from-pi --from=cronjob/pi --dry-run=true -o name
create job from-pi --from=cronjob/pi --dry-run=server
create job from-pi --from=cronjob/pi
get job from-pi -o 'go-template={{(index .spec.template.spec.containers 0).command}}'
get job from-pi -o 'jsonpath={.metadata.ownerReferences[*].kind} {.metadata.annotations}'
create job from-x --from=deployment/pi
create job from-x --from=cronjob/pi --image=x
create job from-x
create job simple --image=busybox -- true
get job/simple -o 'jsonpath={.spec.template.spec.containers[0].image} {.spec.template.spec.containers[0].command}'
describe job/simple
= jobs simple
delete job from-pi simple
delete cronjob pi
# pod templates
create -f template.json
get podtemplates
get podtemplates -o name
describe podtemplate nginx
delete podtemplate nginx
# waiting
create deployment w1 --image=nginx
create deployment w2 --image=nginx
wait --for=jsonpath=.status.readyReplicas=7 deploy/w1 --timeout=1s
wait --for=jsonpath={.status.replicas} deploy/w1 --timeout=30s
wait --for=condition=Available deploy/w1 deploy/w2 --timeout=30s
wait pod --selector=app=w1 --for=condition=Invalid --timeout=1s
wait pod --selector=app=none --for=condition=Ready --timeout=1s
wait deploy/nope --for=condition=Ready --timeout=1s
wait deploy/w1 --for=bogus
wait --for=delete
wait deploy/w1
delete deployment w1 w2 --wait=false
wait deployment w1 w2 --for=delete --timeout=60s
`,
}
