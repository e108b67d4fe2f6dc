/** The schema of a build: the built-in one until a kustomization names another; the first one that does decides, the topmost before all. upstream: kyaml/openapi SetSchema */
import { BuildError } from '../errors'
import type { Loader } from '../loader'
import type { MergeSchema, SchemaOfKind } from './merging'
import { builtInSchema, customSchema } from './merging'
import { setNamedScopes } from './scopes'

const BUILT_IN_VERSION = 'v1.21.2'

export class Schemas {
  private current: SchemaOfKind = builtInSchema
  private chosen = false

  constructor() {
    setNamedScopes(new Map())
  }

  of(apiVersion: string, kind: string): MergeSchema | undefined {
    return this.current(apiVersion, kind)
  }

  /** `openapi` of a kustomization. Throws BuildError. */
  set(openapi: Readonly<Record<string, string>> | undefined, loader: Loader, reset: boolean): void {
    const path = openapi?.['path']
    const text = path === undefined ? undefined : loader.text(path)
    if (this.chosen && !reset) return
    const version = openapi?.['version']
    if (text !== undefined) {
      if (version !== undefined) throw new BuildError('builtin version and custom schema provided, cannot use both')
      const { schemaOfKind, scopes } = customSchema(text)
      this.current = schemaOfKind
      setNamedScopes(scopes)
      this.chosen = true
    } else if (version) {
      if (version !== BUILT_IN_VERSION) throw new BuildError('the specified OpenAPI version is not built in')
      this.chosen = true
    }
  }
}
