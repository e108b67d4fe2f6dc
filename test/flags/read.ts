/** Commands that only look: get, describe, explain, events, logs, top, api-resources, cluster-info dump, version, plugin list. */
import type { FlagTable } from './case'
import { shows } from './case'
import { filing, printing } from './recurring'

const ENDS = { interruptMs: 500 }

/** Metrics are there once some time has passed. */
const MEASURED = { before: ['!wait pod/solo --for=condition=Nonsense --timeout=90s'] }

export const READ: FlagTable = {
  get: {
    ...printing('get configmap settings', 'configmap/settings', 'ConfigMap'),
    'all-namespaces': shows('get pods [[-A]] -o name', /^pod\/far$/m),
    'chunk-size': shows('get configmaps -A [[--chunk-size=2]]', /limit=2\b/, { wire: true }),
    'field-selector': shows('get pods [[--field-selector=metadata.name=solo]] -o name', 'pod/solo\n'),
    ...filing('get', '', /Required resource not specified/),
    'ignore-not-found': shows('get pod nowhere [[--ignore-not-found]]', '', { without: /^Error from server \(NotFound\): pods "nowhere" not found\nexit 1/ }),
    'label-columns': shows('get pods [[-L tier]]', /^NAME +READY +STATUS +RESTARTS +AGE +TIER\n/),
    'no-headers': shows('get pod solo [[--no-headers]]', /^solo +1\/1 +Running/),
    'output-watch-events': shows('get pods --watch [[--output-watch-events]] -l app=solo', /^EVENT +NAME [^]*^ADDED +solo /m, { ...ENDS, without: /solo[^]*exit 130\n$/ }),
    raw: shows('get [[--raw=/api/v1/namespaces/default/configmaps/settings]]', /^\{"kind":"ConfigMap"/, { without: /Required resource not specified[^]*exit 1/ }),
    selector: shows('get pods [[-l app=solo]] -o name', 'pod/solo\n'),
    'server-print': shows('get pod solo [[--server-print=false]]', /^NAME +AGE\nsolo +\S+\n$/),
    'show-kind': shows('get pod solo [[--show-kind]]', /^pod\/solo +1\/1/m),
    'show-labels': shows('get pod solo [[--show-labels]]', /app=solo,tier=back/),
    'sort-by': shows('get configmaps [[--sort-by=.data.size]] -o name', /settings\n$/, { before: ['create configmap zebra --from-literal=a=b'], without: /zebra\n$/ }),
    subresource: shows('get deployment web [[--subresource=scale]] -o jsonpath={.kind}', 'Scale', { without: 'Deployment' }),
    watch: shows('get pod solo [[-w]]', /^NAME[^]*solo +1\/1[^]*exit 130\n$/, ENDS),
    'watch-only': shows('get pod solo [[--watch-only]]', /^exit 130\n$/, ENDS),
  },
  describe: {
    'all-namespaces': shows('describe pods -l app=far [[-A]]', /^Name: +far$/m, { without: /^No resources found in default namespace\.\n/ }),
    'chunk-size': shows('describe configmaps [[--chunk-size=2]]', /limit=2\b/, { wire: true }),
    ...filing('describe', '', /^error: You must specify the type of resource to describe\./),
    selector: shows('describe pods [[-l app=solo]]', /^Name: +solo\n(?![^]*\nName: )/),
    'show-events': shows('describe pod solo [[--show-events=false]]', /^(?![^]*^Events:)[^]*Name: +solo/m),
  },
  explain: {
    'api-version': shows('explain cronjobs [[--api-version=batch/v9]]', /^error: .*batch\/v9[^]*exit 1/),
    output: shows('explain pod.spec.hostNetwork [[-o plaintext-openapiv2]]', /^KIND: +Pod\nVERSION: +v1\n\nFIELD: +hostNetwork <boolean>\n\nDESCRIPTION:\n {5}/),
    recursive: shows('explain configmap [[-R]]', /^ {4}name\t<string>$/m),
  },
  events: {
    ...printing('events --for=configmap/settings', 'event/noted', 'EventList', { before: ['create -f event.yaml'] }),
    'show-managed-fields': shows('events --for=configmap/settings -o yaml [[--show-managed-fields]]', /\n {4}managedFields:\n/, { before: ['create -f event.yaml'] }),
    output: shows('events --for=pod/solo [[-o name]]', /^event\/solo\.\S+\n/),
    'all-namespaces': shows('events [[-A]]', /^other .*pod\/far/im),
    'chunk-size': shows('events [[--chunk-size=2]]', /limit=2\b/, { wire: true }),
    for: shows('events [[--for=pod/solo]]', /^(?![^]*Pod\/pair)[^]*Pod\/solo/),
    'no-headers': shows('events --for=pod/solo [[--no-headers]]', /^(?!LAST SEEN)[^]*Pod\/solo/),
    types: shows('events [[--types=Warning]]', /^(?![^]*Normal)/),
    watch: shows('events --for=pod/solo [[-w]]', /Pod\/solo[^]*exit 130\n$/, ENDS),
  },
  logs: {
    'all-containers': shows('logs pair [[--all-containers]]', /from second/),
    'all-pods': shows('logs deployment/talk [[--all-pods]] --prefix', /talk-\S+\/main\] hello[^]*talk-\S+\/main\] hello/, { before: ['apply -f talk.yaml', 'rollout status deployment/talk'], without: /^(Found 2 pods[^]*)?/ }),
    container: shows('logs pair [[-c second]]', 'from second\n'),
    follow: shows('logs solo [[-f]]', /^one\ntwo\nthree\nexit 130\n$/, ENDS),
    'ignore-errors': shows('logs -l app=mixed --all-containers [[--ignore-errors]]', /hello/, { before: ['apply -f mixed.yaml'], without: /exit 1\n$/ }),
    'insecure-skip-tls-verify-backend': shows('logs solo [[--insecure-skip-tls-verify-backend]]', /insecureSkipTLSVerifyBackend=true/, { wire: true }),
    'limit-bytes': shows('logs solo [[--limit-bytes=5]]', 'one\nt'),
    'max-log-requests': shows('logs -l tier=back -f [[--max-log-requests=1]]', /^error: you are attempting to follow 2 log streams, but maximum allowed concurrency is 1, use --max-log-requests to increase the limit\nexit 1/, { ...ENDS, without: /exit 130/ }),
    'pod-running-timeout': shows('logs solo [[--pod-running-timeout=0s]]', /--pod-running-timeout must be higher than zero\nexit 1/),
    prefix: shows('logs solo [[--prefix]]', /^\[pod\/solo\/main\] one$/m),
    previous: shows('logs solo [[-p]]', /^Error from server \(BadRequest\): previous terminated container "main" in pod "solo" not found\nexit 1/),
    selector: shows('logs [[-l app=solo]]', /one\ntwo\nthree/, { without: /^error: expected 'logs/ }),
    since: shows('logs solo [[--since=1s]]', ''),
    'since-time': shows('logs solo [[--since-time=2030-01-01T00:00:00Z]]', ''),
    tail: shows('logs solo [[--tail=1]]', 'three\n'),
    timestamps: shows('logs solo [[--timestamps]]', /^2026-11-21T\S+Z one$/m),
  },
  'top node': {
    'no-headers': shows('top node [[--no-headers]]', /^(?!NAME)\S+ +\d+m/, MEASURED),
    selector: shows('top node [[-l kubernetes.io/hostname=node-1]]', /^NAME[^\n]*\nnode-1 [^\n]*\n$/, MEASURED),
    'show-swap': shows('top node [[--show-swap]]', /^NAME[^\n]*SWAP/, MEASURED),
    'sort-by': shows('top node [[--sort-by=age]]', /^error: --sort-by accepts only cpu or memory\nexit 1/, MEASURED),
  },
  'top pod': {
    'all-namespaces': shows('top pod [[-A]]', /^other +far /m),
    containers: shows('top pod pair [[--containers]]', /^pair +second /m),
    'field-selector': shows('top pod [[--field-selector=metadata.name=solo]]', /^NAME[^\n]*\nsolo [^\n]*\n$/, MEASURED),
    'no-headers': shows('top pod solo [[--no-headers]]', /^solo +\d+m/, MEASURED),
    selector: shows('top pod [[-l app=solo]]', /^NAME[^\n]*\nsolo [^\n]*\n$/, MEASURED),
    'show-swap': shows('top pod solo [[--show-swap]]', /^NAME[^\n]*SWAP/, MEASURED),
    'sort-by': shows('top pod [[--sort-by=age]]', /^error: --sort-by accepts only cpu or memory\nexit 1/, MEASURED),
    sum: shows('top pod [[--sum]]', /_{4,}/, MEASURED),
  },
  'api-resources': {
    'api-group': shows('api-resources [[--api-group=apps]] -o name', /^(?!bindings)[^]*deployments\.apps/),
    categories: shows('api-resources [[--categories=api-extensions]] -o name', /^(?![^]*deployments\.apps)[^]*customresourcedefinitions/),
    namespaced: shows('api-resources [[--namespaced=false]] -o name', /^(?![^]*^pods$)[^]*^nodes$/m),
    'no-headers': shows('api-resources [[--no-headers]]', /^bindings /),
    output: shows('api-resources [[-o wide]]', /VERBS +CATEGORIES/),
    'sort-by': shows('api-resources [[--sort-by=kind]] --no-headers', /^mutating|^apiservices|^\S+ +\S* *admission|^apiserv/),
    verbs: shows('api-resources [[--verbs=deletecollection]] -o name', /^(?!bindings)[^]*pods/),
  },
  'cluster-info dump': {
    'all-namespaces': shows('cluster-info dump [[-A]]', /"name": "far"/),
    'allow-missing-template-keys': shows('cluster-info dump -o jsonpath={.nothing} [[--allow-missing-template-keys=false]]', /nothing is not found\b[^]*exit 1/),
    namespaces: shows('cluster-info dump [[--namespaces=other]]', /"name": "far"/),
    output: shows('cluster-info dump [[-o yaml]]', /^apiVersion: v1\nitems:\n/),
    'output-directory': shows('cluster-info dump [[--output-directory=dumped]]', /^default\/pods\.json$/m, { file: 'dumped' }),
    'pod-running-timeout': shows('cluster-info dump [[--pod-running-timeout=0s]]', /--pod-running-timeout must be higher than zero\nexit 1/),
    'show-managed-fields': shows('cluster-info dump -o yaml [[--show-managed-fields]]', /managedFields:/),
    template: shows('cluster-info dump -o go-template [[--template={{.kind}}]]', /NodeList/, { without: /template format specified but no template given\nexit 1/ }),
  },
  version: {
    client: shows('version [[--client]]', /^(?![^]*Server Version)Client Version: v1\.36/),
    output: shows('version [[-o json]]', /^\{\n {2}"clientVersion": \{/),
  },
  'plugin list': {
    'name-only': shows('plugin list [[--name-only]]', /^kubectl-greet$/m),
  },
}
