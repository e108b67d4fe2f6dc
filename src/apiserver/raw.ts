/** Requests by URL path: discovery, health, version, and whatever a client reaches with `get --raw`. */
import type { RawRequest, RawResponse } from '../client/client'
import { noSuchPath, StatusError } from '../base/status'
import type { ApiServer } from './server'

export function answerRaw(_server: ApiServer, _request: RawRequest): RawResponse {
  const { status } = noSuchPath() as StatusError
  return { code: 404, contentType: 'application/json', body: JSON.stringify(status) }
}
