/** One object on its way through the build; what the build must remember of it stands in annotations that are taken off at the end. upstream: api/resource */
import type { Gvk, ResourceId } from './ids'
import { apiVersionText, effectiveNamespace, gvkOf, idOf, idText } from './ids'
import type { SchemaOfKind } from './schema/merging'
import { mergePatch } from './merge'
import { BuildError } from './errors'
import { clearField, kindOf, lookup, metadataMap, metadataText, setField, setMetadataEntry, setMetadataMap, setMetadataText, setTopField } from './yaml/edit'
import type { YamlNode } from './yaml/node'
import { TAG, copyNode, entriesOf, isEmpty, newNode, scalarNode, textOf } from './yaml/node'
import type { JsonObject } from './yaml/value'
import { objectOf } from './yaml/value'

const INTERNAL = 'internal.config.kubernetes.io/'
export const ANNOTATION = {
  previousKinds: `${INTERNAL}previousKinds`,
  previousNames: `${INTERNAL}previousNames`,
  previousNamespaces: `${INTERNAL}previousNamespaces`,
  prefixes: `${INTERNAL}prefixes`,
  suffixes: `${INTERNAL}suffixes`,
  allowNameChange: `${INTERNAL}allowNameChange`,
  allowKindChange: `${INTERNAL}allowKindChange`,
  referredBy: `${INTERNAL}refBy`,
  behavior: `${INTERNAL}generatorBehavior`,
  needsHash: `${INTERNAL}needsHashSuffix`,
  helmGenerated: `${INTERNAL}helm-generated`,
  origin: 'config.kubernetes.io/origin',
  transformations: 'alpha.config.kubernetes.io/transformations',
  local: 'config.kubernetes.io/local-config',
} as const
const FILE_ANNOTATIONS = ['config.kubernetes.io/path', 'config.kubernetes.io/index', 'config.k8s.io/id']
/** What is taken off before the result is given out. */
const BUILD_ANNOTATIONS: readonly string[] = [
  ANNOTATION.previousKinds, ANNOTATION.previousNames, ANNOTATION.prefixes, ANNOTATION.suffixes, ANNOTATION.previousNamespaces, ANNOTATION.allowNameChange, ANNOTATION.allowKindChange, ANNOTATION.referredBy,
  ANNOTATION.behavior, ANNOTATION.needsHash, ...['path', 'index', 'seqindent', 'id', 'annotations-migration-resource-id'].map(n => INTERNAL + n), ...FILE_ANNOTATIONS, ANNOTATION.helmGenerated,
]

export type Behavior = 'unspecified' | 'create' | 'replace' | 'merge'
export const behaviorNamed = (text: string): Behavior => (text === 'create' || text === 'replace' || text === 'merge' ? text : 'unspecified')

export class Resource {
  /** Variables that get their value from here. */
  variables: string[] = []

  /** `node` is undefined once a patch has deleted the object. */
  constructor(public node: YamlNode | undefined) {}

  /** The tree; throws where the object is deleted. */
  get root(): YamlNode {
    if (this.node === undefined) throw new BuildError('the resource is deleted')
    return this.node
  }
  get isEmpty(): boolean {
    return isEmpty(this.node)
  }
  get kind(): string {
    return this.node === undefined ? '' : kindOf(this.node)
  }
  get name(): string {
    return this.node === undefined ? '' : metadataText(this.node, 'name')
  }
  set name(name: string) {
    setMetadataText(this.root, 'name', name)
  }
  get namespace(): string {
    return this.node === undefined ? '' : metadataText(this.node, 'namespace')
  }
  get gvk(): Gvk {
    return gvkOf(this.root)
  }
  get id(): ResourceId {
    return idOf(this.root)
  }
  /** As it was called at first. */
  get originalId(): ResourceId {
    return this.previousIds()[0] ?? this.id
  }
  previousIds(): ResourceId[] {
    return this.node === undefined ? [] : previousIds(this.node)
  }
  get labels(): Map<string, string> {
    return metadataMap(this.root, 'labels')
  }
  get annotations(): Map<string, string> {
    return metadataMap(this.root, 'annotations')
  }
  setAnnotations(annotations: ReadonlyMap<string, string>): void {
    setMetadataMap(this.root, 'annotations', annotations)
  }
  /** The group and version of the one, the kind of the other. */
  setType({ group, version }: Gvk, kind: string): void {
    setTopField(this.root, 'kind', kind)
    setTopField(this.root, 'apiVersion', apiVersionText({ group, version }))
  }
  value(): JsonObject {
    return objectOf(this.root)
  }

