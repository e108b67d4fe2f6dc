/**
 * What is committed goes to everybody who watches: one look at each change, whoever waits. A watch finds itself by its resource; one that does not
 * take what it gets is ended. upstream: apiserver/pkg/storage/cacher
 */
import type { Alarm } from '../base/alarm'
import type { LogEntry, Store } from '../store/store'

/** Changes kept for watches that begin a little later than now. */
const RECENT = 4_096
/** Changes that wait for a reader; one more ends its watch. */
const MAX_WAITING = 8_192
const PAGE = 500
/** upstream: cacher's bookmarkFrequency */
const BOOKMARK_MS = 60_000

/** One watch's share: what it has not taken yet. */
export class Feed {
  private waiting: LogEntry[] = []
  private wake: (() => void) | undefined
  /** Nothing comes any more. */
  over = false
  /** It was ended because nobody took what waited. */
  tooSlow = false
  /** A bookmark is due. */
  bookmark = false

  constructor(
    /** Of all keys that it is about. */
    readonly prefix: string,
    /** It has been given everything up to this revision that concerns it. */
    public at: number,
    private readonly left: () => void,
    private readonly ended: (() => void) | undefined,
  ) {}

  /** Fulfilled when there is something to take. */
  async some(): Promise<void> {
    if (this.waiting.length > 0 || this.over || this.bookmark) return
    await new Promise<void>(wake => (this.wake = wake))
  }

  /** What was written before it began. */
  begin(entries: Iterable<LogEntry>): void {
    for (const e of entries) {
      this.waiting.push(e)
      this.at = e.rv
    }
  }

  take(): readonly LogEntry[] {
    const { waiting } = this
    if (waiting.length > 0) this.waiting = []
    return waiting
  }

  give(entry: LogEntry): void {
    if (this.over || entry.rv <= this.at) return
    this.at = entry.rv
    if (this.waiting.length < MAX_WAITING) {
      this.waiting.push(entry)
      return
    }
    this.waiting = []
    this.tooSlow = true
    this.end()
    this.ended?.()
  }

  remind(): void {
    this.bookmark = true
    this.rouse()
  }

  /** Nothing comes after what waits. */
  end(): void {
    if (this.over) return
    this.over = true
    this.left()
    this.rouse()
  }

  /** Whoever waits is told that there is something. */
  rouse(): void {
    const { wake } = this
    this.wake = undefined
    wake?.()
  }
}

export interface FeedOptions {
  readonly prefix: string
  /** The revision after which it begins. */
  readonly from: number
  readonly bookmarks: boolean
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
  /** Told when it is ended because its reader was too slow. */
  readonly ended?: (() => void) | undefined
}

export class WatchHub {
  /** By what their keys begin with: a resource, one of its namespaces, or one object. */
  private readonly feeds = new Map<string, Set<Feed>>()
  /** Those that were given something, until they are told so. */
  private roused = new Set<Feed>()
  private readonly reminded = new Set<Feed>()
  private recent: LogEntry[] = []
  private at: number
  private closed = false
  /** Watches so far. */
  opened = 0
  private unset: (() => void) | undefined

  constructor(
    private readonly store: Store,
    private readonly alarm: Alarm,
    /** Fulfilled when connections have had their turn: what is written until then goes to each watch in one piece. */
    private readonly later: () => Promise<void>,
  ) {
    this.at = store.head()
    store.committed = entries => this.told(entries)
  }

  /** The revision up to which everybody was told. */
  get head(): number {
    return this.at
  }

  /** Watches that are open, by resource (`apps/deployments/`). */
  counts(): Map<string, number> {
    const counts = new Map<string, number>()
    for (const [prefix, set] of this.feeds) counts.set(resourceOf(prefix), (counts.get(resourceOf(prefix)) ?? 0) + set.size)
    return counts
  }

