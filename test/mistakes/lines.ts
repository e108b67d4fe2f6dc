/** Command lines with mistakes: valid ones of every command, each with a wrong value, a flag too many, an argument too few or too many, or two of these. */
import { kubectlCommand, type FlagDefinition } from '../../src/cli/flags/definition'
import type { Random as Draw } from '../seeded'
import { phrase } from './phrases'

/** What a line begins from; the objects are those of the world. */
const BASES: readonly string[] = [
  'get pods', 'get pod solo', 'get deployments,services', 'get -f cm.yaml', 'get cm -l app=web', 'describe pod solo', 'describe cm', 'explain pods.spec', 'api-resources', 'api-versions', 'version --client', 'events',
  'create -f cm.yaml', 'create configmap c --from-literal=a=b', 'create secret generic s --from-literal=a=b', 'create secret tls t --cert=a --key=b', 'create secret docker-registry d --docker-username=u --docker-password=p', 'create deployment d --image=nginx',
  'create job j --image=busybox', 'create cronjob j --image=busybox --schedule=@daily', 'create namespace n', 'create role r --verb=get --resource=pods', 'create clusterrole r --verb=get --resource=pods', 'create rolebinding r --role=reader --user=jane',
  'create clusterrolebinding r --clusterrole=view --user=jane', 'create service clusterip s --tcp=80', 'create service nodeport s --tcp=80', 'create service externalname s --external-name=example.com', 'create ingress i --rule=example.com/x=web:80', 'create quota q --hard=pods=5',
  'create poddisruptionbudget p --selector=a=b --min-available=1', 'create priorityclass p --value=5', 'create serviceaccount s', 'create token robot',
  'apply -f cm.yaml', 'apply -f cm.yaml --server-side', 'apply view-last-applied cm settings', 'apply set-last-applied -f cm.yaml', 'diff -f cm.yaml', 'delete cm settings', 'delete -f cm.yaml', 'replace -f cm.yaml', 'patch cm settings -p {"data":{"a":"b"}}', 'edit cm settings',
  'label cm settings a=b', 'annotate cm settings a=b', 'scale deployment web --replicas=2', 'autoscale deployment web --max=3', 'expose deployment web --port=80', 'run r --image=nginx', 'set image deployment/web nginx=nginx:2', 'set env deployment/web A=b', 'set resources deployment/web --limits=cpu=1',
  'set selector service web a=b', 'set serviceaccount deployment/web robot', 'set subject rolebinding/readers --user=jane', 'rollout history deployment/web', 'rollout pause deployment/web', 'rollout resume deployment/web', 'rollout restart deployment/web', 'rollout undo deployment/web', 'rollout status deployment/web --watch=false',
  'wait pod/solo --for=delete --timeout=1s', 'logs solo', 'exec solo -- true', 'attach solo', 'port-forward solo 80', 'cp solo:/a b', 'debug solo --image=busybox', 'top pod', 'top node', 'auth can-i get pods', 'auth whoami', 'auth reconcile -f cm.yaml', 'certificate approve wish', 'certificate deny wish',
  'taint node node-1 a=b:NoSchedule', 'cordon node-1', 'uncordon node-1', 'drain node-1', 'config view', 'config get-contexts', 'config set-context x --user=y', 'config use-context x', 'config set a.b c', 'config unset a', 'config rename-context a b', 'config delete-context a', 'config current-context',
  'config set-cluster x --server=https://example.com', 'config set-credentials x --token=abc', 'config get-clusters', 'config get-users', 'config delete-cluster x', 'config delete-user x', 'kustomize kust', 'cluster-info', 'plugin list',
]

