/**
 * One step of a path in a field set, as the text that managedFields has as a key: `f:name` a field, `k:{"name":"a"}` an element of a
 * list by its keys, `v:"x"` an element of a set, `i:0` an index. upstream: sigs.k8s.io/structured-merge-diff/fieldpath
 */
import { byBytes } from '../go-format'
import { Shape, type TypeInfo } from '../type-info'

/** Of the element that stands in for the set that holds it. */
export const SELF = '.'

/** Order of the kinds of elements: fields, keys, values, indexes. */
const RANK: Record<string, number> = { f: 0, k: 1, v: 2, i: 3 }

const FIELD = 'f'.charCodeAt(0)

/** Orders elements as upstream does: by kind, then by name, by key values or by number. */
export function compareElements(a: string, b: string): number {
  if (a === b) return 0
  if (a.charCodeAt(0) === FIELD && b.charCodeAt(0) === FIELD) return byBytes(a, b)
  const kind = a[0] as string
  if (kind !== b[0]) return (RANK[kind] ?? 4) - (RANK[b[0] as string] ?? 4)
  const [x, y] = [parsed(a), parsed(b)]
  return kind === 'k' ? compareKeys(x as KeyValues, y as KeyValues) : compareValues(x, y)
}

type KeyValues = Record<string, unknown>

function compareKeys(a: KeyValues, b: KeyValues): number {
  const [left, right] = [Object.keys(a).sort(byBytes), Object.keys(b).sort(byBytes)]
  for (let i = 0; i < left.length || i < right.length; i++) {
    const [l, r] = [left[i], right[i]]
    if (l === undefined || r === undefined) return l === undefined ? -1 : 1
    const order = byBytes(l, r) || compareValues(a[l], b[r])
    if (order !== 0) return order
  }
  return 0
}

const TYPE_RANK: Record<string, number> = { number: 0, string: 1, boolean: 2, object: 3 }

function compareValues(a: unknown, b: unknown): number {
  const [x, y] = [typeof a, typeof b]
  if (x !== y) return (TYPE_RANK[x] as number) - (TYPE_RANK[y] as number)
  if (typeof a === 'string') return byBytes(a, b as string)
  if (a === b) return 0
  return (a as number) < (b as number) ? -1 : 1
}

/** Values of elements that were parsed before; bounded. */
const values = new Map<string, unknown>()
const MAX_VALUES = 5_000

function parsed(element: string): unknown {
  let value = values.get(element)
  if (value === undefined) {
    value = JSON.parse(element.slice(2)) as unknown
    if (values.size >= MAX_VALUES) values.clear()
    values.set(element, value)
  }
  return value
}

/** A step as conflicts print it: `.name`, `[name="a",port=80]`, `[="x"]`, `[0]`. */
export function elementText(element: string): string {
  const kind = element[0]
  if (kind === 'f') return `.${element.slice(2)}`
  if (kind === 'i') return `[${element.slice(2)}]`
  const value = parsed(element)
  if (kind === 'v') return `[=${JSON.stringify(value)}]`
  return `[${Object.keys(value as KeyValues).sort(byBytes).map(key => `${key}=${JSON.stringify((value as KeyValues)[key])}`).join(',')}]`
}

export const fieldElement = (name: string): string => `f:${name}`

/** What is wrong with an element of a list that has no place in a set; the text is upstream's. */
export class ElementError extends Error {}

/** The element of a list of type set or map that holds `item`. Throws ElementError. */
export function listElement(type: TypeInfo, item: unknown): string {
  return type.listType === 'map' ? keyElement(type, item) : setElement(item)
}

function setElement(item: unknown): string {
  if (Array.isArray(item)) throw new ElementError('not supported: associative list with lists as elements')
  if (item === null || item === undefined) throw new ElementError("associative list without keys has an element that's an explicit null")
  if (typeof item === 'object') throw new ElementError("associative list without keys has an element that's a map type")
  return `v:${scalarText(item)}`
}