  /** Begins a watch at a revision that is not compacted; one to come is waited for. */
  open({ prefix, from, bookmarks, timeoutMs, signal, ended }: FeedOptions): Feed {
    this.opened++
    let set = this.feeds.get(prefix)
    if (set === undefined) this.feeds.set(prefix, (set = new Set()))
    const mine = set
    const end = (): void => feed.end()
    const feed = new Feed(prefix, from, () => {
      mine.delete(feed)
      if (mine.size === 0 && this.feeds.get(prefix) === mine) this.feeds.delete(prefix)
      this.reminded.delete(feed)
      signal?.removeEventListener('abort', end)
      unset()
    }, ended)
    const unset = this.alarm(timeoutMs, end)
    if (signal?.aborted === true || this.closed) {
      feed.end()
      return feed
    }
    signal?.addEventListener('abort', end, { once: true })
    feed.begin(this.since(prefix, from))
    mine.add(feed)
    this.feeds.set(prefix, mine)
    if (bookmarks) this.reminded.add(feed)
    if (bookmarks) this.unset ??= this.alarm(BOOKMARK_MS, () => this.remind())
    return feed
  }

  /** Looks for what other processes wrote; says whether there was something. */
  look(): boolean {
    if (this.closed || this.store.inTransaction || this.store.head() === this.at) return false
    this.readOn()
    return true
  }

  /** Ends all watches, and takes no more. */
  close(): void {
    this.closed = true
    this.unset?.()
    this.store.committed = undefined
    for (const set of this.feeds.values()) for (const feed of [...set]) feed.end()
  }

  /** Changes that are committed, from memory where it reaches far enough. */
  private *since(prefix: string, from: number): Iterable<LogEntry> {
    if (from >= this.at) return
    const first = this.recent[0]
    if (first !== undefined && first.rv <= from + 1) {
      for (const e of this.recent) if (e.rv > from && e.key.startsWith(prefix)) yield e
      return
    }
    for (let at = from; ; ) {
      const entries = this.store.logOf(prefix, at, this.at, PAGE)
      yield* entries
      const last = entries.at(-1)
      if (last === undefined || entries.length < PAGE) return
      at = last.rv
    }
  }

  private told(entries: readonly LogEntry[]): void {
    // Somebody else's revisions lie before: the file has them all.
    if (entries[0]?.rv !== this.at + 1) return this.readOn()
    this.pass(entries)
  }

  private readOn(): void {
    for (;;) {
      const entries = this.store.log(this.at, PAGE)
      if (entries.length === 0) return
      this.recent = []
      this.pass(entries)
    }
  }

  private pass(entries: readonly LogEntry[]): void {
    for (const e of entries) {
      this.at = e.rv
      this.recent.push(e)
      const inResource = e.key.indexOf('/', e.key.indexOf('/') + 1) + 1
      this.give(e.key.slice(0, inResource), e)
      this.give(e.key.slice(0, e.key.indexOf('/', inResource) + 1), e)
      this.give(e.key, e)
    }
    if (this.recent.length > 2 * RECENT) this.recent = this.recent.slice(-RECENT)
  }

  private give(prefix: string, entry: LogEntry): void {
    const set = this.feeds.get(prefix)
    if (set === undefined) return
    for (const feed of set) {
      feed.give(entry)
      this.roused.add(feed)
    }
    if (this.telling) return
    this.telling = true
    void this.later().then(() => {
      this.telling = false
      const { roused } = this
      this.roused = new Set()
      for (const feed of roused) feed.rouse()
    })
  }
  private telling = false

  private remind(): void {
    for (const feed of this.reminded) feed.remind()
    this.unset = this.reminded.size === 0 ? undefined : this.alarm(BOOKMARK_MS, () => this.remind())
  }
}

/** `apps/deployments/` of a key or of the beginning of one. */
const resourceOf = (key: string): string => key.slice(0, key.indexOf('/', key.indexOf('/') + 1) + 1)
