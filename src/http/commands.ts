/**
 * Where time jumps (`serve --clock settle`) it jumps between commands, not between the requests of one: a person's next command sees the cluster
 * calm, and what one command writes happens at one time. A command is what one session sends: requests with the same `Kubectl-Session`,
 * or over the same connection. It is over when another session asks for something, when it begins to watch, or after a short silence.
 */
import type { Alarm } from '../base/alarm'
import type { RawRequest } from '../client/client'

/** A client that says nothing for so long after its write has said all, or waits for what comes of it. */
const SILENCE_MS = 200
const READS = new Set(['GET', 'HEAD', 'OPTIONS'])

export class Commands {
  /** Sessions that wrote since the cluster was last calm. */
  private wrote = new Set<string>()
  /** Those whose writes are settling. */
  private settlingFor: ReadonlySet<string> = new Set()
  private settling: Promise<void> | undefined
  private unset: (() => void) | undefined

  /**
   * @param settle until the cluster is calm
   * @param failed told when it does not become calm
   */
  constructor(
    private readonly settle: () => Promise<void>,
    private readonly alarm: Alarm,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Answers one request at its time. */
  async answer<T>(request: RawRequest, work: () => Promise<T>): Promise<T> {
    const session = sessionOf(request)
    await this.begin(session)
    const answered = await work()
    if (isWatch(request)) this.watches(session, request.signal)
    if (!READS.has(request.method)) this.wrote.add(session)
    if (this.wrote.has(session)) this.spoke(isWatch(request))
    return answered
  }

  /** Open watches, by session. */
  private readonly watching = new Map<string, number>()

  private watches(session: string, signal: AbortSignal | undefined): void {
    if (signal === undefined || signal.aborted) return
    const count = (by: number): void => {
      const n = (this.watching.get(session) ?? 0) + by
      if (n === 0) this.watching.delete(session)
      else this.watching.set(session, n)
    }
    count(1)
    signal.addEventListener('abort', () => count(-1), { once: true })
  }

  /** Whether somebody else follows what happens. */
  othersWatch(session: string): boolean {
    for (const other of this.watching.keys()) if (other !== session) return true
    return false
  }

  /** What others wrote has taken its course. */
  async begin(session: string): Promise<void> {
    if (this.wrote.has(session)) this.unset?.()
    if (this.settling !== undefined && !this.settlingFor.has(session)) await this.settling.catch(() => {})
    if ([...this.wrote].some(other => other !== session)) await this.becomeCalm().catch(() => {})
  }

  /** A session changed something by other means than a request: a command in a container. */
  ended(session: string): void {
    this.wrote.add(session)
    this.spoke(true)
  }

  /** Lets what was written take its course; one at a time. Throws what settling throws. */
  async becomeCalm(): Promise<void> {
    this.unset?.()
    // What is under way may have begun before the write that this is about.
    if (this.settling !== undefined) await this.settling.catch(() => {})
    if (this.settling === undefined) {
      this.settlingFor = this.wrote
      this.wrote = new Set()
      this.settling = this.settle().finally(() => {
        this.settling = undefined
        this.settlingFor = new Set()
      })
      this.settling.catch(this.failed)
    }
    return this.settling
  }

  private spoke(waits: boolean): void {
    this.unset?.()
    if (waits) void this.becomeCalm().catch(() => {})
    else this.unset = this.alarm(SILENCE_MS, () => void this.becomeCalm().catch(() => {}))
  }
}

/** Whose command a request belongs to. */
export const sessionOf = ({ headers, connection = '' }: Pick<RawRequest, 'headers' | 'connection'>): string => headers?.['kubectl-session']?.[0] ?? connection

const isWatch = ({ method, path }: RawRequest): boolean => method === 'GET' && /[?&]watch=(1|true)\b/.test(path)
