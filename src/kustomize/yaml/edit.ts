/** Finding, making and setting parts of a tree. upstream: kyaml/yaml fns.go, kfns.go, match.go */
import { readYaml } from '../../base/yaml/reader'
import { BuildError } from '../errors'
import { emitYaml } from './emit'
import type { NodeKind, NodeStyle, YamlNode } from './node'
import { assignNode, fieldOf, isMissingOrNull, isString, isTaggedNull, newNode, rawField, scalarNode, stringNode, textOf } from './node'

const KIND_NAMES: Record<NodeKind, string> = { map: 'MappingNode', list: 'SequenceNode', scalar: 'ScalarNode', alias: 'AliasNode', none: '' }

/** A node of another kind than the one that is needed. upstream: InvalidNodeKindError */
export class NodeKindError extends BuildError {
  constructor(expected: NodeKind, readonly node: YamlNode) {
    super(`wrong node kind: expected ${KIND_NAMES[expected]} but got ${KIND_NAMES[node.kind]}: node contents:\n${emitYaml(node)}`)
  }
}

/** Throws NodeKindError; missing and null pass. */
export function expectKind(node: YamlNode | undefined, kind: NodeKind): void {
  if (!isMissingOrNull(node) && (node as unknown as YamlNode).kind !== kind) throw new NodeKindError(kind, node as unknown as YamlNode)
}

/** Text that YAML 1.1 reads as something else than text. upstream: IsValueNonString */
export function reads11AsNonText(text: string): boolean {
  if (text === '' || text.includes('\n')) return false
  try {
    return typeof readYaml(text) !== 'string'
  } catch {
    return false
  }
}

// ── Fields ──────────────────────────────────────────────────────────────────

/** A field's value; throws NodeKindError where the node is no map. upstream: FieldMatcher */
export function getField(node: YamlNode | undefined, name: string): YamlNode | undefined {
  if (isMissingOrNull(node)) return undefined
  expectKind(node, 'map')
  return rawField(node as unknown as YamlNode, name)
}

/** Removes the first field of that name; `ifEmpty` spares one with entries. upstream: FieldClearer */
export function clearField(node: YamlNode | undefined, name: string, ifEmpty = false): void {
  if (node === undefined) return
  expectKind(node, 'map')
  const { content } = node
  for (let i = 0; i + 1 < content.length; i += 2) {
    if ((content[i] as YamlNode).value !== name || (ifEmpty && (content[i + 1] as YamlNode).content.length > 0)) continue
    node.content = [...content.slice(0, i), ...content.slice(i + 2)]
    return
  }
}

/** Quotes that keep text text for readers of YAML 1.1. */
function shieldText(value: YamlNode | undefined): void {
  if (isString(value) && value?.style === '' && reads11AsNonText(value.value)) value.style = 'double'
}

/** Sets a field; null and nothing remove it. What stood there passes its style on. Gives the node in place. upstream: FieldSetter */
export function setField(node: YamlNode, name: string, value: YamlNode | undefined, keep = false, keyStyle: NodeStyle = ''): YamlNode | undefined {
  shieldText(value)
  if (value === undefined || (isTaggedNull(value) && !keep)) {
    clearField(node, name)
    return undefined
  }
  const known = getField(node, name)
  if (known !== undefined) {
    value.style = known.style
    assignNode(known, value)
    return known
  }
  node.content = [...node.content, { ...scalarNode(name), style: keyStyle }, value]
  return value
}

/** Makes the scalar what `value` is, in its own style. */
export function setScalar(node: YamlNode, value: YamlNode): void {
  shieldText(value)
  expectKind(node, 'scalar')
  if (isMissingOrNull(value)) return
  value.style = node.style
  assignNode(node, value)
}

// ── Paths ───────────────────────────────────────────────────────────────────

export const isListIndex = (part: string): boolean => part.startsWith('[') && part.endsWith(']')
const INTEGER = /^[-+]?\d+$/
export const isNumber = (part: string): boolean => INTEGER.test(part) && Number(part) >= 0

