/** Diff programs, plugins, kuberc files and watches, as people use them: lines that both programs run in a folder with the same files. */

export interface HabitCase {
  readonly name: string
  /** Words, split at blanks; `%` stands for a blank within one. */
  readonly args: string
  readonly env?: Readonly<Record<string, string>>
  /** A file that is there for this case alone: path and text. */
  readonly file?: readonly [path: string, text: string]
}

const DIFF = (name: string, program: string, more = '', env: Readonly<Record<string, string>> = {}): HabitCase => ({ name, args: `diff -f changed.yaml${more}`, env: { KUBECTL_EXTERNAL_DIFF: program, ...env } })

/** The program sees two folders; it says which files are in them and how it was called. */
export const DIFFS: readonly HabitCase[] = [
  DIFF('a program', 'bin/shows'), DIFF('arguments', 'bin/shows -u --color=never'), DIFF('arguments that are no words', 'bin/shows -u a/b $x --x:y a.b _ "q"'), DIFF('two blanks', 'bin/shows  -u'),
  DIFF('blanks around', ' bin/shows -u '), DIFF('nothing differs, it says', 'bin/code', '', { CODE: '0' }), DIFF('one', 'bin/code', '', { CODE: '1' }), DIFF('two', 'bin/code', '', { CODE: '2' }), DIFF('five', 'bin/code', '', { CODE: '5' }), DIFF('killed', 'bin/killed'),
  DIFF('not there', '/nonexistent/diff'), DIFF('not on the path', 'nosuch-diff'), DIFF('not executable', 'bin/plain'), { name: 'a new object', args: 'diff -f new.yaml', env: { KUBECTL_EXTERNAL_DIFF: 'bin/shows' } },
  { name: 'nothing differs', args: 'diff -f same.yaml', env: { KUBECTL_EXTERNAL_DIFF: 'bin/shows' } }, { name: 'nothing differs, diff', args: 'diff -f same.yaml' },
  { name: 'server side', args: 'diff --server-side -f changed.yaml', env: { KUBECTL_EXTERNAL_DIFF: 'bin/shows' } },
  { name: 'a secret', args: 'diff -f secret.yaml', env: { KUBECTL_EXTERNAL_DIFF: 'bin/shows' } }, { name: 'a secret, shown', args: 'diff -f secret.yaml --show-secrets', env: { KUBECTL_EXTERNAL_DIFF: 'bin/shows' } },
  { name: 'refused', args: 'diff -f bad.yaml', env: { KUBECTL_EXTERNAL_DIFF: 'bin/shows' } }, { name: 'not a file', args: 'diff -f nowhere.yaml', env: { KUBECTL_EXTERNAL_DIFF: 'bin/shows' } }, { name: 'no file', args: 'diff', env: { KUBECTL_EXTERNAL_DIFF: 'bin/shows' } },
  { name: 'several objects', args: 'diff -f several.yaml', env: { KUBECTL_EXTERNAL_DIFF: 'bin/shows' } }, { name: 'a bad flag', args: 'diff --nosuch' }, { name: 'pruned', args: 'diff -f changed.yaml --prune -l app=x', env: { KUBECTL_EXTERNAL_DIFF: 'bin/shows' } },
  { name: 'environment', args: 'diff -f changed.yaml', env: { KUBECTL_EXTERNAL_DIFF: 'bin/environment', SHOWN: 'yes' } },
]

