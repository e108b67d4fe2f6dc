/** `--sort-by`: orders objects or table rows by a JSONPath. upstream: kubectl/pkg/cmd/get/sorter.go */
import { goQuote } from '../../base/field'
import { byCodePoint, goSyntax, goTypeName } from '../../base/go-text'
import { JsonPathError, firstJsonPathValue, parseJsonPath, relaxedJsonPath } from '../../base/json-path'
import { QuantityError, compareQuantities, parseQuantity } from '../../base/quantity'
import { sortAsGo } from '../../base/go-sort'
import type { Table } from './table'

/** Where upstream ends the process from within the comparison, with a line of its log. */
export class SortFatal extends Error {
  constructor(
    message: string,
    readonly exitCode: number,
    /** `sorter.go:329` */
    readonly place: string,
  ) {
    super(message)
    this.name = 'SortFatal'
  }
}

/** The objects in order; those without the field first. Throws an Error in kubectl's words when no object has it, SortFatal when its values have no order. */
export function sortObjects<T>(objects: readonly T[], field: string): T[] {
  return objects.length === 0 ? [] : sorted(objects, o => o, relaxedJsonPath(field), '*unstructured.Unstructured')
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
  return { ...table, rows: sorted(table.rows, row => row.object, path, '[][][]reflect.Value') }
}

interface Keyed<T> {
  readonly item: T
  readonly key?: unknown
  /** Why there is no key. */
  readonly failure?: string
}

/** `what` is the Go type that upstream's messages name. */
function sorted<T>(items: readonly T[], objectOf: (item: T) => unknown, path: string, what: '*unstructured.Unstructured' | '[][][]reflect.Value'): T[] {
  const template = parseJsonPath(path)
  const keyed = items.map((item): Keyed<T> => {
    try {
      return { item, key: firstJsonPathValue(template, objectOf(item)) }
    } catch (e) {
      if (e instanceof JsonPathError && what !== '[][][]reflect.Value') return { item, failure: e.message }
      throw e
    }
  })
  const first = keyed.find(({ key, failure }) => key !== undefined || failure !== undefined)
  if (first?.failure !== undefined) throw new Error(first.failure)
  if (first === undefined) throw new Error(`couldn't find any field with path ${goQuote(path)} in the list of objects`)
  const value = ({ item, key, failure }: Keyed<T>, side: 'i' | 'j'): unknown => {
    if (failure === undefined) return key
    if (side === 'j') throw new SortFatal(`Failed to get j values for &unstructured.Unstructured{Object:${goSyntax(objectOf(item))}} using ${path} (${failure})`, 255, 'sorter.go:315')
    throw new SortFatal(`Failed to get i values for &unstructured.Unstructured{Object:${goSyntax(objectOf(item))}} using ${path} (&errors.errorString{s:${goQuote(failure)}})`, 255, 'sorter.go:310')
  }
  sortAsGo(keyed, (a, b) => {
    const [x, y] = [value(a, 'i'), value(b, 'j')]
    const why = unsortable(x, y)
    if (why === undefined) return isLess(x, y)
    throw new SortFatal(`Field ${path} in ${what} is an unsortable type: interface, err: ${why}`, 1, what === '*unstructured.Unstructured' ? 'sorter.go:329' : 'sorter.go:375')
  })
  return keyed.map(({ item }) => item)
}

/** Why the two have no order; undefined when they have. upstream: isLess */
function unsortable(a: unknown, b: unknown): string | undefined {
  if (a === undefined || a === null || b === undefined || b === null) return undefined
  if (typeof a === 'number' || typeof a === 'bigint' || typeof a === 'string') return goTypeName(a) === goTypeName(b) ? undefined : 'unsortable interface: interface'
  return `unsortable type: ${goTypeName(a)}`
}

/** Upstream's order, its odd answers included: an absent value is less than anything, even than another absent one. */
function isLess(a: unknown, b: unknown): boolean {
  if (a === undefined) return true
  if (b === undefined || b === null) return false
  if (a === null) return true
  if (typeof a === 'number' || typeof a === 'bigint') return a < (b as number)
  const [x, y] = [quantityOrNothing(a as string), quantityOrNothing(b as string)]
  return x !== undefined && y !== undefined ? compareQuantities(x, y) < 0 : byCodePoint(a as string, b as string) < 0
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
