/** What is done to an object as it is stored, again when another writer was faster. upstream: patcher's MaxRetryWhenPatchConflicts, registry/generic/registry/store.go GuaranteedUpdate */
import { isConflict } from '../base/status'
import type { Kind, KubeObject } from '../kinds/kind'
import type { Stored } from '../store/store'
import { prepared } from './custom-versions/versions'
import type { ApiServer } from './server'

/** A lost race is run again this often. */
const MAX_RETRIES = 5

/** Throws 404, and whatever `attempt` throws: a conflict with what the client itself named is the client's, one with another writer in between is ours. */
export async function onStored<T extends KubeObject, R>(server: ApiServer, kind: Kind<T>, namespace: string | undefined, name: string, attempt: (current: Stored<T>) => Promise<R>): Promise<R> {
  for (let tries = 0; ; tries++) {
    const converting = prepared(server, kind, namespace, name)
    if (converting !== undefined) await converting
    const current = server.stored(kind, namespace, name)
    try {
      return await attempt(current)
    } catch (e) {
      if (!isConflict(e) || tries >= MAX_RETRIES || server.store.get(current.key)?.rv === current.rv) throw e
    }
  }
}
