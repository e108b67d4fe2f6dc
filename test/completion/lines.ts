/** Unfinished command lines, the last word of each as far as it is typed. */
import { COMMANDS } from '../../src/cli/flags/table.gen'
import { kubectlCommand, type CommandDefinition } from '../../src/cli/flags/definition'

const PATHS = Object.keys(COMMANDS).filter(path => path !== '(global)' && path !== 'kubectl')
/** Commands with arguments or values that are names of what the cluster has. */
const KNOWING = PATHS.filter(path => !/^(create|config|kuberc|alpha|plugin|options|version|api-|auth|certificate|completion)/.test(path))

const of = (path: string): CommandDefinition => kubectlCommand(path) as CommandDefinition

/** Of every command: its arguments, its flags, the values of its flags. */
function systematic(): string[][] {
  const lines: string[][] = [[''], ['-'], ['--'], ['g'], ['nothing'], ['help', ''], ['help', 'c'], ['help', 'nothing', ''], ['get', 'pods', '--', '']]
  for (const path of PATHS) {
    const words = path.split(' ')
    lines.push([...words, ''], [...words, '-'], [...words, '--'], [...words, '--o'], [...words, 's'], [...words, 'pods', ''], [...words, 'pod/', ''], [...words, 'pod/so'], [...words, 'help', ''], ['help', ...words, ''], words)
    for (const flag of of(path).flags.values()) {
      if (of(path).globals.has(flag.name) && path !== 'get' && path !== 'config view') continue
      lines.push([...words, `--${flag.name}`, ''], [...words, `--${flag.name}=`], [...words, `--${flag.name}`], [...words, `--${flag.name}=a`, '--'])
      if (flag.short !== undefined) lines.push([...words, `-${flag.short}`, ''], [...words, `-${flag.short}`], [...words, `-${flag.short}=`])
    }
  }
  return lines
}

const ARGUMENTS = [
  'p', 'deploy', 'pods,', 'pods,s', 'pods,nothing', 'pod', 'pods s', 'pods solo', 'pods solo ', 'po ', 'deploy ', 'deployment/', 'deployments.apps ', 'deployments.apps/w', 'deployments.v1.apps ', 'svc/', 'svc/web ', 'pod/solo ', 'pod/solo po', 'pod/solo pod/', 'pod/solo pod/so', 'pods,services ', 'pods,services w', 'nothing ', 'nothing/', 'all ', 'nodes ', 'node/',
  'namespaces ', 'ns ', 'cm set', 'PODS ', 'pods -n other ', '-n other pods ', '-n nothing pods ', '--namespace=other pods ', '-nother pod/', 'pods -A ', 'solo ', 'solo m', 'several ', 'several a', 'several -c ', 'several --container=', 'several -c s', '-c side several ', 'pod/several ', 'svc/web 80', 'svc/web 80:', 'service/web 90:', 'several 8', 'several 1:', 'pod/several 8080',
  'deploy/web ', 'deployment/web -c ', 'rs/web ', '--context=second pods ', '--context=nothing pods ', '--bogus pods ', '-o json pods ', '-ojson ', '-o', '-o ', '-o j', '-o=', '-ow', '--output=y', '--output custom', 'pods -- ', 'pods -- s', '-- ', '-- --', 'pods --se', 'pods --selector', 'pods -l ', 'pods -l=', '-f ', '-f=', '--filename=', '--filename dir/', '-k ', '-R -f ', 'pods -wl ', 'pods -w', '-Aw', 'pods --watch ', 'pods --watch=', 'pods --watch=t',
  '--namespace ', '-n ', '-n=', '-n=o', '-no', '--namespace=o', '--cluster ', '--cluster=c', '--user ', '--user=', '--context ', '--context s', '--context=', '--as ', '--server ', '--kubeconfig ', '--v ', '-v ', '--profile ', 'pods solo solo ', 'pods/solo', 'other/', 'other/a', './', '/', 'solo:', 'solo:/ ', 'd', 'x y z ', 'certificates', 'csr ', 'wish ', 'reader ',
]

function spoken(): string[][] {
  return KNOWING.flatMap(path => ARGUMENTS.map(text => [...path.split(' '), ...text.split(' ')]))
}

