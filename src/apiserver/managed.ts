/** managedFields: kept beside the body as a packed text of interned field sets. */
import type { Kind, KubeObject } from '../kinds/kind'
import type { Stored } from '../store/store'
import type { RequestState } from './actor'
import type { Change } from './update'
import type { ApiServer } from './server'

/** How a request changes ownership when it is not an ordinary update. */
export interface ManagedChange {
  readonly text: string | null
}

export function managedOnCreate(_server: ApiServer, _kind: Kind<never>, _object: KubeObject, _request: RequestState): string | null {
  return null
}

export function managedOnUpdate<T extends KubeObject>(server: ApiServer, _kind: Kind<T>, current: Stored<T>, _next: T, _change: Change<T>, _request: RequestState): { text: string | null; unchanged: boolean } {
  return { text: server.store.managedOf(current.rv), unchanged: true }
}

/** The object with its managedFields, as clients on the wire get it. */
export function withManagedFields<T extends KubeObject>(_server: ApiServer, _kind: Kind<T>, object: T): T {
  return object
}
