/** `$(NAME)` in the fields where variables are replaced. upstream: api/filters/refvar, api/internal/accumulator/refvartransformer.go */
import { goNumber } from '../../base/go-text'
import { BuildError } from '../errors'
import type { FieldSpec } from '../field-specs'
import { visitField } from '../field-specs'
import { lookup, splitFieldPath } from '../yaml/edit'
import type { YamlNode } from '../yaml/node'
import { TAG, isMissingOrNull, isString } from '../yaml/node'
import type { JsonValue } from '../yaml/value'
import { valueOf } from '../yaml/value'
import type { Transformer } from './transformer'

/** The values of variables; those that were used are added to `used`. */
export function replaceVariables(values: ReadonlyMap<string, JsonValue>, specs: readonly FieldSpec[], used: Set<string>): Transformer {
  const valueFor = (name: string): JsonValue => {
    const value = values.get(name)
    if (value === undefined || value === null || typeof value === 'object') return `$(${name})`
    used.add(name)
    return value
  }
  const set = (node: YamlNode): void => setText(node, expand(node.value, valueFor))
  const visit = (node: YamlNode): void => {
    if (isMissingOrNull(node)) return
    if (node.kind === 'scalar') {
      if (isString(node)) set(node)
    } else if (node.kind === 'map') {
      for (let i = 0; i + 1 < node.content.length; i += 2) {
        const [key, value] = [node.content[i] as YamlNode, node.content[i + 1] as YamlNode]
        if (!isString(key)) throw new BuildError(`invalid map key: value='${key.value}', tag='${key.tag}'`)
        if (isString(value)) set(value)
      }
    } else {
      for (const element of node.content) {
        if (!isString(element)) throw new BuildError('invalid value type expect a string')
        set(element)
      }
    }
  }
  return resources => {
    for (const { root } of resources.items) for (const spec of specs) visitField(root, spec, { set: visit })
  }
}

function setText(node: YamlNode, value: JsonValue): void {
  node.style = ''
  if (typeof value === 'number' || typeof value === 'bigint') {
    const whole = typeof value === 'bigint' || Number.isInteger(value)
    Object.assign(node, { value: String(value), tag: whole ? TAG.int : TAG.float })
  } else if (typeof value === 'boolean') Object.assign(node, { value: String(value), tag: TAG.bool })
  else Object.assign(node, { value: String(value), tag: TAG.string })
}

/** `$$` is a dollar; a text that is one reference and nothing else becomes the value itself. upstream: DoReplacements */
function expand(text: string, valueFor: (name: string) => JsonValue): JsonValue {
  let out = ''
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== '$' || i + 1 >= text.length) {
      out += text[i]
      continue
    }
    const next = text[i + 1] as string
    const close = next === '(' ? text.indexOf(')', i + 2) : -1
    if (close >= 0) {
      const name = text.slice(i + 2, close)
      const value = valueFor(name)
      if (text === `$(${name})`) return value
      out += typeof value === 'number' ? goNumber(value) : String(value)
      i = close
    } else {
      out += next === '$' ? '$' : `$${next}`
      i++
    }
  }
  return out
}

/** What a variable's field holds, undefined where there is none. upstream: RNode.GetFieldValue */
export function fieldValue(node: YamlNode, path: string): JsonValue | undefined {
  const parts = splitFieldPath(path).flatMap(part => {
    const index = /^(.*)\[(\d+)\]$/.exec(part)
    return index === null ? [part] : [index[1] as string, index[2] as string].filter(p => p !== '')
  })
  const found = lookup(node, parts)
  if (found === undefined) return undefined
  if (found.kind !== 'scalar') return valueOf(found)
  if (found.tag === TAG.int || found.tag === TAG.float) return Number(found.value)
  if (found.tag === TAG.bool) return /^(1|t|T|true|TRUE|True)$/.test(found.value)
  return found.value
}
