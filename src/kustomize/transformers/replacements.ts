/** Copies values from one resource's field to fields of others. upstream: api/filters/replacement */
import { goQuote } from '../../base/field'
import { readYaml } from '../../base/yaml/reader'
import { goJson, goJsonIndent } from '../../base/go-text'
import { BuildError, messageOf, within } from '../errors'
import type { ResourceId } from '../ids'
import { idText, isNamespaceEqual, isSelected, splitApiVersion } from '../ids'
import type { FieldOptions, Replacement, SourceSelector, TargetSelector } from '../kustomization-types'
import { previousIds } from '../resource'
import { matchesText } from '../resource-list'
import { compileSelector } from '../selector'
import type { Selector } from '../selector'
import { apiVersionOf, kindOf, lookup, metadataText, splitFieldPath } from '../yaml/edit'
import type { CommentsByNode } from '../yaml/comments'
import { commentsOf } from '../yaml/comments'
import { composeYaml } from '../yaml/compose'
import { emitYaml } from '../yaml/emit'
import { matchPath } from '../yaml/match'
import type { NodeKind, YamlNode } from '../yaml/node'
import { assignNode, copyNode, isEmpty, scalarNode, textOf } from '../yaml/node'
import type { Transformer } from './transformer'

const DEFAULT_PATH = 'metadata.name'

export function replace(replacements: readonly Replacement[]): Transformer {
  return resources => {
    const nodes = resources.items.map(r => r.root)
    for (const replacement of replacements) {
      if ((replacement.sourceValue === undefined && replacement.source === undefined) || replacement.targets === undefined) throw new BuildError('replacements must specify a source and at least one target')
      const value = sourceValue(nodes, replacement)
      for (const target of replacement.targets) applyTo(nodes, value, target)
    }
    resources.dropEmpty()
  }
}

// ── Source ──────────────────────────────────────────────────────────────────

function sourceValue(nodes: readonly YamlNode[], { source, sourceValue: given }: Replacement): YamlNode {
  if (source === undefined) return scalarNode(given ?? '')
  if (given !== undefined) throw new BuildError('value and resource selectors are mutually exclusive')
  const node = sourceNode(nodes, source)
  const path = source.fieldPath || DEFAULT_PATH
  const found = within('error looking up replacement source', () => lookup(node, splitFieldPath(path)))
  if (found === undefined || isEmpty(found)) throw new BuildError(`fieldPath \`${path}\` is missing for replacement source ${idText(source)}`)
  return refined(source.options, found)
}

function sourceNode(nodes: readonly YamlNode[], source: SourceSelector): YamlNode {
  const found = nodes.filter(node => within('error getting node IDs', () => idsOf(node)).some(id => isSelectedBy(id, source)))
  if (found.length > 1) throw new BuildError(`multiple matches for selector ${selectorText(source)}`)
  const [only] = found
  if (only === undefined) throw new BuildError(`nothing selected by ${selectorText(source)}`)
  return only
}

const isSelectedBy = (id: ResourceId, { name = '', namespace = '', ...gvk }: SourceSelector): boolean =>
  (name === '' || name === id.name) && (namespace === '' || isNamespaceEqual({ ...id, clusterScoped: false, namespace }, id)) && isSelected(id, gvk)

function selectorText(source: SourceSelector): string {
  const { options = {}, fieldPath = '' } = source
  const shown = options.delimiter || options.create ? `${options.delimiter ?? ''}(${options.index ?? 0}), create=${options.create ?? false}` : ''
  return [idText(source), fieldPath, shown].filter(t => t !== '').join(':')
}

/** All ids that the object has, or had; their scope is not asked. upstream: MakeResIds */
function idsOf(node: YamlNode): ResourceId[] {
  const { group, version } = splitApiVersion(apiVersionOf(node))
  return [{ group, version, kind: kindOf(node), clusterScoped: false, name: metadataText(node, 'name'), namespace: metadataText(node, 'namespace') }, ...previousIds(node)]
}

/** One part of a text. */
function refined(options: FieldOptions | undefined, node: YamlNode): YamlNode {
  const { delimiter = '', index = 0 } = options ?? {}
  if (delimiter === '') return node
  if (node.kind !== 'scalar') throw new BuildError('delimiter option can only be used with scalar nodes')
  const part = textOf(node).split(delimiter)[index]
  if (part === undefined) throw new BuildError(`options.index ${index} is out of bounds for value ${textOf(node)}`)
  return { ...copyNode(node), value: part }
}

// ── Targets ─────────────────────────────────────────────────────────────────

