/** What strategic merge patch knows of a field, and its errors. upstream: apimachinery/pkg/util/strategicpatch/meta.go, mergepatch/errors.go */
import { goFormat, goTypeName } from './go-format'
import { Shape, type TypeInfo } from './type-info'

/** How the API server answers: 400, 422, or 500 for what upstream wraps in no status. */
export type PatchErrorClass = 'badRequest' | 'unprocessable' | 'internal' | 'conflict' | 'precondition'

/** A patch that cannot be applied or made; the message is complete. */
export class PatchError extends Error {
  constructor(message: string, readonly errorClass: PatchErrorClass = 'internal') {
    super(message)
    this.name = 'PatchError'
  }
}

export type JsonMap = Record<string, unknown>
export const isMap = (value: unknown): value is JsonMap => typeof value === 'object' && value !== null && !Array.isArray(value)

export const noMergeKey = (map: unknown, key: string): PatchError => new PatchError(`map: ${goFormat(map)} does not contain declared merge key: ${key}`)
export const badArgument = (expected: 'map[string]interface {}' | '[]interface {}', actual: unknown): PatchError =>
  new PatchError(`expected a ${expected}, but received a ${goTypeName(actual)}`)
export const badPatchType = (directive: unknown, map: unknown): PatchError => {
  const shown = typeof directive === 'string' ? directive : `%!s(${goTypeName(directive)}=${goFormat(directive)})`
  return new PatchError(`unknown patch type: ${shown} in map: ${goFormat(map)}`)
}
export const badPrimitiveList = (): PatchError => new PatchError('invalid patch format of primitive list', 'badRequest')
export const badRetainKeys = (): PatchError => new PatchError('invalid patch format of retainKeys', 'badRequest')
export const badElementOrder = (): PatchError => new PatchError('invalid patch format of setElementOrder list', 'badRequest')
export const listOfLists = (): PatchError => new PatchError('lists of lists are not supported', 'unprocessable')

/** The type and strategy of a field's value; `type` is the element's for a list. */
export interface PatchMeta {
  readonly type: TypeInfo
  /** `merge`, `replace`, or '' */
  readonly strategy: string
  readonly retainKeys: boolean
  readonly mergeKey: string
}

const metas = new WeakMap<TypeInfo, Map<string, PatchMeta>>()

/** Of a field that holds a map. Throws PatchError for a field that the type lacks. */
export function mapMeta(type: TypeInfo, key: string): PatchMeta {
  let known = metas.get(type)
  if (known === undefined) metas.set(type, (known = new Map()))
  const found = known.get(key)
  if (found !== undefined) return found
  if (type.shape !== Shape.Struct && type.shape !== Shape.Any) throw new PatchError(`merging an object in json but data type is not struct, instead is: ${GO_KINDS[type.shape] ?? 'struct'}`)
  const field = type.fields.get(key)
  if (field === undefined) throw new PatchError(`unable to find api field in struct ${type.goStruct} for the json field "${key}"`)
  const { patchStrategy } = field
  const retainKeys = patchStrategy.includes('retainKeys')
  const meta: PatchMeta = { type: field.type, strategy: patchStrategy.find(s => s !== 'retainKeys') ?? '', retainKeys, mergeKey: field.mergeKey }
  known.set(key, meta)
  return meta
}

/** Of a field that holds a list: `type` is the element's. */
export function listMeta(type: TypeInfo, key: string): PatchMeta {
  const meta = mapMeta(type, key)
  if (meta.type.shape !== Shape.List) throw new PatchError(`expected slice or array type, but got: ${GO_KINDS[type.shape] ?? 'struct'}`)
  return { ...meta, type: meta.type.element }
}

/** reflect.Kind of the shapes that are no structs in Go. */
const GO_KINDS: Partial<Record<Shape, string>> = {
  [Shape.String]: 'string', [Shape.Bool]: 'bool', [Shape.Int32]: 'int32', [Shape.Int64]: 'int64', [Shape.Float64]: 'float64',
  [Shape.Bytes]: 'slice', [Shape.List]: 'slice', [Shape.Map]: 'map',
}
export const goKind = (type: TypeInfo): string => GO_KINDS[type.shape] ?? 'struct'
