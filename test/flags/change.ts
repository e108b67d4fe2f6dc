/** Commands that change objects by arguments: expose, run, set, label, annotate, scale, autoscale, taint, rollout. */
import type { Case, Effects, FlagTable } from './case'
import { shows } from './case'
import { creatingNothing, DEPLOYMENTS, filesOrResources, filing, generating, LATER, managing, printing, remembering, SOON, validating } from './recurring'

/** `--dry-run`, of a line that changes what `look` prints. */
const changingNothing = (line: string, look: string, unchanged: string, more: Case = {}): Effects => ({
  'dry-run': shows(`${line} [[--dry-run=server]]`, unchanged, { ...more, then: [look] }),
})

/** Effects of a generator without --validate. */
const unvalidated = ({ validate: _, ...rest }: Effects): Effects => rest

const withoutKustomize = ({ kustomize: _, ...rest }: Effects): Effects => rest

const IMAGE = '{.spec.template.spec.containers[0].image}'
const WEB_IMAGE = `get deployment web -o jsonpath=${IMAGE}`

/** What the commands under `set` share: `verb` and its words, `look` at web and what it shows unchanged. */
const setting = (verb: string, words: string, look: string, unchanged: string): Effects => ({
  ...printing(`${verb} deployment/web ${words}`, 'deployment.apps/web', 'Deployment'),
  ...managing(`${verb} deployment/web ${words}`, 'deployment/web'),
  ...changingNothing(`${verb} deployment/web ${words}`, look, unchanged),
  ...filesOrResources(verb, words, { set: DEPLOYMENTS }),
  all: shows(`${verb} deployments [[--all]] ${words}`, /deployment\.apps\/web/, { without: /exit 1\n$/ }),
  local: shows(`${verb} -f deploy.yaml [[--local]] ${words} -o name`, 'deployment.apps/filed\n', { without: /Error from server \(NotFound\): deployments\.apps "filed" not found\nexit 1/ }),
  selector: shows(`${verb} deployments [[-l app=web]] ${words}`, /deployment\.apps\/web/, { without: /exit 1\n$/ }),
})

const META = (verb: 'label' | 'annotate', done: string, field: string): Effects => ({
  ...printing(`${verb} configmap settings a=b`, 'configmap/settings', 'ConfigMap'),
  ...managing(`${verb} configmap settings a=b`, 'configmap/settings'),
  ...changingNothing(`${verb} configmap settings x=y`, `get configmap settings -o jsonpath={.metadata.${field}.x}`, ''),
  ...filing(verb, 'a=b', /^error: one or more resources must be specified as <resource> <name> or <resource>\/<name>\nexit 1/, {}),
  all: shows(`${verb} configmaps [[--all]] a=b`, new RegExp(`configmap/applied ${done}`), { without: /^error: resource\(s\) were provided, but no name was specified\nexit 1/ }),
  'all-namespaces': shows(`${verb} configmap --field-selector=metadata.name=settings a=b [[-A]]`, '11', { then: [`get configmaps -A -o go-template='{{$n := 0}}{{range .items}}{{if .metadata.${field}}}{{if index .metadata.${field} "a"}}{{len "x"}}{{end}}{{end}}{{end}}'`] }),
  'field-selector': shows(`${verb} configmaps [[--field-selector=metadata.name=settings]] a=b`, `configmap/settings ${done}\n`, { without: /exit 1\n$/ }),
  list: shows(`${verb} pod solo [[--list]]`, verb === 'label' ? 'app=solo\ntier=back\n' : /^note=hello$/m, { without: new RegExp(`^error: at least one ${verb === 'label' ? 'label' : 'annotation'} update is required\nexit 1`) }),
  local: shows(`${verb} -f cm.yaml [[--local]] a=b -o jsonpath={.metadata.${field}.a}`, 'b', { without: /Error from server \(NotFound\): configmaps "filed" not found\nexit 1/ }),
  overwrite: shows(`${verb} pod solo ${verb === 'label' ? 'tier=front' : 'note=other'} [[--overwrite]]`, `pod/solo ${done}\n`, { without: /exit 1\n$/ }),
  'resource-version': shows(`${verb} configmap settings a=b [[--resource-version=1]]`, /the object has been modified; please apply your changes to the latest version and try again\nexit 1/, { fails: 'the object has another version' }),
  selector: shows(`${verb} configmaps [[-l app=web]] a=b`, `configmap/settings ${done}\n`, { without: /exit 1\n$/ }),
})

