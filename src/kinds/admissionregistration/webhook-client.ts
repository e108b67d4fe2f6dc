/** How a webhook is reached: a URL or a service. upstream: apiserver/pkg/util/webhook/validation.go */
import { Findings, type Path } from '../../base/findings'
import { isDns1123Subdomain, isPortNumber } from '../../base/validation'

interface ClientConfig {
  readonly url?: string
  readonly service?: { readonly namespace: string; readonly name: string; readonly path?: string; readonly port?: number }
}

const FORM = '; desired format: https://host[/path]'

/** `at` is the configuration itself. */
export function validateClientConfig(f: Findings, at: Path, { url, service }: ClientConfig): void {
  if ((url === undefined) === (service === undefined)) f.required(at, 'exactly one of url or service is required')
  else if (url !== undefined) validateUrl(f, at.child('url'), url)
  else if (service !== undefined) validateService(f, at.child('service'), service)
}

function validateUrl(f: Findings, at: Path, url: string): void {
  const m = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(url)
  const [, scheme = '', authority = '', , query = '', fragment = ''] = m ?? []
  const user = /^([^@]*)@/.exec(authority)?.[1]
  const host = authority.replace(/^[^@]*@/, '')
  if (scheme.toLowerCase() !== 'https') f.invalid(at, scheme.toLowerCase(), `'https' is the only allowed URL scheme${FORM}`)
  if (host === '') f.invalid(at, host, `host must be specified${FORM}`)
  if (user !== undefined) f.invalid(at, user, 'user information is not permitted in the URL')
  if (fragment !== '') f.invalid(at, fragment, 'fragments are not permitted in the URL')
  if (query !== '') f.invalid(at, query, 'query parameters are not permitted in the URL')
}

function validateService(f: Findings, at: Path, { namespace, name, path, port }: NonNullable<ClientConfig['service']>): void {
  // Upstream takes one for the other: a missing namespace is reported of the name.
  if (namespace === '') f.required(at.child('name'))
  if (name === '') f.required(at.child('namespace'))
  for (const problem of isPortNumber(port ?? 443)) f.invalid(at.child('port'), port, `port is not valid: ${problem}`)
  if (path === undefined || path === '' || path === '/') return
  const where = at.child('path')
  if (path === '//') return f.invalid(where, path, 'segment[0] may not be empty')
  if (!path.startsWith('/')) f.invalid(where, path, "must start with a '/'")
  for (const [i, step] of path.slice(1).replace(/\/$/, '').split('/').entries()) {
    if (step === '') f.invalid(where, path, `segment[${i}] may not be empty`)
    else for (const problem of isDns1123Subdomain(step)) f.invalid(where, path, `segment[${i}]: ${problem}`)
  }
}

/** What reviews a webhook understands. upstream: validateAdmissionReviewVersions */
export function validateReviewVersions(f: Findings, at: Path, versions: readonly string[], { known, missing, requireKnown = true }: { readonly known: readonly string[]; readonly missing: string; readonly requireKnown?: boolean }, label: (value: string) => readonly string[]): void {
  if (versions.length === 0) return f.required(at, missing)
  const seen = new Set<string>()
  for (const [i, v] of versions.entries()) {
    if (seen.has(v)) {
      f.invalid(at.at(i), v, 'duplicate version')
      continue
    }
    seen.add(v)
    f.problems(at.at(i), v, label(v))
  }
  if (requireKnown && !versions.some(v => known.includes(v))) f.invalid(at, versions, `must include at least one of ${known.join(', ')}`)
}
