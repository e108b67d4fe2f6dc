/** What a kustomization file may say. upstream: api/types */
import type { GoType, StructType } from './decode'
import type { FieldSpec, NameReference } from './field-specs'
import type { Selector } from './selector'

const TEXTS: GoType = { list: 'string' }
const TEXT_MAP: GoType = { map: 'string' }
const struct = (name: string, fields: StructType['fields']): StructType => ({ struct: name, fields })

const GVK_FIELDS = { group: 'string', version: 'string', kind: 'string' } as const
/** Fields of a struct that embeds others. */
function embedded(through: string, fields: Readonly<Record<string, GoType>>): StructType['fields'] {
  return Object.fromEntries(Object.entries(fields).map(([name, type]) => [name, { type, through }]))
}
const ID_FIELDS = { ...embedded('ResId.Gvk', GVK_FIELDS), ...embedded('ResId', { name: 'string', namespace: 'string' }) }

export const FIELD_SPEC = struct('types.FieldSpec', { ...embedded('Gvk', GVK_FIELDS), path: 'string', create: 'bool' })
export const SELECTOR = struct('types.Selector', { ...ID_FIELDS, annotationSelector: 'string', labelSelector: 'string' })
const GENERATOR_OPTIONS = struct('types.GeneratorOptions', { labels: TEXT_MAP, annotations: TEXT_MAP, disableNameSuffixHash: 'bool', immutable: 'bool' })
const GENERATOR_FIELDS = {
  ...embedded('GeneratorArgs', { namespace: 'string', name: 'string', behavior: 'string', options: GENERATOR_OPTIONS }),
  ...embedded('GeneratorArgs.KvPairSources', { literals: TEXTS, files: TEXTS, envs: TEXTS, env: 'string' }),
}
export const CONFIG_MAP_ARGS = struct('types.ConfigMapArgs', GENERATOR_FIELDS)
export const SECRET_ARGS = struct('types.SecretArgs', { ...GENERATOR_FIELDS, type: 'string' })
export const PATCH = struct('types.Patch', { path: 'string', patch: 'string', target: SELECTOR, options: struct('types.PatchArgs', { allowNameChange: 'bool', allowKindChange: 'bool' }) })
export const IMAGE = struct('types.Image', { name: 'string', newName: 'string', tagSuffix: 'string', newTag: 'string', digest: 'string' })
export const REPLICA = struct('types.Replica', { name: 'string', count: 'int64' })
const FIELD_OPTIONS = struct('types.FieldOptions', { delimiter: 'string', index: 'int', encoding: 'string', create: 'bool' })
const REPLACEMENT_FIELDS = {
  source: struct('types.SourceSelector', { ...ID_FIELDS, fieldPath: 'string', options: FIELD_OPTIONS }),
  targets: { list: struct('types.TargetSelector', { select: SELECTOR, reject: { list: SELECTOR }, fieldPaths: TEXTS, options: FIELD_OPTIONS }) },
  sourceValue: 'string',
} as const
export const REPLACEMENT = struct('types.Replacement', REPLACEMENT_FIELDS)
export const REPLACEMENT_FIELD = struct('types.ReplacementField', { ...embedded('Replacement', REPLACEMENT_FIELDS), path: 'string' })
const VAR = struct('types.Var', {
  name: 'string',
  objref: struct('types.Target', { apiVersion: 'string', ...embedded('Gvk', GVK_FIELDS), name: 'string', namespace: 'string' }),
  fieldref: struct('types.FieldSelector', { fieldPath: 'string' }),
})
export const SORT_OPTIONS = struct('types.SortOptions', { order: 'string', legacySortOptions: struct('types.LegacySortOptions', { orderFirst: TEXTS, orderLast: TEXTS }) })
export const OBJECT_META = struct('types.ObjectMeta', { name: 'string', namespace: 'string', labels: TEXT_MAP, annotations: TEXT_MAP })
const HELM_CHART = struct('types.HelmChart', {
  name: 'string', version: 'string', repo: 'string', releaseName: 'string', namespace: 'string', additionalValuesFiles: TEXTS, valuesFile: 'string', valuesInline: { map: 'any' }, valuesMerge: 'string',
  includeCRDs: 'bool', skipHooks: 'bool', apiVersions: TEXTS, kubeVersion: 'string', nameTemplate: 'string', skipTests: 'bool', debug: 'bool', devel: 'bool',
})
const HELM_CHART_ARGS = struct('types.HelmChartArgs', {
  chartName: 'string', chartVersion: 'string', chartRepoUrl: 'string', chartHome: 'string', chartRepoName: 'string', helmBin: 'string', helmHome: 'string', values: 'string', valuesLocal: { map: 'any' },
  valuesMerge: 'string', releaseName: 'string', releaseNamespace: 'string', extraArgs: TEXTS,
})

export const KUSTOMIZATION = struct('types.Kustomization', {
  ...embedded('TypeMeta', { kind: 'string', apiVersion: 'string' }),
  metadata: OBJECT_META, openapi: TEXT_MAP, namePrefix: 'string', nameSuffix: 'string', namespace: 'string', commonLabels: TEXT_MAP,
  labels: { list: struct('types.Label', { pairs: TEXT_MAP, includeSelectors: 'bool', includeTemplates: 'bool', fields: { list: FIELD_SPEC } }) },
  commonAnnotations: TEXT_MAP, patchesStrategicMerge: { list: 'string' }, patchesJson6902: { list: PATCH }, patches: { list: PATCH },
  images: { list: IMAGE }, imageTags: { list: IMAGE }, replacements: { list: REPLACEMENT_FIELD }, replicas: { list: REPLICA }, vars: { list: VAR }, sortOptions: SORT_OPTIONS,
  resources: TEXTS, components: TEXTS, crds: TEXTS, bases: TEXTS, configMapGenerator: { list: CONFIG_MAP_ARGS }, secretGenerator: { list: SECRET_ARGS },
  helmGlobals: struct('types.HelmGlobals', { chartHome: 'string', configHome: 'string' }), helmCharts: { list: HELM_CHART }, helmChartInflationGenerator: { list: HELM_CHART_ARGS },
  generatorOptions: GENERATOR_OPTIONS, configurations: TEXTS, generators: TEXTS, transformers: TEXTS, validators: TEXTS, buildMetadata: TEXTS,
})

