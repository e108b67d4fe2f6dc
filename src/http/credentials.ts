/** Who a request's headers say that it is from, and whom it wants to act as. upstream: apiserver/pkg/endpoints/filters/impersonation */
import { badRequest, failure } from '../base/status'
import { bearerToken } from '../apiserver/authentication/tokens'
import { withoutUser, type Wanted } from '../apiserver/authorization/impersonation'

type Headers = Readonly<Record<string, readonly string[] | undefined>>

const EXTRA = 'impersonate-extra-'

/** Throws 400 where groups are wanted and no user. */
export function credentialsOf(headers: Headers): { readonly token: string | undefined; readonly wanted: Wanted | undefined } {
  return { token: bearerToken(headers), wanted: wantedOf(headers) }
}

/**
 * Over plain HTTP everybody on this machine is the cluster's own user, but not every page that a browser on it shows.
 * Throws 403 where a page of another server sends the request, or has the name of this one lead here.
 */
export function refuseForeignPage(headers: Headers, own: string): void {
  const [host = ''] = headers.host ?? []
  const [origin] = headers.origin ?? []
  const name = host.replace(/:\d+$/, '')
  if (name !== '' && name !== own && name !== 'localhost' && !name.endsWith('.localhost') && !/^(\d+\.){3}\d+$/.test(name) && !name.startsWith('[')) throw failure(403, 'Forbidden', `forbidden: requests to ${name} need a token`, {})
  if (origin !== undefined && origin.replace(/^https?:\/\//, '') !== host) throw failure(403, 'Forbidden', `forbidden: requests of pages of ${origin} need a token`, {})
}

function wantedOf(headers: Headers): Wanted | undefined {
  const [user = ''] = headers['impersonate-user'] ?? []
  const [uid] = headers['impersonate-uid'] ?? []
  const groups = headers['impersonate-group'] ?? []
  const extra: Record<string, readonly string[]> = {}
  for (const name in headers) if (name.startsWith(EXTRA)) extra[unescaped(name.slice(EXTRA.length))] = headers[name] ?? []
  const wanted: Wanted = { user, uid, groups, extra }
  if (user !== '') return wanted
  if (uid !== undefined || groups.length > 0 || Object.keys(extra).length > 0) throw badRequest(withoutUser(wanted))
  return undefined
}

/** Keys are written so that they may stand in a header's name. */
function unescaped(key: string): string {
  try {
    return decodeURIComponent(key)
  } catch {
    return key
  }
}
