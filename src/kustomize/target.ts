/** Builds one kustomization: what it refers to first, then its own generators and transformers. upstream: api/internal/target */
import { isDeepStrictEqual } from 'node:util'
import { posix } from 'node:path'
import { goQuote } from '../base/field'
import { goJson } from '../base/go-text'
import { yamlText } from '../base/yaml/writer'
import { Accumulator, variableText } from './accumulator'
import { loadCrdConfig } from './config/crds'
import { configSyntax, loadConfig } from './config/transformer-config'
import { checkMetadata, isLocal, isMalformed, resourcesOf, resourcesOfFile } from './documents'
import { BuildError, messageOf, within } from './errors'
import type { FieldSpec } from './field-specs'
import { mergeFieldSpecs } from './field-specs'
import type { FunctionSettings, HelmSettings } from './program-settings'
import { generateConfigMap, generateSecret, mergedOptions } from './generators'
import { inflateChart } from './helm'
import { idText, isIdEqual } from './ids'
import { COMPONENT, loadKustomization } from './kustomization'
import type { GeneratorArgs, Kustomization, Label } from './kustomization-types'
import type { Loader } from './loader'
import type { Origin } from './origin'
import { originAt, originText, transformationText } from './origin'
import type { Generator } from './plugins'
import { loadPlugin, loadReplacements } from './plugins'
import { ANNOTATION, Resource } from './resource'
import { ResourceList } from './resource-list'
import type { Schemas } from './schema/schemas'
import { setEntries, setImage, setReplicas } from './transformers/fields'
import { fixNameReferences } from './transformers/name-references'
import { addHashes, addPrefix, addSuffix } from './transformers/names'
import { setNamespace } from './transformers/namespace'
import { jsonPatch, patch, strategicMergePatches } from './transformers/patches'
import { replace } from './transformers/replacements'
import type { Transformer, TransformerContext } from './transformers/transformer'
import { rawField } from './yaml/node'

/** What all kustomizations of one build share. */
export interface Build {
  readonly schemas: Schemas
  readonly helm: HelmSettings | undefined
  readonly functions: FunctionSettings | undefined
  /** A line for standard error. */
  warn(line: string): void
  /** A line for the log. */
  log(line: string): void
}

type Traced<T> = { readonly run: T; readonly origin: Origin | undefined }

export class Target {
  private origin: Origin | undefined
  private helmNamespace = ''
  private readonly context: TransformerContext

  private constructor(
    private readonly loader: Loader,
    readonly kustomization: Kustomization,
    private readonly fileName: string,
    private readonly build: Build,
  ) {
    this.context = { loader, helm: build.helm, functions: build.functions, schemaOfKind: (apiVersion, kind) => build.schemas.of(apiVersion, kind) }
  }

  /** Throws BuildError. */
  static load(loader: Loader, build: Build): Target {
    const { kustomization, fileName } = loadKustomization(loader, build.warn)
    return new Target(loader, kustomization, fileName, build)
  }

  /** All resources, finished but for their order. Throws BuildError. */
  run(): ResourceList {
    this.build.schemas.set(this.kustomization.openapi, this.loader, true)
    this.origin = (this.kustomization.buildMetadata?.length ?? 0) > 0 ? {} : undefined
    const all = this.accumulate(new Accumulator())
    addHashes(all.resources)
    fixNameReferences(all.config.nameReference)(all.resources)
    const unused = all.resolveVariables()
    if (unused.length > 0) this.build.log(`well-defined vars that were never replaced: ${unused.join(',')}`)
    const kept = all.resources.items.filter(r => {
      checkMetadata(r.root)
      return !isLocal(r.root)
    })
    all.resources.intersect(kept.map(r => r.id))
    return all.resources
  }

  private accumulate(start: Accumulator): Accumulator {
    const { kustomization: k, loader } = this
    let all = start
    within('accumulating resources', () => this.addResources(all, k.resources ?? []))
    const config = loadConfig(loader, k.configurations ?? [])
    within(() => `merging config ${configSyntax(config)}`, () => all.mergeConfig(config))
    const crds = within(`loading CRDs [${(k.crds ?? []).join(' ')}]`, () => loadCrdConfig(loader, k.crds ?? []))
    within(() => `merging CRDs ${configSyntax(crds)}`, () => all.mergeConfig(crds))
    this.generate(all)
    all = within('accumulating components', () => this.addComponents(all, k.components ?? []))
    this.transform(all)
    this.validate(all)
    within(() => `merging vars [${(k.vars ?? []).map(variableText).join(' ')}]`, () => all.mergeVariables(k.vars ?? []))
    return all
  }

