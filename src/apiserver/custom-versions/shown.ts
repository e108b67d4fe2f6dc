/** Stored objects as the version of a request shows them. What only a webhook can convert was asked for before: see versions.ts. */
import { apiVersionOf, type Kind, type KubeObject } from '../../kinds/kind'
import type { Stored } from '../../store/store'

/** A stored object in the version of a request. `raw` is what stands in the store, where it is another. */
export interface Shown<T> extends Stored<T> {
  readonly raw?: Stored<T>
}

/** By which a webhook's work is remembered. */
export const keyOf = ({ metadata }: KubeObject, apiVersion: string): string => `${metadata.uid} ${metadata.resourceVersion} ${apiVersion}`

/** A stored object as a kind shows it. Those that need a webhook were prepared. */
export function shown<T extends KubeObject>(kind: Kind<T>, stored: Stored<T>): Shown<T> {
  const { custom } = kind
  if (custom === undefined) return stored
  const body = custom.completed(inVersion(kind as unknown as Kind, stored.body)) as T
  return body === stored.body ? stored : { ...stored, body, raw: stored }
}

/** An object in the version of a kind. Those of other versions that need a webhook were prepared. */
export function inVersion(kind: Kind, object: KubeObject): KubeObject {
  const { custom } = kind
  const apiVersion = apiVersionOf(kind)
  if (custom === undefined || object.apiVersion === apiVersion) return object
  const { versions } = custom
  if (versions.webhook === undefined) return custom.coerce(object)
  const found = unsaved.get(object)?.get(apiVersion) ?? versions.converted.get(keyOf(object, apiVersion))
  if (found === undefined) throw new Error(`${object.metadata.name} was not converted to ${apiVersion}`)
  return found
}

/** What a webhook has made of objects that are not stored yet; they may bear the version of the one that they are to replace. */
export const unsaved = new WeakMap<object, Map<string, KubeObject>>()