const WORDS = ['extra', 'a/b', 'pods', 'UPPER', 'nowhere', 'pod/solo', 'a=b', 'x,y', '', 'deployments.apps', '*', 'nginx=nginx:2', 'a-', 'cm', 'all', 'pods.v2', 'settings']
const OUTPUTS = ['bad', 'json', 'yaml', 'name', 'wide', 'jsonpath', 'jsonpath={', 'jsonpath={.x', 'jsonpath={.metadata.name}', 'go-template', 'go-template={{', 'go-template={{.x', 'custom-columns', 'custom-columns=A', 'custom-columns=A:.b', 'jsonpath-file=nowhere', 'go-template-file=nowhere', 'jsonpath-as-json={.a}', 'kyaml', 'JSON', 'template={{.kind}}', 'custom-columns-file=nowhere', '']
/** Values that some flags know how to refuse. */
const SPECIAL: Readonly<Record<string, readonly string[]>> = {
  output: OUTPUTS, 'dry-run': ['bad', 'true', 'false', 'client', 'server', 'none', ''], validate: ['bad', 'true', 'false', 'strict', 'warn', 'ignore'], cascade: ['bad', 'true', 'false', 'orphan', ''], template: ['{{', '{.x}', '{{.x'],
  selector: ['a=b=c', 'a,,b', '=', 'a in (', '!', 'a in (b),', 'a notin ()', 'A~b'], 'field-selector': ['a', 'a=b', '=', 'metadata.name=solo', 'a,'], filename: ['nowhere.yaml', 'dir', 'broken.yaml', 'https://127.0.0.1:1/x', 'empty.yaml', ''], kustomize: ['nowhere', 'kust', 'cm.yaml', ''],
  'sort-by': ['{', '.x', 'bad', '{.metadata.name}'], subresource: ['bad', 'status', 'scale'], for: ['bad', 'condition', 'condition=', 'jsonpath={', 'jsonpath={.a}', 'delete', 'create'], type: ['bad', 'json', 'merge', 'NodePort'], patch: ['{', '[]', 'x', '{"a":1}'], 'chunk-size': ['-1', 'x', '0'],
  as: ['', 'jane'], 'as-group': ['team'], context: ['nope', ''], cluster: ['nope'], user: ['nope'], namespace: ['', 'BAD', 'other'], 'request-timeout': ['x', '-1', '1s'], replicas: ['-1', 'x', '1'], 'grace-period': ['-1', '-2', '0', '3', 'x'], port: ['x', '0', '80', '-1', '99999'], protocol: ['bad', 'TCP'],
  overrides: ['{', '{"a":1}'], 'override-type': ['bad', 'json'], restart: ['bad', 'Never'], 'image-pull-policy': ['bad', 'Always'], image: ['', 'BAD IMAGE', 'nginx'], env: ['A', '=b', 'A=b'], labels: ['a', 'a=b', '=b'], annotations: ['a', 'a=b'], limits: ['cpu', 'cpu=x', 'cpu=1'], requests: ['x', 'memory=1Gi'],
  'from-literal': ['a', '=b', 'a=b', 'a b=c'], 'from-file': ['nowhere', 'a=nowhere', 'cm.yaml', 'a=b=c'], 'from-env-file': ['nowhere', 'cm.yaml'], tcp: ['x', '0', '80:x', '80'], rule: ['x', 'a/b', '/=s:80', 'a/b=s'], hard: ['x', 'pods=x', 'pods=1'], scopes: ['bad'], verb: ['', 'bad', 'get'], resource: ['bad', 'pods/log', 'x/y', 'pods'],
  'resource-version': ['x', '1'], 'field-manager': ['', 'x'.repeat(130)], 'min-available': ['x', '50%', '1'], 'max-unavailable': ['x', '1'], schedule: ['', 'bad'], profile: ['bad'], v: ['x', '2'], since: ['x', '-1s', '1s'], 'since-time': ['x'], tail: ['-2', 'x'], 'max-log-requests': ['0'], revision: ['-1', 'x', '9'], 'to-revision': ['-1', '9'], 'cluster-ip': ['x', 'None'], 'session-affinity': ['bad'],
  'api-version': ['bad', 'v1', 'apps/v1'], 'api-group': ['bad'], categories: ['bad'], verbs: ['bad'], types: ['bad', 'Normal'], 'exec-api-version': ['bad'], 'embed-certs': ['true'], 'certificate-authority': ['nowhere'], 'client-key': ['nowhere'], 'client-certificate': ['nowhere'], 'auth-provider-arg': ['x', 'a=b'], 'exec-env': ['x'], 'timeout': ['x', '-1s', '0', '1s'], 'pod-running-timeout': ['x', '0s', '-1s'],
}
const GENERAL: Readonly<Record<string, readonly string[]>> = { b: ['true', 'false', 'maybe', ''], i: ['1', 'x', '-1'], j: ['1', 'x'], l: ['1', 'x'], d: ['1s', 'x', '-1s', '5'], s: ['x', '', 'a b'], S: ['x', 'a,b', ''], A: ['x', 'a=b'], M: ['x', 'a=b'], m: ['a'], g: ['1s'], v: ['x'] }

