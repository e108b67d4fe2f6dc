/** Generators and transformers that a kustomization configures by files of their own, of the built-in kinds. upstream: api/internal/plugins/loader, api/internal/builtins */
import { decodeJson } from './decode'
import type { GoType, StructType } from './decode'
import { BuildError, within } from './errors'
import type { FieldSpec } from './field-specs'
import { containerOf, functionPlugin } from './functions'
import { generateConfigMap, generateSecret } from './generators'
import { inflateChart, type HelmChart } from './helm'
import { idText } from './ids'
import * as types from './kustomization-types'
import type { GeneratorArgs, Image, Patch, Replacement, Replica } from './kustomization-types'
import { readValue } from './kustomization'
import { Resource, newObject } from './resource'
import type { Selector } from './selector'
import { setEntries, setImage, setReplicas } from './transformers/fields'
import { addHashes, addPrefix, addSuffix } from './transformers/names'
import { setNamespace } from './transformers/namespace'
import { jsonPatch, patch, strategicMergePatches } from './transformers/patches'
import { replace } from './transformers/replacements'
import type { Transformer, TransformerContext } from './transformers/transformer'
import type { ValueTarget } from './transformers/values'
import { addValue } from './transformers/values'

/** Makes resources. Throws BuildError. */
export type Generator = () => Resource[]
export type Plugin = { readonly generate: Generator } | { readonly transform: Transformer } | { readonly generate: Generator; readonly transform: Transformer }

const SPECS: GoType = { list: types.FIELD_SPEC }
const TEXT_MAP: GoType = { map: 'string' }
const VALUE_TARGETS: GoType = { list: { struct: 'builtins.Target', fields: { selector: types.SELECTOR, fieldPath: 'string', filePathPosition: 'int' } } }

/** The configuration as its type has it. */
function configOf<T>(resource: Resource, name: string, fields: StructType['fields']): T {
  return within('error unmarshaling JSON: while decoding JSON', () => decodeJson(resource.value(), { struct: `builtins.${name}Plugin`, fields }, false)) as T
}

interface Specs {
  readonly fieldSpecs?: readonly FieldSpec[]
}
type Metadata = { readonly metadata?: { readonly name?: string; readonly namespace?: string } }
const neededSpecs = ({ fieldSpecs }: Specs): readonly FieldSpec[] => {
  if (fieldSpecs === undefined) throw new BuildError('fieldSpecs is not expected to be nil')
  return fieldSpecs
}

function generatorArgs(resource: Resource, name: string, fields: StructType['fields']): GeneratorArgs {
  const { metadata, ...args } = configOf<GeneratorArgs & Metadata>(resource, name, { metadata: types.OBJECT_META, ...fields })
  return { ...args, name: args.name || metadata?.name || '', namespace: args.namespace || metadata?.namespace || '' }
}

