/** The finished objects as values, and what is said of one that has no value. upstream: api/resmap AsYaml */
import { goQuote } from '../base/field'
import { byCodePoint, goJson, goNumber } from '../base/go-text'
import { readYaml } from '../base/yaml/reader'
import { BuildError, messageOf } from './errors'
import type { Resource } from './resource'
import { composeYaml } from './yaml/compose'
import { emitYaml } from './yaml/emit'
import type { YamlNode } from './yaml/node'
import { entriesOf } from './yaml/node'
import type { JsonObject } from './yaml/value'
import { DuplicateKeyError, scalarValue } from './yaml/value'

const NEXT_LINE = '\x85'
const CONTROL = /[\x7f-\x84\x86-\x9f\ufffe\uffff]/

/** Throws BuildError with the object as Go prints it. */
export function resultOf(resource: Resource): JsonObject {
  try {
    const value = resource.value()
    // Upstream goes through JSON, which leaves some characters as they are, and YAML, which refuses or folds them.
    const json = goJson(value)
    if (CONTROL.test(json)) throw new BuildError('yaml: control characters are not allowed')
    return json.includes(NEXT_LINE) ? (readYaml(json) as JsonObject) : value
  } catch (error) {
    if (error instanceof DuplicateKeyError) throw new BuildError(`map[string]interface {}(nil): yaml: unmarshal errors:\n${duplicates(composeYaml(emitYaml(resource.root)) as YamlNode).join('\n')}`)
    throw new BuildError(`${rootSyntax(resource.root)}: ${messageOf(error)}`)
  }
}

function duplicates(node: YamlNode): string[] {
  if (node.kind !== 'map') return node.content.flatMap(duplicates)
  const lines = new Map<string, number>()
  const out: string[] = []
  for (const [key] of entriesOf(node)) {
    const first = lines.get(key.value)
    if (first === undefined) lines.set(key.value, key.line)
    else out.push(`  line ${key.line}: mapping key ${goQuote(key.value)} already defined at line ${first}`)
  }
  return [...out, ...[...entriesOf(node)].flatMap(([, value]) => duplicates(value))]
}

/** Of a tree that cannot be decoded Go has nothing. */
function rootSyntax(node: YamlNode): string {
  try {
    return syntaxOf(node)
  } catch (error) {
    messageOf(error)
    return 'map[string]interface {}(nil)'
  }
}

/** Go's `%#v` of the decoded tree. */
function syntaxOf(node: YamlNode): string {
  if (node.kind === 'list') return `[]interface {}{${node.content.map(syntaxOf).join(', ')}}`
  if (node.kind !== 'map') return scalarSyntax(node)
  const entries = [...entriesOf(node)].map(([key, value]) => ({ key: scalarSyntax(key), isText: typeof scalarValue(key) === 'string', value: syntaxOf(value) }))
  entries.sort((a, b) => (a.isText === b.isText ? byCodePoint(a.key, b.key) : a.isText ? -1 : 1))
  return `map[${entries.every(e => e.isText) ? 'string' : 'interface {}'}]interface {}{${entries.map(e => `${e.key}:${e.value}`).join(', ')}}`
}

function scalarSyntax(node: YamlNode): string {
  const value = scalarValue(node)
  if (value === null) return 'interface {}(nil)'
  if (typeof value === 'string') return goQuote(value)
  return typeof value === 'number' ? goNumber(value) : String(value)
}
