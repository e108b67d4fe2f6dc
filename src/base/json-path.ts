/** kubectl's JSONPath: evaluates a template on a JSON value and prints what it finds as Go does. upstream: client-go/util/jsonpath */
import { byCodePoint, goJson, goJsonIndent, goTypeName, goValue, sortedKeys } from './go-text'
import { Float64 } from './exact-json'
import { JsonPathError } from './json-path-parser'
import type { PathList, PathNode, Slice } from './json-path-parser'

export { JsonPathError, parseJsonPath } from './json-path-parser'
export type { PathList } from './json-path-parser'

export interface JsonPathOptions {
  /** Missing fields are nothing rather than an error (kubectl's default for -o jsonpath). */
  readonly allowMissingKeys?: boolean
  /** Each action's results as one indented JSON list (`-o jsonpath-as-json`). */
  readonly asJson?: boolean
}

/** What the template prints for the data. Throws JsonPathError. */
export function renderJsonPath(template: PathList, data: unknown, options: JsonPathOptions = {}): string {
  let out = ''
  for (const results of findJsonPath(template, data, options)) {
    if (options.asJson) out += `${goJsonIndent(results, '    ')}\n`
    else out += results.map(resultText).join(' ')
  }
  return out
}

/** One list of found values for each text and action, those of ranges unrolled. Throws JsonPathError. */
export function findJsonPath(template: PathList, data: unknown, options: JsonPathOptions = {}): unknown[][] {
  return new Evaluation(template.nodes, options.allowMissingKeys ?? false).run(data, 0)
}

/** The first value that a plain path like `.metadata.name` finds, undefined where there is none. Throws JsonPathError. */
export function firstJsonPathValue(template: PathList, data: unknown): unknown {
  return findJsonPath(template, data, { allowMissingKeys: true })[0]?.[0]
}

const resultText = (value: unknown): string => (value === null || value === undefined ? 'null' : typeof value === 'object' && !(value instanceof Float64) ? goJson(value) : goValue(value))

/** Accepts `metadata.name`, `.metadata.name`, `{metadata.name}` and `{.metadata.name}`, and answers the last. upstream: kubectl/pkg/cmd/get/customcolumn.go */
export function relaxedJsonPath(path: string): string {
  if (path === '') return path
  const match = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/.exec(path)
  if (match === null) throw new JsonPathError("unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'")
  return `{.${match[1] ?? match[2]}}`
}

class Evaluation {
  #beginRange = 0
  #inRange = 0
  #endRange = 0
  /** Index of the `end` that was met last. */
  #lastEnd = -1
  constructor(
    readonly nodes: readonly PathNode[],
    readonly allowMissing: boolean,
  ) {}

  run(data: unknown, first: number): unknown[][] {
    const found: unknown[][] = []
    for (let i = first; i < this.nodes.length; i++) {
      const results = this.#walk([data], this.nodes[i] as PathNode)
      if (this.#endRange > 0 && this.#endRange <= this.#inRange) {
        this.#endRange--
        this.#lastEnd = i
        break
      }
      if (this.#beginRange > 0) {
        this.#beginRange--
        this.#inRange++
        for (const value of results) found.push(...this.run(value, i + 1))
        // An empty range still has to find its end.
        if (results.length === 0) this.run(undefined, i + 1)
        this.#inRange--
        if (this.#lastEnd > i) i = this.#lastEnd
        continue
      }
      found.push(results)
    }
    return found
  }

  #walk(input: readonly unknown[], node: PathNode): unknown[] {
    switch (node.type) {
      case 'list': {
        let values: unknown[] = [...input]
        for (const n of node.nodes) values = this.#walk(values, n)
        return values
      }
      case 'text':
        return [node.text]
      case 'value':
        return input.map(() => node.value)
      case 'identifier':
        return this.#keyword(input, node.name)
      case 'field':
        return this.#field(input, node.name)
      case 'slice':
        return this.#sliced(input, node.slice)
      case 'filter':
        return input.flatMap(value => this.#filtered(value, node, input))
      case 'union':
        return node.lists.flatMap(list => this.#guarded(input, list))
      case 'wildcard':
        return input.flatMap(children)
      case 'recursive':
        return descend(input)
    }
  }

  /** A list within a union: upstream answers the union's own input beside the error. */
  #guarded(input: readonly unknown[], list: PathList): unknown[] {
    try {
      return this.#walk(input, list)
    } catch (e) {
      throw e instanceof JsonPathError ? new JsonPathError(e.message, input) : e
    }
  }

  /** Upstream stops at the first list of which nothing is wanted. */
  #sliced(input: readonly unknown[], slice: Slice): unknown[] {
    const found: unknown[] = []
    for (const value of input) {
      if (value === null || value === undefined) continue
      const part = sliced(value, slice, input)
      if (part === undefined) break
      found.push(...part)
    }
    return found
  }

  #keyword(input: readonly unknown[], name: string): unknown[] {
    if (name === 'range') {
      this.#beginRange++
      return [...input]
    }
    if (name !== 'end') throw new JsonPathError(`unrecognized identifier ${name}`, input)
    if (this.#inRange === 0) throw new JsonPathError('not in range, nothing to end')
    this.#endRange++
    return []
  }