const PLUGINS: Readonly<Record<string, (resource: Resource, context: TransformerContext) => Plugin>> = {
  ConfigMapGenerator(resource, { loader }) {
    const args = generatorArgs(resource, 'ConfigMapGenerator', types.CONFIG_MAP_ARGS.fields)
    return { generate: () => [generateConfigMap(args, loader)] }
  },
  SecretGenerator(resource, { loader }) {
    const args = generatorArgs(resource, 'SecretGenerator', types.SECRET_ARGS.fields)
    return { generate: () => [generateSecret(args, loader)] }
  },
  HelmChartInflationGenerator(resource, { helm, loader }) {
    if (helm === undefined) throw new BuildError('must specify --enable-helm')
    return { generate: inflateChart(resource.value() as HelmChart, helm, loader) }
  },
  IAMPolicyGenerator(resource) {
    const service = { struct: 'types.KubernetesService', fields: { name: 'string', namespace: 'string' } } as const
    const account = { struct: 'types.ServiceAccount', fields: { name: 'string', projectId: 'string' } } as const
    type Args = { cloud?: string; kubernetesService?: { name?: string; namespace?: string }; serviceAccount?: { name?: string; projectId?: string } }
    const { cloud = '', kubernetesService = {}, serviceAccount = {} } = configOf<Args>(resource, 'IAMPolicyGenerator', { cloud: 'string', kubernetesService: service, serviceAccount: account })
    return {
      generate() {
        if (cloud !== 'gke') throw new BuildError(`cloud provider ${cloud} not supported yet`)
        const made = new Resource(newObject('ServiceAccount', kubernetesService.name ?? '', kubernetesService.namespace ?? ''))
        made.mark('iam.gke.io/gcp-service-account', `${serviceAccount.name ?? ''}@${serviceAccount.projectId ?? ''}.iam.gserviceaccount.com`)
        return [made]
      },
    }
  },
  AnnotationsTransformer(resource) {
    const { annotations = {}, fieldSpecs = [] } = configOf<Specs & { annotations?: Record<string, string> }>(resource, 'AnnotationsTransformer', { annotations: TEXT_MAP, fieldSpecs: SPECS })
    return { transform: setEntries(annotations, fieldSpecs) }
  },
  LabelTransformer(resource) {
    const { labels = {}, fieldSpecs = [] } = configOf<Specs & { labels?: Record<string, string> }>(resource, 'LabelTransformer', { labels: TEXT_MAP, fieldSpecs: SPECS })
    return { transform: setEntries(labels, fieldSpecs) }
  },
  HashTransformer: () => ({ transform: addHashes }),
  ImageTagTransformer(resource) {
    const { imageTag = {}, fieldSpecs = [] } = configOf<Specs & { imageTag?: Image }>(resource, 'ImageTagTransformer', { imageTag: types.IMAGE, fieldSpecs: SPECS })
    return { transform: setImage(imageTag, fieldSpecs) }
  },
  NamespaceTransformer(resource) {
    type Args = Specs & Metadata & { unsetOnly?: boolean; setRoleBindingSubjects?: string }
    const args = configOf<Args>(resource, 'NamespaceTransformer', { metadata: types.OBJECT_META, fieldSpecs: SPECS, unsetOnly: 'bool', setRoleBindingSubjects: 'string' })
    return { transform: setNamespace({ namespace: args.metadata?.namespace ?? '', specs: args.fieldSpecs ?? [], unsetOnly: args.unsetOnly ?? false, subjects: args.setRoleBindingSubjects ?? '' }) }
  },
  PatchJson6902Transformer(resource, context) {
    const args = configOf<{ target?: Selector; path?: string; jsonOp?: string }>(resource, 'PatchJson6902Transformer', { target: types.SELECTOR, path: 'string', jsonOp: 'string' })
    return { transform: jsonPatch(args, context) }
  },
  PatchStrategicMergeTransformer(resource, context) {
    const { paths = [], patches = '' } = configOf<{ paths?: string[]; patches?: string }>(resource, 'PatchStrategicMergeTransformer', { paths: { list: 'string' }, patches: 'string' })
    return { transform: strategicMergePatches(paths, patches, context) }
  },
  PatchTransformer(resource, context) {
    return { transform: patch(configOf<Patch>(resource, 'PatchTransformer', types.PATCH.fields), context) }
  },
  PrefixTransformer(resource) {
    const args = configOf<Specs & { prefix?: string }>(resource, 'PrefixTransformer', { prefix: 'string', fieldSpecs: SPECS })
    return { transform: addPrefix(args.prefix ?? '', neededSpecs(args)) }
  },
  SuffixTransformer(resource) {
    const args = configOf<Specs & { suffix?: string }>(resource, 'SuffixTransformer', { suffix: 'string', fieldSpecs: SPECS })
    return { transform: addSuffix(args.suffix ?? '', neededSpecs(args)) }
  },
  PrefixSuffixTransformer(resource) {
    const args = configOf<Specs & { prefix?: string; suffix?: string }>(resource, 'PrefixTransformer', { prefix: 'string', suffix: 'string', fieldSpecs: SPECS })
    const specs = neededSpecs(args)
    const both = [addPrefix(args.prefix ?? '', specs), addSuffix(args.suffix ?? '', specs)]
    return { transform: resources => both.forEach(transform => transform(resources)) }
  },
  ReplacementTransformer(resource, context) {
    const { replacements = [] } = configOf<{ replacements?: (Replacement & { path?: string })[] }>(resource, 'ReplacementTransformer', { replacements: { list: types.REPLACEMENT_FIELD } })
    return { transform: replace(loadReplacements(replacements, context)) }
  },
  ReplicaCountTransformer(resource) {
    const { replica = {}, fieldSpecs = [] } = configOf<Specs & { replica?: Replica }>(resource, 'ReplicaCountTransformer', { replica: types.REPLICA, fieldSpecs: SPECS })
    return { transform: setReplicas(replica, fieldSpecs) }
  },
  ValueAddTransformer(resource, { loader }) {
    type Args = { value?: string; targets?: ValueTarget[]; targetFilePath?: string }
    const fields = { value: 'string', targets: VALUE_TARGETS, targetFilePath: 'string' } as const
    const { value = '', targets = [], targetFilePath = '' } = configOf<Args>(resource, 'ValueAddTransformer', fields)
    const more = targetFilePath === '' ? [] : ((decodeJson(readValue(loader.text(targetFilePath)), { struct: 'struct', fields: { targets: VALUE_TARGETS } }, false) as Args).targets ?? [])
    return { transform: addValue(value.trim(), [...targets, ...more], loader.root) }
  },
}

/** Replacements with those of the files that they name. Throws BuildError. */
export function loadReplacements(list: readonly (Replacement & { readonly path?: string })[], { loader }: TransformerContext): Replacement[] {
  return list.flatMap(({ path = '', ...inline }) => {
    if (path === '') return [inline]
    if (inline.source !== undefined || (inline.targets?.length ?? 0) > 0) throw new BuildError('cannot specify both path and inline replacement')
    const value = readValue(loader.text(path))
    const decode = (v: unknown): Replacement => within('error unmarshaling JSON: while decoding JSON', () => decodeJson(v, types.REPLACEMENT, false))
    if (Array.isArray(value)) return value.map(decode)
    if (typeof value === 'object' && value !== null) return [decode(value)]
    throw new BuildError(`unsupported replacement type encountered within replacement path: ${value === null ? 'invalid' : typeof value}`)
  })
}

/** The plugin that the resource configures. Throws BuildError for those that are not built in. */
export function loadPlugin(resource: Resource, context: TransformerContext): Plugin {
  const { group, version, kind } = resource.gvk
  const container = containerOf(resource)
  if (container !== undefined && context.functions !== undefined) return functionPlugin(resource, container, context.functions, context.loader.root)
  if (group !== '' || version !== 'builtin') throw new BuildError(`${context.functions === undefined ? 'external plugins disabled' : 'kubottle runs no programs but functions in containers'}; unable to load external plugin '${resource.originalId.kind}'`)
  const make = Object.hasOwn(PLUGINS, kind) ? PLUGINS[kind] : undefined
  if (make === undefined) throw new BuildError(`unable to load builtin ${kind}.builtin.[noGrp]`)
  return within(() => `plugin ${idText(resource.originalId)} fails configuration`, () => make(resource, context))
}
