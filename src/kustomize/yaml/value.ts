/** Nodes to the JSON values that they stand for, and back. upstream: kyaml/yaml RNode.MarshalJSON, FromMap */
import { BuildError } from '../errors'
import type { YamlNode } from './node'
import { TAG, entriesOf, newNode } from './node'
import type { ScalarValue } from './scalars'
import { isSafePlain, resolveScalar } from './scalars'

export type JsonValue = ScalarValue | JsonValue[] | { [key: string]: JsonValue }
export type JsonObject = { [key: string]: JsonValue }

/** A map has a key twice, which is read all the same but cannot be given out. */
export class DuplicateKeyError extends BuildError {
  constructor(key: string) {
    super(`yaml: mapping key ${JSON.stringify(key)} already defined`)
  }
}

/** The value of a node. Throws BuildError where a tag and its text, or a map's keys, make none. */
export function valueOf(node: YamlNode): JsonValue {
  switch (node.kind) {
    case 'map':
      return mapValue(node)
    case 'list':
      return node.content.map(valueOf)
    case 'alias':
      return valueOf(node.alias as YamlNode)
    case 'none':
      return null
    case 'scalar':
      return scalarValue(node)
  }
}

/** As valueOf, of what must be a map; anything else gives an empty one. */
export function objectOf(node: YamlNode): JsonObject {
  const value = valueOf(node)
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}

function mapValue(node: YamlNode): JsonObject {
  const out: JsonObject = {}
  for (const [key, value] of entriesOf(node)) {
    if (Object.hasOwn(out, key.value)) throw new DuplicateKeyError(key.value)
    if (key.kind === 'scalar' && typeof scalarValue(key) !== 'string' && key.tag !== TAG.merge) throw new BuildError('json: unsupported type: map[interface {}]interface {}')
    setOwn(out, key.value, valueOf(value))
  }
  return out
}

export function setOwn<T>(object: { [key: string]: T }, key: string, value: T): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true })
  else object[key] = value
}

/** The meaning of a scalar, which its tag and quotes may decide. */
export function scalarValue({ tag, value, style, tagged }: YamlNode): ScalarValue {
  if (tag === TAG.string) return value
  if (tag === '') return style !== '' || value.includes('\n') ? value : finite(resolveScalar(value).value)
  if (tag === TAG.binary) return Buffer.from(value, 'base64').toString('utf8')
  if (!tag.startsWith('!!')) return value
  const resolved = resolveScalar(value)
  // A tag that the text has anyway is not written, and then the quotes decide.
  if (resolved.tag === tag && style !== '' && !tagged) return value
  if (resolved.tag === tag || (tag === TAG.float && resolved.tag === TAG.int)) return finite(resolved.value)
  throw new BuildError(`yaml: cannot decode ${resolved.tag} \`${value}\` as a ${tag}`)
}
function finite(value: ScalarValue): ScalarValue {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new BuildError(`json: unsupported value: ${Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'}`)
  return value
}

/** A tree of nodes as upstream gets by writing the value as YAML and reading it again: keys in order, quotes where text needs them. */
export function nodeOf(value: JsonValue | undefined): YamlNode {
  if (value === null || value === undefined) return newNode('scalar', { tag: TAG.null, value: 'null' })
  if (typeof value === 'string') {
    const style = value.includes('\n') ? 'literal' : isSafePlain(value) ? '' : 'double'
    return newNode('scalar', { tag: TAG.string, value, style })
  }
  if (typeof value === 'boolean') return newNode('scalar', { tag: TAG.bool, value: String(value) })
  if (typeof value === 'number' || typeof value === 'bigint') {
    const text = goFloat(Number(value))
    return newNode('scalar', { tag: resolveScalar(text).tag, value: text })
  }
  if (Array.isArray(value)) return newNode('list', { tag: TAG.list, content: value.map(nodeOf), style: value.length === 0 ? 'flow' : '' })
  const keys = Object.keys(value).sort()
  return newNode('map', { tag: TAG.map, style: keys.length === 0 ? 'flow' : '', content: keys.flatMap(key => [nodeOf(key), nodeOf(value[key])]) })
}

/** Go's `%g` in the shortest form that reads back, with an exponent from 1e+06 on. upstream: strconv.FormatFloat */
function goFloat(n: number): string {
  const [digits = '', exponent = '0'] = n.toExponential().split('e')
  const power = Number(exponent)
  return power >= -4 && power < 6 ? String(n) : `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}
