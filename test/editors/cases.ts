/** What people do in the editor that kubectl opens, one after another on the same objects. */

/** What the editor does when it is opened for the first, second … time: a shell's text with the file as `$1`. Nothing more: it leaves the file as it is. */
export interface EditCase {
  readonly name: string
  readonly args: string
  readonly acts?: readonly string[]
  /** Instead of KUBE_EDITOR naming our editor. */
  readonly env?: Readonly<Record<string, string>>
  readonly before?: string
}

const replace = (from: string, to: string): string => `sed -i 's|${from}|${to}|' "$1"`

export const CASES: readonly EditCase[] = [
  { name: 'unchanged', args: 'edit configmap one' },
  { name: 'a value', args: 'edit configmap one', acts: [replace('a: b', 'a: c')] },
  { name: 'a comment', args: 'edit configmap one', acts: ['echo "# mine" >> "$1"'] },
  { name: 'layout alone', args: 'edit configmap one', acts: [replace('  a: c', '      a:    "c"')] },
  { name: 'emptied', args: 'edit configmap one', acts: [': > "$1"'] },
  { name: 'comments left', args: 'edit configmap one', acts: ['echo "# nothing" > "$1"'] },
  { name: 'json', args: 'edit configmap one -o json', acts: [replace('"a": "c"', '"a": "d"')] },
  { name: 'json unchanged', args: 'edit configmap one -o json' },
  { name: 'json broken, then given up', args: 'edit configmap one -o json', acts: [replace('"a": "d"', '"a": "e')] },
  { name: 'windows line endings', args: 'edit configmap one --windows-line-endings', acts: [replace('a: d', 'a: e')] },
  { name: 'the patch', args: 'edit configmap one --output-patch', acts: [replace('a: e', 'a: f')] },
  { name: 'broken YAML, mended', args: 'edit configmap one', acts: [replace('a: f', 'a: [f'), replace('a: \\[f', 'a: g')] },
  { name: 'broken YAML, left', args: 'edit configmap one', acts: [replace('a: g', 'a: [g')] },
  { name: 'broken YAML, another way, then left', args: 'edit configmap one', acts: [replace('a: g', 'a: [g'), replace('data:', 'data: :')] },
  { name: 'tabs', args: 'edit configmap one', acts: [`printf '\\tx: y\\n' >> "$1"`] },
  { name: 'a list instead', args: 'edit configmap one', acts: ['echo "- a" > "$1"'] },
  { name: 'words instead', args: 'edit configmap one', acts: ['echo "words" > "$1"'] },
  { name: 'without a kind', args: 'edit configmap one', acts: [`sed -i /^kind/d "$1"`] },
  { name: 'without apiVersion', args: 'edit configmap one', acts: [`sed -i /^apiVersion/d "$1"`] },
  { name: 'an unknown kind', args: 'edit configmap one', acts: [replace('kind: ConfigMap', 'kind: Nosuch')] },
  { name: 'another kind', args: 'edit configmap one', acts: [replace('kind: ConfigMap', 'kind: Secret')] },
  { name: 'another name', args: 'edit configmap one', acts: [replace('name: one', 'name: two')] },
  { name: 'another namespace', args: 'edit configmap one', acts: [replace('namespace: default', 'namespace: other')] },
  { name: 'without a name', args: 'edit configmap one', acts: [`sed -i '/  name: one/d' "$1"`] },
  { name: 'without a uid', args: 'edit configmap one', acts: [`sed -i '/  uid:/d' "$1"`] },
  { name: 'another resourceVersion', args: 'edit configmap one', acts: [`sed -i 's/resourceVersion: .*/resourceVersion: "1"/;s/a: g/a: h/' "$1"`] },
  { name: 'a number for a string', args: 'edit configmap one', acts: [replace('a: g', 'a: 5')] },
  { name: 'an unknown field', args: 'edit configmap one', acts: [replace('^data:', 'nosuch: 1\\ndata:')] },
  { name: 'an unknown field, warned', args: 'edit configmap one --validate=warn', acts: [replace('^data:', 'nosuch: 1\\ndata:')] },
  { name: 'an unknown field, ignored', args: 'edit configmap one --validate=false', acts: [replace('^data:', 'nosuch: 2\\ndata:')] },
  { name: 'refused, mended', args: 'edit deployment web', acts: [replace('replicas: 1', 'replicas: -1'), replace('replicas: -1', 'replicas: 2')] },
  { name: 'refused for two reasons, left', args: 'edit deployment web', acts: ["sed -i 's/replicas: 2/replicas: -1/;s/app: web$/app: x/' \"$1\""] },
  { name: 'refused, and refused for another', args: 'edit deployment web', acts: [replace('replicas: 2', 'replicas: -1'), replace('replicas: -1', 'replicas: -2'), ': > "$1"'] },
  { name: 'refused, emptied', args: 'edit deployment web', acts: [replace('replicas: 2', 'replicas: -1'), ': > "$1"'] },
  { name: 'refused, taken back', args: 'edit deployment web', acts: [replace('replicas: 2', 'replicas: -1'), replace('replicas: -1', 'replicas: 2')] },
  { name: 'several', args: 'edit configmap one two', acts: [replace('x: p', 'x: q')] },
  { name: 'several of types', args: 'edit configmap/one deployment/web', acts: [replace('replicas: 2', 'replicas: 3')] },
  { name: 'several, one refused', args: 'edit configmap/two deployment/web', acts: ["sed -i 's/replicas: 3/replicas: -3/;s/x: q/x: r/' \"$1\"", replace('replicas: -3', 'replicas: 1')] },
  { name: 'several, one name changed', args: 'edit configmap one two', acts: [replace('name: two', 'name: three')] },
  { name: 'one of several left out', args: 'edit configmap one two', acts: [`awk '/^- apiVersion/ {n++} n!=1 || /^kind|^metadata/' "$1" > "$1.x"; mv "$1.x" "$1"`] },
  { name: 'not there', args: 'edit configmap nosuch' },
  { name: 'one there, one not', args: 'edit configmap one nosuch', acts: [replace('a: g', 'a: h')] },
  { name: 'none', args: 'edit secrets' },
  { name: 'all of a type', args: 'edit deployments' },
  { name: 'cluster scoped', args: 'edit namespace other', acts: [replace('name: other$', 'name: other\\n    l: m')] },
  { name: 'a file', args: 'edit -f one.yaml', acts: [replace('a: [gh]', 'a: i')] },
  { name: 'a note of the change', args: 'edit configmap one --record', acts: [replace('a: i', 'a: j')] },
  { name: 'saved configuration', args: 'edit configmap two --save-config', acts: [replace('x: [qr]', 'x: s')] },
  { name: 'with managed fields', args: 'edit configmap two --show-managed-fields' },
  { name: 'a subresource', args: 'edit deployment web --subresource=status', acts: [replace('observedGeneration: .*', 'observedGeneration: 99')] },
  { name: 'output name', args: 'edit configmap one -o name', acts: [replace('a: j', 'a: k')] },
  { name: 'output yaml', args: 'edit configmap one -o yaml', acts: [replace('a: [jk]', 'a: l')] },
  { name: 'deleted meanwhile', args: 'edit configmap gone', acts: ['"$KUBECTL" --kubeconfig "$HOME/config" delete configmap gone >/dev/null; ' + replace('a: b', 'a: c')] },
  { name: 'changed meanwhile', args: 'edit configmap two', acts: ['"$KUBECTL" --kubeconfig "$HOME/config" annotate configmap two n=m >/dev/null; ' + replace('x: s', 'x: t')] },
  { name: 'a custom one', args: 'edit thing t', acts: [replace('size: 1', 'size: 2')] },
  { name: 'a custom one, another name', args: 'edit thing t', acts: [replace('name: t$', 'name: u')] },
  { name: 'a custom one, refused', args: 'edit thing t', acts: [replace('size: 2', 'size: many')] },

  { name: 'no editor there', args: 'edit configmap one', env: { KUBE_EDITOR: '/nonexistent/editor' } },
  { name: 'no editor on the path', args: 'edit configmap one', env: { KUBE_EDITOR: 'nosuch-editor' } },
  { name: 'an editor that fails', args: 'edit configmap one', env: { KUBE_EDITOR: 'false' } },
  { name: 'an editor with arguments', args: 'edit configmap one', env: { KUBE_EDITOR: 'sh editor.sh --wait -x' }, acts: [replace('a: l', 'a: m')] },
  { name: 'quotes in the variable', args: 'edit configmap one', env: { KUBE_EDITOR: `sh -c 'sh editor.sh "$@"' --` }, acts: [replace('a: m', 'a: o')] },
  { name: 'quotes and a failing shell', args: 'edit configmap one', env: { KUBE_EDITOR: `sh -c 'exit 3' --` } },
  { name: 'quotes and SHELL', args: 'edit configmap one', env: { KUBE_EDITOR: `sh editor.sh "a b"`, SHELL: '/bin/sh' } },
  { name: 'quotes and no SHELL there', args: 'edit configmap one', env: { KUBE_EDITOR: `sh editor.sh "a b"`, SHELL: '/nonexistent' } },
  { name: 'a quote without a blank', args: 'edit configmap one', env: { KUBE_EDITOR: `"true"` } },
  { name: 'EDITOR', args: 'edit configmap one', env: { KUBE_EDITOR: '', EDITOR: 'sh editor.sh' } },
  { name: 'KUBE_EDITOR before EDITOR', args: 'edit configmap one', env: { EDITOR: 'false' } },
  { name: 'VISUAL is not asked', args: 'edit configmap one', env: { KUBE_EDITOR: '', VISUAL: 'false', EDITOR: 'true' } },
  { name: 'two blanks', args: 'edit configmap one', env: { KUBE_EDITOR: 'true  x' } },
  { name: 'a signal', args: 'edit configmap one', env: { KUBE_EDITOR: 'sh editor.sh' }, acts: ['kill -TERM $$'] },
  { name: 'the file removed', args: 'edit configmap one', acts: ['rm "$1"'] },
  { name: 'an editor that fails after a refusal', args: 'edit deployment web', acts: [replace('replicas: 1', 'replicas: -1'), 'exit 2'] },

  { name: 'create', args: 'create -f new.yaml --edit', acts: [replace('a: b', 'a: edited')] },
  { name: 'create, unchanged', args: 'create -f new2.yaml --edit' },
  { name: 'create, emptied', args: 'create -f new2.yaml --edit', acts: [': > "$1"'] },
  { name: 'create, refused', args: 'create -f new2.yaml --edit', acts: [replace('name: new2', 'name: New2')] },
  { name: 'create, broken', args: 'create -f new2.yaml --edit', acts: [replace('a: b', 'a: [b'), replace('a: \\[b', 'a: c')] },
  { name: 'create, there already', args: 'create -f new.yaml --edit', acts: [replace('a: b', 'a: c')] },
  { name: 'create, two documents', args: 'create -f both.yaml --edit', acts: [replace('a: b', 'a: c'), replace('a: b', 'a: d')] },
  { name: 'create, json', args: 'create -f both.yaml --edit -o json', acts: [replace('"a": "b"', '"a": "c"')] },
  // `create --edit --windows-line-endings` is left out: kubectl never reads that flag, and ours does what it says.
  { name: 'create, saved configuration', args: 'create -f new4.yaml --edit --save-config', acts: [replace('a: b', 'a: c')] },
  { name: 'create, another namespace', args: 'create -f new5.yaml --edit', acts: [replace('name: new5', 'name: new5\\n  namespace: other')] },
  { name: 'create a configmap', args: 'create configmap made --from-literal=a=b --edit' },

  { name: 'last applied, without', args: 'apply edit-last-applied configmap/one' },
  { name: 'applied', args: 'apply -f applied.yaml' },
  { name: 'last applied, unchanged', args: 'apply edit-last-applied configmap/applied' },
  { name: 'last applied', args: 'apply edit-last-applied configmap/applied', acts: [replace('a: b', 'a: c')] },
  { name: 'last applied, by file', args: 'apply edit-last-applied -f applied.yaml', acts: [replace('a: c', 'a: d')] },
  { name: 'last applied, json', args: 'apply edit-last-applied configmap/applied -o json', acts: [replace('"a": "d"', '"a": "e"')] },
  { name: 'last applied, line endings', args: 'apply edit-last-applied configmap/applied --windows-line-endings', acts: [replace('a: [de]', 'a: f')] },
  { name: 'last applied, another name', args: 'apply edit-last-applied configmap/applied', acts: [replace('name: applied', 'name: other')] },
  { name: 'last applied, broken', args: 'apply edit-last-applied configmap/applied', acts: [replace('a: ', 'a: [')] },
  { name: 'last applied, emptied', args: 'apply edit-last-applied configmap/applied', acts: [': > "$1"'] },
  { name: 'last applied, by type', args: 'apply edit-last-applied configmaps' },
]