/** `[name=value]`, `[=value]`. Throws BuildError. */
export function splitListIndex(part: string): [name: string, value: string] {
  const inner = part.replace(/\]$/, '').replace(/^\[/, '')
  const equals = inner.indexOf('=')
  if (equals < 0) throw new BuildError('list path element must contain fieldName=fieldValue for element to match')
  return [inner.slice(0, equals), inner.slice(equals + 1)]
}

/** The kind that a part must have for the next one to go on from it. */
export function kindBefore(next: string | undefined, last: NodeKind): NodeKind {
  if (next === undefined || next === '') return last
  return isListIndex(next) || isNumber(next) ? 'list' : 'map'
}

/** The node at the path, undefined where there is none. `create`: the kind of node made at its end where there is none. upstream: PathGetter */
export function lookup(root: YamlNode | undefined, path: readonly string[], create?: NodeKind): YamlNode | undefined {
  const parts = path.map(p => p.trim()).filter(p => p !== '')
  let node = root
  for (let i = 0; i < parts.length && node !== undefined; i++) node = step(node, parts[i] as string, parts[i + 1], create)
  return node
}

function step(node: YamlNode, part: string, next: string | undefined, create: NodeKind | undefined): YamlNode | undefined {
  if (INTEGER.test(part)) {
    if (Number(part) < 0) throw new BuildError(`array index ${Number(part)} cannot be negative`)
    expectKind(node, 'list')
    return node.content[Number(part)]
  }
  if (part === '-') {
    expectKind(node, 'list')
    return node.content.at(-1)
  }
  if (part === '*') throw new BuildError('wildcard is not supported in PathGetter')
  if (isListIndex(part)) {
    const [name, value] = splitListIndex(part)
    const made = name === '' ? scalarNode(value) : newNode('map', { content: [scalarNode(name), scalarNode(value)] })
    return elementWith(node, [name], [value]) ?? (create === undefined ? undefined : append(node, made))
  }
  const found = getField(node, part)
  if (found !== undefined || create === undefined || isMissingOrNull(node)) return found
  return setField(node, part, newNode(kindBefore(next, create)))
}

export function append(list: YamlNode, element: YamlNode): YamlNode {
  expectKind(list, 'list')
  list.content = [...list.content, element]
  return element
}

/** The first element with these values in these fields; the field '' is the element itself. upstream: ElementMatcher */
export function elementWith(list: YamlNode, keys: readonly string[], values: readonly string[]): YamlNode | undefined {
  expectKind(list, 'list')
  if (keys.length === 0 || keys[0] === '') return list.content.find(e => e.value === (values[0] ?? ''))
  return list.content.find(element => {
    if (isMissingOrNull(element) || element.kind !== 'map') return false
    if (keys.length !== values.length) throw new BuildError('length of keys must equal length of values when MatchAnyValue is false')
    return keys.every((key, i) => rawField(element, key)?.value === values[i])
  })
}

/** `a/b\/c` in parts. upstream: kyaml/utils PathSplitter */
export function splitPath(path: string, delimiter: string): string[] {
  let pieces = path.split(delimiter)
  if (pieces.length > 1 && pieces[0] === '') pieces = pieces.slice(1)
  const out = [pieces[0] as string]
  for (const piece of pieces.slice(1)) {
    const last = out[out.length - 1] as string
    if (last.endsWith('\\')) out[out.length - 1] = last.slice(0, -1) + delimiter + piece
    else out.push(piece)
  }
  return out
}

/** As splitPath, with `[a.b=c]` and `[a.b]` in one piece. upstream: SmarterPathSplitter */
export function splitFieldPath(path: string): string[] {
  const out: string[] = []
  const pieces = splitPath(path, '.')
  for (let i = 0; i < pieces.length; i++) {
    const piece = pieces[i] as string
    if (!piece.startsWith('[') || piece.endsWith(']')) {
      out.push(piece)
      continue
    }
    const bracketed = [piece]
    while (i < pieces.length - 1) {
      bracketed.push(pieces[++i] as string)
      if ((pieces[i] as string).endsWith(']')) break
    }
    const text = bracketed.join('.')
    out.push(text.includes('=') ? text : text.replace(/^[[\]]+|[[\]]+$/g, ''))
  }
  return out
}

