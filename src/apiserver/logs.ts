/** GET of a pod's log: whole, or as it grows. upstream: pkg/registry/core/pod/rest/log.go */
import { noSuchPath } from '../base/status'
import type { RawRequest, RawResponse } from '../client/client'
import type { Kind } from '../kinds/kind'
import type { RequestState } from './actor'
import type { Route } from './route'
import type { ApiServer } from './server'

/** A log that is followed and refused is refused at once: so many turns of the microtask queue are waited for that. */
const TURNS = 100

/** Throws 400, 404. */
export async function podLog(server: ApiServer, kind: Kind, { name = '', namespace }: Route, request: RawRequest, query: URLSearchParams, state: RequestState): Promise<RawResponse> {
  const { nodes } = server
  if (nodes === undefined) throw noSuchPath()
  const follow = ['1', 'true'].includes(query.get('follow') ?? '')
  const queue = new Chunks()
  const work = nodes.connect(kind, { metadata: { name, namespace } }, 'log', { query: Object.fromEntries(query), stdout: chunk => queue.push(chunk), ...(request.signal === undefined ? {} : { signal: request.signal }) })
  const ended = work.then(() => queue.end(undefined), (error: unknown) => queue.end(error))
  if (follow) for (let turn = 0; turn < TURNS && queue.quiet; turn++) await undefined
  else await ended
  if (queue.failure !== undefined) throw queue.failure
  return { code: 200, contentType: 'text/plain', body: '', warnings: state.warnings, stream: queue.stream() }
}

/** What was written and not yet sent. */
class Chunks {
  failure: unknown
  private readonly waiting: Uint8Array[] = []
  private over = false
  private wake: (() => void) | undefined

  get quiet(): boolean {
    return this.waiting.length === 0 && !this.over
  }

  push(chunk: Uint8Array): void {
    this.waiting.push(chunk)
    this.wake?.()
  }

  end(failure: unknown): void {
    this.failure = failure
    this.over = true
    this.wake?.()
  }

  async *stream(): AsyncGenerator<Uint8Array> {
    for (;;) {
      while (this.waiting.length > 0) yield this.waiting.shift() as Uint8Array
      if (this.over) return
      await new Promise<void>(wake => (this.wake = wake))
    }
  }
}
