/** `--sort-by`: orders objects or table rows by a JSONPath. upstream: kubectl/pkg/cmd/get/sorter.go */
import { goQuote } from '../../base/field'
import { byCodePoint, goTypeName } from '../../base/go-text'
import { JsonPathError, firstJsonPathValue, parseJsonPath, relaxedJsonPath } from '../../base/json-path'
import { QuantityError, compareQuantities, parseQuantity } from '../../base/quantity'
import { sortAsGo } from '../../base/go-sort'
import type { Table } from './table'

/** The objects in order; those without the field first. Throws an Error in kubectl's words when no object has it, or when its values have no order. */
export function sortObjects<T>(objects: readonly T[], field: string): T[] {
  return objects.length === 0 ? [] : sorted(objects, o => o, relaxedJsonPath(field))
}

/** The table with its rows in the order of their objects. One row or none is left alone, whatever the field. */
export function sortTable(table: Table, field: string): Table {
  if (table.rows.length < 2) return table
  let path: string
  try {
    path = relaxedJsonPath(field)
  } catch {
    path = field
  }
  try {
    parseJsonPath(path)
  } catch (e) {
    throw e instanceof JsonPathError ? new Error(`sorting error: ${e.message}`) : e
  }
  return { ...table, rows: sorted(table.rows, row => row.object, path) }
}

function sorted<T>(items: readonly T[], objectOf: (item: T) => unknown, path: string): T[] {
  const template = parseJsonPath(path)
  const keyed = items.map(item => ({ item, key: firstJsonPathValue(template, objectOf(item)) }))
  if (keyed.every(({ key }) => key === undefined)) throw new Error(`couldn't find any field with path ${goQuote(path)} in the list of objects`)
  sortAsGo(keyed, (a, b) => isLess(a.key, b.key, path))
  return keyed.map(({ item }) => item)
}

/** Upstream's order, its odd answers included: an absent value is less than anything, even than another absent one. */
function isLess(a: unknown, b: unknown, path: string): boolean {
  if (a === undefined) return true
  if (b === undefined || b === null) return false
  if (a === null) return true
  if (typeof a === 'number' && typeof b === 'number') return a < b
  if (typeof a === 'string' && typeof b === 'string') {
    const [x, y] = [quantityOrNothing(a), quantityOrNothing(b)]
    return x !== undefined && y !== undefined ? compareQuantities(x, y) < 0 : byCodePoint(a, b) < 0
  }
  const why = typeof a === 'number' || typeof a === 'string' ? 'unsortable interface: interface' : `unsortable type: ${goTypeName(a)}`
  throw new Error(`Field ${path} in [][][]reflect.Value is an unsortable type: interface, err: ${why}`)
}

function quantityOrNothing(text: string) {
  // Most texts are names, which need no exception to be told from amounts.
  if (!/^[-+]?[0-9.]/.test(text) && !/^[eEinumkKMGTP]*$/.test(text)) return undefined
  try {
    return parseQuantity(text)
  } catch (e) {
    if (e instanceof QuantityError) return undefined
    throw e
  }
}
