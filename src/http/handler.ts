/** Between the wire and the apiserver: requests one after another, each calm before the next, failures of ours as a Status. */
import { internalError } from '../base/status'
import type { RawRequest, RawResponse } from '../client/client'
import type { Answer } from './plain'

export interface Served {
  /** The stages of one request. */
  answer(request: RawRequest): Promise<RawResponse>
  /** Runs after a write was answered and before the next request begins. */
  settle(): Promise<void>
  /** Told of what was no fault of the client's. */
  failed(error: unknown): void
}

const READS = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Runs one piece of work after another. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>

export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve()
  return work => {
    const mine = last.then(work)
    last = mine.catch(() => {})
    return mine
  }
}

/**
 * Requests wait for each other: the cluster works in one transaction at a time, and what a write sets in motion has happened
 * before the next request looks. A watch waits only for its turn to begin.
 */
export function createHandler({ answer, settle, failed }: Served, inTurn: Turns = createTurns()): Answer {
  const answered = async (request: RawRequest): Promise<RawResponse> => {
    try {
      return await answer(request)
    } catch (e) {
      failed(e)
      return internal(e)
    }
  }
  return request => {
    const response = inTurn(() => answered(request))
    if (!READS.has(request.method)) void inTurn(settle).catch(failed)
    return response
  }
}

/** What a client is told of a failure of ours: never where in the code it happened. */
function internal(e: unknown): RawResponse {
  const { code, status } = internalError(e instanceof Error ? e.message : String(e))
  return { code, contentType: 'application/json', body: `${JSON.stringify(status)}\n`, warnings: [] }
}
