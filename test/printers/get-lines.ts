/** Random command lines of `kubectl get` over the objects of stored.ts. */
import type { Dice } from './random'

const PATHS = ['.metadata.name', 'metadata.name', '{.metadata.name}', '{metadata.name}', '.spec.text', '.spec.n', '.spec.size', '.spec.big', '.spec.on', '.spec.tags', '.spec.tags[*]', '.spec.tags[0]', '.spec.tags[9]', '.spec.none', '.spec.empty', '.spec.list', '.spec.map', '.spec.map.deep', '.nothing', '.nothing.more', '.metadata.labels', '.metadata.labels.app', '.metadata.labels.app\\.kubernetes\\.io/name', ".metadata.labels['app']", '.spec.items[?(@.n>2)].name', '.spec.items[*].name', '.spec.items[*].tags', '.spec.items[0]', '.spec', '.spec.items[1:]', '.spec.items[*].on', '.kind', '.apiVersion', '', '{.spec.text', '.spec.text}', '{range .spec.items[*]}{.name}{end}', '.spec.tags[a]', '.spec.items[?(@.name=="x")]', '.metadata.creationTimestamp.x', '.spec.text.x', '{.kind}-{.apiVersion}', "{'literal'}", '.spec.items[-1].name', '.spec["text"]', '.spec.items[?(@.n==1,2)].n']
const HEADERS = ['NAME', 'A', 'with space', '', 'ünï', 'lower', 'A-B', 'X.Y', '1', '"q"', 'LONGER_THAN_THE_VALUE_____']
const KINDS = ['gizmos', 'gizmos', 'configmaps', 'pods', 'deployments', 'services', 'secrets', 'nodes', 'gizmos,configmaps', 'gizmo/gizmo-1', 'gizmo/gizmo-2 gizmo/gizmo-3', 'gizmo gizmo-4 gizmo-5', 'pvc', 'pv', 'ingresses', 'jobs', 'cronjobs', 'daemonsets', 'statefulsets', 'replicasets', 'hpa', 'networkpolicies', 'roles', 'rolebindings', 'sa', 'quota', 'limits', 'events', 'endpointslices', 'sc', 'priorityclasses', 'leases', 'crds', 'pdb', 'rc', 'ns', 'clusterroles', 'all', 'absent', 'gizmo/absent', 'gizmo/gizmo-1 gizmo/absent', 'pods,deployments', 'cm,pods,svc', 'certificatesigningrequests', 'validatingwebhookconfigurations', 'csidrivers', 'csinodes', 'runtimeclasses', 'ingressclasses', 'endpoints', 'podtemplates', 'volumeattachments', 'flowschemas', 'apiservices', 'controllerrevisions', 'resourceclaims', 'deviceclasses', 'prioritylevelconfigurations', 'mutatingwebhookconfigurations', 'validatingadmissionpolicies', 'validatingadmissionpolicybindings', 'servicecidrs', 'ipaddresses', 'csistoragecapacities', 'volumeattributesclasses', 'resourceslices', 'clusterrolebindings']
const SORTS = ['.metadata.name', '{.metadata.name}', 'metadata.name', '.spec.n', '.spec.size', '.spec.text', '.spec.q', '.spec.tags[0]', '.nothing', '.spec.map', '.spec.on', '.metadata.creationTimestamp', '.spec.sometimes', '{.spec', '.spec.items[*].n', '.spec.mixed', '.metadata.labels.app', '.kind', '.metadata']

/** `gizmos -o custom-columns=…` */
export function randomColumns(dice: Dice): string[] {
  const columns = Array.from({ length: dice.between(1, 4) }, () => (dice.percent(97) ? `${dice.pick(HEADERS)}:${dice.percent(85) ? dice.pick(PATHS.slice(0, 32)) : dice.pick(PATHS)}` : dice.pick(['A', '', ':', 'A:.b:.c'])))
  return [...dice.pick(['gizmos', 'gizmos', 'gizmos', 'gizmo/gizmo-1', 'configmaps', 'gizmos,configmaps', 'gizmo gizmo-2 gizmo-3', 'gizmo absent']).split(' '), '-o', `custom-columns=${columns.join(',')}`, ...(dice.percent(20) ? ['--no-headers'] : []), ...(dice.percent(20) ? [`--sort-by=${dice.pick(SORTS)}`] : [])]
}

/** Any other `get`. */
export function randomGet(dice: Dice): string[] {
  const line = dice.pick(KINDS).split(' ')
  if (dice.percent(30)) line.push('-o', 'wide')
  else if (dice.percent(25)) line.push('-o', dice.pick(['name', 'json', 'yaml', 'kyaml', 'jsonpath={.items[*].metadata.name}', 'jsonpath-as-json={.items[*].metadata.name}', 'go-template={{range .items}}{{.metadata.name}} {{end}}', 'jsonpath={.metadata.name}', 'xml', 'custom-columns=A:.kind']))
  if (dice.percent(20)) line.push('--no-headers')
  if (dice.percent(20)) line.push('--show-labels')
  if (dice.percent(20)) line.push('-L', dice.pick(['app', 'app.kubernetes.io/name', 'app,tier', 'nothing', 'a b', '']))
  if (dice.percent(25)) line.push(`--sort-by=${dice.pick(SORTS)}`)
  if (dice.percent(20)) line.push('-A')
  if (dice.percent(10)) line.push('--show-kind')
  if (dice.percent(10)) line.push('-l', dice.pick(['app=web', 'app!=web', 'app in (web,db)', '!app', 'tier', 'app=', 'a=b=c']))
  if (dice.percent(5)) line.push('--ignore-not-found')
  if (dice.percent(5)) line.push('--chunk-size=7')
  if (dice.percent(5)) line.push('--field-selector=metadata.name=gizmo-1')
  return line
}