export const PLUGINS: readonly HabitCase[] = [
  { name: 'one word', args: 'foo' }, { name: 'arguments', args: 'foo a%b --flag -x=y --%z' }, { name: 'two words', args: 'foo bar baz' }, { name: 'longest match', args: 'foo bar deep x' }, { name: 'dash', args: 'with-dash a' }, { name: 'dash between', args: 'a-b c' },
  { name: 'a flag before', args: '-v=0 foo' }, { name: 'a flag between', args: 'foo --flag bar' }, { name: 'namespace before', args: '-n x foo' }, { name: 'namespace before, with an equals sign', args: '--namespace=x foo bar' }, { name: 'a bool flag before', args: '--insecure-skip-tls-verify foo' },
  { name: 'exit code', args: 'exits 7' }, { name: 'exit code 0', args: 'exits 0' }, { name: 'not executable', args: 'plain' }, { name: 'not there', args: 'nosuch' }, { name: 'near a command', args: 'gett pods' }, { name: 'overshadowed', args: 'version --client' },
  { name: 'of create', args: 'create widget one --size=2' }, { name: 'of create, not there', args: 'create nosuch' }, { name: 'of get, which takes none', args: 'get widget' }, { name: 'create overshadowed', args: 'create configmap --help=maybe' }, { name: 'help of a plugin', args: 'foo --help' }, { name: 'help for a plugin', args: 'help foo' },
  { name: 'environment', args: 'environment', env: { SHOWN: 'yes' } }, { name: 'a folder called like one', args: 'folder' }, { name: 'a broken link', args: 'broken' }, { name: 'a script without a line for its shell', args: 'bare' },
  { name: 'config is a command', args: 'config nosuch' }, { name: 'double dash', args: '-- foo' }, { name: 'upper case', args: 'Foo' }, { name: 'a slash', args: 'foo/bar' }, { name: 'a dot', args: 'foo.bar' }, { name: 'empty word', args: 'foo %' },
  { name: 'list', args: 'plugin list' }, { name: 'names', args: 'plugin list --name-only' }, { name: 'nothing', args: 'plugin' }, { name: 'list, none', args: 'plugin list', env: { PATH: '/usr/bin:/bin' } }, { name: 'list, a folder that is not there', args: 'plugin list', env: { PATH: '/nonexistent:/usr/bin:/bin' } },
  { name: 'list, twice the same', args: 'plugin list', env: { PATH: 'HOME/bin:HOME/bin2:/usr/bin:/bin' } }, { name: 'list, an empty folder name', args: 'plugin list', env: { PATH: ':HOME/bin2:/usr/bin:/bin' } }, { name: 'list, relative', args: 'plugin list', env: { PATH: 'bin2:/usr/bin:/bin' } }, { name: 'relative', args: 'second', env: { PATH: 'bin2:/usr/bin:/bin' } },
  { name: 'list, name-only twice', args: 'plugin list --name-only', env: { PATH: 'HOME/bin:HOME/bin2:/usr/bin:/bin' } }, { name: 'first on the path', args: 'foo', env: { PATH: 'HOME/bin2:HOME/bin:/usr/bin:/bin' } },
  { name: 'complete plugins', args: '__complete fo' }, { name: 'complete for a plugin', args: '__complete foo a' }, { name: 'complete for a plugin, nothing', args: '__complete foo %' }, { name: 'complete for one that cannot', args: '__complete exits %' }, { name: 'complete words of plugins', args: '__complete foo b' }, { name: 'without texts', args: '__completeNoDesc fo' },
  { name: 'complete of create', args: '__complete create wid' }, { name: 'complete with a directive', args: '__complete directs x' }, { name: 'complete a flag of a plugin', args: '__complete foo --f' },
]

const KUBERC = (name: string, args: string, body: string, env: Readonly<Record<string, string>> = {}): HabitCase => ({ name, args, env: { KUBERC: 'rc', ...env }, file: ['rc', `apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n${body}`] })
const ALIASES = `aliases:
- name: getn
  command: get
  prependArgs: [namespaces]
  options:
  - {name: output, default: name}
- name: mapsof
  command: get
  prependArgs: [configmaps]
  appendArgs: [-o, name, --namespace]
- name: setctx
  command: config set-context
  appendArgs: [--current]
  options:
  - {name: namespace, default: x}
- name: version
  command: get
- name: run2
  command: create configmap
`
const DEFAULTS = `defaults:
- command: get
  options:
  - {name: output, default: name}
- command: create configmap
  options:
  - {name: dry-run, default: client}
- command: delete
  options:
  - {name: interactive, default: "true"}
`