function keyElement(type: TypeInfo, item: unknown): string {
  if (item === null || item === undefined) throw new ElementError('associative list with keys may not have a null element')
  if (typeof item !== 'object' || Array.isArray(item)) throw new ElementError('associative list with keys may not have non-map elements')
  const keys = sortedKeys(type)
  let text = ''
  for (const key of keys) {
    let value = (item as KeyValues)[key]
    if (value === undefined) value = defaultOf(type.element, key)
    if (value === undefined) continue
    text += `${text === '' ? '' : ','}"${key}":${scalarText(value)}`
  }
  if (text === '') {
    throw new ElementError(`associative list with keys has an element that omits all key fields [${type.mapKeys.map(k => JSON.stringify(k)).join(' ')}] (and doesn't have default values for any key fields)`)
  }
  return `k:{${text}}`
}

const sorted = new WeakMap<TypeInfo, readonly string[]>()
function sortedKeys(type: TypeInfo): readonly string[] {
  if (type.mapKeys.length === 1) return type.mapKeys
  let keys = sorted.get(type)
  if (keys === undefined) sorted.set(type, (keys = [...type.mapKeys].sort(byBytes)))
  return keys
}

/** What an element that lacks a key is found under: the declared default, or the zero value of a field that is always written. */
function defaultOf(element: TypeInfo, key: string): unknown {
  const field = element.fields.get(key)
  if (field === undefined) return undefined
  if (field.default !== undefined) return field.default
  if (field.pointer || field.omitEmpty) return undefined
  return field.type.shape === Shape.String ? '' : field.type.shape === Shape.Bool ? false : field.type.shape < Shape.Float64 ? 0 : undefined
}

/** JSON as Go writes it, with HTML's characters escaped. */
function scalarText(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value)
  for (let i = 0; i < value.length; i++) {
    const c = value.charCodeAt(i)
    if (c < 0x20 || c === 0x22 || c === 0x5c || c === 0x3c || c === 0x3e || c === 0x26 || c > 0x7e) return escapedText(value)
  }
  return `"${value}"`
}
const escapedText = (value: string): string => JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)

const FEW = 8

/** Whether no two are the same. */
export function areDistinct(elements: readonly string[]): boolean {
  if (elements.length > FEW) return new Set(elements).size === elements.length
  for (let i = 1; i < elements.length; i++) for (let j = 0; j < i; j++) if (elements[i] === elements[j]) return false
  return true
}

/** Whether two short lists hold the same elements in the same order, each once, seen without making their texts; false also where that takes a closer look. */
export function inStep(type: TypeInfo, left: readonly unknown[], right: readonly unknown[]): boolean {
  if (left.length !== right.length || !isKeyed(type, left, FEW)) return false
  for (let i = 0; i < left.length; i++) if (!sameKeys(type, left[i], right[i])) return false
  return true
}

/** Whether a list's elements are seen to be different without making their texts; false also where that takes a closer look. */
export function isKeyed(type: TypeInfo, list: readonly unknown[], most: number): boolean {
  if (list.length > most) return false
  for (let i = 0; i < list.length; i++) {
    if (!isPlain(type, list[i])) return false
    for (let j = 0; j < i; j++) if (sameKeys(type, list[i], list[j])) return false
  }
  return true
}

/** A scalar of a set, or an object that has all keys: none follows from a default. */
function isPlain({ listType, mapKeys }: TypeInfo, item: unknown): boolean {
  if (typeof item !== 'object') return listType === 'set' && item !== undefined
  if (item === null || listType !== 'map') return false
  for (const key of mapKeys) if (typeof (item as KeyValues)[key] !== 'string' && typeof (item as KeyValues)[key] !== 'number') return false
  return true
}

/** Of elements that are keyed. */
export function sameKeys({ listType, mapKeys }: TypeInfo, a: unknown, b: unknown): boolean {
  if (listType !== 'map') return a === b
  if (typeof b !== 'object' || b === null) return false
  for (const key of mapKeys) if ((a as KeyValues)[key] !== (b as KeyValues)[key]) return false
  return true
}
