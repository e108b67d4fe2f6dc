/** The first stage: a body becomes an object of its kind, pruned and strictly typed. */
import { deepClone } from '../base/equal'
import type { Kind, KubeObject } from '../kinds/kind'
import type { RequestState } from './actor'

/** A fresh object that the later stages may change. Components of the control plane send what they have typed themselves. */
export function decodeBody<T extends KubeObject>(kind: Kind<T>, body: unknown, request: RequestState): T {
  if (request.actor.trusted) {
    const object = deepClone(body) as T
    object.apiVersion ??= kind.group === '' ? kind.version : `${kind.group}/${kind.version}`
    object.kind ??= kind.kind
    return object
  }
  return deepClone(body) as T
}
