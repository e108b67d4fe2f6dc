/** Follows one object until something is so, letting the cluster's time pass. upstream: client-go/tools/watch UntilWithSync */
import type { Client, WatchEvent } from '../client/client'
import type { KubeObject, Resource } from '../kinds/kind'
import type { Session } from './access'

export interface Followed {
  readonly resource: Resource
  readonly name: string
  /** Empty for cluster-scoped objects. */
  readonly namespace: string
}

/**
 * Hands every event of the object to `visit`, beginning with what it is now, until `visit` answers true. Answers false when
 * `timeoutMs` of the cluster's time have passed before. Whatever `visit` throws ends the waiting.
 */
export async function watchUntil(session: Session, { resource, name, namespace }: Followed, timeoutMs: number, visit: (event: WatchEvent<KubeObject>) => boolean): Promise<boolean> {
  const { client } = session
  const scope = { namespace: namespace === '' ? undefined : namespace, fieldSelector: `metadata.name=${name}` }
  const list = await client.list(resource, scope)
  for (const object of list.items) if (visit({ type: 'ADDED', object })) return true
  let at = list.metadata.resourceVersion
  let done = false
  const drain = async (): Promise<boolean> => {
    if (done) return true
    for await (const event of eventsAfter(client, resource, scope, at)) {
      at = event.object.metadata.resourceVersion as string
      if (event.type !== 'BOOKMARK' && visit(event)) return (done = true)
    }
    return false
  }
  return session.waitUntil(drain, timeoutMs)
}

/** What has happened so far, without waiting for more than a server's shortest watch. */
const eventsAfter = (client: Client, resource: Resource, scope: object, resourceVersion: string): AsyncIterable<WatchEvent<KubeObject>> =>
  client.watch(resource, { ...scope, resourceVersion, timeoutMs: 0 })
