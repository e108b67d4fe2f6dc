/** Field specs out of the OpenAPI definitions of custom resources (`crds:`). upstream: api/internal/accumulator/loadconfigfromcrds.go */
import { BuildError, within } from '../errors'
import type { FieldSpec } from '../field-specs'
import type { TransformerConfig } from '../kustomization-types'
import { readValue } from '../kustomization'
import type { Loader } from '../loader'
import { EMPTY_CONFIG, mergeConfigs } from './transformer-config'

interface Property {
  readonly $ref?: string
  readonly [extension: `x-kubernetes-${string}`]: unknown
}
type Definitions = Readonly<Record<string, { readonly Schema?: { readonly properties?: Readonly<Record<string, Property>> } } | undefined>>

/** Throws BuildError. */
export function loadCrdConfig(loader: Loader, paths: readonly string[]): TransformerConfig {
  let config = EMPTY_CONFIG
  for (const path of paths) {
    const text = loader.text(path)
    const definitions = within(`unable to parse open API definition from '${path}'`, () => {
      const value = readValue(text)
      if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new BuildError('error unmarshaling JSON: while decoding JSON: json: cannot unmarshal into Go value of type accumulator.nameToApiMap')
      return value as Definitions
    })
    for (const [name, definition] of Object.entries(definitions)) {
      const properties = definition?.Schema?.properties ?? {}
      if (!['kind', 'apiVersion', 'metadata'].every(p => Object.hasOwn(properties, p))) continue
      config = mergeConfigs(config, configOf(definitions, name, name.split('.').at(-1) as string, []))
    }
  }
  return config
}

const MAX_DEPTH = 50

/** What the type's fields, and those of the types that it refers to, say of themselves. */
function configOf(definitions: Definitions, typeName: string, kind: string, path: readonly string[]): TransformerConfig {
  let config = EMPTY_CONFIG
  if (path.length > MAX_DEPTH) return config
  const add = (more: Partial<TransformerConfig>): void => {
    config = mergeConfigs(config, { ...EMPTY_CONFIG, ...more })
  }
  for (const [name, property] of Object.entries(definitions[typeName]?.Schema?.properties ?? {})) {
    const at = [...path, name]
    const spec: FieldSpec = { kind, path: at.join('/') }
    const has = (extension: string): boolean => typeof property[`x-kubernetes-${extension}`] === 'string'
    if (has('annotation')) add({ commonAnnotations: [spec] })
    if (has('label-selector')) add({ commonLabels: [spec] })
    if (has('identity')) add({ namePrefix: [spec] })
    if (has('object-ref-api-version') && has('object-ref-kind')) {
      const key = has('object-ref-name-key') ? (property['x-kubernetes-object-ref-name-key'] as string) : 'name'
      add({ nameReference: [{ kind: property['x-kubernetes-object-ref-kind'] as string, version: property['x-kubernetes-object-ref-api-version'] as string, fieldSpecs: [{ kind, path: `${spec.path}/${key}` }] }] })
    }
    if (property.$ref !== undefined) add(configOf(definitions, property.$ref, kind, at))
  }
  return config
}
