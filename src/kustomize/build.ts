/** Builds a kustomization: the objects that a folder stands for. upstream: api/krusty/kustomizer.go */
import type { FunctionSettings, HelmSettings } from './program-settings'
import type { ResourceId } from './ids'
import { Loader } from './loader'
import type { LoaderSettings } from './loader'
import { ANNOTATION } from './resource'
import { resultOf } from './result'
import { Schemas } from './schema/schemas'
import { Target } from './target'
import { setEntries } from './transformers/fields'
import { sortResources } from './transformers/sort'
import type { JsonObject } from './yaml/value'

export interface BuildOptions extends LoaderSettings {
  /** What the command line said: nothing (then the kustomization decides), or one of these. */
  readonly reorder?: 'legacy' | 'none'
  readonly managedByLabel?: boolean
  /** Charts are inflated by this program; without it they are refused. */
  readonly helm?: HelmSettings | undefined
  /** Functions in containers are run so; without it they are refused. */
  readonly functions?: FunctionSettings | undefined
  /** A line for standard error, without its end. */
  warn(line: string): void
  /** A line for the log, without its end. */
  log(line: string): void
}

export interface BuiltResource {
  readonly id: ResourceId
  readonly object: JsonObject
}

const VERSION = 'v5.8.1'

/** The resources in their order. Throws BuildError with the whole message. */
export function buildKustomization(folder: string, options: BuildOptions): BuiltResource[] {
  const loader = Loader.at(folder, options)
  const target = Target.load(loader, { schemas: new Schemas(), helm: options.helm, functions: options.functions, warn: line => options.warn(line), log: line => options.log(line) })
  const resources = target.run()
  const { sortOptions, buildMetadata = [] } = target.kustomization
  if (sortOptions !== undefined) {
    if (options.reorder !== undefined) options.log("Warning: Sorting order is set both in 'kustomization.yaml' ('sortOptions') and in a CLI flag ('--reorder'). Using the kustomization file over the CLI flag.")
    sortResources(sortOptions)(resources)
  } else if (options.reorder !== 'none') sortResources({ order: 'legacy' })(resources)
  if (options.managedByLabel || buildMetadata.includes('managedByLabel')) setEntries({ 'app.kubernetes.io/managed-by': `kustomize-${VERSION}` }, [{ path: 'metadata/labels', create: true }])(resources)
  for (const resource of resources.items) {
    resource.dropBuildAnnotations()
    if (!buildMetadata.includes('originAnnotations')) resource.dropAnnotations([ANNOTATION.origin])
    if (!buildMetadata.includes('transformerAnnotations')) resource.dropAnnotations([ANNOTATION.transformations])
  }
  return resources.items.map(resource => ({ id: resource.id, object: resultOf(resource) }))
}
