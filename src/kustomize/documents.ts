/** YAML text to resources: documents, lists of objects, anchors resolved. upstream: api/resource/factory.go, kyaml/kio/byteio_reader.go */
import { YamlError } from '../base/yaml/scanner'
import { BuildError, messageOf } from './errors'
import type { Loader } from './loader'
import { Resource } from './resource'
import { clearField, metaText, metadataMap, metadataOf, metadataText } from './yaml/edit'
import type { YamlNode } from './yaml/node'
import { TAG, assignNode, copyNode, entriesOf, fieldOf, isEmpty, isMissingOrNull, textOf } from './yaml/node'
import { composeYaml } from './yaml/compose'
import { nodeOf, valueOf } from './yaml/value'

/** The resources of a text, each with a kind and a name. Throws BuildError. */
export function resourcesOf(text: string): Resource[] {
  return withoutLists(checked(documentsOf(text))).map(node => new Resource(node))
}

/** Of a file; what is no YAML is told with its path. upstream: api/internal/kusterr Handler */
export function resourcesOfFile(loader: Loader, path: string): Resource[] {
  const text = loader.text(path)
  try {
    return resourcesOf(text)
  } catch (error) {
    const message = messageOf(error)
    if (message.includes('error converting YAML to JSON') || message.includes('error unmarshaling JSON')) throw new BuildError(`YAML file [${path}] encounters a format error.\n${message}\n`)
    if (isMalformed(message)) throw new BuildError(`${message} in File: ${path}`)
    throw error
  }
}
export const isMalformed = (message: string): boolean => message.includes('MalformedYAMLError')

function documentsOf(text: string): YamlNode[] {
  const pieces = split(text.replaceAll('\r\n', '\n'))
  const out: YamlNode[] = []
  for (const piece of pieces) {
    const root = parse(piece)
    if (root === undefined || isMissingOrNull(root)) continue
    const kind = textOf(fieldOf(root, 'kind'))
    const isWrapper = pieces.length === 1 && (kind === 'ResourceList' || kind === 'List') && (fieldOf(root, 'items') !== undefined || fieldOf(root, 'functionConfig') !== undefined)
    if (isWrapper) out.push(...(fieldOf(root, 'items')?.content ?? []))
    else out.push(root)
  }
  return out.map(withoutAnchors)
}

function parse(text: string): YamlNode | undefined {
  try {
    return composeYaml(text)
  } catch (error) {
    if (error instanceof YamlError) throw new BuildError(`MalformedYAMLError: ${error.byContext}`)
    throw error
  }
}

function split(text: string): string[] {
  if (text === '') return []
  const pieces: string[] = []
  let start = 0
  for (const match of text.matchAll(/\n---(.*)\n/g)) {
    const after = (match[1] as string).trim()
    if (after !== '' && !after.startsWith('#')) throw new BuildError(`invalid document separator: ${match[0].trim()}`)
    pieces.push(`${text.slice(start, match.index)}\n`)
    start = match.index + match[0].length
  }
  pieces.push(text.slice(start))
  return pieces
}

/** Throws BuildError for an object without kind or name; empty ones are left out. upstream: dropBadNodes, GetValidatedMetadata */
function checked(nodes: readonly YamlNode[]): YamlNode[] {
  const out = nodes.filter(node => !isEmpty(node))
  out.forEach(checkMetadata)
  return out
}
export function checkMetadata(node: YamlNode): void {
  const kind = textOf(fieldOf(node, 'kind'))
  const metadata = node.kind === 'map' ? metadataOf(node) : undefined
  const hasMetadata = metadata !== undefined && ['name', 'namespace', 'labels', 'annotations'].some(f => fieldOf(metadata, f) !== undefined && !isEmpty(fieldOf(metadata, f)))
  if (kind === '' && textOf(fieldOf(node, 'apiVersion')) === '' && !hasMetadata) throw new BuildError('missing Resource metadata')
  if (kind === '') throw new BuildError(`missing kind in object ${metaText(node)}`)
  if (!kind.endsWith('List') && metadataText(node, 'name') === '') throw new BuildError(`missing metadata.name in object ${metaText(node)}`)
}

/** Lists of objects give way to what is in them, which comes last. upstream: inlineAnyEmbeddedLists */
function withoutLists(nodes: readonly YamlNode[]): YamlNode[] {
  const queue = [...nodes]
  const out: YamlNode[] = []
  for (let node = queue.shift(); node !== undefined; node = queue.shift()) {
    const kind = textOf(fieldOf(node, 'kind'))
    const items = fieldOf(node, 'items')
    if (!kind.endsWith('List') || items === undefined) {
      out.push(node)
      continue
    }
    const value = valueOf(items)
    if (value === null) continue
    if (!Array.isArray(value)) throw new BuildError(`expected array in ${kind}/items, but found ${typeof value === 'object' ? 'map[string]interface {}' : typeof value}`)
    queue.push(...checked(value.map(v => nodeOf(v)).filter(n => !isMissingOrNull(n))))
  }
  return out
}

// ── Anchors ─────────────────────────────────────────────────────────────────

/** Aliases and merge keys give way to copies of what they mean. upstream: RNode.DeAnchor */
function withoutAnchors(node: YamlNode): YamlNode {
  node.anchor = ''
  if (node.kind === 'scalar' || node.kind === 'none') return node
  if (node.kind === 'alias') return copyNode(withoutAnchors(node.alias as YamlNode))
  if (node.kind === 'map') mergeInto(node)
  node.content = node.content.map(withoutAnchors)
  return node
}

function mergeInto(map: YamlNode): void {
  const merges = [...entriesOf(map)].filter(([key]) => key.tag === TAG.merge)
  if (merges.length > 1) throw new BuildError('duplicate merge key')
  const [merge] = merges
  if (merge === undefined) return
  const sources = mergeSources(merge[1])
  clearField(map, '<<')
  const out = copyNode(map)
  for (const source of [...sources, map]) {
    for (const [key, value] of entriesOf(copyNode(source))) {
      const at = out.content.findIndex((n, i) => i % 2 === 0 && n.value === key.value)
      if (at < 0) out.content.push(key, value)
      else out.content.splice(at, 2, key, value)
    }
  }
  assignNode(map, out)
}

/** What comes first wins, so it is put in last. */
function mergeSources(value: YamlNode): YamlNode[] {
  if (value.kind === 'map') return [value]
  if (value.kind === 'alias') {
    if (value.alias?.kind !== 'map') throw new BuildError('invalid map merge: received alias for a non-map value')
    return [value.alias]
  }
  if (value.kind !== 'list') throw new BuildError('map merge requires map or sequence of maps as the value')
  return value.content.flatMap(element => {
    if (element.kind === 'list') throw new BuildError('invalid map merge: received a nested sequence')
    return mergeSources(element)
  }).reverse()
}

/** Whether `config.kubernetes.io/local-config` keeps the object out of the result. */
export function isLocal(node: YamlNode): boolean {
  const mark = metadataMap(node, 'annotations').get('config.kubernetes.io/local-config')
  return mark !== undefined && mark !== 'false'
}

