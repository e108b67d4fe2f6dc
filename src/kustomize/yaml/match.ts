/** All nodes at a path with wildcards and patterns. upstream: kyaml/yaml match.go */
import { BuildError } from '../errors'
import { regexOf } from '../selector'
import { append, expectKind, getField, isListIndex, isNumber, kindBefore, setField, splitListIndex } from './edit'
import { composeYaml } from './compose'
import { emitYaml } from './emit'
import type { NodeKind, YamlNode } from './node'
import { fieldOf, newNode, scalarNode } from './node'

/** `create`: the kind of node made at the end of a path that leads nowhere. Throws BuildError. */
export function matchPath(node: YamlNode, path: readonly string[], create?: NodeKind): YamlNode[] {
  const [part, next] = path
  if (part === undefined) return [node]
  const rest = path.slice(1)
  if (isNumber(part)) return atIndex(node, Number(part), part, rest, create)
  if (isListIndex(part)) return matching(node, part, rest, create)
  if (part === '*') {
    expectKind(node, 'list')
    return node.content.flatMap(element => matchPath(element, rest, create))
  }
  let field = getField(node, part)
  if (field === undefined) {
    if (create === undefined) return []
    field = newNode(kindBefore(next, create))
    setField(node, part, field)
  }
  if (field.kind === 'scalar' && rest.length > 0) {
    // Found in a copy, which is then changed in vain.
    const structured = composeYaml(field.value)
    return structured === undefined ? [] : matchPath(structured, rest, create)
  }
  return matchPath(field, rest, create)
}

function atIndex(list: YamlNode, index: number, part: string, rest: readonly string[], create: NodeKind | undefined): YamlNode[] {
  expectKind(list, 'list')
  if (list.content.length === index && create !== undefined) append(list, newNode(kindBefore(rest[0], create)))
  const element = list.content[Number(part)]
  if (element === undefined) throw new BuildError(`index ${index} specified but only ${list.content.length} elements found`)
  return matchPath(element, rest, create)
}

/** `[name=pattern]`, `[=pattern]` */
function matching(list: YamlNode, part: string, rest: readonly string[], create: NodeKind | undefined): YamlNode[] {
  const [name, pattern] = splitListIndex(part)
  expectKind(list, 'list')
  const search = (): YamlNode[] => list.content.flatMap(element => {
    const regex = regexOf(pattern)
    const tested = name === '' ? element : fieldOf(element, name)
    if (tested === undefined || !regex.test(emitYaml(tested).trim())) return []
    return name === '' ? [element] : matchPath(element, rest, create)
  })
  const found = search()
  if (found.length > 0 || create === undefined) return found
  append(list, name === '' ? scalarNode(pattern) : newNode('map', { content: [scalarNode(name), scalarNode(pattern)] }))
  return search()
}
