/** Watch: the log from a version on, then what is written, as one stream. upstream: apiserver/pkg/storage/cacher */
import { expired } from '../base/status'
import type { WatchEvent, WatchOptions } from '../client/client'
import { apiVersionOf, type Kind, type KubeObject } from '../kinds/kind'
import { ADDED, DELETED, type LogEntry } from '../store/store'
import { shown } from './custom-versions/shown'
import { prepared, preparedObjects } from './custom-versions/versions'
import { listPrefix, storageKey } from './keys'
import { tooLarge, versionOf } from './list-version'
import { select, selectionOf, selects, type Selection } from './read'
import type { ApiServer } from './server'
import { storedFields, storedForm } from './views'
import { refuseComputed } from './virtual/refuse'
import type { Feed, WatchHub } from './watch-hub'

const PAGE = 500
/** On the bookmark after what existed when the watch began. */
const INITIAL_EVENTS_END = 'k8s.io/initial-events-end'
/** A watch that names no end is ended after one to two of these. upstream: MinRequestTimeout */
const MIN_TIMEOUT_MS = 1_800_000

export interface ServedOptions extends WatchOptions {
  /** Told when the watch is ended because its reader does not take what there is. */
  readonly tooSlow?: (() => void) | undefined
}

/** Events that are known together, in order; never none. */
export type Batch<T> = readonly WatchEvent<T>[]

/**
 * Events after `resourceVersion`; without one, what exists first. Ends with the signal or the time-out.
 * An object that stops matching the selectors is told as DELETED, as it was last, one that starts to as ADDED.
 * Throws 400 and 405 at once; 410 and 504 come from the first step, since a watch tells them as an event.
 */
export function watch<T extends KubeObject>(server: ApiServer, kind: Kind<T>, options: ServedOptions): AsyncGenerator<Batch<T>> {
  refuseComputed(kind as never)
  const form = storedForm(kind)
  if (form !== undefined) return viewedBatches(kind, form, watch(server, form.kind, { ...options, fieldSelector: storedFields(kind, options.fieldSelector) }))
  if (options.resourceVersion !== undefined && options.resourceVersion !== '') versionOf(options.resourceVersion)
  const watching = new Watching(server, kind, options, selectionOf(kind, options))
  return server.hub === undefined ? watching.looked() : watching.fed(server.hub)
}

async function* viewedBatches<T extends KubeObject>(kind: Kind<T>, form: NonNullable<ReturnType<typeof storedForm<T>>>, batches: AsyncIterable<Batch<KubeObject>>): AsyncGenerator<Batch<T>> {
  for await (const batch of batches)
    yield batch.map(e => ({ type: e.type, object: e.type === 'BOOKMARK' ? ({ ...e.object, kind: kind.kind, apiVersion: apiVersionOf(kind) } as T) : form.fromStored(e.object) }))
}

/** One by one. */
export async function* watchEvents<T extends KubeObject>(server: ApiServer, kind: Kind<T>, options: WatchOptions): AsyncGenerator<WatchEvent<T>> {
  for await (const batch of watch(server, kind, options)) yield* batch
}

class Watching<T extends KubeObject> {
  private readonly prefix: string
  private readonly asked: number

  constructor(
    private readonly server: ApiServer,
    private readonly kind: Kind<T>,
    private readonly options: ServedOptions,
    private readonly selection: Selection,
  ) {
    const name = selection.fields.find(r => r.field === 'metadata.name' && r.operator !== '!=')?.value
    const one = name !== undefined && name !== '' && (kind.scope === 'Cluster' || (options.namespace ?? '') !== '')
    this.prefix = one ? storageKey(kind, kind.scope === 'Cluster' ? undefined : options.namespace, name) : listPrefix(kind, options.namespace)
    this.asked = Number(options.resourceVersion ?? '')
  }

  /** What exists comes first. upstream: watchCache.getAllEventsSinceLocked */
  private get fromStart(): boolean {
    const { sendInitialEvents } = this.options
    return sendInitialEvents === true || (this.asked === 0 && sendInitialEvents === undefined)
  }

  /** Where no time passes by itself: looks at the log again and again. */
  async *looked(): AsyncGenerator<Batch<T>> {
    const { server, options } = this
    const [first, from] = await this.begin(() => server.store.head())
    if (first.length > 0) yield first
    let at = from
    const wait = server.follow?.(options)
    let told = -1
    for (;;) {
      const entries = server.store.log(at, PAGE)
      at = entries.at(-1)?.rv ?? at
      const batch = await this.events(entries.filter(e => e.key.startsWith(this.prefix)))
      if (batch.length > 0) yield batch
      if (entries.length > 0) continue
      if (options.allowWatchBookmarks === true && told !== at) yield [this.bookmark(at)]
      told = at
      if (wait === undefined || !(await wait())) return
    }
  }