const map = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  a: b\n`

export const FILES: Readonly<Record<string, string>> = {
  'editor.sh': `#!/bin/sh
n=$(cat "$HOME/count" 2>/dev/null || echo 0)
n=$((n+1))
echo $n > "$HOME/count"
echo "$*" > "$HOME/arguments-$n"
for file; do :; done
cp "$file" "$HOME/offered-$n"
[ ! -f "$HOME/act-$n" ] || { set -- "$file"; . "$HOME/act-$n"; }
`,
  'one.yaml': map('one').replace('a: b', 'a: of the file'),
  ...Object.fromEntries(['new', 'new2', 'new3', 'new4', 'new5', 'applied'].map(name => [`${name}.yaml`, map(name)])),
  'both.yaml': `${map('both1')}---\n${map('both2')}`,
  'start.yaml': `${map('one')}---\n${map('gone')}---\n${map('two').replace('a: b', 'x: p')}---
apiVersion: v1
kind: Namespace
metadata:
  name: other
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: nginx}]}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: things.x.io
spec:
  group: x.io
  scope: Namespaced
  names: {plural: things, singular: thing, kind: Thing}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties: {spec: {type: object, properties: {size: {type: integer}}}}
`,
  'thing.yaml': 'apiVersion: x.io/v1\nkind: Thing\nmetadata:\n  name: t\nspec:\n  size: 1\n',
}
