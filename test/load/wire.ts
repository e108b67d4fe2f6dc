/** A client that knows HTTP and nothing else: requests that are measured, watches that go on where they were. */
import { Agent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'

export interface KubeObject {
  readonly kind?: string
  readonly code?: number
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly resourceVersion: string; readonly annotations?: Record<string, string> }
  readonly data?: Record<string, string>
}
export interface List {
  readonly metadata: { readonly resourceVersion: string }
  readonly items: readonly KubeObject[]
}
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  readonly object: KubeObject
}
export interface Answered<T = unknown> {
  /** 0: the connection broke before there was an answer. */
  readonly code: number
  readonly body: T
  readonly ms: number
}

const TYPES: Readonly<Record<string, string>> = { PATCH: 'application/merge-patch+json' }
const TIMEOUT_MS = 30_000

/** One client's connections, kept open. */
export class Wire {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 })

  constructor(private readonly port: () => number) {}

  send<T = KubeObject>(method: string, path: string, body?: object): Promise<Answered<T>> {
    const began = performance.now()
    return new Promise(done => {
      const broken = (): void => done({ code: 0, body: undefined as T, ms: performance.now() - began })
      const r = httpRequest({ host: '127.0.0.1', port: this.port(), method, path, agent: this.agent, timeout: TIMEOUT_MS, headers: { accept: 'application/json', 'content-type': TYPES[method] ?? 'application/json' } }, response => {
        const chunks: Buffer[] = []
        response.on('data', (c: Buffer) => chunks.push(c))
        response.on('error', broken)
        response.on('aborted', broken)
        response.on('end', () => done({ code: response.statusCode as number, body: JSON.parse(Buffer.concat(chunks).toString()) as T, ms: performance.now() - began }))
      })
      r.on('error', broken)
      r.on('timeout', () => void r.destroy())
      r.end(body === undefined ? undefined : JSON.stringify(body))
    })
  }

  close(): void {
    this.agent.destroy()
  }
}

/** A list and the watch after it, which begins again from the last revision when it ends, and with a new list after 410. */
export class Informer {
  /** What the client believes to exist, by namespace and name. */
  readonly objects = new Map<string, KubeObject>()
  /** Revisions that were told, in order; lists break it. */
  readonly told: number[] = []
  lists = 0
  resumes = 0
  /** Told out of order, or twice. */
  readonly disorder: string[] = []
  private at = ''
  private stopped = false
  private current: ClientRequest | undefined
  private running: Promise<void> | undefined

  /** `path` with the query of its selectors, if any. */
  constructor(
    private readonly port: () => number,
    private readonly path: string,
  ) {}

  /** Fulfilled when the first watch is open. */
  start(): Promise<void> {
    return new Promise(open => (this.running = this.run(open)))
  }

  async stop(): Promise<void> {
    this.stopped = true
    this.current?.destroy()
    await this.running
  }

  private async run(open: () => void): Promise<void> {
    const wire = new Wire(this.port)
    while (!this.stopped) {
      if (this.at === '') {
        const { code, body } = await wire.send<List>('GET', this.path)
        if (code !== 200) {
          await pause(20)
          continue
        }
        this.lists++
        this.objects.clear()
        for (const o of body.items) this.objects.set(keyOf(o), o)
        this.at = body.metadata.resourceVersion
      } else this.resumes++
      await this.watch(open)
    }
    wire.close()
  }

  private async watch(open: () => void): Promise<void> {
    const path = `${this.path}${this.path.includes('?') ? '&' : '?'}watch=1&allowWatchBookmarks=true&resourceVersion=${this.at}`
    const response = await new Promise<IncomingMessage | undefined>(done => {
      const r = httpRequest({ host: '127.0.0.1', port: this.port(), path, agent: false }, done)
      r.on('error', () => done(undefined))
      this.current = r
      r.end()
    })
    if (response === undefined) return pause(20)
    open()
    let rest = ''
    try {
      for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) {
        const lines = (rest + chunk).split('\n')
        rest = lines.pop() as string
        for (const line of lines) this.take(JSON.parse(line) as WatchEvent)
      }
    } catch {
      // The connection broke: on from where it was.
    }
  }

  private take({ type, object }: WatchEvent): void {
    if (type === 'ERROR') {
      if (object.code !== 410) this.disorder.push(JSON.stringify(object))
      this.at = ''
      return
    }
    const { resourceVersion } = object.metadata
    if (type !== 'BOOKMARK') {
      if (Number(resourceVersion) <= Number(this.at)) this.disorder.push(`${type} ${resourceVersion} after ${this.at}`)
      this.told.push(Number(resourceVersion))
      if (type === 'DELETED') this.objects.delete(keyOf(object))
      else this.objects.set(keyOf(object), object)
    }
    this.at = resourceVersion
  }

  /** It has been told up to there. */
  get revision(): number {
    return Number(this.at)
  }
}

export const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`
export const pause = (ms: number): Promise<void> => new Promise(done => setTimeout(done, ms))