const OTHERS = [
  'config use-context ', 'config use-context s', 'config use-context c ', 'config delete-context ', 'config delete-cluster ', 'config delete-cluster c', 'config delete-user ', 'config rename-context ', 'config rename-context c ', 'config set-context ', 'config set-context x', 'config set-context c --cluster ', 'config set-context c --cluster=', 'config set-context c --user ', 'config set-context --namespace ', 'config set-cluster ', 'config set-credentials ', 'config get-contexts ', 'config get-contexts s', 'config set ', 'config unset ', 'config view -o ', 'config --kubeconfig=config view ', 'config --kubeconfig ', 'config u', 'config use-context c second', 'config ',
  'create ', 'create s', 'create secret ', 'create svc ', 'create svc n', 'create cm ', 'create cm x --from-file=', 'create cm x --from-file ', 'create clusterrolebinding x --clusterrole=', 'create clusterrolebinding x --clusterrole=a', 'create clusterrolebinding x --clusterrole ', 'create rolebinding x --clusterrole ', 'create rolebinding x --role ', 'create token ', 'create token r', 'create token robot ', 'create -f ', 'create deployment x --image ', 'create role r --verb ', 'create role r --resource ', 'create ns ', 'create ing ', 'create quota ', 'create pdb ',
  'completion ', 'completion b', 'completion bash ', 'auth can-i ', 'auth can-i get ', 'auth ', 'auth w', 'auth reconcile -f ', 'certificate approve ', 'certificate deny ', 'certificate ', 'plugin ', 'plugin list ', 'options ', 'version ', 'version -o ', 'api-resources ', 'api-resources -o ', 'api-resources --sort-by ', 'api-versions ', 'alpha ', 'alpha k', 'alpha kuberc ', 'alpha kuberc set --', 'kuberc ', 'kuberc set --section ', 'cluster-info ', 'cluster-info dump ', 'set ', 'set i', 'rollout ', 'rollout u', 'apply ', 'apply v', 'apply -f ', 'apply --', 'apply --se', 'apply --server-side ', 'top ', 'top p', 'nothing ', 'nothing --', 'ge', 'get', '--', '--n', '-n ', '--namespace o', '--context ', '--context=se', '-n other get pods ', '--bogus get ', '-s ', '--as', 'help get ', 'help config ', 'help config u', 'help set image ', '__complete ', '__complete get ', '__completeNoDesc get ', 'diff -f ', 'kustomize ', 'kustomize d', 'explain ', 'explain p', 'explain pods ', 'explain pods.', 'proxy ', 'proxy --www ', 'run ', 'run x --image ', 'run x --restart ', 'drain ', 'drain n', 'drain node-1 ', 'cordon ', 'cordon -l ', 'taint ', 'taint node ', 'taint nodes ', 'taint node node-1 ', 'taint node/ ', 'taint node/', 'taint --all ',
  'get --raw ', 'get --raw=', 'get --show-', 'get --show-labels=', 'get --sort-by ', 'get --subresource ', 'get --template ', 'get --field-selector ', 'get --chunk-size ', 'wait --for ', 'wait --for=', 'wait ', 'wait pod/', 'events ', 'events --for ', 'events --types ', 'delete --cascade ', 'delete --cascade=', 'delete --grace-period ', 'patch --type ', 'patch --type=', 'patch pod solo -p ', 'patch --patch-file ', 'replace -f ', 'label --', 'label pod solo ', 'annotate --resource-version ', 'autoscale --', 'autoscale deployment ', 'scale --rep', 'scale --replicas ', 'scale --replicas=2 ', 'scale --replicas=2 deployment ', 'scale --replicas=2 deployment/w', 'expose ', 'expose pod ', 'expose --type ', 'logs --', 'logs -l ', 'logs --since ', 'logs -c ', 'exec solo ', 'exec solo -- ', 'exec solo -c ', 'exec -c ', 'exec several -c i', 'exec -it ', 'exec -i -t solo ', 'attach several ', 'attach several -c ', 'port-forward several ', 'port-forward svc/web ', 'port-forward --address ', 'debug ', 'debug pod/', 'debug solo --image ', 'debug solo --profile ', 'debug solo --target ', 'debug -c ', 'cp several', 'cp other/', 'cp x ', 'cp x so', 'cp several:/ ', 'cp -c ', 'cp -', 'edit cm ', 'edit cm settings --', 'describe node/', 'describe -f ', 'set image deployment ', 'set image deployments/web ', 'set image deployment/', 'set env ', 'set env --from ', 'set sa ', 'set serviceaccount deployment ', 'set subject ', 'set selector ', 'set resources ', 'rollout status ', 'rollout status deployment ', 'rollout status deployment/web ', 'rollout history d', 'rollout pause ', 'rollout undo deployment/web --to-revision ',
]

/** All lines, each once. */
export function allLines(): string[][] {
  const lines = [...OTHERS.map(text => text.split(' ')), ...systematic(), ...spoken()]
  return [...new Map(lines.map(words => [words.join('\0'), words])).values()]
}

/** What the cluster has besides the objects of the mistaken lines. */
const pod = (name: string, labels: object, spec: object, namespace = 'default'): object => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels }, spec })
export const OBJECTS: readonly object[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } },
  pod('several', { app: 'web' }, { initContainers: [{ name: 'init', image: 'busybox' }], containers: [{ name: 'app', image: 'nginx', ports: [{ containerPort: 8080 }, { containerPort: 9090, name: 'metrics' }] }, { name: 'side', image: 'busybox' }] }),
  pod('solo-two', {}, { containers: [{ name: 'main', image: 'busybox' }] }),
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'other' } },
  pod('away', {}, { containers: [{ name: 'main', image: 'busybox' }] }, 'other'),
  { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-2' } },
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'two-ports', namespace: 'default' }, spec: { selector: { app: 'nobody' }, ports: [{ port: 80, name: 'a' }, { port: 8443, name: 'b' }] } },
]