  /** Where changes are handed to whoever watches. */
  async *fed(hub: WatchHub): AsyncGenerator<Batch<T>> {
    const { options } = this
    let feed: Feed | undefined
    try {
      hub.look()
      const [first] = await this.begin(from => {
        feed = hub.open({ prefix: this.prefix, from: from ?? hub.head, bookmarks: options.allowWatchBookmarks === true, timeoutMs: this.timeoutMs(hub.opened), signal: options.signal, ended: options.tooSlow })
        return hub.head
      })
      const mine = feed as unknown as Feed
      if (first.length > 0) yield first
      while (!mine.tooSlow) {
        const entries = mine.take()
        if (entries.length > 0) {
          const batch = await this.events(entries)
          if (batch.length > 0) yield batch
        } else if (mine.over) return
        else if (mine.bookmark) {
          mine.bookmark = false
          yield [this.bookmark(Math.max(hub.head, mine.at))]
        } else await mine.some()
      }
    } finally {
      feed?.end()
    }
  }

  private timeoutMs(n: number): number {
    const { timeoutMs = 0 } = this.options
    return timeoutMs === 0 ? MIN_TIMEOUT_MS * (1 + this.server.draw.fraction(this.prefix, 'watch', n)) : Math.max(0, timeoutMs)
  }

  /** What comes first, and the revision that it tells of. `opened` is called where nothing is half written, with the revision to begin after, and tells the newest. Throws 410, 504. */
  private async begin(opened: (from?: number) => number): Promise<readonly [first: Batch<T>, from: number]> {
    const { server, kind, options, selection } = this
    if (!this.fromStart) {
      if (this.asked > 0 && this.asked < server.store.compactedTo()) throw expired(`too old resource version: ${this.asked} (${server.store.compactedTo()})`)
      const from = this.asked > 0 ? this.asked : server.hub?.head ?? server.store.head()
      opened(from)
      return [[], from]
    }
    return server.turn(async () => {
      await prepared(server, kind, options.namespace, undefined)
      const at = opened()
      if (this.asked > at) throw tooLarge(this.asked, at)
      const first: WatchEvent<T>[] = select(server, kind, options.namespace, selection).map(({ body }) => ({ type: 'ADDED', object: body }))
      if (options.allowWatchBookmarks === true) first.push(this.bookmark(at, { annotations: { [INITIAL_EVENTS_END]: 'true' } }))
      return [first, at] as const
    })
  }

  private bookmark(rv: number, more: object = {}): WatchEvent<T> {
    return { type: 'BOOKMARK', object: { kind: this.kind.kind, apiVersion: apiVersionOf(this.kind), metadata: { resourceVersion: String(rv), ...more } } as unknown as T }
  }

  private async events(entries: readonly LogEntry[]): Promise<Batch<T>> {
    const { server, kind } = this
    const out: WatchEvent<T>[] = []
    if (kind.custom === undefined) {
      for (const e of entries) this.tell(e, e.body as T, e.previous as T | undefined, out)
      return out
    }
    const bodies = entries.flatMap(e => (e.previous === undefined ? [e.body] : [e.body, e.previous]))
    await server.turn(async () => preparedObjects(server, kind as unknown as Kind, bodies as KubeObject[]))
    const seen = (body: object): T => shown(kind, { key: '', rv: 0, body: body as T }).body
    for (const e of entries) this.tell(e, seen(e.body), e.previous === undefined ? undefined : seen(e.previous), out)
    return out
  }

  /** What a change is to this watch. upstream: cacheWatcher convertToWatchEvent */
  private tell({ type, rv }: LogEntry, object: T, was: T | undefined, out: WatchEvent<T>[]): void {
    const { kind, selection } = this
    const now = type !== DELETED && selects(kind, selection, object)
    // What was replaced may be forgotten already: the client has seen it then, as far as anybody knows.
    const before = type !== ADDED && (was === undefined || selects(kind, selection, was))
    if (now) out.push({ type: before ? 'MODIFIED' : 'ADDED', object })
    else if (before) out.push({ type: 'DELETED', object: type === DELETED || was === undefined ? object : { ...was, metadata: { ...was.metadata, resourceVersion: String(rv) } } })
  }
}
