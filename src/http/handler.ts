/** Between the wire and the apiserver: failures of ours become a Status. */
import { internalError } from '../base/status'
import type { RawRequest, RawResponse } from '../client/client'
import type { Answer } from './plain'

export interface Served {
  /** The stages of one request. */
  answer(request: RawRequest): Promise<RawResponse>
  /** Told of what was no fault of the client's. */
  failed(error: unknown): void
}

/** Every request gets an answer. */
export function createHandler({ answer, failed }: Served): Answer {
  return async request => {
    try {
      return await answer(request)
    } catch (e) {
      failed(e)
      return internal(e)
    }
  }
}

/** What a client is told of a failure of ours: never where in the code it happened. */
function internal(e: unknown): RawResponse {
  const { code, status } = internalError(e instanceof Error ? e.message : String(e))
  return { code, contentType: 'application/json', body: `${JSON.stringify(status)}\n`, warnings: [] }
}
