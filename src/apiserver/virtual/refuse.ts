/** Requests that computed kinds do not have. */
import { failure } from '../../base/status'
import type { Kind } from '../../kinds/kind'

/** Throws 405 for a kind whose objects can be read only. */
export function refuseComputed(kind: Kind<never>): void {
  if (kind.computed === true) throw failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', { ...(kind.group === '' ? {} : { group: kind.group }), kind: kind.plural })
}
