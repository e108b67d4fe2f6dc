/** What every request goes through before and after its stages: who, how many, how long, what is noted. upstream: apiserver/pkg/server/config.go DefaultBuildHandlerChain */
import { DurationError, parseDuration } from '../base/duration'
import type { Alarm } from '../base/alarm'
import { badRequest, failure, internalError, StatusError } from '../base/status'
import type { Actor } from '../apiserver/actor'
import type { RawRequest, RawResponse } from '../client/client'
import { statusAnswer } from '../apiserver/status-answer'
import { beginAudit, type Audit, type AuditParts } from './audit/audit'
import { tooManyRequests, type FlowLimit } from './flow-limit'
import type { RequestMetrics } from './metrics/request-metrics'
import type { Answer } from './plain'
import { requestInfo, type RequestInfo } from './request-info'
import type { RequestLog } from './request-log'

/** What is behind. */
export interface Door {
  /** Who sends a request. Throws 400, 401. */
  actorOf(request: RawRequest): Actor
  /** The stages of one request. */
  answer(request: RawRequest, actor: Actor): Promise<RawResponse>
}

/** Shared by all addresses of a server. */
export interface ChainParts {
  /** Wall time in ms, with fractions where there are any. */
  readonly nowMs: () => number
  readonly alarm: Alarm
  readonly newId: () => string
  readonly metrics: RequestMetrics
  readonly flow: FlowLimit
  /** A request that does not last is answered within so many ms. */
  readonly timeoutMs: number
  readonly audit?: AuditParts | undefined
  readonly log?: RequestLog | undefined
  /** Called when the server ends: requests that last end then. */
  readonly lasting: Set<() => void>
  /** Told of what was no fault of the client's. */
  readonly failed: (error: unknown) => void
}

const MAX_ID = 64
/** upstream: apiserver/pkg/endpoints/filters WithCacheControl */
const UNCACHED = 'no-cache, private'

/** Every request gets an answer. */
export function createChain(door: Door, parts: ChainParts): Answer {
  return request => new Passage(door, parts, request).answer()
}

/** A request for another protocol, as the logs and metrics see it. */
export interface NotedStream {
  begun(): void
  /** It was refused, or its connection has closed. */
  over(error?: unknown): void
}

const SWITCHING: RawResponse = { code: 101, contentType: '', body: '', warnings: [] }

/** Such a request is answered elsewhere; it is noted as any that lasts. */
export function noteStream(parts: ChainParts, request: RawRequest, actor: Actor): NotedStream {
  return new Passage({ actorOf: () => actor, answer: () => Promise.resolve(SWITCHING) }, parts, request).stream(actor)
}

class Passage {
  private readonly beganMs: number
  private readonly id: string
  private info: RequestInfo | undefined
  private audit: Audit | undefined
  private ended: (() => void) | undefined

  constructor(
    private readonly door: Door,
    private readonly parts: ChainParts,
    private readonly request: RawRequest,
  ) {
    this.beganMs = parts.nowMs()
    const [asked = ''] = request.headers?.['audit-id'] ?? []
    this.id = asked !== '' && asked.length <= MAX_ID && /^[\x21-\x7e]+$/.test(asked) ? asked : parts.newId()
  }

  async answer(): Promise<RawResponse> {
    let response: RawResponse
    try {
      response = await this.guarded()
    } catch (e) {
      if (!(e instanceof StatusError)) this.parts.failed(e)
      response = statusAnswer(e instanceof StatusError ? e : internal(e), this.request)
    }
    return this.finish({ ...response, headers: { 'audit-id': this.id, 'cache-control': UNCACHED, ...response.headers } })
  }

  private async guarded(): Promise<RawResponse> {
    const { door, parts, request } = this
    try {
      this.info = requestInfo(request)
    } catch (e) {
      if (!(e instanceof URIError)) throw e
      return { code: 400, contentType: 'text/plain; charset=utf-8', body: '400 Bad Request', warnings: [], headers: { connection: 'close' } }
    }
    const { info } = this
    let actor: Actor
    try {
      actor = door.actorOf(request)
    } catch (e) {
      this.begin(undefined)
      throw e
    }
    this.begin(actor)
    if (info.longRunning) return this.lasting(actor)
    const limitMs = timeoutOf(info, parts.timeoutMs)
    if (!parts.flow.enter(info, actor.groups)) {
      parts.metrics.terminatedWith(info, 429)
      return tooManyRequests()
    }
    this.noteFlow(info)
    return this.inTime(door.answer(request, actor).finally(() => {
      parts.flow.leave(info)
      this.noteFlow(info)
    }), limitMs, info)
  }