/** A deployment besides web that the verb can work on. */
const FILED: Readonly<Record<string, readonly string[]>> = {
  resume: ['create -f deploy.yaml', 'rollout pause deployment/filed'],
  undo: ['create -f deploy.yaml', 'set image deployment/filed nginx=nginx:1.27'],
}

/** What makes objects of files fit for the verb. */
const PREPARED: Readonly<Record<string, (flags: string) => readonly string[]>> = {
  resume: flags => [`rollout pause ${flags}`],
  undo: flags => [`set image ${flags} nginx=nginx:1.27`],
}

const ROLLOUT = (verb: string, words: string, more: Case = {}): Effects => ({
  ...printing(`rollout ${verb} deployment/web ${words}`, 'deployment.apps/web', 'Deployment', more),
  ...filing(`rollout ${verb}`, words, /^error: required resource not specified\nexit 1/, { ...more, set: DEPLOYMENTS, ...(PREPARED[verb] === undefined ? {} : { prepare: PREPARED[verb], before: [] }) }),
  selector: shows(`rollout ${verb} deployments ${words} [[-l app=web]]`, /^deployment\.apps\/web [^]*(?<!filed[^]*)$/, { ...more, before: [...FILED[verb] ?? ['create -f deploy.yaml'], ...(more.before ?? [])], without: /deployment\.apps\/filed/ }),
})

