/** kubeconfig, kuberc, and the flags that every command takes. */
import type { FlagTable } from './case'
import { shows } from './case'

/** Named by KUBECONFIG: what a person writes there is a file of the folder. */
const MINE = { env: { KUBECONFIG: 'mine' } }
const RC = { env: { KUBERC: '' } }
const cluster = (given: string, field: string, seen: string | RegExp) => shows(`config set-cluster depot [[${given}]]`, seen, { ...MINE, then: [`config view --raw -o jsonpath={.clusters[?(@.name=="depot")].cluster.${field}}`], without: '' })
const user = (given: string, field: string, seen: string | RegExp, rest = '') => shows(`config set-credentials clerk [[${given}]]${rest}`, seen, { ...MINE, then: [`config view --raw -o jsonpath={.users[?(@.name=="clerk")].user.${field}}`], without: '' })
const context = (given: string, field: string, seen: string) => shows(`config set-context day [[${given}]]`, seen, { ...MINE, then: [`config view -o jsonpath={.contexts[?(@.name=="day")].context.${field}}`], without: '' })

export const CONFIGURE: FlagTable = {
  'config get-contexts': {
    'no-headers': shows('config get-contexts [[--no-headers]]', /^\* +kubernetes-admin@kubernetes /),
    output: shows('config get-contexts [[-o name]]', 'kubernetes-admin@kubernetes\n'),
  },
  'config set': {
    'set-raw-bytes': shows('config set clusters.depot.certificate-authority-data YWJj [[--set-raw-bytes]]', 'WVdKag==', { ...MINE, then: ['config view --raw -o jsonpath={.clusters[0].cluster.certificate-authority-data}'] }),
  },
  'config set-cluster': {
    'certificate-authority': cluster('--certificate-authority=tls.crt', 'certificate-authority', /\/tls\.crt$/),
    'embed-certs': shows('config set-cluster depot --certificate-authority=tls.crt [[--embed-certs]]', /^LS0tLS1CRUdJTi/, { ...MINE, then: ['config view --raw -o jsonpath={.clusters[?(@.name=="depot")].cluster.certificate-authority-data}'] }),
    'insecure-skip-tls-verify': cluster('--insecure-skip-tls-verify', 'insecure-skip-tls-verify', 'true'),
    'proxy-url': cluster('--proxy-url=http://proxy.example.com', 'proxy-url', 'http://proxy.example.com'),
    server: cluster('--server=https://depot.example.com', 'server', 'https://depot.example.com'),
    'tls-server-name': cluster('--tls-server-name=depot', 'tls-server-name', 'depot'),
  },
  'config set-context': {
    cluster: context('--cluster=depot', 'cluster', 'depot'),
    current: shows('config set-context [[--current]] --namespace=orders', 'Context "day" modified.\n', { env: { KUBECONFIG: 'day.kubeconfig' }, without: /^error: you must specify a non-empty context name or --current\nexit 1/ }),
    namespace: context('-n orders', 'namespace', 'orders'),
    user: context('--user=clerk', 'user', 'clerk'),
  },
  'config set-credentials': {
    'auth-provider': user('--auth-provider=oidc', 'auth-provider.name', 'oidc'),
    'auth-provider-arg': user('--auth-provider-arg=client-id=me', 'auth-provider.config.client-id', 'me', ' --auth-provider=oidc'),
    'client-certificate': user('--client-certificate=tls.crt', 'client-certificate', /\/tls\.crt$/),
    'client-key': user('--client-key=tls.key', 'client-key', /\/tls\.key$/),
    'embed-certs': user('--embed-certs', 'client-key-data', 'YSBub3RlCg==', ' --client-key=note.txt'),
    'exec-api-version': user('--exec-api-version=client.authentication.k8s.io/v1', 'exec.apiVersion', 'client.authentication.k8s.io/v1', ' --exec-command=login'),
    'exec-arg': user('--exec-arg=now', 'exec.args[0]', 'now', ' --exec-command=login'),
    'exec-command': user('--exec-command=login', 'exec.command', 'login'),
    'exec-env': user('--exec-env=A=b', 'exec.env[0].value', 'b', ' --exec-command=login'),
    'exec-interactive-mode': user('--exec-interactive-mode=Never', 'exec.interactiveMode', 'Never', ' --exec-command=login'),
    'exec-provide-cluster-info': { ...user('--exec-provide-cluster-info', 'exec.provideClusterInfo', 'true', ' --exec-command=login'), without: 'false' },
    password: user('--password=hidden', 'password', 'hidden', ' --username=clerk'),
    token: user('--token=abc', 'token', 'abc'),
    username: user('--username=clerk', 'username', 'clerk'),
  },
  'config view': {
    'allow-missing-template-keys': shows('config view -o jsonpath={.nothing} [[--allow-missing-template-keys=false]]', /nothing is not found\b[^]*exit 1/, { fails: 'a key is missing' }),
    output: shows('config view [[-o json]]', /^\{\n {4}"kind": "Config"/),
    template: shows('config view -o go-template [[--template={{.kind}}]]', 'Config', { without: /template format specified but no template given\nexit 1/ }),
    flatten: shows('config view [[--flatten]] -o jsonpath={.clusters[0].cluster}', /certificate-authority-data/, { env: { KUBECONFIG: 'day.kubeconfig' } }),
    // A file that is named is not merged with others, and then has to be there.
    merge: shows('config view --kubeconfig=nowhere [[--merge]] -o jsonpath={.kind}', 'Config', { without: /^error: open nowhere: no such file or directory\nexit 1/ }),
    minify: shows('config view [[--minify]] -o jsonpath={.contexts[*].name}', 'day', { env: { KUBECONFIG: 'day.kubeconfig:night.kubeconfig' }, without: 'day night' }),
    raw: shows('config view [[--raw]]', /token: abc/, { env: { KUBECONFIG: 'day.kubeconfig' } }),
  },
  'kuberc set': {
    'allowlist-entry': shows('kuberc set --kuberc=rc.yaml --section=credentialplugin --policy=Allowlist [[--allowlist-entry=command=login]]', /command: login/, { ...RC, file: 'rc.yaml', without: /./ }),
    appendarg: shows('kuberc set --kuberc=rc.yaml --section=aliases --name=pods --command=get [[--appendarg=pods]]', /appendArgs:\n\s*- pods/, { ...RC, file: 'rc.yaml' }),
    command: shows('kuberc set --kuberc=rc.yaml --section=defaults [[--command=get]] --option=output=yaml', /command: get/, { ...RC, file: 'rc.yaml', without: /--command is required when --section=aliases or --section=defaults|exit 1/ }),
    kuberc: shows('kuberc set [[--kuberc=rc.yaml]] --section=defaults --command=get --option=output=yaml', /command: get/, { ...RC, file: 'rc.yaml' }),
    name: shows('kuberc set --kuberc=rc.yaml --section=aliases [[--name=pods]] --command=get', /name: pods/, { ...RC, file: 'rc.yaml', without: /exit 1/ }),
    option: shows('kuberc set --kuberc=rc.yaml --section=defaults --command=get [[--option=output=yaml]]', /default: yaml/, { ...RC, file: 'rc.yaml' }),
    overwrite: shows('kuberc set --kuberc=rc.yaml --section=defaults --command=get --option=output=json [[--overwrite]]', /default: json/, { ...RC, before: ['kuberc set --kuberc=rc.yaml --section=defaults --command=get --option=output=yaml'], file: 'rc.yaml', without: /exit 1/ }),
    policy: shows('kuberc set --kuberc=rc.yaml --section=credentialplugin [[--policy=DenyAll]]', /DenyAll/, { ...RC, file: 'rc.yaml', without: /./ }),
    prependarg: shows('kuberc set --kuberc=rc.yaml --section=aliases --name=pods --command=get [[--prependarg=pods]]', /prependArgs:\n\s*- pods/, { ...RC, file: 'rc.yaml' }),
    section: shows('kuberc set --kuberc=rc.yaml [[--section=defaults]] --command=get --option=output=yaml', /command: get/, { ...RC, file: 'rc.yaml', without: /required flag\(s\) "section" not set/ }),
  },
  'kuberc view': {
    'allow-missing-template-keys': shows('kuberc view --kuberc=some-rc.yaml -o jsonpath={.nothing} [[--allow-missing-template-keys=false]]', /nothing is not found\b[^]*exit 1/, { ...RC, fails: 'a key is missing' }),
    kuberc: shows('kuberc view [[--kuberc=some-rc.yaml]] -o jsonpath={.defaults[0].command}', 'get', { env: { KUBERC: '' }, without: /./ }),
    output: shows('kuberc view --kuberc=some-rc.yaml [[-o json]]', /^\{\n/, RC),
    template: shows('kuberc view --kuberc=some-rc.yaml -o go-template [[--template={{.kind}}]]', 'Preference', { ...RC, without: /template format specified but no template given\nexit 1/ }),
  },
  '(global)': {
    as: shows('auth whoami [[--as=jane]] -o jsonpath={.status.userInfo.username}', 'jane'),
    'as-group': shows('auth whoami --as=jane [[--as-group=team]] -o jsonpath={.status.userInfo.groups}', /team/),
    'as-uid': shows('auth whoami --as=jane [[--as-uid=77]] -o jsonpath={.status.userInfo.uid}', '77', { without: '' }),
    'as-user-extra': shows('auth whoami --as=jane [[--as-user-extra=colour=blue]] -o jsonpath={.status.userInfo.extra.colour}', '["blue"]', { without: '' }),
    'certificate-authority': shows('get configmaps --server=TLS --tls-server-name=example.com [[--certificate-authority=tls.crt]]', /settings/, { without: /x509|certificate[^]*exit 1/ }),
    'client-certificate': shows('get configmaps --server=TLS --insecure-skip-tls-verify --client-key=tls.key [[--client-certificate=tls.crt]]', /client certificate shown/, { wire: true }),
    'client-key': shows('get configmaps --server=TLS --insecure-skip-tls-verify --client-certificate=tls.crt [[--client-key=tls.key]]', /client certificate shown/, { wire: true, without: /client-key-data or client-key must be specified for \S+ to use the clientCert authentication method\.[^]*exit 1/ }),
    'cache-dir': shows('api-resources [[--cache-dir=kept]]', /kubottle\.json/, { wire: true, file: 'kept' }),
    cluster: shows('get configmaps [[--cluster=other]]', /GET \/below\/api\/v1\/namespaces\/default\/configmaps[^]*settings/, { wire: true, without: /GET \/api\/v1\/namespaces\/default\/configmaps/ }),
    context: shows('config view --minify [[--context=night]] -o jsonpath={.contexts[*].name}', 'night', { env: { KUBECONFIG: 'day.kubeconfig:night.kubeconfig' } }),
    'disable-compression': shows('get configmaps [[--disable-compression]]', /^(?![^]*accept-encoding: gzip)[^]*GET \/api\/v1\/namespaces\/default\/configmaps/, { wire: true, without: /accept-encoding: gzip/ }),
    'insecure-skip-tls-verify': shows('get configmaps --server=TLS [[--insecure-skip-tls-verify]]', /settings/, { without: /x509|certificate[^]*exit 1/ }),
    kubeconfig: shows('config current-context [[--kubeconfig=night.kubeconfig]]', 'night\n', { without: 'kubernetes-admin@kubernetes\n' }),
    kuberc: shows('get configmap settings [[--kuberc=some-rc.yaml]]', /^apiVersion: v1\n/, { env: { KUBERC: '' } }),
    'match-server-version': shows('get configmaps [[--match-server-version]]', /GET \/version/, { wire: true }),
    namespace: shows('get configmap settings [[-n other]] -o jsonpath={.data.colour}', 'red', { without: 'blue' }),
    password: shows('get configmaps --username=clerk [[--password=hidden]]', /authorization: Basic Y2xlcms6aGlkZGVu/, { wire: true }),
    profile: shows('get configmaps [[--profile=cpu]]', /^\{"nodes":\[/, { file: 'profile.pprof', without: 'absent\n' }),
    'profile-output': shows('get configmaps --profile=heap [[--profile-output=here.heapprofile]]', /^\{"head":/, { file: 'here.heapprofile', without: 'absent\n' }),
    'request-timeout': shows('get configmaps [[--request-timeout=7s]]', /timeout=7s/, { wire: true }),
    server: shows('get configmap settings [[-s SERVER]] -o name', 'configmap/settings\n', { env: { KUBECONFIG: 'day.kubeconfig' }, without: /exit 1/ }),
    'tls-server-name': shows('get configmaps --server=TLS --certificate-authority=tls.crt [[--tls-server-name=example.com]]', /settings/, { without: /x509|certificate[^]*exit 1/ }),
    token: shows('get configmaps [[--token=abc]]', /authorization: Bearer abc/, { wire: true, without: /settings/ }),
    user: shows('get configmaps [[--user=other]]', /authorization: Bearer of-another/, { wire: true }),
    v: shows('get configmap settings [[-v=6]] -o name', /^I1121 \S+ +\d+ round_trippers\.go:632\] "Response" verb="GET" url="kubottle:\/\/\S+\/api\/v1\/namespaces\/default\/configmaps\/settings" status="200 OK" milliseconds=\d+$/m),
    vmodule: shows('get configmap settings [[--vmodule=round_trip*=7]] -o name --server=SERVER', /^I1121 \S+ +\d+ round_trippers\.go:527\] "Request" verb="GET" url="http:\/\/[^/]+\/api\/v1\/namespaces\/default\/configmaps\/settings" headers=<\n\tAccept: application\/json\n\tUser-Agent: kubectl\/v1\.36[^]*"Response" status="200 OK" milliseconds=\d+$/m),
    username: shows('get configmaps [[--username=clerk]] --password=hidden', /authorization: Basic Y2xlcms6aGlkZGVu/, { wire: true }),
    'warnings-as-errors': shows('get endpoints [[--warnings-as-errors]]', /^error: 1 warning received\nexit 1/m, { fails: 'there is a warning' }),
  },
}
