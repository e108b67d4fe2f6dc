/** JSON Patch (RFC 6902) as the API server applies it, leniencies and messages included. upstream: gopkg.in/evanphx/json-patch.v4 */
import { goJson } from './go-text'
import { deepEqual } from './equal'

/** One operation as it was decoded: nothing about it is checked yet. */
export type JsonPatchOperation = Readonly<Record<string, unknown>>

/** The patch does not apply. */
export class JsonPatchError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'JsonPatchError'
  }
}

const MISSING = 'missing value'
const INVALID_INDEX = 'invalid index referenced'
const fail = (message: string): never => {
  throw new JsonPatchError(message)
}

/** The patched document; the given one stays as it was and shares what did not change. Throws JsonPatchError. */
export function applyJsonPatch(document: unknown, patch: readonly JsonPatchOperation[]): unknown {
  let doc = document
  for (const operation of patch) doc = applyOperation(doc, operation)
  return doc
}

function applyOperation(doc: unknown, operation: JsonPatchOperation): unknown {
  const kind = typeof operation.op === 'string' ? operation.op : 'unknown'
  switch (kind) {
    case 'add':
      return add(doc, textOf(operation, 'path', 'add operation failed to decode path', true), operation.value ?? null)
    case 'remove':
      return remove(doc, textOf(operation, 'path', 'remove operation failed to decode path', true))
    case 'replace':
      return replace(doc, operation)
    case 'move':
      return move(doc, operation)
    case 'copy':
      return copy(doc, operation)
    case 'test':
      test(doc, operation)
      return doc
    default:
      return fail(`Unexpected kind: ${kind}`)
  }
}

/** A text member of the operation; some operations hide what exactly is wrong with it. */
function textOf(operation: JsonPatchOperation, member: 'path' | 'from', context: string, plain = false): string {
  const value = operation[member]
  if (typeof value === 'string') return value
  if (plain) return fail(`${context}: ${MISSING}`)
  if (value === undefined || value === null) return fail(`${context}: operation${member === 'from' ? ', missing from' : ' missing path'} field: ${MISSING}`)
  const type = typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'bool' : Array.isArray(value) ? 'array' : 'object'
  return fail(`${context}: json: cannot unmarshal ${type} into Go value of type string`)
}

// ── Operations ──────────────────────────────────────────────────────────────

function add(doc: unknown, path: string, value: unknown): unknown {
  if (!reaches(doc, path)) return fail(`add operation does not apply: doc is missing path: ${JSON.stringify(path)}: ${MISSING}`)
  return within(`error in add for path: '${path}'`, () => change(doc, path, (container, key) => insert(container, key, value)))
}

function remove(doc: unknown, path: string): unknown {
  if (!reaches(doc, path)) return fail(`remove operation does not apply: doc is missing path: ${JSON.stringify(path)}: ${MISSING}`)
  return within(`error in remove for path: '${path}'`, () => change(doc, path, drop))
}

function replace(doc: unknown, operation: JsonPatchOperation): unknown {
  const path = textOf(operation, 'path', 'replace operation failed to decode path')
  const value = operation.value ?? null
  if (path === '') return isContainer(value) ? value : fail('replace operation value must be object or array: %!w(<nil>)')
  if (!reaches(doc, path)) return fail(`replace operation does not apply: doc is missing path: ${path}: ${MISSING}`)
  return change(doc, path, (container, key) => {
    // A map's missing key is no error: the value is added.
    if (!Array.isArray(container)) return { ...container, [key]: value }
    const i = existingIndex(container, key)
    if (i === undefined) return fail(`replace operation does not apply: doc is missing key: ${path}: ${MISSING}`)
    return container.map((v, j) => (j === i ? value : v))
  })
}

function move(doc: unknown, operation: JsonPatchOperation): unknown {
  const from = textOf(operation, 'from', 'move operation failed to decode from')
  if (!reaches(doc, from)) return fail(`move operation does not apply: doc is missing from path: ${from}: ${MISSING}`)
  let value: unknown
  const without = within(`error in move for path: '${lastKey(from)}'`, () => {
    value = get(doc, from)
    return change(doc, from, drop)
  })
  const path = textOf(operation, 'path', 'move operation failed to decode path')
  if (!reaches(without, path)) return fail(`move operation does not apply: doc is missing destination path: ${path}: ${MISSING}`)
  return within(`error in move for path: '${path}'`, () => change(without, path, (container, key) => insert(container, key, value ?? null)))
}

