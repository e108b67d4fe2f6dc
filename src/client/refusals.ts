/** What an answer with an error code means. upstream: client-go/rest Request.transformResponse, apimachinery/pkg/api/errors NewGenericServerResponse */
import { goQuote } from '../base/field'
import { StatusError, type Status } from '../base/status'
import type { RawRequest } from './client'

interface Asked {
  readonly method: RawRequest['method']
  /** `pods`, `deployments.apps`; '' for what is no resource. */
  readonly resource: string
  readonly name: string
}

const VERBS: Readonly<Record<RawRequest['method'], string>> = { GET: 'get', POST: 'post', PUT: 'put', PATCH: 'patch', DELETE: 'delete' }

/** The server's own Status, or one made of the code. */
export function refusal(code: number, body: string, asked: Asked): StatusError {
  try {
    const status = JSON.parse(body) as Status
    if (status.kind === 'Status') return new StatusError({ ...status, code: status.code ?? code })
  } catch {
    // not JSON: told by its code
  }
  const { reason, message } = generic(code, body, asked.method)
  const what = asked.resource === '' ? '' : ` (${VERBS[asked.method]} ${asked.resource}${asked.name === '' ? '' : ` ${asked.name}`})`
  return new StatusError({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: message + what, reason, code })
}

function generic(code: number, body: string, method: RawRequest['method']): { readonly reason: string; readonly message: string } {
  const unknown = 'the server rejected our request for an unknown reason'
  switch (code) {
    case 400:
      return { reason: 'BadRequest', message: unknown }
    case 401:
      return { reason: 'Unauthorized', message: 'the server has asked for the client to provide credentials' }
    case 403:
      return { reason: 'Forbidden', message: body.trim() || unknown }
    case 404:
      return { reason: 'NotFound', message: 'the server could not find the requested resource' }
    case 405:
      return { reason: 'MethodNotAllowed', message: 'the server does not allow this method on the requested resource' }
    case 406:
      return { reason: 'NotAcceptable', message: body.trim() || unknown }
    case 409:
      return method === 'POST' ? { reason: 'AlreadyExists', message: 'the server reported a conflict' } : { reason: 'Conflict', message: 'the server reported a conflict' }
    case 415:
      return { reason: 'UnsupportedMediaType', message: body.trim() || unknown }
    case 422:
      return { reason: 'Invalid', message: 'the server rejected our request due to an error in our request' }
    case 429:
      return { reason: 'TooManyRequests', message: 'the server has received too many requests and has asked us to try again later' }
    case 503:
      return { reason: 'ServiceUnavailable', message: 'the server is currently unable to handle the request' }
    case 504:
      return { reason: 'Timeout', message: 'the server was unable to return a response in the time allotted, but may still be processing the request' }
    default:
      return code >= 500 ? { reason: 'InternalError', message: `an error on the server (${goQuote(body.trim())}) has prevented the request from succeeding` } : { reason: '', message: unknown }
  }
}