// ── Metadata ────────────────────────────────────────────────────────────────

/** A map of texts out of metadata; empty where there is none. */
export function metadataMap(node: YamlNode, field: 'labels' | 'annotations'): Map<string, string> {
  const out = new Map<string, string>()
  const map = metadataOf(node) === undefined ? undefined : rawField(metadataOf(node) as YamlNode, field)
  for (let i = 0; map !== undefined && i + 1 < map.content.length; i += 2) out.set((map.content[i] as YamlNode).value, (map.content[i + 1] as YamlNode).value)
  return out
}

/** Metadata that is not empty. */
export function metadataOf(node: YamlNode): YamlNode | undefined {
  const metadata = isMissingOrNull(node) ? undefined : rawField(node, 'metadata')
  return metadata === undefined || isTaggedNull(metadata) || (metadata.kind !== 'scalar' && metadata.content.length === 0) ? undefined : metadata
}

/** Puts a new map there, in order of its keys; none at all where it is empty. upstream: RNode.setMapInMetadata */
export function setMetadataMap(node: YamlNode, field: 'labels' | 'annotations', map: ReadonlyMap<string, string>): void {
  const metadata = lookup(node, ['metadata'], 'map')
  clearField(metadata, field)
  if (map.size === 0 || metadata === undefined) return
  const target = lookup(metadata, [field], 'map') as YamlNode
  for (const key of [...map.keys()].sort()) setField(target, key, stringNode(map.get(key) as string))
}

/** One label or annotation, in single quotes where it is new. upstream: AnnotationSetter, LabelSetter */
export function setMetadataEntry(node: YamlNode, field: 'labels' | 'annotations', key: string, value: string): void {
  if (field === 'annotations') {
    const metadata = getField(node, 'metadata')
    if (metadata !== undefined) clearField(metadata, 'annotations', true)
    clearField(node, 'metadata', true)
  }
  const map = lookup(node, ['metadata', field], 'map')
  if (map !== undefined) setField(map, key, { ...stringNode(value), style: 'single' })
}

export const kindOf = (node: YamlNode): string => rawField(node, 'kind')?.value ?? ''
export const apiVersionOf = (node: YamlNode): string => rawField(node, 'apiVersion')?.value ?? ''
/** metadata.name or metadata.namespace, '' for none. */
export function metadataText(node: YamlNode, field: 'name' | 'namespace'): string {
  const metadata = metadataOf(node)
  const value = metadata === undefined ? undefined : rawField(metadata, field)
  return value === undefined || isTaggedNull(value) ? '' : value.value
}
export function setTopField(node: YamlNode, field: 'kind' | 'apiVersion', value: string): void {
  setField(node, field, scalarNode(value))
}
export function setMetadataText(node: YamlNode, field: 'name' | 'namespace', value: string): void {
  const metadata = lookup(node, ['metadata'], field === 'namespace' && value === '' ? undefined : 'map')
  if (field === 'namespace' && value === '') clearField(metadata, 'namespace')
  else if (metadata !== undefined) setField(metadata, field, scalarNode(value))
}

/** Go's `%v` of what stands in a node's metadata. upstream: yaml.ResourceMeta */
export function metaText(node: YamlNode): string {
  const map = (field: 'labels' | 'annotations'): string => `map[${[...metadataMap(node, field)].sort().map(([k, v]) => `${k}:${v}`).join(' ')}]`
  return `{{${textOf(fieldOf(node, 'apiVersion'))} ${textOf(fieldOf(node, 'kind'))}} {{${metadataText(node, 'name')} ${metadataText(node, 'namespace')}} ${map('labels')} ${map('annotations')}}}`
}