  // ── Resources, bases, components ──

  private addResources(all: Accumulator, paths: readonly string[]): void {
    for (const path of paths) {
      let fileProblem: string
      try {
        this.addFile(all, path)
        continue
      } catch (error) {
        fileProblem = messageOf(error)
      }
      let inner: Loader
      try {
        inner = this.loader.into(path)
      } catch (error) {
        const message = messageOf(error)
        throw new BuildError(isMalformed(fileProblem) ? fileProblem : `accumulation err='${fileProblem}': ${message}`)
      }
      within(`accumulation err='${fileProblem}'`, () => void this.addFolder(all, inner, path, false))
    }
  }

  private addFile(all: Accumulator, path: string): void {
    const resources = within(`accumulating resources from '${path}'`, () => new ResourceList(resourcesOfFile(this.loader, path)))
    if (this.origin !== undefined) setEntries({ [ANNOTATION.origin]: originText(originAt(this.origin, path)) }, [{ path: 'metadata/annotations', create: true }])(resources)
    within(`merging resources from '${path}'`, () => all.resources.appendAll(resources.items))
  }

  private addComponents(start: Accumulator, paths: readonly string[]): Accumulator {
    let all = start
    for (const path of paths) {
      const inner = quoted('loader.New', () => this.loader.into(path))
      all = quoted('accumulateDirectory', () => this.addFolder(all, inner, path, true))
    }
    return all
  }

  private addFolder(all: Accumulator, loader: Loader, path: string, isComponent: boolean): Accumulator {
    const inner = within(`couldn't make target for path '${loader.root}'`, () => Target.load(loader, this.build))
    inner.kustomization.buildMetadata = this.kustomization.buildMetadata ?? []
    inner.origin = this.origin === undefined ? undefined : originAt(this.origin, path)
    inner.helmNamespace = this.kustomization.namespace || this.helmNamespace
    this.build.schemas.set(inner.kustomization.openapi, loader, false)
    const { kind } = inner.kustomization
    if (isComponent && kind !== COMPONENT) throw new BuildError(`expected kind '${COMPONENT}' for path '${loader.root}' but got '${kind}'`)
    if (!isComponent && kind === COMPONENT) throw new BuildError(`expected kind != '${COMPONENT}' for path '${loader.root}'`)
    const found = within(`recursed accumulation of path '${loader.root}'`, () => inner.accumulate(isComponent ? all : new Accumulator()))
    const into = isComponent ? new Accumulator() : all
    within(`recursed merging from path '${loader.root}'`, () => into.merge(found))
    return into
  }

  // ── Generators ──

  private generate(all: Accumulator): void {
    const generators = [...this.builtInGenerators(), ...within('loading generator plugins', () => this.externalGenerators())]
    for (const { run, origin } of generators) {
      const made = new ResourceList(run())
      if (origin !== undefined) for (const resource of made.items) if (!resource.annotations.has(ANNOTATION.origin)) resource.mark(ANNOTATION.origin, originText(origin))
      within(`merging from generator &{0xc000000000 ${origin === undefined ? '<nil>' : '0xc000000010'}}`, () => all.resources.absorb(made.items))
    }
  }

  private builtInGenerators(): Traced<Generator>[] {
    const { kustomization: k, loader } = this
    const withOptions = (args: GeneratorArgs): GeneratorArgs => {
      const options = mergedOptions(args.options, k.generatorOptions)
      return options === undefined ? args : { ...args, options }
    }
    const out: Traced<Generator>[] = []
    for (const args of k.configMapGenerator ?? []) out.push({ run: () => [generateConfigMap(withOptions(args), loader)], origin: this.builtInOrigin('ConfigMapGenerator') })
    for (const args of k.secretGenerator ?? []) out.push({ run: () => [generateSecret(withOptions(args), loader)], origin: this.builtInOrigin('SecretGenerator') })
    for (const chart of k.helmCharts ?? []) out.push({ run: this.inflated(chart), origin: this.builtInOrigin('HelmChartInflationGenerator') })
    return out
  }

  private inflated(chart: Readonly<Record<string, unknown>>): Generator {
    const namespace = (chart['namespace'] as string | undefined) || this.kustomization.namespace || this.helmNamespace
    const config = { ...this.kustomization.helmGlobals, ...chart, ...(namespace ? { namespace } : {}) }
    return within(() => `trouble configuring builtin HelmChartInflationGenerator with config: \`\n${configText(config)}\``, () => {
      if (this.build.helm === undefined) throw new BuildError('must specify --enable-helm')
      return inflateChart(config, this.build.helm, this.loader)
    })
  }

