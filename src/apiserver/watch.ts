/** Watch: the log from a version on, then what is written, as one stream. upstream: apiserver/pkg/storage/cacher */
import { expired } from '../base/status'
import type { WatchEvent, WatchOptions } from '../client/client'
import { apiVersionOf, type Kind, type KubeObject } from '../kinds/kind'
import { ADDED, DELETED } from '../store/store'
import { shown } from './custom-versions/shown'
import { prepared, preparedObjects } from './custom-versions/versions'
import { listPrefix } from './keys'
import { select, selectionOf, selects } from './read'
import type { ApiServer } from './server'
import { storedFields, storedForm } from './views'
import { refuseComputed } from './virtual/refuse'

const PAGE = 500
/** On the bookmark after what existed when the watch began. */
const INITIAL_EVENTS_END = 'k8s.io/initial-events-end'

/**
 * Events after `resourceVersion`; without one, what exists first. Ends with the signal or the time-out.
 * An object that stops matching the selectors is told as DELETED, one that starts to as ADDED.
 */
export async function* watch<T extends KubeObject>(server: ApiServer, kind: Kind<T>, options: WatchOptions): AsyncGenerator<WatchEvent<T>> {
  refuseComputed(kind as never)
  const form = storedForm(kind)
  if (form !== undefined) {
    const events = watch(server, form.kind, { ...options, fieldSelector: storedFields(kind, options.fieldSelector) })
    for await (const e of events) yield { type: e.type, object: e.type === 'BOOKMARK' ? ({ ...e.object, kind: kind.kind, apiVersion: apiVersionOf(kind) } as T) : form.fromStored(e.object) }
    return
  }
  const selection = selectionOf(kind, options)
  const seen = async (object: object): Promise<T> => {
    await server.turn(async () => preparedObjects(server, kind as unknown as Kind, [object as KubeObject]))
    return shown(kind, { key: '', rv: 0, body: object as T }).body
  }
  const prefix = listPrefix(kind, options.namespace)
  const bookmark = (rv: number, more: object = {}): WatchEvent<T> => ({ type: 'BOOKMARK', object: { kind: kind.kind, apiVersion: apiVersionOf(kind), metadata: { name: '', resourceVersion: String(rv), ...more } } as unknown as T })
  let at: number
  if (options.sendInitialEvents === true || options.resourceVersion === undefined || options.resourceVersion === '' || options.resourceVersion === '0') {
    at = server.store.head()
    await server.turn(async () => prepared(server, kind, options.namespace, undefined))
    for (const { body } of select(server, kind, options.namespace, selection)) yield { type: 'ADDED', object: body }
    if (options.sendInitialEvents === true) yield bookmark(at, { annotations: { [INITIAL_EVENTS_END]: 'true' } })
  } else {
    at = Number(options.resourceVersion)
    if (at < server.store.compactedTo()) throw expired(`too old resource version: ${at} (${server.store.compactedTo()})`)
  }
  const wait = server.follow?.(options)
  let told = -1
  for (;;) {
    const entries = server.store.log(at, PAGE)
    for (const e of entries) {
      at = e.rv
      if (!e.key.startsWith(prefix)) continue
      const object = kind.custom === undefined ? (e.body as T) : await seen(e.body)
      const was = kind.custom === undefined || e.previous === undefined ? (e.previous as T | undefined) : await seen(e.previous)
      const now = e.type !== DELETED && selects(kind, selection, object)
      const before = e.type !== ADDED && was !== undefined && selects(kind, selection, was)
      if (now) yield { type: before ? 'MODIFIED' : 'ADDED', object }
      else if (before) yield { type: 'DELETED', object }
    }
    if (entries.length > 0) continue
    if (options.allowWatchBookmarks === true && told !== at) yield bookmark(at)
    told = at
    if (wait === undefined || !(await wait())) return
  }
}
