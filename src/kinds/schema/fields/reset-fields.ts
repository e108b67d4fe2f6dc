/** Fields that a request to a resource or subresource sets back to what was stored, and therefore never owns. upstream: the registry strategies' GetResetFields */
import { EMPTY, type FieldSet, setOfPaths } from './field-set'

export interface ResetFields {
  readonly set: FieldSet
  /** The names, where all are whole top-level fields: creates of such a kind take the short way. */
  readonly topLevel: readonly string[] | undefined
}

/** Paths of field names, `resetFields('status', 'metadata.deletionTimestamp')`. */
export function resetFields(...paths: readonly string[]): ResetFields {
  const topLevel = paths.every(path => !path.includes('.')) ? paths : undefined
  return { set: paths.length === 0 ? EMPTY : setOfPaths(paths.map(path => path.split('.').map(name => `f:${name}`))), topLevel }
}

export const NO_RESET: ResetFields = resetFields()
