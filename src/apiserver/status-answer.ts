/** A failure as an answer, in the form that the client accepts. upstream: endpoints/handlers/responsewriters ErrorNegotiated */
import type { StatusError } from '../base/status'
import type { RawRequest, RawResponse } from '../client/client'
import { negotiatedForStatus } from './negotiate'

const JSON_TYPE = 'application/json'

export function statusAnswer({ code, status }: StatusError, { accept }: Pick<RawRequest, 'accept'>, warnings: readonly string[] = []): RawResponse {
  const mediaType = negotiatedForStatus(accept)
  const seconds = status.details?.retryAfterSeconds ?? 0
  return {
    code, contentType: JSON_TYPE, body: `${JSON.stringify(status)}\n`, warnings,
    ...(mediaType === JSON_TYPE ? {} : { mediaType }),
    ...(seconds > 0 ? { headers: { 'retry-after': String(seconds) } } : {}),
  }
}