const FIELD_SPECS: GoType = { list: FIELD_SPEC }
export const TRANSFORMER_CONFIG = struct('builtinconfig.TransformerConfig', {
  namePrefix: FIELD_SPECS, nameSuffix: FIELD_SPECS, namespace: FIELD_SPECS, commonLabels: FIELD_SPECS, labels: FIELD_SPECS, templateLabels: FIELD_SPECS, commonAnnotations: FIELD_SPECS,
  nameReference: { list: struct('builtinconfig.NameBackReferences', { ...embedded('Gvk', GVK_FIELDS), fieldSpecs: FIELD_SPECS }) },
  varReference: FIELD_SPECS, images: FIELD_SPECS, replicas: FIELD_SPECS,
})

// ── As they come out of the decoder ─────────────────────────────────────────

type Texts = Readonly<Record<string, string>>
export interface GeneratorOptions {
  readonly labels?: Texts
  readonly annotations?: Texts
  readonly disableNameSuffixHash?: boolean
  readonly immutable?: boolean
}
export interface GeneratorArgs {
  readonly namespace?: string
  readonly name?: string
  readonly behavior?: string
  readonly literals?: readonly string[]
  readonly files?: readonly string[]
  readonly envs?: readonly string[]
  readonly env?: string
  readonly options?: GeneratorOptions
  /** Of a secret. */
  readonly type?: string
}
export interface Patch {
  readonly path?: string
  readonly patch?: string
  readonly target?: Selector
  readonly options?: { readonly allowNameChange?: boolean; readonly allowKindChange?: boolean }
}
export interface Image {
  readonly name?: string
  readonly newName?: string
  readonly tagSuffix?: string
  readonly newTag?: string
  readonly digest?: string
}
export interface Replica {
  readonly name?: string
  readonly count?: number
}
export interface FieldOptions {
  readonly delimiter?: string
  readonly index?: number
  readonly create?: boolean
}
export interface SourceSelector extends Selector {
  readonly fieldPath?: string
  readonly options?: FieldOptions
}
export interface TargetSelector {
  readonly select?: Selector
  readonly reject?: readonly Selector[]
  readonly fieldPaths?: readonly string[]
  readonly options?: FieldOptions
}
export interface Replacement {
  readonly source?: SourceSelector
  readonly targets?: readonly TargetSelector[]
  readonly sourceValue?: string
}
export interface Label {
  readonly pairs?: Texts
  readonly includeSelectors?: boolean
  readonly includeTemplates?: boolean
  readonly fields?: readonly FieldSpec[]
}
export interface Variable {
  readonly name?: string
  readonly objref?: { readonly apiVersion?: string; readonly group?: string; readonly version?: string; readonly kind?: string; readonly name?: string; readonly namespace?: string }
  readonly fieldref?: { readonly fieldPath?: string }
}
export interface SortOptions {
  readonly order?: string
  readonly legacySortOptions?: { readonly orderFirst?: readonly string[]; readonly orderLast?: readonly string[] }
}
export interface Kustomization {
  readonly kind: string
  readonly apiVersion: string
  readonly openapi?: Texts
  readonly namePrefix?: string
  readonly nameSuffix?: string
  readonly namespace?: string
  readonly commonLabels?: Texts
  readonly labels?: readonly Label[]
  readonly commonAnnotations?: Texts
  readonly patchesStrategicMerge?: readonly string[]
  readonly patchesJson6902?: readonly Patch[]
  readonly patches?: readonly Patch[]
  readonly images?: readonly Image[]
  readonly replacements?: readonly (Replacement & { readonly path?: string })[]
  readonly replicas?: readonly Replica[]
  readonly vars?: readonly Variable[]
  readonly sortOptions?: SortOptions
  readonly resources?: readonly string[]
  readonly components?: readonly string[]
  readonly crds?: readonly string[]
  readonly configMapGenerator?: readonly GeneratorArgs[]
  readonly secretGenerator?: readonly GeneratorArgs[]
  readonly helmGlobals?: Readonly<Record<string, unknown>>
  readonly helmCharts?: readonly Readonly<Record<string, unknown>>[]
  readonly generatorOptions?: GeneratorOptions
  readonly configurations?: readonly string[]
  readonly generators?: readonly string[]
  readonly transformers?: readonly string[]
  readonly validators?: readonly string[]
  buildMetadata?: readonly string[]
}
export interface TransformerConfig {
  readonly namePrefix: readonly FieldSpec[]
  readonly nameSuffix: readonly FieldSpec[]
  readonly namespace: readonly FieldSpec[]
  readonly commonLabels: readonly FieldSpec[]
  readonly labels: readonly FieldSpec[]
  readonly templateLabels: readonly FieldSpec[]
  readonly commonAnnotations: readonly FieldSpec[]
  readonly nameReference: readonly NameReference[]
  readonly varReference: readonly FieldSpec[]
  readonly images: readonly FieldSpec[]
  readonly replicas: readonly FieldSpec[]
}
