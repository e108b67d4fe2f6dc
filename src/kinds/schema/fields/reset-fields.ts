/** Fields that a request to a resource or subresource sets back to what was stored, and therefore never owns. upstream: the registry strategies' GetResetFields */
import { EMPTY, type FieldSet, setOfPaths } from './field-set'

export interface ResetFields {
  readonly set: FieldSet
  /** The names of whole top-level fields, and of fields of metadata. */
  readonly top: ReadonlySet<string>
  readonly metadata: ReadonlySet<string>
  /** Some lie deeper, so that the short ways do not apply. */
  readonly deep: boolean
}

/** Paths of field names, `resetFields('status', 'metadata.deletionTimestamp')`. */
export function resetFields(...paths: readonly string[]): ResetFields {
  const metadata = paths.filter(path => /^metadata\.[^.]+$/.test(path))
  const top = paths.filter(path => !path.includes('.'))
  return {
    set: paths.length === 0 ? EMPTY : setOfPaths(paths.map(path => path.split('.').map(name => `f:${name}`))),
    top: new Set(top),
    metadata: new Set(metadata.map(path => path.slice('metadata.'.length))),
    deep: metadata.length + top.length < paths.length,
  }
}

export const NO_RESET: ResetFields = resetFields()