  #field(input: readonly unknown[], name: string): unknown[] {
    const results: unknown[] = []
    for (const value of input) {
      if (!isMap(value) || !Object.hasOwn(value, name)) continue
      const field = value[name]
      if (field !== undefined) results.push(field)
    }
    if (results.length === 0 && input.length > 0 && !this.allowMissing) throw new JsonPathError(`${name} is not found`)
    return results
  }

  #filtered(value: unknown, filter: Extract<PathNode, { type: 'filter' }>, input: readonly unknown[]): unknown[] {
    if (!Array.isArray(value)) throw new JsonPathError(`${goValue(value)} is not array or slice and cannot be filtered`, input)
    return value.filter(item => {
      if (filter.operator === 'exists') return this.#exists(item, filter.left)
      const left = this.#operand(item, filter.left, input)
      if (left === undefined) return false
      const right = this.#operand(item, filter.right, input)
      return right !== undefined && holds(filter.operator, left, right)
    })
  }

  #exists(item: unknown, path: PathList): boolean {
    try {
      return this.#walk([item], path).length > 0
    } catch (e) {
      if (e instanceof JsonPathError) return e.values.length > 0
      throw e
    }
  }

  #operand(item: unknown, path: PathList, input: readonly unknown[]): unknown {
    let values: unknown[]
    try {
      values = this.#walk([item], path)
    } catch (e) {
      throw e instanceof JsonPathError ? new JsonPathError(e.message, input) : e
    }
    if (values.length > 1) throw new JsonPathError('can only compare one element at a time', input)
    return values[0]
  }
}

const isMap = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Float64)

/** undefined when the bounds leave nothing. */
function sliced(value: unknown, slice: Slice, input: readonly unknown[]): unknown[] | undefined {
  if (!Array.isArray(value)) throw new JsonPathError(`${goTypeName(value)} is not array or slice`, input)
  const length = value.length
  let from = slice.from ?? 0
  if (from < 0) from += length
  let to = slice.to ?? length
  if (to < 0 || (to === 0 && slice.single)) to += length
  if (to === from) return undefined
  if (from >= length || from < 0) throw new JsonPathError(`array index out of bounds: index ${from}, length ${length}`, input)
  if (to > length || to < 0) throw new JsonPathError(`array index out of bounds: index ${to - 1}, length ${length}`, input)
  if (from > to) throw new JsonPathError(`starting index ${from} is greater than ending index ${to}`, input)
  const step = slice.step ?? 1
  if (step <= 0) throw new JsonPathError('step must be > 0', input)
  const found: unknown[] = []
  for (let i = from; i < to; i += step) found.push(value[i])
  return found
}

/** Values of a map (by key, where upstream's order is random), entries of a list, bytes of a text. */
function children(value: unknown): unknown[] {
  if (typeof value === 'string') return [...Buffer.from(value)]
  if (Array.isArray(value)) return value
  return isMap(value) ? sortedKeys(value).map(k => value[k]) : []
}

function descend(input: readonly unknown[]): unknown[] {
  const found: unknown[] = []
  for (const value of input) {
    const inner = children(value)
    if (inner.length === 0) continue
    found.push(value)
    // The bytes of a text lead no further.
    if (typeof value !== 'string') for (const v of descend(inner)) found.push(v)
  }
  return found
}

/** Go's template comparisons: integers, floats, texts and booleans compare with their own kind only. */
function holds(operator: string, left: unknown, right: unknown): boolean {
  switch (operator) {
    case '<':
      return compare(left, right) < 0
    case '>':
      return compare(left, right) > 0
    case '<=':
      return compare(left, right) <= 0
    case '>=':
      return compare(left, right) >= 0
    case '==':
      return equal(left, right)
    case '!=':
      return !equal(left, right)
    default:
      throw new JsonPathError(`unrecognized filter operator ${operator}`)
  }
}

function basicKind(value: unknown): string {
  if (value instanceof Float64) return 'float'
  if (typeof value === 'number') return goTypeName(value) === 'int64' ? 'int' : 'float'
  if (typeof value === 'bigint') return 'int'
  if (typeof value === 'string' || typeof value === 'boolean') return typeof value
  throw new JsonPathError('invalid type for comparison')
}

function equal(left: unknown, right: unknown): boolean {
  if (basicKind(left) !== basicKind(right)) throw new JsonPathError('incompatible types for comparison')
  // One may be a bigint and the other none.
  return plain(left) == plain(right)
}

const plain = (value: unknown): unknown => (value instanceof Float64 ? value.n : value)

function compare(left: unknown, right: unknown): number {
  const kind = basicKind(left)
  if (kind !== basicKind(right)) throw new JsonPathError('incompatible types for comparison')
  if (kind === 'boolean') throw new JsonPathError('invalid type for comparison')
  return kind === 'string' ? byCodePoint(left as string, right as string) : difference(plain(left) as number, plain(right) as number)
}

/** Bigints among them are told from numbers, and not subtracted from them. */
const difference = (a: number | bigint, b: number | bigint): number => (a < b ? -1 : a > b ? 1 : 0)
