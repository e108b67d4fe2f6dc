/** Follows one object until something is so, letting the cluster's time pass. upstream: client-go/tools/watch UntilWithSync */
import type { Client, WatchEvent } from '../client/client'
import type { KubeObject, Resource } from '../kinds/kind'
import type { Session } from './access'
import { reflect, type Visitor } from './reflector'

export interface Followed {
  readonly resource: Resource
  readonly name: string
  /** Empty for cluster-scoped objects. */
  readonly namespace: string
}

/**
 * True once the visitor says so, false when `timeoutMs` (of the cluster's time, of the wall's over HTTP; Infinity: never) have
 * passed before. Whatever the visitor throws ends the waiting.
 */
export async function watchUntil(session: Session, { resource, name, namespace }: Followed, timeoutMs: number, visitor: Visitor): Promise<boolean> {
  const scope = { namespace: namespace === '' ? undefined : namespace, fieldSelector: `metadata.name=${name}` }
  if (session.timer !== undefined) return reflect(session, resource, scope, session.timer(timeoutMs), visitor)
  const list = await session.client.list(resource, scope)
  if (visitor.known?.(list.items[0]) === true) return true
  for (const object of list.items) if (visitor.visit({ type: 'ADDED', object })) return true
  let done = false
  if (session.looksOnly === true) {
    let last = list.items[0]
    const look = async (): Promise<boolean> => {
      const [now] = (await session.client.list(resource, scope)).items
      const events = between(last, now)
      last = now
      return (done ||= events.some(event => visitor.visit(event)))
    }
    return session.waitUntil(look, timeoutMs)
  }
  let at = list.metadata.resourceVersion
  const drain = async (): Promise<boolean> => {
    if (done) return true
    for await (const event of eventsAfter(session.client, resource, scope, at)) {
      at = event.object.metadata.resourceVersion as string
      if (event.type !== 'BOOKMARK' && visitor.visit(event)) return (done = true)
    }
    return false
  }
  return session.waitUntil(drain, timeoutMs)
}

/** What a watch would have told, as far as it can be seen. */
function between(last: KubeObject | undefined, now: KubeObject | undefined): WatchEvent<KubeObject>[] {
  if (last?.metadata.resourceVersion === now?.metadata.resourceVersion) return []
  const same = last?.metadata.uid === now?.metadata.uid
  return [...(last === undefined || same ? [] : [{ type: 'DELETED', object: last } as const]), ...(now === undefined ? [] : [{ type: same ? 'MODIFIED' : 'ADDED', object: now } as const])]
}

/** What has happened so far, without waiting for more than a server's shortest watch. */
const eventsAfter = (client: Client, resource: Resource, scope: object, resourceVersion: string): AsyncIterable<WatchEvent<KubeObject>> =>
  client.watch(resource, { ...scope, resourceVersion, timeoutMs: 0 })