function copy(doc: unknown, operation: JsonPatchOperation): unknown {
  const from = textOf(operation, 'from', 'copy operation failed to decode from')
  if (!reaches(doc, from)) return fail(`copy operation does not apply: doc is missing from path: ${from}: ${MISSING}`)
  const value = within(`error in copy for from: '${from}'`, () => get(doc, from))
  const path = textOf(operation, 'path', 'copy operation failed to decode path', true)
  if (!reaches(doc, path)) return fail(`copy operation does not apply: doc is missing destination path: ${path}: ${MISSING}`)
  return within('error while adding value during copy', () => change(doc, path, (container, key) => insert(container, key, value ?? null)))
}

function test(doc: unknown, operation: JsonPatchOperation): void {
  const path = textOf(operation, 'path', 'test operation failed to decode path')
  if (path !== '' && !reaches(doc, path)) fail(`test operation does not apply: is missing path: ${path}: ${MISSING}`)
  const value = path === '' ? doc : within(`error in test for path: '${path}'`, () => get(doc, path))
  if (!deepEqual(value ?? null, operation.value ?? null)) fail(`testing value ${path} failed: test failed`)
}

// ── Paths ───────────────────────────────────────────────────────────────────

type Container = Record<string, unknown> | unknown[]
const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null

const keysOf = (path: string): string[] => path.split('/').slice(1).map(k => k.replace(/~[01]/g, e => (e === '~1' ? '/' : '~')))
const lastKey = (path: string): string => keysOf(path).at(-1) ?? ''

/** Whether all but the last key lead through maps and lists. */
function reaches(doc: unknown, path: string): boolean {
  const keys = keysOf(path)
  if (keys.length === 0 || !isContainer(doc)) return false
  let at: Container = doc
  for (const key of keys.slice(0, -1)) {
    const next = Array.isArray(at) ? at[existingIndex(at, key) ?? -1] : own(at, key)
    if (!isContainer(next)) return false
    at = next
  }
  return true
}

const own = (map: Record<string, unknown>, key: string): unknown => (Object.hasOwn(map, key) ? map[key] : undefined)

/** Rebuilds the containers on the way and lets `edit` change the last. */
function change(doc: unknown, path: string, edit: (container: Container, key: string) => Container): Container {
  const step = (container: Container, [key = '', ...rest]: string[]): Container => {
    if (rest.length === 0) return edit(container, key)
    if (!Array.isArray(container)) return { ...container, [key]: step(container[key] as Container, rest) }
    const i = existingIndex(container, key) as number
    return container.map((v, j) => (j === i ? step(v as Container, rest) : v))
  }
  return step(doc as Container, keysOf(path))
}

function get(doc: unknown, path: string): unknown {
  let found: unknown
  change(doc, path, (container, key) => {
    found = Array.isArray(container) ? container[index(container, key, container.length - 1)] : own(container, key)
    return container
  })
  return found
}

function insert(container: Container, key: string, value: unknown): Container {
  if (!Array.isArray(container)) return { ...container, [key]: value }
  if (key === '-') return [...container, value]
  if (!isNumber(key)) fail(`value was not a proper array index: '${key}': ${notANumber(key)}`)
  const at = Number(key)
  const i = at < 0 ? at + container.length + 1 : at
  if (i < 0 || i > container.length) fail(`Unable to access invalid index: ${at}: ${INVALID_INDEX}`)
  return [...container.slice(0, i), value, ...container.slice(i)]
}

function drop(container: Container, key: string): Container {
  if (Array.isArray(container)) {
    const i = index(container, key, container.length - 1)
    return container.filter((_, j) => j !== i)
  }
  if (own(container, key) === undefined) return fail(`Unable to remove nonexistent key: ${key}: ${MISSING}`)
  const { [key]: _, ...rest } = container
  return rest
}

const isNumber = (key: string): boolean => /^[-+]?\d+$/.test(key)
const notANumber = (key: string): string => `strconv.Atoi: parsing ${goJson(key)}: invalid syntax`

/** A position in the list; negative ones count from its end. */
function index(list: readonly unknown[], key: string, last: number): number {
  if (!isNumber(key)) fail(notANumber(key))
  const at = Number(key)
  const i = at < 0 ? at + list.length : at
  return i < 0 || i > last ? fail(`Unable to access invalid index: ${at}: ${INVALID_INDEX}`) : i
}

function existingIndex(list: readonly unknown[], key: string): number | undefined {
  const at = isNumber(key) ? Number(key) : NaN
  const i = at < 0 ? at + list.length : at
  return i >= 0 && i < list.length ? i : undefined
}

/** Puts the operation in front of what went wrong inside. */
function within<T>(context: string, act: () => T): T {
  try {
    return act()
  } catch (e) {
    throw e instanceof JsonPatchError ? new JsonPatchError(`${context}: ${e.message}`) : e
  }
}
