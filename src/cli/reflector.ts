/** Keeps up with objects of a server by watching them, and goes on after whatever ends a watch. upstream: client-go/tools/cache Reflector */
import { ConnectionError } from '../base/errors'
import { goQuote } from '../base/field'
import { StatusError } from '../base/status'
import type { WatchEvent } from '../client/client'
import type { KubeObject, Resource } from '../kinds/kind'
import type { Session } from './access'

interface Scope {
  readonly namespace: string | undefined
  readonly fieldSelector: string
}

/** Who wants to know what becomes of an object. */
export interface Visitor {
  /** Told of every event of the object, beginning with what it is now; true ends the waiting. */
  visit(event: WatchEvent<KubeObject>): boolean
  /** Told in klog's words of what keeps a watch from going on. */
  failed?(line: string): void
  /** What the objects are to Go. */
  readonly type?: string
  /** Asked before that with the object as it is, if it is there; true ends the waiting. */
  known?(object: KubeObject | undefined): boolean
}

type Objects = Map<string, KubeObject>

/** A server ends a watch after that and half as much again. */
const WATCH_MS = 300_000
const FIRST_PAUSE_MS = 800
const LONGEST_PAUSE_MS = 30_000
const PAGE = 500
const INITIAL_EVENTS_END = 'k8s.io/initial-events-end'

/** True once the visitor says so, false once the signal is given. Throws whatever the visitor throws. */
export function reflect(session: Session, resource: Resource, scope: Scope, signal: AbortSignal, visitor: Visitor): Promise<boolean> {
  return new Reflector(session, resource, scope, signal, visitor).run()
}

/** The watch was ended by the visitor, or by its error. */
class Ended extends Error {
  constructor(override readonly cause: unknown) {
    super('ended')
  }
}

class Reflector {
  /** Undefined until everything is known for the first time. */
  private objects: Objects | undefined
  private version = ''
  private pauseMs = FIRST_PAUSE_MS

  constructor(private readonly session: Session, private readonly resource: Resource, private readonly scope: Scope, private readonly signal: AbortSignal, private readonly visitor: Visitor) {}

  async run(): Promise<boolean> {
    try {
      while (!this.signal.aborted) await this.turn()
      return false
    } catch (e) {
      if (!(e instanceof Ended)) throw e
      if (e.cause !== undefined) throw e.cause
      return true
    }
  }

  /** All objects, then what happens to them until something goes wrong. Throws Ended. */
  private async turn(): Promise<void> {
    try {
      await this.watchList()
    } catch (e) {
      if (e instanceof Ended) throw e
      if (this.signal.aborted) return
      if (isGone(e)) this.version = ''
      else if (!isPassing(e)) await this.listAndWatch()
    }
    await this.pause()
  }

  /** The list is the beginning of the watch. */
  private async watchList(): Promise<void> {
    const initial: Objects = new Map()
    let complete = false
    const options = { resourceVersion: this.version, sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' }
    for await (const event of this.watch(options)) {
      if (complete) this.take(event)
      else if (event.type !== 'BOOKMARK') initial.set(keyOf(event.object), event.object)
      else if (event.object.metadata.annotations?.[INITIAL_EVENTS_END] === 'true') {
        complete = true
        this.version = event.object.metadata.resourceVersion ?? ''
        this.replace(initial)
      }
    }
    while (complete && !this.signal.aborted) await this.watchOn()
  }

  /** For servers that know no other way. Its errors are told by later turns. */
  private async listAndWatch(): Promise<void> {
    try {
      const list = await this.session.client.list(this.resource, { ...this.scope, resourceVersion: this.version === '' ? '0' : this.version, limit: this.version === '' ? PAGE : undefined })
      this.version = list.metadata.resourceVersion
      this.replace(new Map(list.items.map(o => [keyOf(o), o])))
      while (!this.signal.aborted) await this.watchOn()
    } catch (e) {
      if (e instanceof Ended) throw e
      if (isGone(e)) this.version = ''
      else if (!this.signal.aborted) this.visitor.failed?.(`reflector.go:227] "Failed to watch" err=${goQuote((e as Error).message)} reflector="k8s.io/client-go/tools/watch/informerwatcher.go:162" type=${goQuote(this.visitor.type ?? '*unstructured.Unstructured')}`)
    }
  }

  /** Goes on where the last watch ended. Throws StatusError, ConnectionError. */
  private async watchOn(): Promise<void> {
    let events = 0
    for await (const event of this.watch({ resourceVersion: this.version })) {
      events++
      this.take(event)
    }
    if (events === 0) await this.pause()
  }

  private watch(options: object): AsyncIterable<WatchEvent<KubeObject>> {
    const { session: { client, clock }, resource, scope, signal } = this
    return client.watch(resource, { ...scope, ...options, allowWatchBookmarks: true, timeoutMs: WATCH_MS * (1 + (clock.now() % 1000) / 2000), signal })
  }

  private replace(now: Objects): void {
    const before = this.objects
    this.objects = now
    if (before === undefined && this.visitor.known !== undefined) this.ask(() => this.visitor.known?.([...now.values()][0]) === true)
    for (const [key, object] of now) this.tell({ type: before?.has(key) === true ? 'MODIFIED' : 'ADDED', object })
    for (const [key, object] of before ?? []) if (!now.has(key)) this.tell({ type: 'DELETED', object })
  }

  private take(event: WatchEvent<KubeObject>): void {
    this.version = event.object.metadata.resourceVersion ?? this.version
    this.pauseMs = FIRST_PAUSE_MS
    if (event.type === 'BOOKMARK') return
    if (event.type === 'DELETED') this.objects?.delete(keyOf(event.object))
    else this.objects?.set(keyOf(event.object), event.object)
    this.tell(event)
  }

  private tell(event: WatchEvent<KubeObject>): void {
    this.ask(() => this.visitor.visit(event))
  }

  /** Throws Ended. */
  private ask(question: () => boolean): void {
    let enough: boolean
    try {
      enough = question()
    } catch (e) {
      throw new Ended(e)
    }
    if (enough) throw new Ended(undefined)
  }

  private async pause(): Promise<void> {
    const { pauseMs } = this
    this.pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
    await this.session.waitUntil(async () => this.signal.aborted, pauseMs)
  }
}

const keyOf = ({ metadata: { namespace = '', name } }: KubeObject): string => `${namespace}/${name}`
const isGone = (e: unknown): boolean => e instanceof StatusError && e.code === 410
/** It may be better in a moment. upstream: isWatchErrorRetriable */
const isPassing = (e: unknown): boolean => (e instanceof ConnectionError && e.reason.includes('connection refused')) || (e instanceof StatusError && (e.code === 429 || e.code === 500))
