/** What a transformer is, and what it may use. */
import type { FunctionSettings, HelmSettings } from '../program-settings'
import type { Loader } from '../loader'
import type { ResourceList } from '../resource-list'
import type { SchemaOfKind } from '../schema/merging'

/** Changes the resources in place. Throws BuildError. */
export type Transformer = (resources: ResourceList) => void

export interface TransformerContext {
  readonly loader: Loader
  readonly schemaOfKind: SchemaOfKind
  /** Charts may be inflated. */
  readonly helm: HelmSettings | undefined
  /** Functions may be run. */
  readonly functions: FunctionSettings | undefined
}
