/** Waits until an object is gone. upstream: kubectl/pkg/cmd/wait/delete.go IsDeleted */
import { UsageError } from '../../base/errors'
import { isNotFound } from '../../base/status'
import type { KubeObject } from '../../kinds/kind'
import type { Session } from '../access'
import type { IOStreams } from '../io-streams'
import { klogErrors } from '../klog'
import { watchUntil, type Followed } from '../watch-until'

export const TIMED_OUT = 'timed out waiting for the condition'
export const timedOut = ({ resource, name }: Followed): UsageError => new UsageError(`${TIMED_OUT} on ${resource.plural}/${name}`)
export const notMet = ({ resource, name }: Followed): UsageError => new UsageError(`condition not met for ${resource.plural}/${name}`)

/**
 * The object as it was last seen, undefined where it was gone already. With a uid, another object of the same name is as good as
 * none. `timeoutMs` 0: looks once. Throws UsageError when it is still there, StatusError.
 */
export async function untilDeleted(session: Session, followed: Followed, uid: string | undefined, timeoutMs: number, io: IOStreams): Promise<KubeObject | undefined> {
  const { resource, name, namespace } = followed
  let found: KubeObject
  try {
    found = await session.client.get(resource, name, namespace === '' ? undefined : namespace)
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
  const isAnother = (object: KubeObject): boolean => uid !== undefined && object.metadata.uid !== uid
  if (isAnother(found)) return found
  if (timeoutMs === 0) throw notMet(followed)
  const gone = await watchUntil(session, followed, timeoutMs, { known: object => object === undefined || isAnother(object), visit: ({ type }) => type === 'DELETED', failed: klogErrors(session, io) })
  if (!gone) throw timedOut(followed)
  return found
}
