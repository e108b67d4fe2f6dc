/** Spoils one thing in a tree of files. */
import type { Draw } from './draw'

type Files = Record<string, string>

const MISTAKES: readonly ((d: Draw, files: Files, top: string) => void)[] = [
  // A file is missing, empty, or no YAML.
  (d, files) => void delete files[d.pick(Object.keys(files))],
  (d, files) => void (files[d.pick(Object.keys(files))] = d.pick(['', '\n', '# nothing\n', '---\n', '{}', '[]', 'text', '5', 'null'])),
  (d, files) => edit(d, files, text => d.pick([`${text}\n: : :\n`, `\t${text}`, text.replace(':', ' '), `${text}\n  odd: indent\n`, `{${text}`, text.replace(/"/, ''), `${text}\n---\nx: [`, text.slice(0, Math.floor(text.length / 2))])),
  // A field is called otherwise, is there twice, or has another type.
  (d, files) => edit(d, files, text => text.replace(/kind|name|metadata|resources|patches|apiVersion/, word => d.pick([`${word}s`, word.toUpperCase(), 'x', ''])), true),
  (d, files) => edit(d, files, text => text.replace(/"(\w+)": ?("[^"]*"|\{|\[)/, (all, key: string) => d.pick([`"${key}":5,"z":${all.slice(key.length + 3)}`, `"${key}":null,"zz":${all.slice(key.length + 3)}`, `"${key}":1,${all}`])), true),
  (d, files, top) => edit(d, files, text => text.replace(/resources|labels|images|patches|replacements|configMapGenerator|namePrefix|vars|commonLabels|namespace/, word => `${word}: ${d.pick(['x', '5', 'true', '[1]', '{a: b}', '[{a: b}]', 'null', '[null]', '""'])}\nzz`), true, [`${top}/kustomization.yaml`]),
  (d, files, top) => edit(d, files, text => `${d.pick(['kind: Bogus', 'apiVersion: v1', 'bogus: 1', 'Resources: []', 'namespace: 5', 'resources: ../base', 'namePrefix: [a]', 'bases: [../base]', 'commonLabels: {a: 1}', 'images: {a: b}', 'components: [../base]', 'resources: [../nope]', 'resources: [nope.yaml]', 'resources: [..]', 'resources: [.]', 'resources: [""]', 'configurations: [nope]', 'crds: [nope]', 'transformers: [nope]', 'patches: [{path: nope}]', 'patches: [{patch: ""}]', 'replicas: [{name: web, count: x}]', 'openapi: {path: nope}', 'patchesStrategicMerge: [nope]', 'replacements: [{path: nope}]', 'configMapGenerator: [{literals: [a=b]}]', 'secretGenerator: [{name: a, files: [nope]}]', 'vars: [{}]', 'labels: [{}]', 'buildMetadata: [bogus]', 'generators: [nope]', 'replacements: [{}]', 'resources: [https://example.com/x.yaml]', 'imageTags: [{name: nginx, newTag: x}]', 'validators: [5]', 'sortOptions: {}', 'generatorOptions: 5', 'namePrefix: ü', 'nameSuffix: "a b"', 'commonAnnotations: {a: null}'])}\n${text.replace(/^\{.*\n$/, '')}`, true, [`${top}/kustomization.yaml`]),
  // Two files of one kustomization; a folder where a file should be; a circle.
  (_, files, top) => void (files[`${top}/Kustomization`] = files[`${top}/kustomization.yaml`] ?? 'resources: []'),
  (_, files) => edit(undefined, files, text => `resources: [../top]\n${text.replace(/^\{.*\n$/, '')}`, true, ['base/kustomization.yaml']),
  (d, files) => void (files[d.pick(['base/all.yaml', 'top/all.yaml', 'base/o0.yaml'])] += d.pick(['\n---\nkind: ConfigMap\n', '\n---\napiVersion: v1\nmetadata: {name: a}\n', '\n---\n{}\n', '\n---\na: b\n', '\n---\n- a\n', '\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: 5}\n', '\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {x: 1}}\n', '\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: &a {x: y}\nmore: *a\n', '\n---\nkind: ConfigMap\nmetadata: x\n', '\n---\napiVersion: v1\nkind: [a]\nmetadata: {name: a}\n', '\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, annotations: [x]}\n', '\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b, a: c}\n', '\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  <<: {x: y}\n  a: !!binary aGk=\n  b: !x y\n  c: !!str 5\n'])),
]

export function spoiled(d: Draw, files: Files, top: string): Files {
  const out = { ...files }
  d.pick(MISTAKES)(d, out, top)
  return Object.fromEntries(Object.entries(out).filter(([, text]) => text !== undefined && !text.startsWith('undefined')))
}

function edit(d: Draw | undefined, files: Files, change: (text: string) => string, anywhere = true, names: readonly string[] = Object.keys(files)): void {
  const known = names.filter(name => files[name] !== undefined)
  const name = d === undefined ? known[0] : known.length === 0 ? undefined : d.pick(known)
  if (name !== undefined && anywhere) files[name] = change(files[name] as string)
}
