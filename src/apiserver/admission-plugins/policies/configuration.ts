/** Whether anybody has configured admission at all: asked at every write, so answered by one look at the index a revision. */
import type { ApiServer } from '../../server'

const PREFIX = 'admissionregistration.k8s.io/'
const known = new WeakMap<ApiServer, { head: number; count: number }>()

export function admissionConfigured(server: ApiServer): boolean {
  const head = server.store.head()
  const last = known.get(server)
  if (last?.head === head) return last.count > 0
  const count = server.store.count(PREFIX)
  if (last === undefined) known.set(server, { head, count })
  else {
    last.head = head
    last.count = count
  }
  return count > 0
}
