/** Examples of the help, in our own words; read when help is asked for. */

/** By command: after its path, lines that say what is done and lines that do it (without `kubectl`, which stands before each). */
const TEXT = String.raw`
[create]
# Make what a file describes
create -f pod.yaml
# Make what standard input says
cat pod.json | kubectl create -f -
[create clusterrole]
# May look at pods in every namespace
create clusterrole pod-watcher --verb=get,list,watch --resource=pods
# May read two URLs that are no objects
create clusterrole prober --verb=get --non-resource-url=/healthz,/livez
# Combines all cluster roles with a label
create clusterrole monitoring --aggregation-rule=monitoring=yes
[create clusterrolebinding]
# Let a person do everything
create clusterrolebinding anna-admin --clusterrole=cluster-admin --user=anna
# Let a service account look everywhere
create clusterrolebinding looking --clusterrole=view --serviceaccount=tools:robot
[create configmap]
# A key for each file of a folder
create configmap settings --from-file=conf/
# Two values
create configmap settings --from-literal=colour=blue --from-literal=size=large
# A key for each line of a file of variables
create configmap settings --from-env-file=app.env
[create cronjob]
# Every hour, on the hour
create cronjob tidy --image=busybox --schedule="0 * * * *" -- date
[create deployment]
# One pod of an image
create deployment web --image=nginx
# Three of them, with a port
create deployment web --image=nginx --replicas=3 --port=80
# With a command of its own
create deployment idle --image=busybox -- sleep 3600
[create ingress]
# Everything of a host to a service
create ingress web --rule="shop.example.com/*=web:80"
# With TLS and a class
create ingress web --class=nginx --rule="shop.example.com/=web:80,tls=shop-cert"
[create job]
# Run a command once
create job once --image=busybox -- date
# Run a cron job now
create job tidy-now --from=cronjob/tidy
[create namespace]
# A namespace
create namespace team-a
[create poddisruptionbudget]
# Keep at least two pods of an application
create poddisruptionbudget web --selector=app=web --min-available=2
# Lose at most a quarter of them at a time
create poddisruptionbudget web --selector=app=web --max-unavailable=25%
[create priorityclass]
# A class for what must not wait
create priorityclass urgent --value=1000 --description="before all others"
# The class of pods that name none
create priorityclass usual --value=10 --global-default=true
[create quota]
# At most ten pods and two CPUs
create quota small --hard=pods=10,cpu=2
# Only for pods of best effort
create quota loose --hard=pods=50 --scopes=BestEffort
[create role]
# May look at pods
create role pod-reader --verb=get --verb=list --resource=pods
# May change one config map
create role tuner --verb=update --resource=configmaps --resource-name=settings
[create rolebinding]
# Give two people a role of the namespace
create rolebinding readers --role=pod-reader --user=anna --user=ben
# Give a service account a cluster role within this namespace
create rolebinding robot-edits --clusterrole=edit --serviceaccount=default:robot
[create secret docker-registry]
# Let pods pull from a registry
create secret docker-registry mine --docker-server=registry.example.com --docker-username=anna --docker-password=secret
# From a file that docker login has written
create secret docker-registry mine --from-file=.dockerconfigjson=config.json
[create secret generic]
# A value
create secret generic keys --from-literal=token=abc
# A key for each file
create secret generic keys --from-file=id=./id_rsa --from-file=id.pub=./id_rsa.pub
[create secret tls]
# From a certificate and its key
create secret tls shop-cert --cert=shop.crt --key=shop.key
[create service clusterip]
# Port 80 to 8080 of the pods
create service clusterip web --tcp=80:8080
# Without an address of its own
create service clusterip web --clusterip="None"
[create service externalname]
# A name within the cluster for one outside
create service externalname database --external-name db.example.com
[create service loadbalancer]
# Behind a load balancer
create service loadbalancer web --tcp=80:8080
[create service nodeport]
# On a port of every node
create service nodeport web --tcp=80:8080
[create serviceaccount]
# A service account
create serviceaccount robot
[create token]
# A token of a service account
create token robot
# One that ends after ten minutes, for one audience
create token robot --duration=10m --audience=https://example.com
# One that ends with a pod
create token robot --bound-object-kind=Pod --bound-object-name=web-0
[expose]
# A service for a deployment
expose deployment web --port=80 --target-port=8080
# A service for what a file describes
expose -f pod.yaml --port=80 --name=front
[run]
# A pod
run web --image=nginx
# A shell that is gone afterwards
run -it trial --image=busybox --restart=Never --rm
# See what would be made
run web --image=nginx --port=80 --labels=app=web --dry-run=client -o yaml
[set env]
# Set a variable
set env deployment/web COLOUR=blue
# Take it away
set env deployment/web COLOUR-
# Show what is set
set env deployment/web --list
# All of a config map, with a prefix
set env --from=configmap/settings --prefix=APP_ deployment/web
[set image]
# A newer image for one container
set image deployment/web nginx=nginx:1.27
# The same image for all containers of all deployments
set image deployments *=nginx:1.27 --all
[set resources]
# Limits for one container
set resources deployment web -c=nginx --limits=cpu=200m,memory=512Mi
# Requests and limits
set resources deployment web --requests=cpu=100m --limits=cpu=200m
[set selector]
# See what a service would choose
set selector service web app=web,tier=front --dry-run=client -o yaml
[set serviceaccount]
# Let a deployment be its own service account
set serviceaccount deployment web robot
[set subject]
# Add a person and a group to a binding
set subject rolebinding readers --user=carl --group=team-a
[explain]
# What a pod is made of
explain pods
# One field, and all that is below
explain deployment.spec.strategy --recursive
# Another version
explain cronjobs --api-version=batch/v1
[get]
# Pods of this namespace
get pods
# With more columns
get pods -o wide
# One object as YAML
get deployment web -o yaml
# Pods of an application in every namespace
get pods -A -l app=web
# One field
get pod web-0 -o jsonpath={.status.podIP}
# Several kinds
get deployments,services
# What changes from now on
get pods -w
[edit]
# Change a service in the editor
edit service/web
# With another editor
KUBE_EDITOR=nano kubectl edit deployment web
[delete]
# One object
delete pod web-0
# What a file describes
delete -f pod.yaml
# By label
delete pods,services -l app=web
# At once
delete pod web-0 --now
# All pods of the namespace
delete pods --all
[rollout]
# Go back to what was before
rollout undo deployment/web
# Wait until everything is new
rollout status deployment/web
[rollout history]
# All revisions
rollout history deployment/web
# One of them in full
rollout history deployment/web --revision=3
[rollout pause]
# Gather several changes
rollout pause deployment/web
[rollout restart]
# New pods without a change
rollout restart deployment/web
# Of everything with a label
rollout restart deployment --selector=app=web
[rollout resume]
# Go on
rollout resume deployment/web
[rollout status]
# Wait until everything is new, two minutes at most
rollout status deployment/web --timeout=2m
[rollout undo]
# One back
rollout undo deployment/web
# To a certain revision
rollout undo deployment/web --to-revision=3
[scale]
# Five of them
scale --replicas=5 deployment/web
# Only if there are two now
scale --current-replicas=2 --replicas=5 deployment/web
# Several at once
scale --replicas=0 deployment/web deployment/worker
[autoscale]
# Between two and ten, by their CPU
autoscale deployment web --min=2 --max=10 --cpu=80%
[certificate approve]
# Approve a request
certificate approve anna
[certificate deny]
# Deny a request
certificate deny anna
[cluster-info]
# Where the cluster is
cluster-info
[cluster-info dump]
# Everything that helps to find a fault, on standard output
cluster-info dump
# In files, of some namespaces
cluster-info dump --namespaces default,team-a --output-directory=found
[top node]
# What nodes use
top node
# One of them
top node worker-1
[top pod]
# What pods use
top pod
# Container by container
top pod web-0 --containers
# The hungriest first
top pod --sort-by=memory
[cordon]
# No new pods here
cordon worker-1
[uncordon]
# New pods are welcome again
uncordon worker-1
[drain]
# Empty a node
drain worker-1 --ignore-daemonsets
# Also of pods that nothing makes again, with time to end
drain worker-1 --force --grace-period=60
[taint]
# Only for those who tolerate it
taint nodes worker-1 dedicated=database:NoSchedule
# Take it away
taint nodes worker-1 dedicated:NoSchedule-
# All with a label
taint node -l disk=ssd dedicated=database:PreferNoSchedule
[describe]
# A pod with its events
describe pod web-0
# All of an application
describe pods -l app=web
# A node
describe nodes worker-1
[logs]
# What a pod has said
logs web-0
# Of one container, from now on
logs -f web-0 -c nginx
# The last lines of all pods of an application
logs -l app=web --tail=20 --prefix
# What it said before it started again
logs -p web-0
[attach]
# Watch the first container
attach web-0
# Type into one
attach web-0 -c nginx -i -t
[exec]
# Run a command
exec web-0 -- date
# A shell in one container
exec web-0 -c nginx -i -t -- sh
# In any pod of a deployment
exec deploy/web -- ls /
[port-forward]
# The same port here and there
port-forward pod/web-0 8080
# Port 8080 here, 80 of a service there
port-forward service/web 8080:80
# Any free port here
port-forward deployment/web :80
[proxy]
# The API on port 8001
proxy
# With files of a folder beside it
proxy --port=8011 --www=./site --www-prefix=/site/
[cp]
# Into a pod
cp notes.txt web-0:/tmp/notes.txt
# Out of a container in another namespace
cp team-a/web-0:/var/log/app.log app.log -c nginx
[auth can-i]
# May I make pods anywhere
auth can-i create pods --all-namespaces
# May somebody else read a secret
auth can-i get secrets/keys --as=anna
# All that I may do here
auth can-i --list
[auth reconcile]
# Bring roles and bindings to what a file says
auth reconcile -f rbac.yaml
[auth whoami]
# Who I am
auth whoami
# As JSON
auth whoami -o json
[debug]
# A shell beside a running container
debug web-0 -it --image=busybox
# A copy of the pod with another image
debug web-0 --copy-to=web-trial --set-image=nginx=nginx:1.27
# On a node
debug node/worker-1 -it --image=busybox
[events]
# What happened here
events
# In every namespace, and from now on
events -A --watch
# About one object
events --for pod/web-0 --types=Warning
[diff]
# What an apply would change
diff -f web.yaml
# Of standard input
cat web.yaml | kubectl diff -f -
[apply]
# As a file says
apply -f web.yaml
# As a kustomization says
apply -k ./overlay
# The server merges, and keeps who owns what
apply --server-side -f web.yaml
# Remove what the files do not name any more
apply --prune -f conf/ -l app=web
[apply edit-last-applied]
# Change what was applied last
apply edit-last-applied deployment/web
[apply set-last-applied]
# Note a file as what was applied last
apply set-last-applied -f web.yaml --create-annotation=true
[apply view-last-applied]
# What was applied last
apply view-last-applied deployment/web
# As JSON, of a file's objects
apply view-last-applied -f web.yaml -o json
[patch]
# Change a field
patch node worker-1 -p '{"spec":{"unschedulable":true}}'
# By steps
patch pod web-0 --type=json -p='[{"op":"replace","path":"/spec/containers/0/image","value":"nginx:1.27"}]'
# Through a subresource
patch deployment web --subresource=scale --type=merge -p '{"spec":{"replicas":2}}'
[replace]
# By what a file says
replace -f pod.yaml
# Delete it first
replace --force -f pod.yaml
[wait]
# Until a pod is ready
wait --for=condition=Ready pod/web-0
# Until a field has a value
wait --for=jsonpath='{.status.phase}'=Running pod/web-0
# Until it is gone, a minute at most
wait --for=delete pod/web-0 --timeout=60s
[kustomize]
# Build the folder where you are
kustomize
# Build another, into a file
kustomize overlays/test -o built.yaml
[label]
# Add a label
label pods web-0 tier=front
# Change one that is there
label --overwrite pods web-0 tier=back
# Take it away
label pods web-0 tier-
[annotate]
# Add a note
annotate pods web-0 note='look at this one'
# Change one that is there, if nobody was faster
annotate --overwrite pods web-0 note=done --resource-version=12
# Take it away
annotate pods web-0 note-
[completion]
# For this bash
source <(kubectl completion bash)
# For every zsh
completion zsh > "$fpath/_kubectl"
[alpha]
# What is being tried out
alpha
[api-resources]
# All kinds of objects
api-resources
# With verbs, of one group
api-resources --api-group=apps -o wide
# Those that live in namespaces
api-resources --namespaced=true --verbs=list -o name
[api-versions]
# All versions of all groups
api-versions
[config current-context]
# Which context counts
config current-context
[config delete-cluster]
# Forget a cluster
config delete-cluster old
[config delete-context]
# Forget a context
config delete-context old
[config delete-user]
# Forget a user
config delete-user anna
[config get-clusters]
# All clusters
config get-clusters
[config get-contexts]
# All contexts
config get-contexts
# One of them
config get-contexts day
[config get-users]
# All users
config get-users
[config rename-context]
# Another name
config rename-context old new
[config set]
# The server of a cluster
config set clusters.day.server https://10.0.0.1:6443
[config set-cluster]
# A server, and who vouches for it
config set-cluster day --server=https://10.0.0.1:6443 --certificate-authority=ca.crt --embed-certs
[config set-context]
# Another namespace from now on
config set-context --current --namespace=team-a
# A context
config set-context day --cluster=day --user=anna
[config set-credentials]
# By certificate
config set-credentials anna --client-certificate=anna.crt --client-key=anna.key --embed-certs=true
# By a program that knows the token
config set-credentials anna --exec-command=/usr/bin/login --exec-api-version=client.authentication.k8s.io/v1
[config unset]
# Forget the current context
config unset current-context
[config use-context]
# Work there from now on
config use-context day
[config view]
# Everything, secrets hidden
config view
# What counts now, in full
config view --minify --raw
[kuberc]
# What a person has set
kuberc view
[kuberc set]
# YAML unless something else is said
kuberc set --section defaults --command get --option output=yaml
# A shorter name
kuberc set --section aliases --name getn --command get --prependarg nodes
[kuberc view]
# What a person has set
kuberc view
[plugin]
# All plugins
plugin list
[plugin list]
# All plugins on the path
plugin list
[options]
# Flags of every command
options
[version]
# Of this program and of the server
version
# Of this program alone
version --client
`

/** What stands below `Examples:`; undefined where there is none. */
export function examplesOf(path: string): string | undefined {
  const start = TEXT.indexOf(`\n[${path}]\n`)
  if (start < 0) return undefined
  const body = TEXT.slice(start + path.length + 4)
  const end = body.indexOf('\n[')
  const lines = (end < 0 ? body : body.slice(0, end)).trimEnd().split('\n')
  return lines.map((line, i) => (line.startsWith('#') ? `${i === 0 ? '' : '  \n'}  ${line}` : `  ${line.includes('kubectl ') ? '' : 'kubectl '}${line}`)).join('\n')
}