function applyTo(nodes: readonly YamlNode[], value: YamlNode, target: TargetSelector): void {
  const { select, reject = [] } = target
  if (select === undefined) throw new BuildError('target must specify resources to select')
  const compiled = within('error creating target selector', () => compileSelector(select))
  const rejected = within('error creating target selector', () => reject.map(selector => ({ selector, compiled: compileSelector(selector) })))
  const matches = (c: typeof compiled, id: ResourceId): boolean => c.gvk(id) && c.name(id.name) && c.namespace(id.namespace)
  for (const node of nodes) {
    const ids = idsOf(node)
    if (!matchesBoth(select, node)) continue
    const isRejected = reject.some(r => (r.annotationSelector || r.labelSelector) && matchesBoth(r, node))
    if (isRejected || rejected.some(r => namesSomething(r.selector) && ids.some(id => matches(r.compiled, id)))) continue
    if (ids.some(id => matches(compiled, id))) copyInto(node, value, target)
  }
}
/** Both are read, whatever the first says. */
function matchesBoth({ annotationSelector, labelSelector }: Pick<Selector, 'annotationSelector' | 'labelSelector'>, node: YamlNode): boolean {
  const annotated = matchesText(annotationSelector, node, 'annotations')
  return matchesText(labelSelector, node, 'labels') && annotated
}
const namesSomething = ({ group, version, kind, name, namespace }: SourceSelector): boolean => [group, version, kind, name, namespace].some(Boolean)

function copyInto(node: YamlNode, value: YamlNode, { fieldPaths = [], options }: TargetSelector): void {
  for (const path of fieldPaths.length === 0 ? [DEFAULT_PATH] : fieldPaths) {
    const create = options?.create ? value.kind : undefined
    if (setInText(node, value, path, create)) continue
    const missing = `unable to find ${create === undefined ? '' : 'or create '}field ${goQuote(path)} in replacement target`
    const found = within(missing, () => matchPath(node, splitFieldPath(path), create))
    if (found.length === 0) throw new BuildError(missing)
    for (const field of found) setFieldTo(options, field, value)
  }
}

function setFieldTo(options: FieldOptions | undefined, field: YamlNode, source: YamlNode): void {
  const value = copyNode(source)
  const { delimiter = '', index = 0 } = options ?? {}
  if (delimiter !== '') {
    if (field.kind !== 'scalar') throw new BuildError('delimiter option can only be used with scalar nodes')
    const parts = field.value.split(delimiter)
    const text = textOf(value)
    if (index < 0) parts.unshift(text)
    else if (index >= parts.length) parts.push(text)
    else parts[index] = text
    value.value = parts.join(delimiter)
  }
  if (field.kind === 'scalar') field.value = value.value
  else assignNode(field, value)
}

// ── Values within the text of a field ───────────────────────────────────────

/** Where a text on the path holds YAML or JSON, sets a field in there. upstream: setValueInStructuredData */
function setInText(node: YamlNode, value: YamlNode, path: string, create: NodeKind | undefined): boolean {
  const parts = splitFieldPath(path)
  if (parts.length < 2) return false
  try {
    const at = parts.findIndex((_, i) => i + 1 < parts.length && isStructuredText(scalarAt(node, parts.slice(0, i + 1))))
    if (at < 0) return false
    const scalar = lookup(node, parts.slice(0, at + 1)) as YamlNode
    const root = composeYaml(scalar.value) as YamlNode
    const comments = commentsOf(scalar.value, root)
    const found = matchPath(root, parts.slice(at + 1), create)
    if (found.length === 0) return false
    for (const field of found) {
      if (field.kind === 'scalar') field.value = value.value
      else assignNode(field, value)
    }
    scalar.value = structuredText(root, scalar.value, comments)
    return true
  } catch (error) {
    messageOf(error)
    return false
  }
}

function scalarAt(node: YamlNode, path: readonly string[]): YamlNode | undefined {
  try {
    const found = lookup(node, path)
    return found?.kind === 'scalar' ? found : undefined
  } catch (error) {
    messageOf(error)
    return undefined
  }
}

function isStructuredText(scalar: YamlNode | undefined): boolean {
  if (scalar === undefined) return false
  try {
    return composeYaml(scalar.value) !== undefined
  } catch (error) {
    messageOf(error)
    return false
  }
}

function structuredText(root: YamlNode, original: string, comments: CommentsByNode): string {
  const first = original.trim()[0]
  const text = emitYaml(root, comments)
  if (first !== '{' && first !== '[') return text.trim()
  const value = readYaml(text)
  return original.includes('\n') && original.includes('  ') ? goJsonIndent(value, '  ') : goJson(value)
}