  copy(): Resource {
    const copy = new Resource(this.node === undefined ? undefined : copyNode(this.node))
    copy.variables = [...this.variables]
    return copy
  }

  // ── What the build remembers ──

  /** Adds to a list with commas. */
  private remember(key: string, value: string): void {
    if (value === '') return
    const known = this.annotations.get(key)
    setMetadataEntry(this.root, 'annotations', key, known === undefined ? value : `${known},${value}`)
  }
  private recall(key: string): string[] {
    return this.annotations.get(key)?.split(',') ?? []
  }
  addPrefix(prefix: string): void {
    this.remember(ANNOTATION.prefixes, prefix)
  }
  addSuffix(suffix: string): void {
    this.remember(ANNOTATION.suffixes, suffix)
  }
  get prefixes(): string[] {
    return this.recall(ANNOTATION.prefixes)
  }
  get suffixes(): string[] {
    return this.recall(ANNOTATION.suffixes)
  }
  storePreviousId(): void {
    const { id } = this
    this.remember(ANNOTATION.previousNames, id.name)
    this.remember(ANNOTATION.previousNamespaces, effectiveNamespace(id))
    this.remember(ANNOTATION.previousKinds, id.kind)
  }
  addReferrer(id: ResourceId): void {
    this.remember(ANNOTATION.referredBy, idText(id))
  }
  isMarked(key: string): boolean {
    return this.annotations.get(key) === 'enabled'
  }
  mark(key: string, value = 'enabled'): void {
    this.setAnnotations(new Map([...this.annotations, [key, value]]))
  }
  get behavior(): Behavior {
    return behaviorNamed(this.annotations.get(ANNOTATION.behavior) ?? '')
  }
  /** Takes annotations off, and puts all others into order. */
  dropAnnotations(keys: readonly string[]): void {
    const annotations = this.annotations
    for (const key of keys) annotations.delete(key)
    this.setAnnotations(annotations)
  }
  dropBuildAnnotations(): void {
    if (this.annotations.size > 0) this.dropAnnotations(BUILD_ANNOTATIONS)
  }
  /** Those that a patch must not lose. */
  internalAnnotations(): [string, string][] {
    return [...this.annotations].filter(([key]) => key.startsWith(INTERNAL) || FILE_ANNOTATIONS.includes(key))
  }

  // ── Merging ──

  /** Names, labels and annotations of the other, where this has none of its own; its name and namespace in any case. upstream: CopyMergeMetaDataFieldsFrom */
  mergeMetadataFrom(other: Resource): void {
    setMetadataMap(this.root, 'labels', new Map([...other.labels, ...this.labels]))
    const own = this.annotations
    const theirs = other.annotations
    const merged = new Map([...theirs, ...own])
    for (const key of BUILD_ANNOTATIONS) {
      const value = theirs.get(key)
      if (value === undefined) merged.delete(key)
      else merged.set(key, value)
    }
    if (!own.has(ANNOTATION.needsHash)) merged.delete(ANNOTATION.needsHash)
    this.setAnnotations(merged)
    setMetadataText(this.root, 'name', other.name)
    setMetadataText(this.root, 'namespace', other.namespace)
    this.variables = [...other.variables]
  }

