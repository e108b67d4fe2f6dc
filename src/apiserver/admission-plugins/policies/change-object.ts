/** What a mutation made of an object becomes the object of the request: typed, with defaults, in the same place. */
import { deepClone } from '../../../base/equal'
import { decode } from '../../../kinds/schema/decode'
import type { KubeObject } from '../../../kinds/kind'
import type { Attributes } from '../../admission'

/** Throws an Error when it is no object of its kind any more. */
export function changeObject(a: Attributes, next: KubeObject): void {
  const decoded = a.kind.decode?.(next, { strict: false }) ?? decode(a.kind.type, next, { strict: false })
  if (decoded.object === undefined) throw new Error(decoded.error ?? '')
  const made = deepClone(decoded.object) as unknown as KubeObject
  a.kind.applyDefaults?.(made)
  const target = a.object as unknown as Record<string, unknown>
  const source = made as unknown as Record<string, unknown>
  for (const key of Object.keys(target)) if (key !== 'metadata' && !(key in source)) delete target[key]
  for (const key of Object.keys(source)) if (key !== 'metadata') target[key] = source[key]
  // The stages before and after hold on to the metadata.
  const metadata = a.object.metadata as unknown as Record<string, unknown>
  const changed = made.metadata as unknown as Record<string, unknown>
  const { uid, creationTimestamp, generation, resourceVersion } = metadata
  for (const key of Object.keys(metadata)) delete metadata[key]
  Object.assign(metadata, changed)
  for (const [key, value] of Object.entries({ uid, creationTimestamp, generation, resourceVersion })) if (value !== undefined) metadata[key] = value
}
