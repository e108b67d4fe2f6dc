/** Flags that are accepted and whose effect no case shows, with the reason. */
const REMOVAL = 'kubectl reads it for --rm and then deletes by name, at once, without waiting'
const METRICS = 'metrics come as JSON alone'
const PROXIES = 'not shown yet: its answers need a port and a client'
const GO_LOG = 'about the log of Go programs'
const NO_FIELDS = 'what it prints has no managed fields'
const WHILE = 'time passes at once where nobody waits: the answer is the same'

const of = (path: string, names: readonly string[], why: string): Record<string, string> => Object.fromEntries(names.map(name => [`${path} --${name}`, why]))

export const EXCEPTIONS: Readonly<Record<string, string>> = {
  ...of('run', ['filename', 'kustomize', 'recursive', 'grace-period', 'timeout', 'wait', 'force'], REMOVAL),
  ...of('top node', ['use-protocol-buffers'], METRICS),
  ...of('top node', ['show-capacity'], 'nodes can allocate all that they have'),
  ...of('top pod', ['use-protocol-buffers'], METRICS),
  ...of('proxy', ['accept-hosts', 'accept-paths', 'address', 'api-prefix', 'append-server-path', 'disable-filter', 'keepalive', 'port', 'reject-methods', 'reject-paths', 'unix-socket', 'www', 'www-prefix'], PROXIES),
  ...of('(global)', ['log-flush-frequency', 'vmodule', 'v'], GO_LOG),
  ...of('(global)', ['profile', 'profile-output'], 'profiles of Go programs'),
  ...of('(global)', ['cache-dir'], 'discovery is not cached in files'),
  ...of('(global)', ['disable-compression'], 'answers are never compressed'),
  ...of('api-resources', ['cached'], 'discovery is not cached in files'),
  ...of('create token', ['show-managed-fields'], NO_FIELDS),
  ...of('auth whoami', ['show-managed-fields'], NO_FIELDS),
  ...of('apply edit-last-applied', ['show-managed-fields'], NO_FIELDS),
  ...of('api-resources', ['show-managed-fields'], NO_FIELDS),
  ...of('config view', ['show-managed-fields'], NO_FIELDS),
  ...of('kuberc view', ['show-managed-fields'], NO_FIELDS),
  ...of('exec', ['pod-running-timeout'], WHILE),
  ...of('apply', ['timeout'], WHILE),
  ...of('replace', ['timeout'], WHILE),
  ...of('apply', ['wait'], 'kubectl never reads it'),
  ...of('replace', ['wait'], 'kubectl never reads it'),
  ...of('wait', ['local'], 'kubectl crashes with it'),
  ...of('diff', ['concurrency'], 'how many are compared at a time is not seen'),
  ...of('apply', ['openapi-patch'], 'the same patch is made with and without the server\'s own description of a type'),
  ...of('cp', ['no-preserve'], 'containers have no owners of files'),
  ...of('set env', ['kustomize'], 'kubectl asks for -f or a name all the same'),
  ...of('cp', ['retries'], 'copying is never interrupted'),
  ...of('kustomize', ['as-current-user', 'enable-alpha-plugins', 'enable-helm', 'env', 'helm-api-versions', 'helm-command', 'helm-debug', 'helm-kube-version', 'load-restrictor', 'mount', 'network', 'network-name', 'output'], 'not shown here yet; kustomize has tests of its own'),
}