  private externalGenerators(): Traced<Generator>[] {
    return this.pluginResources(this.kustomization.generators ?? [], 'generator').map(resource => {
      const plugin = within('failed to load generator', () => {
        const loaded = loadPlugin(resource, this.context)
        if (!('generate' in loaded)) throw new BuildError(`plugin ${idText(resource.originalId)} not a generator`)
        return loaded
      })
      return { run: plugin.generate, origin: pluginOrigin(resource) }
    })
  }

  /** The configurations of plugins: written out in the kustomization, or in files and folders. */
  private pluginResources(entries: readonly string[], what: 'generator' | 'transformer'): Resource[] {
    const all = new Accumulator()
    const paths: string[] = []
    for (const entry of entries) {
      let inline: Resource[]
      try {
        inline = new ResourceList(resourcesOf(entry)).items
      } catch (error) {
        messageOf(error)
        paths.push(entry)
        continue
      }
      if (this.origin !== undefined) for (const resource of inline) resource.mark(ANNOTATION.origin, originText(originAt(this.origin, this.fileName)))
      within(`configuring external ${what}`, () => all.resources.appendAll(inline))
    }
    this.addResources(all, paths)
    return all.resources.items
  }

  // ── Transformers ──

  private transform(all: Accumulator): void {
    const transformers = [...this.builtInTransformers(all), ...this.externalTransformers(this.kustomization.transformers ?? [])]
    for (const { run, origin } of transformers) this.apply(all.resources, run, origin)
  }

  private apply(resources: ResourceList, run: Transformer, origin: Origin | undefined): void {
    run(resources)
    if (origin !== undefined) {
      for (const resource of resources.items) {
        if (resource.isEmpty) continue
        const { annotations } = resource
        if (!annotations.has(ANNOTATION.origin)) resource.mark(ANNOTATION.origin, originText(origin))
        else resource.mark(ANNOTATION.transformations, (annotations.get(ANNOTATION.transformations) ?? '') + transformationText(origin))
      }
    }
    resources.dropEmpty()
  }

  /** In the order in which they run. */
  private builtInTransformers({ config }: Accumulator): Traced<Transformer>[] {
    const { kustomization: k, context } = this
    const out: Traced<Transformer>[] = []
    const add = (kind: string, shown: () => unknown, make: () => Transformer): void => {
      const run = within(() => `trouble configuring builtin ${kind} with config: \`\n${configText(shown())}\``, make)
      out.push({ run, origin: this.builtInOrigin(kind) })
    }
    const { patchesStrategicMerge = [], patches = [], patchesJson6902 = [], replacements = [] } = k
    if (patchesStrategicMerge.length > 0) add('PatchStrategicMergeTransformer', () => ({ paths: patchesStrategicMerge }), () => strategicMergePatches(patchesStrategicMerge, '', context))
    for (const p of patches) add('PatchTransformer', () => p, () => patch(p, context))
    if (k.namespace) add('NamespaceTransformer', () => ({}), () => setNamespace({ namespace: k.namespace as string, specs: config.namespace }))
    if (k.namePrefix) add('PrefixTransformer', () => ({}), () => addPrefix(k.namePrefix as string, config.namePrefix))
    if (k.nameSuffix) add('SuffixTransformer', () => ({}), () => addSuffix(k.nameSuffix as string, config.nameSuffix))
    this.addLabels(add, config)
    if (Object.keys(k.commonAnnotations ?? {}).length > 0) add('AnnotationsTransformer', () => ({}), () => setEntries(k.commonAnnotations ?? {}, config.commonAnnotations))
    for (const p of patchesJson6902) {
      const args = { target: p.target ?? {}, path: p.path ?? '', jsonOp: p.patch ?? '' }
      add('PatchJson6902Transformer', () => ({ ...args, target: p.target }), () => jsonPatch(args, context))
    }
    for (const replica of k.replicas ?? []) add('ReplicaCountTransformer', () => ({}), () => setReplicas(replica, config.replicas))
    for (const image of k.images ?? []) add('ImageTagTransformer', () => ({}), () => setImage(image, config.images))
    if (replacements.length > 0) add('ReplacementTransformer', () => ({ Replacements: replacements }), () => replace(loadReplacements(replacements, context)))
    return out
  }

  private addLabels(add: (kind: string, shown: () => unknown, make: () => Transformer) => void, config: Accumulator['config']): void {
    const { labels = [], commonLabels = {} } = this.kustomization
    if (labels.length === 0 && Object.keys(commonLabels).length === 0) return
    for (const label of labels) {
      const specs = labelSpecs(label, config)
      add('LabelTransformer', () => ({}), () => setEntries(label.pairs ?? {}, specs))
    }
    add('LabelTransformer', () => ({}), () => setEntries(commonLabels, config.commonLabels))
  }

