/** Strategic merge patches on trees of nodes. upstream: kyaml/yaml/merge2, kyaml/yaml/walk */
import { BuildError } from './errors'
import type { MergeSchema, SchemaOfKind } from './schema/merging'
import { elementWith, expectKind, getField, setField, setScalar } from './yaml/edit'
import { emitYaml } from './yaml/emit'
import type { YamlNode } from './yaml/node'
import { TAG, fieldOf, isEmpty, isEmptyMap, isMissingOrNull, isTaggedNull, newNode, rawField, scalarNode, textOf } from './yaml/node'

type Maybe = YamlNode | undefined
type Schema = MergeSchema | undefined
type Directive = 'merge' | 'replace' | 'delete'
const DIRECTIVE = '$patch'

/** Merges the patch into the target, both of which change; undefined: the target is deleted. Throws BuildError. */
export function mergePatch(target: YamlNode, patch: YamlNode, schemaOfKind: SchemaOfKind): Maybe {
  return new Merger(schemaOfKind).walk(target, patch, undefined)
}

class Merger {
  /** Nulls that stay in the result; others remove their field. */
  private readonly kept = new Set<YamlNode>()

  constructor(private readonly schemaOfKind: SchemaOfKind) {}

  walk(target: Maybe, patch: Maybe, given: Schema): Maybe {
    const schema = given ?? this.schemaOf(target) ?? this.schemaOf(patch)
    const kind = !isMissingOrNull(target) ? (target as unknown as YamlNode).kind : !isMissingOrNull(patch) ? (patch as unknown as YamlNode).kind : 'none'
    if (kind === 'alias') return undefined
    if (kind !== 'none') {
      expectKind(target, kind)
      expectKind(patch, kind)
    }
    passStyle(target, patch)
    if (kind === 'scalar') return patch ?? target
    if (kind === 'list') return schema?.keys === undefined ? (patch ?? target) : this.list(target, patch, schema)
    return this.map(target, patch, schema)
  }

  /** A node that says what it is has its own schema. */
  private schemaOf(node: Maybe): Schema {
    const [kind, apiVersion] = [textOf(fieldOf(node, 'kind')), textOf(fieldOf(node, 'apiVersion'))]
    return kind === '' || apiVersion === '' ? undefined : this.schemaOfKind(apiVersion, kind)
  }

  // ── Maps ──

  private map(target: Maybe, patch: Maybe, schema: Schema): Maybe {
    const base = this.mapBase(target, patch)
    if (base === undefined) return undefined
    const names = new Set([...namesOf(base), ...(patch === undefined ? [] : namesOf(patch))])
    for (const name of [...names].sort()) {
      const value = this.walk(fieldOf(base, name), fieldOf(patch, name), schema?.field(name))
      // A new key is written as the patch writes it.
      const keyStyle = value !== undefined && patch !== undefined && value === fieldOf(patch, name) ? keyOf(patch, name)?.style : undefined
      setField(base, name, value, value !== undefined && this.kept.has(value), keyStyle)
    }
    return base
  }

  /** The map that the fields go into. */
  private mapBase(target: Maybe, patch: Maybe): Maybe {
    if (isMissingOrNull(target)) {
      if (patch !== undefined && (patch.kind === 'map' || patch.kind === 'list') && directiveOr(patch) === 'delete') return undefined
      const was = target as Maybe
      if (patch !== undefined || was === undefined || was.value === '') return patch
      const stays = newNode('scalar', { tag: TAG.null, value: was.value })
      this.kept.add(stays)
      return stays
    }
    if (isTaggedNull(patch)) return undefined
    return chosen(directiveOf(patch), target, patch)
  }

  // ── Lists that merge ──

  private list(target: Maybe, patch: Maybe, schema: MergeSchema): Maybe {
    let base = target
    if (isMissingOrNull(target)) base = patch
    else if (isTaggedNull(patch)) base = undefined
    else base = chosen(directiveOf(patch), target, patch)
    if (base === undefined) return undefined
    const keys = schema.keys ?? []
    const primitive = keys.length === 0
    // What the patch names comes first.
    const values = [patch, base].flatMap(list => (list === undefined ? [] : primitive ? list.content.map(e => [e.value]) : list.content.map(e => keys.map(key => keyValue(e, key)))))
    return this.elements(unique(values), primitive ? [''] : keys, base, patch, schema.elements())
  }

  private elements(found: string[][], keys: readonly string[], base: YamlNode, patch: Maybe, schema: Schema): Maybe {
    const values = keys.length > 1 ? completed(found) : found
    const merged = newNode('list')
    let usedKeys: readonly string[] = keys
    for (const element of values) {
      const used = keys.flatMap((key, i) => (values.some(v => v[i] !== '') ? [i] : []))
      const usedValues = used.length === 0 ? element : used.map(i => element[i] as string)
      usedKeys = used.length === 0 ? keys : used.map(i => keys[i] as string)
      const value = this.walk(findElement(base, usedKeys, usedValues), findElement(patch, usedKeys, usedValues), schema)
      if (isMissingOrNull(value) || isEmptyMap(value)) {
        for (let i = 0; i < usedKeys.length; i++) putElement(base, undefined, usedKeys, usedValues)
        continue
      }
      const result = value as unknown as YamlNode
      usedKeys.forEach((key, i) => {
        const text = usedValues[i] as string
        if (fieldOf(result, key) !== undefined || text === '') return
        if (key === '') setScalar(result, scalarNode(text))
        else setField(result, key, scalarNode(text))
      })
      putElement(merged, result, usedKeys, usedValues)
    }
    return values.length === 0 ? base : appendElements(merged, base, usedKeys)
  }
}

