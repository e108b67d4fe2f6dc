/** How a value of a type takes part in ownership: as a leaf, or through its parts. upstream: structured-merge-diff/typed */
import { DEDUCED, Shape, type TypeInfo } from '../type-info'

export const Atom = { Scalar: 0, List: 1, Map: 2 } as const
export type Atom = (typeof Atom)[keyof typeof Atom]

/** Which shape a value of the type has; types of which nothing is declared take it from the value. */
export function atomOf(type: TypeInfo, value: unknown): Atom {
  if (isOpen(type)) {
    if (value === null || value === undefined) return Atom.Map
    return Array.isArray(value) ? Atom.List : typeof value === 'object' ? Atom.Map : Atom.Scalar
  }
  if (type.shape >= Shape.Map) return Atom.Map
  return type.shape === Shape.List ? Atom.List : Atom.Scalar
}

/** Whether any JSON may stand here. */
export const isOpen = (type: TypeInfo): boolean => type.shape === Shape.Any || type === DEDUCED

/** The type of a map's entry or a struct's field; undefined for a field that is not declared. */
export function memberType(type: TypeInfo, key: string): TypeInfo | undefined {
  if (type.shape === Shape.Struct) return type.fields.get(key)?.type ?? (type.preserveUnknown || type.fieldList.length === 0 ? DEDUCED : undefined)
  return type.shape === Shape.Map ? type.element : DEDUCED
}

/** The type of a list's items. */
export const itemType = (type: TypeInfo): TypeInfo => (type.shape === Shape.List ? type.element : DEDUCED)

/** A list whose items are owned one by one. */
export const isAssociative = (type: TypeInfo): boolean => type.shape === Shape.List && type.listType !== 'atomic'

export const isEmptyMap = (value: object): boolean => {
  for (const _ in value) return false
  return true
}
export const asList = (value: unknown): readonly unknown[] | undefined => (Array.isArray(value) ? (value as unknown[]) : undefined)
export const asMap = (value: unknown): Record<string, unknown> | undefined => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined)