export const PREFERENCES: readonly HabitCase[] = [
  KUBERC('alias', 'getn', ALIASES), KUBERC('alias with an argument', 'getn default', ALIASES), KUBERC('alias, option given', 'getn default -o jsonpath={.metadata.name}', ALIASES), KUBERC('alias, option given long', 'getn default --output=name', ALIASES), KUBERC('append', 'mapsof default', ALIASES), KUBERC('a subcommand', 'setctx', ALIASES),
  KUBERC('an alias that is a command', 'version --client', ALIASES), KUBERC('alias after a flag', '-n default mapsof default', ALIASES), KUBERC('alias of create', 'run2 z --from-literal=a=b --dry-run=client -o name', ALIASES), KUBERC('unknown alias', 'nope', ALIASES), KUBERC('alias and --', 'getn -- default', ALIASES),
  KUBERC('defaults', 'get configmaps', DEFAULTS), KUBERC('defaults, given', 'get configmaps -o jsonpath={.items[*].metadata.name}', DEFAULTS), KUBERC('defaults, given bundled', 'get configmaps -Aoname', DEFAULTS), KUBERC('defaults of a subcommand', 'create configmap d --from-literal=a=b', DEFAULTS), KUBERC('defaults off', 'get configmaps --no-headers', DEFAULTS, { KUBERC: 'off' }),
  KUBERC('interactive by default', 'delete configmap one', DEFAULTS), KUBERC('--kuberc', 'get configmaps --kuberc=rc', DEFAULTS, { KUBERC: '' }), KUBERC('--kuberc and off', 'get configmaps --kuberc=rc', DEFAULTS, { KUBERC: 'off' }), KUBERC('--kuberc elsewhere', 'get configmaps --kuberc nowhere', DEFAULTS), KUBERC('an unknown flag', 'get configmaps', 'defaults:\n- command: get\n  options:\n  - {name: nosuch, default: x}\n'),
  KUBERC('an unknown command', 'get configmaps -o name', 'defaults:\n- command: nosuch\n  options:\n  - {name: output, default: x}\n'), KUBERC('a bad value', 'get configmaps', 'defaults:\n- command: get\n  options:\n  - {name: show-labels, default: maybe}\n'), KUBERC('a name with dashes', 'get configmaps', 'defaults:\n- command: get\n  options:\n  - {name: --output, default: x}\n'),
  KUBERC('a name with a digit', 'get configmaps -o name', 'aliases:\n- {name: a1, command: get}\n'), KUBERC('two of a name', 'get configmaps -o name', 'aliases:\n- {name: a, command: get}\n- {name: a, command: describe}\n'), KUBERC('an alias of nothing', 'a', 'aliases:\n- {name: a, command: nosuch}\n'), KUBERC('an alias of an alias', 'b', 'aliases:\n- {name: a, command: getn}\n- {name: b, command: a}\n'),
  KUBERC('an unknown field', 'get configmaps -o name', 'nosuch: 1\n'), KUBERC('a list for a string', 'get configmaps -o name', 'defaults:\n- command: [get]\n'), KUBERC('no list', 'get configmaps -o name', 'defaults: x\n'),
  { name: 'another version', args: 'getn', env: { KUBERC: 'rc' }, file: ['rc', `apiVersion: kubectl.config.k8s.io/v1alpha1\nkind: Preference\naliases:\n- {name: getn, command: get, prependArgs: [ns], flags: [{name: output, default: name}]}\n`] },
  { name: 'v1alpha1 defaults', args: 'get configmaps', env: { KUBERC: 'rc' }, file: ['rc', `apiVersion: kubectl.config.k8s.io/v1alpha1\nkind: Preference\noverrides:\n- command: get\n  flags:\n  - {name: output, default: name}\n`] },
  { name: 'a version that is none', args: 'get configmaps -o name', env: { KUBERC: 'rc' }, file: ['rc', 'apiVersion: kubectl.config.k8s.io/v9\nkind: Preference\n'] }, { name: 'another kind', args: 'get configmaps -o name', env: { KUBERC: 'rc' }, file: ['rc', 'apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Other\n'] },
  { name: 'no YAML', args: 'get configmaps -o name', env: { KUBERC: 'rc' }, file: ['rc', 'a: [b\n'] }, { name: 'empty', args: 'get configmaps -o name', env: { KUBERC: 'rc' }, file: ['rc', ''] }, { name: 'not there', args: 'get configmaps -o name', env: { KUBERC: 'nowhere' } }, { name: 'a folder', args: 'get configmaps -o name', env: { KUBERC: 'bin' } },
  { name: 'no YAML, named', args: 'get configmaps -o name --kuberc=rc', env: { KUBERC: '' }, file: ['rc', 'a: [b\n'] }, { name: 'a bad version, named', args: 'get configmaps -o name --kuberc=rc', env: { KUBERC: '' }, file: ['rc', 'apiVersion: x/v9\nkind: Preference\n'] },
  { name: 'at home', args: 'getn default', env: { KUBERC: '' }, file: ['.kube/kuberc', `apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n${ALIASES}`] },
  { name: 'view at home', args: 'kuberc view', env: { KUBERC: '' } },
]