const keyOf = (map: YamlNode, name: string): YamlNode | undefined => map.content.find((n, i) => i % 2 === 0 && n.value === name)
const namesOf = (node: YamlNode): string[] => (node.kind === 'map' ? node.content.filter((_, i) => i % 2 === 0).map(key => key.value) : [])

/** An empty collection takes the style of what fills it. */
function passStyle(target: Maybe, patch: Maybe): void {
  if (target !== undefined && patch !== undefined && target.kind !== 'scalar' && target.content.length === 0) target.style = patch.style
}

const chosen = (directive: Directive, target: Maybe, patch: Maybe): Maybe => (directive === 'delete' ? undefined : directive === 'replace' ? patch : target)

// ── Directives ──────────────────────────────────────────────────────────────

/** What the patch says to do; the words are taken out of it. Throws BuildError for unknown ones. */
function directiveOf(patch: Maybe): Directive {
  if (patch === undefined) return 'merge'
  if (patch.kind === 'map') {
    const node = getField(patch, DIRECTIVE)
    if (node === undefined) return 'merge'
    const directive = directiveNamed(node.value)
    const at = patch.content.findIndex((n, i) => i % 2 === 0 && n.value === DIRECTIVE)
    patch.content = [...patch.content.slice(0, at), ...patch.content.slice(at + 2)]
    return directive
  }
  if (patch.kind === 'list') {
    const element = patch.content.find(e => e.kind === 'map' && rawField(e, DIRECTIVE) !== undefined)
    if (element === undefined || element.content.length > 2) return 'merge'
    const text = (rawField(element, DIRECTIVE) as YamlNode).value
    const directive = directiveNamed(text)
    putElement(patch, undefined, [DIRECTIVE], [text])
    return directive
  }
  throw new BuildError(`no implemented strategic merge patch strategy for '${patch.tag}' ('${emitYaml(patch)}')`)
}
function directiveNamed(text: string): Directive {
  if (text === 'merge' || text === 'replace' || text === 'delete') return text
  throw new BuildError(`unknown patch strategy '${text}'`)
}
function directiveOr(patch: YamlNode): Directive {
  try {
    return directiveOf(patch)
  } catch (error) {
    if (error instanceof BuildError) return 'merge'
    throw error
  }
}

// ── Elements ────────────────────────────────────────────────────────────────

function keyValue(element: YamlNode, key: string): string {
  const field = fieldOf(element, key)
  return field === undefined || isEmpty(field) ? '' : field.value
}

function unique(values: readonly string[][]): string[][] {
  const seen = new Set<string>()
  return values.filter(value => {
    const text = JSON.stringify(value)
    return seen.has(text) ? false : (seen.add(text), true)
  })
}

/** Elements that lack some keys are taken for those that agree in the others. upstream: mergeValues */
function completed(values: string[][]): string[][] {
  const out = [...values]
  for (let i = 0; i < out.length; i++) {
    const one = out[i] as string[]
    for (let j = 0; j < out.length; j++) {
      const both = together(one, out[j] as string[])
      if (both === undefined) continue
      out[i] = both
      out[j] = both
    }
  }
  return out
}
function together(a: readonly string[], b: readonly string[]): string[] | undefined {
  let common = false
  const out: string[] = []
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] as string, b[i] as string]
    if (x === y) common = true
    else if (x !== '' && y !== '') return undefined
    out.push(x !== '' ? x : y)
  }
  return common ? out : undefined
}

function findElement(list: Maybe, keys: readonly string[], values: readonly string[]): Maybe {
  if (list === undefined || list.kind !== 'list') return undefined
  const used = keys.flatMap((_, i) => (values[i] !== '' ? [i] : []))
  if (used.length === 0) return elementWith(list, keys, values)
  return elementWith(list, used.map(i => keys[i] as string), used.map(i => values[i] as string))
}

/** Puts the element in place of those that match, at the end where there is none; no element at all removes them. upstream: ElementSetter */
function putElement(list: YamlNode, element: Maybe, keys: readonly string[], values: readonly string[]): void {
  expectKind(list, 'list')
  const byFields = keys[0] !== '' && (values[0] ?? '') !== ''
  const content: YamlNode[] = []
  let matched = false
  for (const old of list.content) {
    if (isMissingOrNull(old) || isEmptyMap(old)) continue
    if (byFields && old.kind !== 'map') {
      content.push(old)
      continue
    }
    if (!matches(old, keys, values)) {
      if (values.length > 0) content.push(old)
      continue
    }
    matched = true
    if (element !== undefined) content.push(element)
  }
  if (element !== undefined && !matched && !isMissingOrNull(element)) content.push(element)
  list.content = content
}

function matches(element: YamlNode, keys: readonly string[], values: readonly string[]): boolean {
  let found: Maybe
  for (let i = 0; i < keys.length; i++) {
    if (i < values.length) found = matchedField(element, keys[i] as string, values[i] as string)
    if (found === undefined) return false
  }
  return true
}
function matchedField(element: YamlNode, key: string, value: string): Maybe {
  if (key === '') {
    expectKind(element, 'scalar')
    return element.value === value ? element : undefined
  }
  const field = getField(element, key)
  return field === undefined || (value !== '' && field.value !== value) ? undefined : field
}

/** Adds what the list still has that the merged one lacks. upstream: appendListNode */
function appendElements(merged: YamlNode, list: YamlNode, keys: readonly string[]): YamlNode {
  for (const element of list.content) {
    if (keys[0] === '') {
      putElement(merged, element, [''], [element.value])
      continue
    }
    const values: string[] = []
    for (const key of keys) {
      const field = getField(element, key)
      if (field === undefined) merged.content = [...merged.content, element]
      else values.push(field.value)
    }
    if (keys.length > 1) putElement(merged, undefined, keys, values)
    putElement(merged, element, keys, values)
  }
  return merged
}
