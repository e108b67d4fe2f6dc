/** What a kind's hooks may look at while a request is prepared. */
import type { WriteEnv } from '../kinds/kind'
import type { RequestState } from './actor'
import type { ApiServer } from './server'

export function writeEnv(server: ApiServer, request: RequestState): WriteEnv {
  const { lister, clock, draw } = server
  return {
    get nowMs() {
      return clock.now()
    },
    draw,
    dryRun: request.dryRun,
    // Seldom asked for, and its `extra` may have to be made.
    get user() {
      const { user: name, uid, groups, extra } = request.actor
      return { name, uid, groups, extra }
    },
    byIndex: (kind, index, value) => lister.byIndex(kind, index, value),
    get: (kind, name, namespace) => lister.get(kind, name, namespace),
  }
}
