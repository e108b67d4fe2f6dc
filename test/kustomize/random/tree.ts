/** A random tree of kustomizations as files: bases, overlays, components, and now and then a mistake. */
import { dirname, join } from 'node:path'
import { Draw, LABEL_KEYS } from './draw'
import type { AddFile, Fields } from './fields'
import * as make from './fields'
import { objects } from './objects'
import { SCALED, generatorPlugin, transformer } from './plugins'
import { spoiled } from './mistakes'
import { written } from './written'

export interface Tree {
  /** Text by path. */
  readonly files: Readonly<Record<string, string>>
  readonly args: readonly string[]
}

export function treeOf(seed: number): Tree {
  const d = new Draw(seed)
  const files: Record<string, string> = {}
  const bases = d.many(1, d.chance(0.2) ? 2 : 1, i => layer(d, files, i === 0 ? 'base' : `base${i}`, [], []))
  const components = d.many(0, d.chance(0.25) ? 1 : 0, () => layer(d, files, 'component', [], [], true))
  const top = d.chance(0.15) ? (bases[0] as string) : layer(d, files, 'top', bases.map(b => `../${b}`), components.map(c => `../${c}`))
  const args = [...d.some(['--enable-managedby-label'], 0.03), ...(d.chance(0.05) ? ['--reorder', d.pick(['none', 'legacy'])] : []), ...(d.chance(0.04) ? ['--load-restrictor', 'LoadRestrictionsNone'] : []), top]
  return { files: d.chance(0.12) ? spoiled(d, files, top) : files, args }
}

