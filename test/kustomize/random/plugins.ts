/** Random configurations of the plugins that are built in. */
import type { Draw } from './draw'
import type { AddFile, Fields } from './fields'
import { fieldSpec, generator, image, jsonPatch, patch, replacement, selector, strategicPatch } from './fields'

export const SCALED = ['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController']

const specs = (d: Draw, ...paths: string[]): Fields => d.maybe(0.9, () => ({ fieldSpecs: d.chance(0.7) ? paths.map(path => ({ path, create: true })) : [fieldSpec(d)] })) as Fields

const TRANSFORMERS: Readonly<Record<string, (d: Draw, add: AddFile) => Fields>> = {
  AnnotationsTransformer: d => ({ annotations: d.map(['pa', 'note']), ...specs(d, 'metadata/annotations') }),
  LabelTransformer: d => ({ labels: d.map(['pl', 'app']), ...specs(d, 'metadata/labels') }),
  HashTransformer: () => ({}),
  ImageTagTransformer: d => ({ imageTag: image(d), ...specs(d, 'spec/template/spec/containers[]/image') }),
  NamespaceTransformer: d => ({ metadata: { name: 'n', namespace: d.pick(['pns', 'one']) }, ...d.maybe(0.4, () => ({ unsetOnly: d.chance(0.7) })), ...d.maybe(0.4, () => ({ setRoleBindingSubjects: d.pick(['none', 'defaultOnly', 'allServiceAccounts', 'bogus']) })), ...specs(d, 'metadata/namespace') }),
  PatchJson6902Transformer: d => ({ ...d.maybe(0.99, () => ({ target: { ...selector(d), name: d.known().name } })), jsonOp: jsonPatch(d) }),
  PatchStrategicMergeTransformer: d => (d.chance(0.5) ? { patches: strategicPatch(d) } : { paths: [strategicPatch(d)] }),
  PatchTransformer: (d, add) => patch(d, add),
  PrefixTransformer: d => ({ prefix: 'pp-', ...specs(d, 'metadata/name') }),
  SuffixTransformer: d => ({ suffix: '-ps', ...specs(d, 'metadata/name') }),
  PrefixSuffixTransformer: d => ({ prefix: 'a-', suffix: '-z', ...specs(d, 'metadata/name') }),
  ReplacementTransformer: d => ({ replacements: [replacement(d)] }),
  ReplicaCountTransformer: d => ({ replica: { name: d.known(SCALED).name, count: 7 }, ...specs(d, 'spec/replicas') }),
  ValueAddTransformer: d => ({ value: d.pick(['v', '1', 'a-b']), targets: [{ ...d.maybe(0.8, () => ({ selector: selector(d) })), fieldPath: d.pick(['/metadata/name', '/metadata/namespace', '/spec/added', '/metadata/labels/x']), ...d.maybe(0.3, () => ({ notSelector: selector(d) })), ...d.maybe(0.3, () => ({ filePathPosition: d.pick([1, 2, 9]) })) }] }),
  BogusTransformer: () => ({}),
}

const GENERATORS: Readonly<Record<string, (d: Draw, add: AddFile) => Fields>> = {
  ConfigMapGenerator: (d, add) => generator(d, add, []),
  SecretGenerator: (d, add) => ({ ...generator(d, add, []), ...d.maybe(0.3, () => ({ type: 'x/y' })) }),
}

function configured(d: Draw, kinds: Readonly<Record<string, (d: Draw, add: AddFile) => Fields>>, add: AddFile): Fields {
  const kind = d.pick(Object.keys(kinds))
  const { metadata = { name: 'plugin', ...d.maybe(0.1, () => ({ namespace: 'one' })) }, name, namespace, ...rest } = (kinds[kind] as (d: Draw, add: AddFile) => Fields)(d, add)
  return { apiVersion: d.chance(0.97) ? 'builtin' : 'example.com/v1', kind, metadata: { ...(metadata as Fields), ...(name === undefined ? {} : { name }), ...(namespace === undefined ? {} : { namespace }) }, ...rest }
}
export const transformer = (d: Draw, add: AddFile): Fields => configured(d, TRANSFORMERS, add)
export const generatorPlugin = (d: Draw, add: AddFile): Fields => configured(d, d.chance(0.9) ? GENERATORS : TRANSFORMERS, add)