  private noteFlow(info: RequestInfo): void {
    const { flow, metrics, nowMs } = this.parts
    metrics.inFlight(info.mutating ? 'mutating' : 'readOnly', flow.count(info), nowMs())
  }

  private begin(actor: Actor | undefined): void {
    const { audit } = this.parts
    if (audit !== undefined) this.audit = beginAudit(audit, this.id, this.request, this.info as RequestInfo, actor)
  }

  /** What lasts ends with its client, and with the server. */
  private async lasting(actor: Actor): Promise<RawResponse> {
    const { signal } = this.request
    const over = new AbortController()
    const { lasting } = this.parts
    const end = (): void => {
      lasting.delete(end)
      over.abort()
    }
    lasting.add(end)
    signal?.addEventListener('abort', end, { once: true })
    if (signal?.aborted === true) end()
    this.ended = () => {
      lasting.delete(end)
      signal?.removeEventListener('abort', end)
    }
    return this.door.answer({ ...this.request, signal: over.signal }, actor)
  }

  /** The stages may go on after the time-out; their answer is nobody's then. */
  private inTime(work: Promise<RawResponse>, limitMs: number, info: RequestInfo): Promise<RawResponse> {
    return new Promise((done, failed) => {
      const unset = this.parts.alarm(limitMs, () => {
        this.parts.metrics.terminatedWith(info, 504)
        done(statusAnswer(failure(504, 'Timeout', 'Timeout: request did not complete within the allotted timeout', {}), this.request))
      })
      work.then(done, failed).finally(unset)
    })
  }

  stream(actor: Actor): NotedStream {
    const info = (this.info = requestInfo(this.request))
    this.begin(actor)
    let begun = false
    return {
      begun: () => {
        begun = true
        this.audit?.started(SWITCHING)
        this.parts.metrics.lasts(info, 1)
      },
      over: error => {
        if (begun) this.parts.metrics.lasts(info, -1)
        this.note(error === undefined ? SWITCHING : statusAnswer(error instanceof StatusError ? error : internal(error), this.request), 0)
      },
    }
  }

  private finish(response: RawResponse): RawResponse {
    const { info } = this
    if (response.stream === undefined || info === undefined) {
      this.note(response, Buffer.byteLength(response.body))
      return response
    }
    return { ...response, stream: this.toItsEnd(response, response.stream, info) }
  }

  private async *toItsEnd(response: RawResponse, stream: AsyncIterable<string | Uint8Array>, info: RequestInfo): AsyncGenerator<string | Uint8Array> {
    let bytes = 0
    if (info.longRunning) this.audit?.started(response)
    if (info.longRunning) this.parts.metrics.lasts(info, 1)
    try {
      for await (const chunk of stream) {
        bytes += chunk.length
        yield chunk
      }
    } finally {
      if (info.longRunning) this.parts.metrics.lasts(info, -1)
      if (response.broken?.aborted === true) this.parts.metrics.cutOff(info)
      this.note({ ...response, stream: undefined }, bytes)
    }
  }

  private note(response: RawResponse, bytes: number): void {
    const { parts, info, request, id } = this
    this.ended?.()
    const tookMs = parts.nowMs() - this.beganMs
    if (info !== undefined) parts.metrics.answered(info, response.code, tookMs / 1000, bytes)
    this.audit?.complete(response)
    parts.log?.(request, info, id, response.code, parts.nowMs(), tookMs)
  }
}

/** What a client is told of a failure of ours: never where in the code it happened. */
const internal = (e: unknown): StatusError => internalError(e instanceof Error ? e.message : String(e))

/** A client may want it faster, never slower. Throws 400. upstream: filters/request_deadline.go */
function timeoutOf({ query }: RequestInfo, mostMs: number): number {
  const text = query.get('timeout') ?? ''
  if (text === '') return mostMs
  try {
    const ms = parseDuration(text)
    return ms > 0 && ms < mostMs ? ms : mostMs
  } catch (e) {
    if (e instanceof DurationError) throw badRequest(`invalid timeout specified in the request URL - ${e.message}`)
    throw e
  }
}