/** Writes one kustomization; gives its folder. */
function layer(d: Draw, files: Record<string, string>, folder: string, bases: string[], components: string[], isComponent = false): string {
  const add: AddFile = (name, text) => {
    files[join(folder, name)] = text
    return name
  }
  const resources = [...bases]
  if (bases.length === 0 || d.chance(0.3)) {
    const all = isComponent && d.chance(0.5) ? [] : objects(d)
    if (all.length > 0) resources.push(...documents(d, all, add))
  }
  const body = { ...(resources.length > 0 || d.chance(0.2) ? { resources } : {}), ...(components.length > 0 ? { components } : {}), ...fieldsOf(d, add, bases.length > 0 || isComponent) }
  const kind = isComponent ? { apiVersion: 'kustomize.config.k8s.io/v1alpha1', kind: 'Component' } : d.maybe(0.3, () => ({ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' }))
  add(d.chance(0.9) ? 'kustomization.yaml' : d.pick(['kustomization.yml', 'Kustomization']), written(d, { ...kind, ...body }))
  return folder
}

function documents(d: Draw, all: readonly Fields[], add: AddFile): string[] {
  if (d.chance(0.3)) return all.map((object, i) => add(d.chance(0.2) ? `sub/o${i}.yaml` : `o${i}.yaml`, written(d, object)))
  const text = all.map(object => written(d, object)).join(d.pick(['---\n', '---\n', '\n--- # next\n', '---\n---\n']))
  return [add('all.yaml', text)]
}

/** Two to six sorts of fields. */
function fieldsOf(d: Draw, add: AddFile, isAbove: boolean): Fields {
  const behaviors = isAbove ? ['merge', 'replace'] : []
  const sorts: readonly (readonly [weight: number, make: () => Fields])[] = [
    [3, () => ({ configMapGenerator: d.many(1, 2, () => make.generator(d, add, behaviors)) })],
    [2, () => ({ secretGenerator: [{ ...make.generator(d, add, behaviors), ...d.maybe(0.3, () => ({ type: 'kubernetes.io/tls' })) }] })],
    [1, () => ({ generatorOptions: { ...d.maybe(0.4, () => ({ disableNameSuffixHash: true })), ...d.maybe(0.4, () => ({ labels: d.map(['go', 'g']) })), ...d.maybe(0.4, () => ({ annotations: d.map(['goa', 'ga']) })), ...d.maybe(0.2, () => ({ immutable: true })) } })],
    [3, () => ({ namePrefix: d.pick(['pre-', 'p', '1-']) })], [2, () => ({ nameSuffix: d.pick(['-suf', '2']) })], [3, () => ({ namespace: d.pick(['ns', '5', 'one']) })],
    [3, () => ({ labels: d.many(1, 2, () => make.label(d)) })], [2, () => ({ commonLabels: d.map(['cl', 'app', 'on']) })], [2, () => ({ commonAnnotations: d.map(['ca', 'x/y', '1']) })],
    [3, () => ({ images: d.many(1, 2, () => make.image(d)) })], [1.5, () => ({ replicas: [{ name: d.known(SCALED).name, count: d.pick([4, 0]) }] })],
    [6, () => ({ patches: d.many(1, 2, () => make.patch(d, add)) })],
    [1, () => ({ patchesStrategicMerge: [d.chance(0.5) ? make.strategicPatch(d) : add('sm.yaml', make.strategicPatch(d))] })],
    [1, () => ({ patchesJson6902: [{ target: { ...make.selector(d), name: d.known().name }, ...(d.chance(0.6) ? { patch: make.jsonPatch(d) } : { path: add('j.yaml', make.jsonPatch(d)) }) }] })],
    [5, () => ({ replacements: d.many(1, 2, () => (d.chance(0.85) ? make.replacement(d) : { path: add('r.yaml', written(d, d.chance(0.5) ? make.replacement(d) : [make.replacement(d)])) })) })],
    [2, () => ({ vars: d.some(['VAR', 'OTHER', 'PORT'], 0.5).map(name => make.variable(d, name)) })],
    [1, () => ({ buildMetadata: d.some(['originAnnotations', 'transformerAnnotations', 'managedByLabel'], 0.6) })],
    [1, () => ({ sortOptions: { order: d.pick(['fifo', 'legacy', 'legacy', 'bogus']), ...d.maybe(0.3, () => ({ legacySortOptions: { orderFirst: d.some(['Deployment', 'Service']), orderLast: d.some(['ConfigMap', 'Foo']) } })) } })],
    [1.5, () => ({ configurations: [add('conf.yaml', written(d, make.configuration(d)))] })],
    [2.5, () => ({ transformers: d.many(1, 2, i => plugin(d, add, `t${i}`, transformer)) })], [1, () => ({ generators: [plugin(d, add, 'gen', generatorPlugin)] })], [0.5, () => ({ validators: [plugin(d, add, 'val', transformer)] })],
    [0.4, () => ({ openapi: d.pick<Fields>([{ version: 'v1.21.2' }, { path: add('schema.json', JSON.stringify(SCHEMA)) }, { version: 'v1.0.0' }]) })],
    [0.4, () => ({ crds: [add('crd.json', JSON.stringify(CRD))] })], [0.3, () => ({ metadata: { name: 'k', labels: d.map(LABEL_KEYS) } })], [0.1, () => ({ helmCharts: [{ name: 'c', repo: 'https://x' }] })],
  ]
  const total = sorts.reduce((sum, [weight]) => sum + weight, 0)
  return Object.assign({}, ...d.many(0, 4, () => {
    let at = d.below(1000) / 1000 * total
    return (sorts.find(([weight]) => (at -= weight) < 0) ?? sorts[0])?.[1]() ?? {}
  })) as Fields
}

function plugin(d: Draw, add: AddFile, name: string, config: (d: Draw, add: AddFile) => Fields): string {
  const text = written(d, config(d, add))
  if (d.chance(0.5)) return text
  if (d.chance(0.7)) return add(`${name}.yaml`, text)
  add(join(name, 'kustomization.yaml'), `resources: [${name}.yaml]`)
  return dirname(add(join(name, `${name}.yaml`), text))
}

const GVK = [{ group: 'example.com', version: 'v1', kind: 'Foo' }]
const SCHEMA = { definitions: { Foo: { 'x-kubernetes-group-version-kind': GVK, properties: { spec: { properties: { list: { type: 'array', items: { type: 'object' }, 'x-kubernetes-patch-merge-key': 'name', 'x-kubernetes-patch-strategy': 'merge' } } } } } }, paths: { '/apis/example.com/v1/foos/{name}': { get: { 'x-kubernetes-action': 'get', 'x-kubernetes-group-version-kind': GVK[0] } } } }
const CRD = { 'github.com/x/v1.Foo': { Schema: { description: 'x', properties: { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { $ref: 'meta' }, spec: { $ref: 'github.com/x/v1.FooSpec' } } }, Dependencies: [] }, 'github.com/x/v1.FooSpec': { Schema: { properties: { ref: { 'x-kubernetes-object-ref-api-version': 'v1', 'x-kubernetes-object-ref-kind': 'ConfigMap' }, text: { 'x-kubernetes-annotation': '' } } } } }