  private externalTransformers(entries: readonly string[]): Traced<Transformer>[] {
    return this.pluginResources(entries, 'transformer').map(resource => {
      const plugin = loadPlugin(resource, this.context)
      if (!('transform' in plugin)) throw new BuildError(`plugin ${idText(resource.originalId)} not a transformer`)
      return { run: plugin.transform, origin: pluginOrigin(resource) }
    })
  }

  private validate(all: Accumulator): void {
    for (const { run } of this.externalTransformers(this.kustomization.validators ?? [])) {
      const before = all.resources.copy()
      run(all.resources)
      const after = all.resources.copy()
      for (const resource of after.items) dropValidatedLabel(resource)
      within("validator shouldn't modify the resource map", () => checkEqual(before, after))
    }
  }

  private builtInOrigin(kind: string): Origin | undefined {
    if (this.origin === undefined) return undefined
    return { configuredIn: posix.join(this.origin.path ?? '', this.fileName), configuredBy: { apiVersion: 'builtin', kind } }
  }
}

function labelSpecs({ fields = [], includeSelectors, includeTemplates }: Label, config: Accumulator['config']): FieldSpec[] {
  const merge = (specs: readonly FieldSpec[], more: readonly FieldSpec[]): FieldSpec[] => within('failed to merge labels', () => mergeFieldSpecs(specs, more))
  const specs = merge(fields, config.labels)
  if (includeSelectors) return merge(specs, config.commonLabels)
  const templates = includeTemplates ? within('failed to merge template fieldSpec', () => mergeFieldSpecs(specs, config.templateLabels)) : specs
  return merge(templates, [{ path: 'metadata/labels', create: true }])
}

/** A plugin's own origin and identity become those of what it does. */
function pluginOrigin(resource: Resource): Origin | undefined {
  const text = resource.annotations.get(ANNOTATION.origin)
  if (text === undefined) return undefined
  const { group, version, kind } = resource.gvk
  return { configuredIn: /^path: (.*)$/m.exec(text)?.[1] ?? '', configuredBy: { apiVersion: group === '' ? version : `${group}/${version}`, kind, name: resource.name, namespace: resource.namespace } }
}

function dropValidatedLabel(resource: Resource): void {
  const metadata = rawField(resource.root, 'metadata')
  const labels = metadata === undefined ? undefined : rawField(metadata, 'labels')
  if (labels === undefined || rawField(labels, 'validated-by') === undefined) return
  const at = labels.content.findIndex((n, i) => i % 2 === 0 && n.value === 'validated-by')
  labels.content.splice(at, 2)
}

/** Go's `%#v`. */
function resourceSyntax({ variables }: Resource): string {
  const names = variables.length === 0 ? '[]string(nil)' : `[]string{${variables.map(goQuote).join(', ')}}`
  return `&resource.Resource{RNode:yaml.RNode{fieldPath:[]string(nil), value:(*yaml.Node)(0xc000000000), ShouldKeep:false, Match:[]string(nil)}, refVarNames:${names}}`
}

/** Throws BuildError unless both hold the same objects. upstream: ErrorIfNotEqualSets */
function checkEqual(before: ResourceList, after: ResourceList): void {
  if (before.items.length !== after.items.length) throw new BuildError('lists have different number of entries')
  for (const resource of before.items) {
    const { id } = resource
    const [same, ...others] = after.withCurrentId(other => isIdEqual(id, other))
    if (same === undefined) throw new BuildError(`id in self missing from other; id: ${idText(id)}`)
    if (others.length > 0) throw new BuildError(`id in self matches ${others.length + 1} in other; id: ${idText(id)}`)
    if (!isDeepStrictEqual(resource.node, same.node)) throw new BuildError(`nodes unequal: \n -- ${goJson(resource.value())},\n -- ${goJson(same.value())}\n\n--\n${resourceSyntax(resource)}\n------\n${resourceSyntax(same)}\n`)
  }
}

/** What went wrong, in quotes. */
function quoted<T>(prefix: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw new BuildError(prefix === 'loader.New' ? `loader.New ${goQuote(messageOf(error))}` : `${prefix}: ${goQuote(messageOf(error))}`)
  }
}

/** A configuration as upstream shows it: without what is empty. */
function configText(config: unknown): string {
  return yamlText(JSON.parse(JSON.stringify(config, (_, value: unknown) => (value === '' || value === false ? undefined : value))))
}

