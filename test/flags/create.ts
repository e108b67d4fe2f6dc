/** kubectl create and its generators. */
import type { Effects, FlagTable } from './case'
import { shows } from './case'
import { filesNeeded, generating, managing, printing, remembering } from './recurring'

/** A field of what the line would make. */
const field = (line: string, path: string, seen: string | RegExp): ReturnType<typeof shows> => shows(`${line} --dry-run=client -o jsonpath={${path}}`, seen)

/** A flag that cobra insists on. */
const required = (line: string, path: string, seen: string | RegExp, name: string): ReturnType<typeof shows> =>
  shows(`${line} --dry-run=client -o jsonpath={${path}}`, seen, { without: new RegExp(`^error: required flag\\(s\\) "${name}" not set\nexit 1`) })

const REGISTRY_SECRET = 'create secret docker-registry s --docker-username=u --docker-password=p'

const service = (type: string, kind: string): Effects => ({
  ...generating(`create service ${type} s --tcp=80`, 'service/s', kind),
  tcp: shows(`create service ${type} s [[--tcp=80:8080]] --dry-run=client -o jsonpath={.spec.ports[0].targetPort}`, '8080', type === 'clusterip' || type === 'nodeport' || type === 'loadbalancer' ? { without: /at least one tcp port specifier must be provided\nexit 1/ } : {}),
})

