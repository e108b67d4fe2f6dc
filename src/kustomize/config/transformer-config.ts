/** The transformers' field specs of a kustomization: the defaults, its configurations, its CRDs. upstream: api/internal/plugins/builtinconfig */
import { readStrictYaml } from '../../base/yaml/reader'
import { decodeJson } from '../decode'
import { within } from '../errors'
import type { FieldSpec } from '../field-specs'
import { mergeFieldSpecs, mergeNameReferences, sortFieldSpecs } from '../field-specs'
import { TRANSFORMER_CONFIG } from '../kustomization-types'
import type { TransformerConfig } from '../kustomization-types'
import { gvkText } from '../ids'
import { readValue } from '../kustomization'
import type { Loader } from '../loader'
import { defaultConfig } from './defaults'

export const EMPTY_CONFIG: TransformerConfig = { namePrefix: [], nameSuffix: [], namespace: [], commonLabels: [], labels: [], templateLabels: [], commonAnnotations: [], nameReference: [], varReference: [], images: [], replicas: [] }

const LISTS = [
  ['namePrefix', 'NamePrefix'], ['nameSuffix', 'NameSuffix'], ['namespace', 'NameSpace'], ['commonAnnotations', 'CommonAnnotations'], ['commonLabels', 'CommonLabels'], ['labels', 'Labels'], ['templateLabels', 'TemplateLabels'],
  ['varReference', 'VarReference'], ['images', 'Images'], ['replicas', 'Replicas'],
] as const

/** Throws BuildError where two field specs disagree. */
export function mergeConfigs(a: TransformerConfig, b: TransformerConfig): TransformerConfig {
  const lists: Partial<Record<(typeof LISTS)[number][0], FieldSpec[]>> = {}
  for (const [key, name] of LISTS) lists[key] = sortFieldSpecs(within(`failed to merge ${name} fieldSpec`, () => mergeFieldSpecs(a[key], b[key])))
  const nameReference = sortFieldSpecs(within('failed to merge NameReference fieldSpec', () => mergeNameReferences(a.nameReference, b.nameReference)))
  return { ...EMPTY_CONFIG, ...lists, nameReference }
}

const sorted = (config: TransformerConfig): TransformerConfig => mergeConfigs(config, EMPTY_CONFIG)

/** The defaults with what the files say. Throws BuildError. */
export function loadConfig(loader: Loader, paths: readonly string[]): TransformerConfig {
  let config = sorted(defaultConfig())
  let more = EMPTY_CONFIG
  for (const path of paths) {
    const text = loader.text(path)
    const value = within('error converting YAML to JSON', () => readValue(text, readStrictYaml))
    const decoded = within('error unmarshaling JSON: while decoding JSON', () => decodeJson(value, TRANSFORMER_CONFIG, true))
    more = mergeConfigs(more, { ...EMPTY_CONFIG, ...decoded })
  }
  if (paths.length > 0) config = mergeConfigs(config, more)
  return config
}

/** Go's `%v` of a pointer to it. */
export function configSyntax(config: TransformerConfig): string {
  const specText = (spec: FieldSpec): string => `${gvkText(spec)}:${spec.create ?? false}:${spec.path ?? ''}`
  const list = (specs: readonly FieldSpec[]): string => `[${specs.map(specText).join(' ')}]`
  const { namePrefix, nameSuffix, namespace, commonLabels, labels, templateLabels, commonAnnotations, nameReference, varReference, images, replicas } = config
  const references = nameReference.map(reference => `${gvkText(reference)}:  (\n${reference.fieldSpecs.map(specText).join('\n')}\n)`)
  return `&{${[...[namePrefix, nameSuffix, namespace, commonLabels, labels, templateLabels, commonAnnotations].map(list), `[${references.join(' ')}]`, ...[varReference, images, replicas].map(list)].join(' ')}}`
}