  /** The other's data with this one's over it. */
  mergeDataFrom(other: Resource): void {
    for (const field of ['data', 'binaryData'] as const) {
      const merged = new Map([...dataOf(other.root, field), ...dataOf(this.root, field)])
      clearField(this.root, field)
      putData(this.root, field === 'data' ? undefined : field, merged)
    }
  }

  /** Merges the patch in; kind, name and namespace stay unless the patch may change them. upstream: Resource.ApplySmPatch */
  applyPatch(patch: Resource, schemaOfKind: SchemaOfKind): void {
    const { name, namespace, kind } = this
    const [mayRename, mayRetype] = [patch.isMarked(ANNOTATION.allowNameChange), patch.isMarked(ANNOTATION.allowKindChange)]
    if (mayRename || mayRetype) this.storePreviousId()
    const merged = mergePatch(this.root, patch.root, schemaOfKind)
    if (merged === undefined) this.node = undefined
    if (this.isEmpty) return
    if (!mayRetype) setTopField(this.root, 'kind', kind)
    if (!mayRename) this.name = name
    setMetadataText(this.root, 'namespace', namespace)
  }
}

/** Earlier names, from the annotations. Throws BuildError where the lists disagree. */
export function previousIds(node: YamlNode): ResourceId[] {
  const annotations = metadataMap(node, 'annotations')
  const stored = annotations.get(ANNOTATION.previousNames)
  if (stored === undefined) return []
  const list = (key: string): string[] => (annotations.get(key) ?? '').split(',')
  const [names, namespaces, kinds] = [stored.split(','), list(ANNOTATION.previousNamespaces), list(ANNOTATION.previousKinds)]
  if (names.length !== namespaces.length || names.length !== kinds.length) throw new BuildError('number of previous names, number of previous namespaces, number of previous kinds not equal')
  const { group, version } = gvkOf(node)
  return names.map((name, i) => ({ group, version, kind: kinds[i] as string, clusterScoped: false, name, namespace: namespaces[i] as string }))
}

function dataOf(node: YamlNode, field: string): Map<string, string> {
  const data = lookup(node, [field])
  return new Map(data === undefined || data.kind !== 'map' ? [] : [...entriesOf(data)].map(([key, value]) => [textOf(key), textOf(value)] as const))
}

/** Puts texts under `data`, or bytes that are no text under `binaryData`; `field` forces one of them. upstream: LoadMapIntoConfigMapData */
export function putData(node: YamlNode, field: 'data' | 'binaryData' | undefined, entries: ReadonlyMap<string, string | Buffer>): void {
  for (const key of [...entries.keys()].sort()) {
    const value = entries.get(key) as string | Buffer
    const text = typeof value === 'string' ? value : base64Lines(value)
    const target = lookup(node, [field ?? (typeof value === 'string' ? 'data' : 'binaryData')], 'map') as YamlNode
    setField(target, key, dataNode(text))
  }
}
export const dataNode = (text: string): YamlNode => newNode('scalar', { tag: TAG.string, value: text, style: text.includes('\n') ? 'literal' : '' })

const LINE_LENGTH = 70
/** Base64, in lines where it is long. upstream: kyaml/yaml encodeBase64 */
export function base64Lines(bytes: Buffer): string {
  const text = bytes.toString('base64')
  if (text.length < LINE_LENGTH) return text
  let out = ''
  for (let i = 0; i < text.length; i += LINE_LENGTH) out += `${text.slice(i, i + LINE_LENGTH)}\n`
  return out
}

/** A new object of a kind of v1. */
export function newObject(kind: string, name: string, namespace: string): YamlNode {
  const node = newNode('map', { content: [scalarNode('apiVersion'), newNode('scalar', { tag: TAG.string, value: 'v1' }), scalarNode('kind'), newNode('scalar', { tag: TAG.string, value: kind })] })
  const metadata = lookup(node, ['metadata'], 'map') as YamlNode
  setField(metadata, 'name', newNode('scalar', { tag: TAG.string, value: name }))
  if (namespace !== '') setField(metadata, 'namespace', newNode('scalar', { tag: TAG.string, value: namespace }))
  return node
}