/** They wait for a person or a program, or do what the other program would see. */
const NEVER = new Set(['wait', 'match-server-version', 'watch', 'watch-only', 'follow', 'stdin', 'tty', 'attach', 'interactive', 'edit', 'help', 'output-watch-events', 'profile-output', 'kubeconfig', 'server', 'token', 'username', 'password', 'cache-dir', 'kuberc', 'log-flush-frequency', 'vmodule', 'tls-server-name', 'insecure-skip-tls-verify', 'disable-compression', 'certificate-authority', 'client-certificate', 'client-key', 'leave-stdin-open', 'rm', 'v', 'profile', 'raw', 'unix-socket', 'www', 'output-directory', 'enable-helm', 'helm-command', 'enable-alpha-plugins'])

const commandOf = (words: readonly string[]) => {
  for (let n = Math.min(3, words.length); n > 0; n--) {
    const found = kubectlCommand(words.slice(0, n).join(' '))
    if (found !== undefined) return { path: words.slice(0, n), command: found }
  }
  throw new Error(`no command in ${words.join(' ')}`)
}

function flagWords(flag: FlagDefinition, draw: Draw): string[] {
  const values = SPECIAL[flag.name] ?? GENERAL[flag.type] ?? ['x']
  const value = draw.pick(values)
  if (flag.alone !== undefined && draw.below(2) === 0) return [`--${flag.name}`]
  if (flag.short !== undefined && value !== '' && draw.below(3) === 0) return [`-${flag.short}`, ...(flag.alone === undefined ? [value] : [])]
  return draw.below(2) === 0 && flag.alone === undefined ? [`--${flag.name}`, value] : [`--${flag.name}=${value}`]
}

/** One line, by words: a base with a mistake or two, or a phrase as it is. */
export function mistaken(draw: Draw): string[] {
  if (draw.below(2) === 0) return phrase(draw)
  const words = draw.pick(BASES).split(' ')
  const { path, command } = commandOf(words)
  const flags = [...command.flags.values()].filter(f => !NEVER.has(f.name) && f.deprecated === undefined)
  const own = flags.filter(f => !command.globals.has(f.name))
  let rest = words.slice(path.length)
  for (let i = 1 + draw.below(2); i > 0; i--) {
    const kind = draw.below(10)
    if (kind < 6) rest = [...rest, ...flagWords(draw.pick(draw.below(6) > 0 && own.length > 0 ? own : flags), draw)]
    else if (kind < 7 && rest.length > 0) rest = rest.filter((_, n) => n !== draw.below(rest.length))
    else if (kind < 9) rest = [...rest.slice(0, draw.below(2) === 0 ? 0 : rest.length), draw.pick(WORDS), ...rest.slice(draw.below(2) === 0 ? 0 : rest.length)].slice(0, 8)
    else rest = [...rest, draw.pick(['--bogus', '-?', '--', '-o', '--output', '-n', '--dry-run', '---x', '-f', '--filename', '--selector', '-l'])]
  }
  return [...path, ...rest]
}