export const CHANGE: FlagTable = {
  expose: {
    ...unvalidated(generating('expose deployment web --port=80 --name=w', 'service/w', 'Service')),
    'cluster-ip': shows('expose deployment web --port=80 --name=w [[--cluster-ip=None]] --dry-run=client -o jsonpath={.spec.clusterIP}', 'None'),
    'external-ip': shows('expose deployment web --port=80 --name=w [[--external-ip=192.0.2.1]] --dry-run=client -o jsonpath={.spec.externalIPs}', '["192.0.2.1"]'),
    ...filesOrResources('expose', '--port=80', { set: DEPLOYMENTS }),
    labels: shows('expose deployment web --port=80 --name=w [[-l team=blue]] --dry-run=client -o jsonpath={.metadata.labels}', '{"team":"blue"}'),
    'load-balancer-ip': shows('expose deployment web --port=80 --name=w --type=LoadBalancer [[--load-balancer-ip=192.0.2.9]] --dry-run=client -o jsonpath={.spec.loadBalancerIP}', '192.0.2.9'),
    name: shows('expose deployment web --port=80 [[--name=door]] --dry-run=client -o name', 'service/door\n'),
    'override-type': shows(`expose deployment web --port=80 --name=w [[--override-type=json]] --overrides='[{"op":"add","path":"/spec/type","value":"NodePort"}]' --dry-run=client -o jsonpath={.spec.type}`, 'NodePort', { without: /exit 1\n$/ }),
    overrides: shows(`expose deployment web --port=80 --name=w [[--overrides='{"spec":{"type":"NodePort"}}']] --dry-run=client -o jsonpath={.spec.type}`, 'NodePort'),
    port: shows('expose deployment web --name=w [[--port=81]] --dry-run=client -o jsonpath={.spec.ports[0].port}', '81', { without: /couldn't find port via --port flag or introspection\nexit 1/ }),
    protocol: shows('expose deployment web --port=80 --name=w [[--protocol=UDP]] --dry-run=client -o jsonpath={.spec.ports[0].protocol}', 'UDP'),
    selector: shows('expose deployment web --port=80 --name=w [[--selector=app=other]] --dry-run=client -o jsonpath={.spec.selector}', '{"app":"other"}'),
    'session-affinity': shows('expose deployment web --port=80 --name=w [[--session-affinity=ClientIP]] --dry-run=client -o jsonpath={.spec.sessionAffinity}', 'ClientIP'),
    'target-port': shows('expose deployment web --port=80 --name=w [[--target-port=8080]] --dry-run=client -o jsonpath={.spec.ports[0].targetPort}', '8080'),
    type: shows('expose deployment web --port=80 --name=w [[--type=NodePort]] --dry-run=client -o jsonpath={.spec.type}', 'NodePort'),
  },
  run: {
    ...printing('run r --image=nginx', 'pod/r', 'Pod'),
    ...creatingNothing('run r --image=nginx', 'pod/r'),
    ...managing('run r --image=nginx', 'pod/r'),
    ...remembering('run r --image=nginx', 'pod/r'),
    annotations: shows('run r --image=nginx [[--annotations=a=b]] --dry-run=client -o jsonpath={.metadata.annotations.a}', 'b'),
    attach: shows('run r --image=busybox --restart=Never [[--attach]] -- echo spoken', /^spoken\n/m),
    cascade: shows('run r --image=busybox --restart=Never --rm --attach [[--cascade=orphan]] -v=8 -- true', /propagationPolicy\\":\\"Orphan/, { without: /propagationPolicy\\":\\"Background/ }),
    command: shows('run r --image=busybox [[--command]] --dry-run=client -o jsonpath={.spec.containers[0].command} -- sleep 1', '["sleep","1"]'),
    'detach-keys': shows('run r --image=busybox -it --restart=Never [[--detach-keys=~]] -- cat', /^[^~]*one[^~]*$/, { stdin: 'one~two\n', terminal: true, interruptMs: 900, without: /one~two/ }),
    env: shows('run r --image=nginx [[--env=A=b]] --dry-run=client -o jsonpath={.spec.containers[0].env[0].value}', 'b'),
    expose: shows('run r --image=nginx --port=80 [[--expose]]', 'service/r created\npod/r created\n'),
    image: shows('run r [[--image=redis:7]] --dry-run=client -o jsonpath={.spec.containers[0].image}', 'redis:7', { without: /^error: required flag\(s\) "image" not set\nexit 1/ }),
    'image-pull-policy': shows('run r --image=nginx [[--image-pull-policy=Never]] --dry-run=client -o jsonpath={.spec.containers[0].imagePullPolicy}', 'Never'),
    labels: shows('run r --image=nginx [[-l team=blue]] --dry-run=client -o jsonpath={.metadata.labels}', '{"team":"blue"}'),
    'leave-stdin-open': shows('run r --image=busybox -i --attach=false [[--leave-stdin-open]] --restart=Never --dry-run=client -o jsonpath={.spec.containers[0].stdinOnce} -- cat', '', { without: 'true' }),
    'override-type': shows(`run r --image=nginx [[--override-type=json]] --overrides='[{"op":"add","path":"/spec/hostNetwork","value":true}]' --dry-run=client -o jsonpath={.spec.hostNetwork}`, 'true', { without: /exit 1\n$/ }),
    overrides: shows(`run r --image=nginx [[--overrides='{"spec":{"hostNetwork":true}}']] --dry-run=client -o jsonpath={.spec.hostNetwork}`, 'true'),
    'pod-running-timeout': shows('run r --image=nowhere.example.com/none:1 --restart=Never --attach [[--pod-running-timeout=30m]] -- true', LATER, { then: ['get pod solo --no-headers'], without: SOON, fails: 'it waits no longer' }),
    port: shows('run r --image=nginx [[--port=80]] --dry-run=client -o jsonpath={.spec.containers[0].ports[0].containerPort}', '80'),
    privileged: shows('run r --image=nginx [[--privileged]] --dry-run=client -o jsonpath={.spec.containers[0].securityContext.privileged}', 'true'),
    quiet: shows('run r --image=busybox --restart=Never --rm --attach [[-q]] -- echo spoken', 'spoken\n'),
    restart: shows('run r --image=nginx [[--restart=Never]] --dry-run=client -o jsonpath={.spec.restartPolicy}', 'Never'),
    rm: shows('run r --image=busybox --restart=Never --attach [[--rm]] -- true', /pod "r" deleted from default namespace/),
    stdin: shows('run r --image=busybox --restart=Never [[-i]] -- cat', /typed/, { stdin: 'typed\n' }),
    tty: shows('run r --image=busybox --restart=Never -i --attach=false [[-t]] --dry-run=client -o jsonpath={.spec.containers[0].tty} -- cat', 'true'),
  },
  'set env': {
    ...withoutKustomize(setting('set env', 'A=b', 'get deployment web -o jsonpath={.spec.template.spec.containers[0].env}', '')),
    ...withoutKustomize(filing('set env', 'A=b', /^error: one or more resources must be specified as <resource> <name> or <resource>\/<name>\nexit 1/, { set: DEPLOYMENTS })),
    // Alone it is not seen as naming an object; with --local it alone is read.
    kustomize: shows('set env deployment/web A=b --local [[-k kustdeploy]] -o name', 'deployment.apps/made-by-kustomize\n', { without: /^error: You must provide one or more resources by argument or filename\.[^]*exit 1/ }),
    containers: shows('set env pod/pair A=b [[-c second]] --dry-run=client -o jsonpath={.spec.containers[0].env}', '', { without: /"A"/ }),
    env: shows('set env deployment/web [[-e A=b]] --dry-run=client -o jsonpath={.spec.template.spec.containers[0].env[0].name}', 'A'),
    from: shows('set env deployment/web [[--from=configmap/settings]] --dry-run=client -o jsonpath={.spec.template.spec.containers[0].env[*].name}', /^COLOUR SIZE(Warning|$)/),
    keys: shows('set env deployment/web --from=configmap/settings [[--keys=size]] --dry-run=client -o jsonpath={.spec.template.spec.containers[0].env[*].name}', /^SIZE/),
    list: shows('set env deployment/web [[--list]]', /^# Deployment web, container nginx\n/m),
    overwrite: shows('set env deployment/web A=c [[--overwrite=false]]', /'A' already has a value \(b\), and --overwrite is false\n[^]*exit 1/, { before: ['set env deployment/web A=b'], without: /updated/, fails: 'nothing is overwritten' }),
    prefix: shows('set env deployment/web --from=configmap/settings [[--prefix=MY_]] --dry-run=client -o jsonpath={.spec.template.spec.containers[0].env[*].name}', /^MY_COLOUR MY_SIZE/),
    resolve: shows('set env deployment/web --list [[--resolve]]', /^COLOUR=blue$/m, { before: ['set env deployment/web --from=configmap/settings'] }),
  },
  'set image': setting('set image', 'nginx=nginx:1.16.1', WEB_IMAGE, 'nginx:1.27'),
  'set resources': {
    ...setting('set resources', '--limits=cpu=1', 'get deployment web -o jsonpath={.spec.template.spec.containers[0].resources}', '{}'),
    containers: shows('set resources pod/pair --limits=cpu=1 [[-c second]] --dry-run=client -o jsonpath={.spec.containers[0].resources.limits}', '', { without: /cpu/ }),
    limits: shows('set resources deployment/web [[--limits=cpu=2]] --dry-run=client -o jsonpath={.spec.template.spec.containers[0].resources.limits.cpu}', '2', { without: /exit 1\n$/ }),
    requests: shows('set resources deployment/web [[--requests=memory=5Mi]] --dry-run=client -o jsonpath={.spec.template.spec.containers[0].resources.requests.memory}', '5Mi', { without: /exit 1\n$/ }),
  },
  'set selector': {
    ...printing('set selector service/web a=b', 'service/web', 'Service'),
    ...managing('set selector service/web a=b', 'service/web'),
    ...changingNothing('set selector service/web a=b', 'get service web -o jsonpath={.spec.selector}', '{"app":"web"}'),
    all: shows('set selector services [[--all]] a=b', /service\/web selector updated/, { without: /exit 1\n$/ }),
    filename: shows('set selector [[-f service.yaml]] a=b', /service\/filed selector updated/, { before: ['create -f service.yaml'], without: /exit 1\n$/ }),
    local: shows('set selector -f service.yaml [[--local]] a=b -o jsonpath={.spec.selector}', '{"a":"b"}', { without: /NotFound[^]*exit 1/ }),
    recursive: shows('set selector -f services [[-R=false]] a=b --local -o name', 'service/top\n', { without: /service\/low/ }),
    'resource-version': shows('set selector service/web a=b [[--resource-version=1]]', /the object has been modified[^]*exit 1/, { fails: 'the object has another version' }),
  },
  'set serviceaccount': (({ selector: _, ...rest }) => rest)(setting('set serviceaccount', 'robot', 'get deployment web -o jsonpath={.spec.template.spec.serviceAccountName}', '')),
  'set subject': {
    ...printing('set subject rolebinding/readers --user=ann', 'rolebinding.rbac.authorization.k8s.io/readers', 'RoleBinding'),
    ...managing('set subject rolebinding/readers --user=ann', 'rolebinding/readers'),
    ...changingNothing('set subject rolebinding/readers --user=ann', 'get rolebinding readers -o jsonpath={.subjects[*].name}', 'jane'),
    ...filesOrResources('set subject', '--user=ann', { set: { file: 'binding.yaml', dir: 'bindings', kust: 'kustbinding' } }),
    all: shows('set subject rolebindings [[--all]] --user=ann', /readers subjects updated/, { without: /exit 1\n$/ }),
    local: shows('set subject -f binding.yaml [[--local]] --user=ann -o jsonpath={.subjects[*].name}', 'jane ann', { without: /NotFound[^]*exit 1/ }),
    selector: shows('set subject rolebindings [[-l team=blue]] --user=ann', /filed subjects updated/, { before: ['create -f binding.yaml'], without: /exit 1\n$/ }),
    group: shows('set subject rolebinding/readers [[--group=team]] -o jsonpath={.subjects[1].kind}', 'Group', { without: /exit 1\n$/ }),
    serviceaccount: shows('set subject rolebinding/readers [[--serviceaccount=default:robot]] -o jsonpath={.subjects[1].kind}', 'ServiceAccount', { without: /exit 1\n$/ }),
    user: shows('set subject rolebinding/readers [[--user=ann]] -o jsonpath={.subjects[1].name}', 'ann', { without: /exit 1\n$/ }),
  },
  label: META('label', 'labeled', 'labels'),
  annotate: META('annotate', 'annotated', 'annotations'),
  scale: {
    ...printing('scale deployment/web --replicas=3', 'deployment.apps/web', 'Deployment'),
    ...changingNothing('scale deployment/web --replicas=3', 'get deployment web -o jsonpath={.spec.replicas}', '2'),
    ...filesOrResources('scale', '--replicas=3', { set: DEPLOYMENTS }),
    all: shows('scale deployments [[--all]] --replicas=3', 'deployment.apps/web scaled\n', { without: /exit 1\n$/ }),
    'current-replicas': shows('scale deployment/web --replicas=3 [[--current-replicas=7]]', /Expected replicas to be 7, was 2\nexit 1/, { fails: 'there are other replicas' }),
    replicas: shows('scale deployment/web [[--replicas=3]]', '3', { then: ['get deployment web -o jsonpath={.spec.replicas}'], without: /^2error: required flag\(s\) "replicas" not set\nexit 1/ }),
    'resource-version': shows('scale deployment/web --replicas=3 [[--resource-version=1]]', /Expected resource version to be 1, was \d+\nexit 1/, { fails: 'the object has another version' }),
    selector: shows('scale deployments [[-l app=web]] --replicas=3', 'deployment.apps/web scaled\n', { without: /exit 1\n$/ }),
    timeout: shows('scale deployment/web --replicas=9 [[--timeout=5s]]', /^error: timed out waiting for "web" to be synced\nexit 1/m, { before: ['create quota few --hard=pods=5'], fails: 'it waits no longer' }),
  },
  autoscale: {
    ...unvalidated(generating('autoscale deployment web --max=5', 'horizontalpodautoscaler.autoscaling/web', 'HorizontalPodAutoscaler')),
    ...filesOrResources('autoscale', '--max=5', { set: DEPLOYMENTS }),
    cpu: shows('autoscale deployment web --max=5 [[--cpu=70%]] --dry-run=client -o jsonpath={.spec.metrics[0].resource.target.averageUtilization}', '70'),
    max: shows('autoscale deployment web [[--max=5]] --dry-run=client -o jsonpath={.spec.maxReplicas}', '5', { without: /^error: required flag\(s\) "max" not set\nexit 1/ }),
    memory: shows('autoscale deployment web --max=5 [[--memory=100Mi]] --dry-run=client -o jsonpath={.spec.metrics[*].resource.name}', /memory/),
    min: shows('autoscale deployment web --max=5 [[--min=2]] --dry-run=client -o jsonpath={.spec.minReplicas}', '2'),
    name: shows('autoscale deployment web --max=5 [[--name=other]] --dry-run=client -o name', 'horizontalpodautoscaler.autoscaling/other\n'),
  },
  taint: {
    ...printing('taint node node-1 a=b:NoSchedule', 'node/node-1', 'Node'),
    ...managing('taint node node-1 a=b:NoSchedule', 'node/node-1'),
    ...changingNothing('taint node node-1 a=b:NoSchedule', 'get node node-1 -o jsonpath={.spec.taints}', ''),
    all: shows('taint nodes [[--all]] a=b:NoSchedule', /node\/node-2 tainted/, { without: /exit 1\n$/ }),
    overwrite: shows('taint node node-1 a=c:NoSchedule [[--overwrite]]', 'node/node-1 modified\n', { before: ['taint node node-1 a=b:NoSchedule'], without: /exit 1\n$/ }),
    selector: shows('taint nodes [[-l kubernetes.io/hostname=node-1]] a=b:NoSchedule', 'node/node-1 tainted\n', { without: /exit 1\n$/ }),
    ...validating('taint node node-1 a=b:NoSchedule'),
  },
  'rollout history': {
    ...ROLLOUT('history', ''),
    ...printing('rollout history deployment/web --revision=1', 'replicaset.apps/web-OLD', 'ReplicaSet'),
    output: shows('rollout history deployment/web --revision=1 [[-o name]]', /^replicaset\.apps\/web-[a-z0-9]+\n$/),
    selector: shows('rollout history deployments [[-l app=web]]', /^deployment\.apps\/web \n(?![^]*filed)/, { before: ['create -f deploy.yaml'] }),
    revision: shows('rollout history deployment/web [[--revision=1]]', /with revision #1\n/),
  },
  'rollout pause': { ...ROLLOUT('pause', ''), ...managing('rollout pause deployment/web', 'deployment/web') },
  'rollout restart': { ...ROLLOUT('restart', ''), ...managing('rollout restart deployment/web', 'deployment/web') },
  'rollout resume': { ...ROLLOUT('resume', '', { before: ['rollout pause deployment/web'] }), 'field-manager': shows('rollout resume deployment/web [[--field-manager=somebody]]', /fieldManager=somebody/, { wire: true, before: ['rollout pause deployment/web'] }) },
  'rollout status': {
    ...filing('rollout status', '', /^error: required resource not specified\nexit 1/, { set: DEPLOYMENTS }),
    revision: shows('rollout status deployment/web [[--revision=9]]', /^error: desired revision \(9\) is different from the running revision \(2\)\nexit 1/, { fails: 'another revision runs' }),
    selector: shows('rollout status deployments [[-l app=web]]', 'deployment "web" successfully rolled out\n', { before: ['create -f deploy.yaml'] }),
    timeout: shows('rollout status deployment/web [[--timeout=1s]]', /^error: timed out waiting for the condition\nexit 1/m, { before: ['set image deployment/web nginx=nowhere.example.com/none:1'], without: /exceeded its progress deadline/, fails: 'it waits no longer' }),
    watch: shows('rollout status deployment/web [[--watch=false]]', /^Waiting for deployment "web" rollout to finish: 1 out of 2 new replicas have been updated\.\.\.\n$/, { before: ['set image deployment/web nginx=nowhere.example.com/none:1'], without: /exceeded its progress deadline/ }),
  },
  'rollout undo': {
    ...ROLLOUT('undo', ''),
    output: shows('rollout undo deployment/web [[-o name]]', /^deployment\.apps\/web\n/, { without: /^deployment\.apps\/web rolled back\n/ }),
    template: shows('rollout undo deployment/web -o go-template [[--template={{.kind}}]]', /^Deployment/, { without: /error: template format specified but no template given\nexit 1/ }),
    ...changingNothing('rollout undo deployment/web', WEB_IMAGE, 'nginx:1.27'),
    'to-revision': shows('rollout undo deployment/web [[--to-revision=2]]', /deployment\.apps\/web skipped rollback \(current template already matches revision 2\)\n/),
  },
}