export const CREATE: FlagTable = {
  create: {
    ...printing('create -f cm.yaml', 'configmap/filed', 'ConfigMap'),
    'dry-run': shows('create -f cm.yaml [[--dry-run=client]]', '', { then: ['get configmap filed --ignore-not-found -o name'] }),
    ...managing('create -f cm.yaml', 'configmap/filed'),
    ...filesNeeded('create', '', { fresh: true }),
    ...remembering('create -f cm.yaml', 'configmap/filed'),
    validate: shows('create -f unknown-field.yaml [[--validate=false]]', 'configmap/odd created\n', { without: /unknown field "nonsense"\nexit 1/ }),
    edit: shows('create -f cm.yaml [[--edit]]', 'changed', { env: { KUBE_EDITOR: 'WORK/bin/colour' }, then: ['get configmap filed -o jsonpath={.data.a}'] }),
    'windows-line-endings': shows('create -f cm.yaml --edit [[--windows-line-endings]]', /\r\n/, { env: { KUBE_EDITOR: 'WORK/bin/keep' }, file: 'kept' }),
    raw: shows('create [[--raw=/api/v1/namespaces/default/configmaps]] -f cm.json', /^\{"kind":"ConfigMap".*"name":"filed"/),
    selector: shows('create -f two.yaml [[-l pick=yes]]', 'configmap/one created\n'),
  },
  'create clusterrole': {
    ...generating('create clusterrole c --verb=get --resource=pods', 'clusterrole.rbac.authorization.k8s.io/c', 'ClusterRole'),
    'aggregation-rule': shows('create clusterrole c [[--aggregation-rule=a=b]] --dry-run=client -o jsonpath={.aggregationRule}', '{"clusterRoleSelectors":[{"matchLabels":{"a":"b"}}]}', { without: /^error: at least one verb must be specified\nexit 1/ }),
    'non-resource-url': shows('create clusterrole c --verb=get [[--non-resource-url=/healthz]] --dry-run=client -o jsonpath={.rules[0].nonResourceURLs}', '["/healthz"]', { without: /^error: one of resource or nonResourceURL must be specified\nexit 1/ }),
    resource: shows('create clusterrole c --verb=get [[--resource=pods]] --dry-run=client -o jsonpath={.rules[0].resources}', '["pods"]', { without: /^error: one of resource or nonResourceURL must be specified\nexit 1/ }),
    'resource-name': field('create clusterrole c --verb=get --resource=pods [[--resource-name=one]]', '.rules[0].resourceNames', '["one"]'),
    verb: shows('create clusterrole c [[--verb=get,list]] --resource=pods --dry-run=client -o jsonpath={.rules[0].verbs}', '["get","list"]', { without: /^error: at least one verb must be specified\nexit 1/ }),
  },
  'create clusterrolebinding': {
    ...generating('create clusterrolebinding c --clusterrole=view --user=jane', 'clusterrolebinding.rbac.authorization.k8s.io/c', 'ClusterRoleBinding'),
    clusterrole: required('create clusterrolebinding c [[--clusterrole=view]]', '.roleRef.name', 'view', 'clusterrole'),
    group: field('create clusterrolebinding c --clusterrole=view [[--group=team]]', '.subjects[*].name', 'team'),
    serviceaccount: field('create clusterrolebinding c --clusterrole=view [[--serviceaccount=other:robot]]', '.subjects[0].namespace', 'other'),
    user: field('create clusterrolebinding c --clusterrole=view [[--user=jane]]', '.subjects[0].kind', 'User'),
  },
  'create configmap': {
    ...generating('create configmap c --from-literal=a=b', 'configmap/c', 'ConfigMap'),
    'append-hash': shows('create configmap c --from-literal=a=b [[--append-hash]]', /^configmap\/c-[a-z0-9]{10} created\n$/),
    'from-env-file': field('create configmap c [[--from-env-file=some.env]]', '.data.GREETING', 'hello'),
    'from-file': field('create configmap c [[--from-file=key=note.txt]]', '.data.key', 'a note\n'),
    'from-literal': field('create configmap c [[--from-literal=a=b]]', '.data.a', 'b'),
  },
  'create cronjob': {
    ...generating('create cronjob c --image=busybox --schedule=@hourly', 'cronjob.batch/c', 'CronJob'),
    image: required('create cronjob c [[--image=busybox]] --schedule=@hourly', '.spec.jobTemplate.spec.template.spec.containers[0].image', 'busybox', 'image'),
    restart: field('create cronjob c --image=busybox --schedule=@hourly [[--restart=Never]]', '.spec.jobTemplate.spec.template.spec.restartPolicy', 'Never'),
    schedule: required('create cronjob c --image=busybox [[--schedule=@hourly]]', '.spec.schedule', '@hourly', 'schedule'),
  },
  'create deployment': {
    ...generating('create deployment d --image=nginx', 'deployment.apps/d', 'Deployment'),
    image: required('create deployment d [[--image=nginx:1.27]]', '.spec.template.spec.containers[0].image', 'nginx:1.27', 'image'),
    port: field('create deployment d --image=nginx [[--port=80]]', '.spec.template.spec.containers[0].ports[0].containerPort', '80'),
    replicas: field('create deployment d --image=nginx [[-r 3]]', '.spec.replicas', '3'),
  },
  'create ingress': {
    ...generating('create ingress i --rule=example.com/*=web:80', 'ingress.networking.k8s.io/i', 'Ingress'),
    annotation: field('create ingress i --rule=example.com/*=web:80 [[--annotation=a=b]]', '.metadata.annotations.a', 'b'),
    class: field('create ingress i --rule=example.com/*=web:80 [[--class=outer]]', '.spec.ingressClassName', 'outer'),
    'default-backend': field('create ingress i --rule=example.com/*=web:80 [[--default-backend=web:81]]', '.spec.defaultBackend.service.port.number', '81'),
    rule: shows('create ingress i [[--rule=example.com/x=web:80]] --dry-run=client -o jsonpath={.spec.rules[0].http.paths[0].path}', '/x', { without: /^error: not enough information provided: every ingress has to either specify a default-backend \(which catches all traffic\) or a list of rules/ }),
  },
  'create job': {
    ...generating('create job j --image=busybox', 'job.batch/j', 'Job'),
    from: shows('create job j [[--from=cronjob/nightly]] -o jsonpath={.metadata.ownerReferences[0].name}', 'nightly', { without: /^error: either --image or --from must be specified\nexit 1/ }),
    image: shows('create job j [[--image=busybox]] --dry-run=client -o jsonpath={.spec.template.spec.containers[0].image}', 'busybox', { without: /^error: either --image or --from must be specified\nexit 1/ }),
  },
  'create namespace': generating('create namespace n', 'namespace/n', 'Namespace'),
  'create poddisruptionbudget': {
    ...generating('create poddisruptionbudget p --selector=a=b --min-available=1', 'poddisruptionbudget.policy/p', 'PodDisruptionBudget'),
    'max-unavailable': shows('create poddisruptionbudget p --selector=a=b [[--max-unavailable=30%]] --dry-run=client -o jsonpath={.spec.maxUnavailable}', '30%', { without: /one of min-available or max-unavailable must be specified\nexit 1/ }),
    'min-available': shows('create poddisruptionbudget p --selector=a=b [[--min-available=2]] --dry-run=client -o jsonpath={.spec.minAvailable}', '2', { without: /one of min-available or max-unavailable must be specified\nexit 1/ }),
    selector: shows('create poddisruptionbudget p [[--selector=a=b]] --min-available=1 --dry-run=client -o jsonpath={.spec.selector.matchLabels}', '{"a":"b"}', { without: /a selector must be specified\nexit 1/ }),
  },
  'create priorityclass': {
    ...generating('create priorityclass p --value=5', 'priorityclass.scheduling.k8s.io/p', 'PriorityClass'),
    description: field('create priorityclass p --value=5 [[--description=first]]', '.description', 'first'),
    'global-default': field('create priorityclass p --value=5 [[--global-default]]', '.globalDefault', 'true'),
    'preemption-policy': field('create priorityclass p --value=5 [[--preemption-policy=Never]]', '.preemptionPolicy', 'Never'),
    value: field('create priorityclass p [[--value=7]]', '.value', '7'),
  },
  'create quota': {
    ...generating('create quota q --hard=pods=5', 'resourcequota/q', 'ResourceQuota'),
    hard: field('create quota q [[--hard=pods=5]]', '.spec.hard.pods', '5'),
    scopes: field('create quota q --hard=pods=5 [[--scopes=BestEffort]]', '.spec.scopes', '["BestEffort"]'),
  },
  'create role': {
    ...generating('create role r --verb=get --resource=pods', 'role.rbac.authorization.k8s.io/r', 'Role'),
    resource: shows('create role r --verb=get [[--resource=deployments.apps]] --dry-run=client -o jsonpath={.rules[0].apiGroups}', '["apps"]', { without: /^error: at least one resource must be specified\nexit 1/ }),
    'resource-name': field('create role r --verb=get --resource=pods [[--resource-name=one]]', '.rules[0].resourceNames', '["one"]'),
    verb: shows('create role r [[--verb=watch]] --resource=pods --dry-run=client -o jsonpath={.rules[0].verbs}', '["watch"]', { without: /^error: at least one verb must be specified\nexit 1/ }),
  },
  'create rolebinding': {
    ...generating('create rolebinding r --role=reader --user=jane', 'rolebinding.rbac.authorization.k8s.io/r', 'RoleBinding'),
    clusterrole: shows('create rolebinding r [[--clusterrole=view]] --user=jane --dry-run=client -o jsonpath={.roleRef.kind}', 'ClusterRole', { without: /^error: exactly one of clusterrole or role must be specified\nexit 1/ }),
    role: shows('create rolebinding r [[--role=reader]] --user=jane --dry-run=client -o jsonpath={.roleRef.kind}', 'Role', { without: /^error: exactly one of clusterrole or role must be specified\nexit 1/ }),
    group: field('create rolebinding r --role=reader [[--group=team]]', '.subjects[0].kind', 'Group'),
    serviceaccount: field('create rolebinding r --role=reader [[--serviceaccount=other:robot]]', '.subjects[0].kind', 'ServiceAccount'),
    user: field('create rolebinding r --role=reader [[--user=jane]]', '.subjects[0].name', 'jane'),
  },
  'create secret docker-registry': {
    ...generating(REGISTRY_SECRET, 'secret/s', 'Secret'),
    'append-hash': shows(`${REGISTRY_SECRET} [[--append-hash]]`, /^secret\/s-[a-z0-9]{10} created\n$/),
    'docker-email': shows(`${REGISTRY_SECRET} [[--docker-email=a@example.com]] --dry-run=client -o go-template='{{index .data ".dockerconfigjson" | base64decode}}'`, /"email":"a@example\.com"/),
    'docker-password': shows(`create secret docker-registry s --docker-username=u [[--docker-password=hidden]] --dry-run=client -o go-template='{{index .data ".dockerconfigjson" | base64decode}}'`, /"password":"hidden"/, { without: /exit 1\n$/ }),
    'docker-server': shows(`${REGISTRY_SECRET} [[--docker-server=registry.example.com]] --dry-run=client -o go-template='{{index .data ".dockerconfigjson" | base64decode}}'`, /"registry\.example\.com":\{/),
    'docker-username': shows(`create secret docker-registry s [[--docker-username=somebody]] --docker-password=p --dry-run=client -o go-template='{{index .data ".dockerconfigjson" | base64decode}}'`, /"username":"somebody"/, { without: /exit 1\n$/ }),
    'from-file': shows('create secret docker-registry s [[--from-file=.dockerconfigjson=registry.json]] --dry-run=client -o jsonpath={.type}', 'kubernetes.io/dockerconfigjson', { without: /exit 1\n$/ }),
  },
  'create secret generic': {
    ...generating('create secret generic s --from-literal=a=b', 'secret/s', 'Secret'),
    'append-hash': shows('create secret generic s --from-literal=a=b [[--append-hash]]', /^secret\/s-[a-z0-9]{10} created\n$/),
    'from-env-file': field('create secret generic s [[--from-env-file=some.env]]', '.data.GREETING', 'aGVsbG8='),
    'from-file': field('create secret generic s [[--from-file=key=note.txt]]', '.data.key', 'YSBub3RlCg=='),
    'from-literal': field('create secret generic s [[--from-literal=a=b]]', '.data.a', 'Yg=='),
    type: field('create secret generic s [[--type=example.com/own]]', '.type', 'example.com/own'),
  },
  'create secret tls': {
    ...generating('create secret tls s --cert=tls.crt --key=tls.key', 'secret/s', 'Secret'),
    'append-hash': shows('create secret tls s --cert=tls.crt --key=tls.key [[--append-hash]]', /^secret\/s-[a-z0-9]{10} created\n$/),
    cert: shows('create secret tls s [[--cert=tls.crt]] --key=tls.key --dry-run=client -o name', 'secret/s\n', { without: /^error: key and cert must be specified\nexit 1/ }),
    key: shows('create secret tls s --cert=tls.crt [[--key=tls.key]] --dry-run=client -o name', 'secret/s\n', { without: /^error: key and cert must be specified\nexit 1/ }),
  },
  'create service clusterip': { ...service('clusterip', 'Service'), clusterip: field('create service clusterip s --tcp=80 [[--clusterip=None]]', '.spec.clusterIP', 'None') },
  'create service externalname': {
    ...generating('create service externalname s --external-name=example.com', 'service/s', 'Service'),
    'external-name': required('create service externalname s [[--external-name=example.com]]', '.spec.externalName', 'example.com', 'external-name'),
    tcp: field('create service externalname s --external-name=example.com [[--tcp=80:8080]]', '.spec.ports[0].targetPort', '8080'),
  },
  'create service loadbalancer': service('loadbalancer', 'Service'),
  'create service nodeport': { ...service('nodeport', 'Service'), 'node-port': field('create service nodeport s --tcp=80 [[--node-port=30080]]', '.spec.ports[0].nodePort', '30080') },
  'create serviceaccount': {
    ...generating('create serviceaccount s', 'serviceaccount/s', 'ServiceAccount'),
    // An account by itself owns no field.
    'show-managed-fields': shows('create serviceaccount s --save-config -o yaml [[--show-managed-fields]]', /\n  managedFields:\n/),
    'field-manager': shows('create serviceaccount s [[--field-manager=somebody]]', /fieldManager=somebody/, { wire: true }),
  },
  'create token': {
    output: shows('create token robot [[-o name]]', /^tokenrequest\.authentication\.k8s\.io\/robot\n$/),
    template: shows('create token robot -o go-template [[--template={{.kind}}]]', 'TokenRequest', { without: /template format specified but no template given\nexit 1/ }),
    'allow-missing-template-keys': shows('create token robot -o jsonpath={.nothing} [[--allow-missing-template-keys=false]]', /nothing is not found\b[^]*\nexit 1\n$/, { fails: 'a key is missing' }),
    audience: shows('create token robot -o jsonpath={.spec.audiences} [[--audience=vault]]', '["vault"]'),
    'bound-object-kind': shows('create token default --bound-object-name=solo [[--bound-object-kind=Pod]] -o jsonpath={.spec.boundObjectRef.kind}', 'Pod', { without: /^error: .*exit 1/s }),
    'bound-object-name': shows('create token default --bound-object-kind=Pod [[--bound-object-name=solo]] -o jsonpath={.spec.boundObjectRef.name}', 'solo', { without: /^error: .*exit 1/s }),
    'bound-object-uid': shows('create token default --bound-object-kind=Pod --bound-object-name=solo [[--bound-object-uid=UID(pod/solo)]] -o jsonpath={.spec.boundObjectRef.uid}', /^[0-9a-f]{8}-[0-9a-f-]{27}$/, { without: '' }),
    duration: shows('create token robot -o jsonpath={.spec.expirationSeconds} [[--duration=20m]]', '1200'),
  },
}
