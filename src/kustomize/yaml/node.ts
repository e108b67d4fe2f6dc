/** YAML as a tree that remembers how each scalar was written. Nodes are shared and changed in place, as Go's are: what two places hold, both see. upstream: go.yaml.in/yaml/v3 Node */

export type NodeKind = 'map' | 'list' | 'scalar' | 'alias' | 'none'
/** '' is plain for a scalar and block for a collection. */
export type NodeStyle = '' | 'double' | 'single' | 'literal' | 'folded' | 'flow'

export interface YamlNode {
  kind: NodeKind
  /** `!!str`, `!!int` …; '' where nobody said and the text decides. */
  tag: string
  value: string
  style: NodeStyle
  /** The tag stood in the text. */
  tagged: boolean
  /** Elements of a list; keys and values of a map, by turns. */
  content: YamlNode[]
  anchor: string
  alias: YamlNode | undefined
  /** Of the text, from 1; 0 for what no text says. */
  line: number
}

export const TAG = { null: '!!null', string: '!!str', int: '!!int', float: '!!float', bool: '!!bool', map: '!!map', list: '!!seq', merge: '!!merge', time: '!!timestamp', binary: '!!binary' } as const

/** A node of the kind, the rest as given. */
export function newNode(kind: NodeKind, rest: Partial<YamlNode> = {}): YamlNode {
  return { kind, tag: '', value: '', style: '', tagged: false, content: [], anchor: '', alias: undefined, line: 0, ...rest }
}
/** A scalar whose type its text decides. */
export const scalarNode = (value: string): YamlNode => newNode('scalar', { value })
/** A scalar that is text whatever it says. upstream: Node.SetString */
export const stringNode = (value: string): YamlNode => newNode('scalar', { value, tag: TAG.string, style: value.includes('\n') ? 'literal' : '' })

export function copyNode(node: YamlNode): YamlNode {
  return { ...node, content: node.content.map(copyNode) }
}

/** Gives `to` all that `from` is; the children are shared from then on. */
export function assignNode(to: YamlNode, from: YamlNode): void {
  Object.assign(to, from)
}

export const isMissingOrNull = (node: YamlNode | undefined): node is undefined => node === undefined || node.tag === TAG.null
export const isTaggedNull = (node: YamlNode | undefined): boolean => node !== undefined && node.tag === TAG.null
const isEmptyCollection = (node: YamlNode, kind: 'map' | 'list'): boolean => node.kind === kind && node.content.length === 0
export const isEmptyMap = (node: YamlNode | undefined): boolean => isMissingOrNull(node) || isEmptyCollection(node as YamlNode, 'map')
/** Missing, null, or a map or list without entries. */
export const isEmpty = (node: YamlNode | undefined): boolean => isMissingOrNull(node) || isEmptyCollection(node as YamlNode, 'map') || isEmptyCollection(node as YamlNode, 'list')
export const isString = (node: YamlNode | undefined): boolean => node !== undefined && node.kind === 'scalar' && (node.tag === TAG.string || node.tag === '')
/** The text of a scalar; '' for what is missing or null. */
export const textOf = (node: YamlNode | undefined): string => (isMissingOrNull(node) ? '' : (node as YamlNode).value)

/** The value of the first key of that name. */
export function fieldOf(node: YamlNode | undefined, name: string): YamlNode | undefined {
  if (node === undefined || node.kind !== 'map') return undefined
  return rawField(node, name)
}
/** As fieldOf, whatever kind of node it is. */
export function rawField(node: YamlNode, name: string): YamlNode | undefined {
  const { content } = node
  for (let i = 0; i + 1 < content.length; i += 2) if ((content[i] as YamlNode).value === name) return content[i + 1]
  return undefined
}
/** Keys and values in order. */
export function* entriesOf(node: YamlNode): Generator<readonly [key: YamlNode, value: YamlNode]> {
  for (let i = 0; i + 1 < node.content.length; i += 2) yield [node.content[i] as YamlNode, node.content[i + 1] as YamlNode]
}
