/** From a URL path to what it asks for. upstream: apiserver/pkg/endpoints/request/requestinfo.go */

export interface Route {
  readonly group: string
  readonly version: string
  readonly plural: string
  readonly namespace: string | undefined
  readonly name: string | undefined
  readonly subresource: string
  /** What follows the subresource (proxy paths). */
  readonly rest: string
  /** The old form of a watch: `/api/v1/watch/pods`. */
  readonly watch: boolean
}

/** The resource that a path names, or undefined when it is no resource path (`/healthz`, `/apis/apps`). */
export function parseRoute(path: string): Route | undefined {
  const split = path.split('/').filter(p => p !== '')
  const parts = path.includes('%') ? split.map(decodeURIComponent) : split
  let group: string
  let at: number
  if (parts[0] === 'api') {
    group = ''
    at = 1
  } else if (parts[0] === 'apis') {
    group = parts[1] ?? ''
    at = 2
  } else return undefined
  const version = parts[at]
  const whole = parts.slice(at + 1)
  if (version === undefined || whole.length === 0) return undefined
  const watch = whole[0] === 'watch' && whole.length > 1
  const rest = watch ? whole.slice(1) : whole
  if (rest[0] === 'namespaces' && rest.length > 2 && !NAMESPACE_SUBRESOURCES.has(rest[2] as string)) {
    const [, namespace, plural, name, subresource = '', ...more] = rest as [string, string, string, string?, string?, ...string[]]
    return { group, version, plural, namespace, name, subresource, rest: more.join('/'), watch }
  }
  const [plural, name, subresource = '', ...more] = rest as [string, string?, string?, ...string[]]
  return { group, version, plural, namespace: undefined, name, subresource, rest: more.join('/'), watch }
}

const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize'])

/** Whether the request goes on to what listens in a pod, behind a service or on a node. */
export const isProxied = ({ group, plural, subresource }: Route): boolean => subresource === 'proxy' && group === '' && ['pods', 'services', 'nodes'].includes(plural)

/** The object that the name in the path means, without scheme and port: `https:web:443`. */
export function proxiedName(text: string): { readonly scheme: string; readonly name: string; readonly port: string } {
  const parts = text.split(':')
  if (parts.length === 1) return { scheme: '', name: text, port: '' }
  if (parts.length === 2) return { scheme: '', name: parts[0] as string, port: parts[1] as string }
  return { scheme: parts[0] as string, name: parts[1] as string, port: parts[2] as string }
}