const map = (name: string, value: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: default\n  labels: {app: x}\ndata:\n  a: ${value}\n`
const shows = (name: string): string => `#!/bin/sh\necho "${name}: $#"\nfor a; do echo "<$a>"; done\n`

/** Text of each file; those below bin are executable but for `plain` ones. */
export const FILES: Readonly<Record<string, string>> = {
  'same.yaml': map('one', 'b'), 'changed.yaml': map('one', 'c'), 'new.yaml': map('new', 'b'), 'bad.yaml': map('one', 'b').replace('a: b', 'a: {}'), 'several.yaml': `${map('one', 'd')}---\n${map('new', 'b')}---\n${map('two', 'b')}`,
  'secret.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: default}\nstringData: {a: changed, b: new}\n',
  'start.yaml': `${map('one', 'b')}---\n${map('two', 'b')}---\napiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: default}\nstringData: {a: b}\n`,
  'bin/shows': '#!/bin/sh\nfor a; do case $a in /*) cd "$a" && for f in *; do echo "== $f"; [ ! -f "$f" ] || cat "$f"; done;; *) echo "<$a>";; esac; done; exit 1\n',
  'bin/code': '#!/bin/sh\necho "code $CODE"\nexit $CODE\n', 'bin/killed': '#!/bin/sh\nkill -TERM $$\n', 'bin/plain': '#!/bin/sh\n', 'bin/environment': '#!/bin/sh\necho "$SHOWN" >&2\nexit 1\n',
  'bin/kubectl-foo': shows('foo'), 'bin/kubectl-foo-bar': shows('foo-bar'), 'bin/kubectl-foo-bar-deep': shows('foo-bar-deep'), 'bin/kubectl-with_dash': shows('with_dash'), 'bin/kubectl-a_b-c': shows('a_b-c'), 'bin/kubectl-exits': '#!/bin/sh\nexit $1\n', 'bin/kubectl-plain': shows('plain'),
  'bin/kubectl-version': shows('version'), 'bin/kubectl-create-widget': shows('create-widget'), 'bin/kubectl-create-configmap': shows('create-configmap'), 'bin/kubectl-environment': '#!/bin/sh\necho "$SHOWN $0 ${KUBECTL_COMMAND_HEADERS-none}"\nenv | grep -i "^kube" | grep -v "^KUBERC="\n', 'bin/kubectl-folder/x': '', 'bin/kubectl-bare': 'echo bare\n',
  'bin/kubectl_complete-foo': '#!/bin/sh\nfor a; do printf "%s\\tgiven %s\\n" "a$a" "$a"; done\n', 'bin/kubectl_complete-directs': '#!/bin/sh\necho one\necho :6\n', 'bin/kubectl-directs': shows('directs'), 'bin2/kubectl-foo': shows('second foo'), 'bin2/kubectl-second': shows('second'),
}
