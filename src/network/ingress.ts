/** The ingress controller: what it does with a request, by host, path and annotations. upstream: ingress-nginx */
import type { Lister } from '../client/lister'
import { PUBLISHED, ingress as ingressKind } from '../kinds/networking/ingress/kind'
import { secret as secretKind } from '../kinds/core/secret/kind'
import { service as serviceKind } from '../kinds/core/service/kind'
import { keyOf } from '../kinds/kind'
import type { ServicePort } from '../kinds/schema/types/core.v1'
import type { Ingress as IngressObject, IngressBackend } from '../kinds/schema/types/networking.v1'
import { choices, targetsOf } from './endpoints'
import { annotation, canaryOf, hostFor, locationFor, pattern, type Host, type Location } from './ingress-locations'
import type { Ingress, IngressAnswer, IngressRequest } from './network'
import { partyAt, type Party } from './parties'
import type { permitted } from './policies'

export interface IngressParts {
  readonly lister: Lister
  readonly policies: boolean
  readonly draw: (key: string) => number
  readonly now: () => number
}

const REASONS: Readonly<Record<number, string>> = { 301: 'Moved Permanently', 302: 'Moved Temporarily', 308: 'Permanent Redirect', 404: 'Not Found', 502: 'Bad Gateway', 503: 'Service Temporarily Unavailable', 504: 'Gateway Time-out' }

/** Where the controller takes requests: at the addresses that the ingresses tell. */
export const answersAt = (lister: Lister, ip: string, port: number): boolean => (port === 80 || port === 443) && lister.byIndex(ingressKind, PUBLISHED, ip).length > 0

export function createIngress(parts: IngressParts, isPermitted: typeof permitted): Ingress {
  const { lister, now } = parts
  const page = (status: number, headers: readonly (readonly [string, string])[] = []): IngressAnswer => {
    const reason = REASONS[status] ?? ''
    const body = `<html>\r\n<head><title>${status} ${reason}</title></head>\r\n<body>\r\n<center><h1>${status} ${reason}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`
    return { kind: 'answer', status, reason, body, headers: [['Date', new Date(Math.floor(now())).toUTCString()], ['Content-Type', 'text/html'], ['Content-Length', String(body.length)], ['Connection', 'close'], ...headers] }
  }
  const moved = (status: number, to: string): IngressAnswer => page(status, [['Location', to]])
  return {
    badGateway: () => page(502),
    certificate(serverName) {
      const { ingresses } = hostFor(lister, serverName.toLowerCase())
      for (const i of ingresses) {
        const tls = (i.spec.tls ?? []).find(t => t.secretName !== undefined && ((t.hosts ?? []).length === 0 || t.hosts?.some(h => covers(h, serverName)) === true))
        const data = tls === undefined ? undefined : lister.get(secretKind, tls.secretName as string, i.metadata.namespace)?.data?.['tls.crt']
        if (data !== undefined) return Buffer.from(data, 'base64').toString()
      }
      return undefined
    },
    handle(request) {
      const name = request.host.replace(/:\d+$/, '').toLowerCase()
      const [path = '/', query] = splitTarget(request.target)
      const host = hostFor(lister, name)
      const location = locationFor(host, path)
      if (location === undefined) return page(404)
      const redirect = redirection(request, host, location, name, path)
      if (redirect !== undefined) return moved(...redirect)
      const { ingress, backend } = withCanary(parts, request, host, location)
      const target = endpointOf(parts, ingress, backend)
      if (target === undefined) return page(503)
      const controller: Party = { ip: request.ip, namespace: 'ingress-nginx', labels: { 'app.kubernetes.io/name': 'ingress-nginx', 'app.kubernetes.io/instance': 'ingress-nginx', 'app.kubernetes.io/component': 'controller' } }
      if (parts.policies && !isPermitted(lister, { from: controller, to: partyAt(lister, target.ip), port: target.port, protocol: 'TCP' })) return page(504)
      return { kind: 'backend', ...target, target: rewritten(location, path) + query, headers: forwarded(request, name) }
    },
  }
}

const covers = (pattern: string, host: string): boolean => pattern.toLowerCase() === host.toLowerCase() || (pattern.startsWith('*.') && host.slice(host.indexOf('.')).toLowerCase() === pattern.slice(1).toLowerCase())

/** Path, and the query with its question mark. */
function splitTarget(target: string): [path: string, query: string] {
  const local = target.replace(/^https?:\/\/[^/]*/, '')
  const at = local.indexOf('?')
  return at < 0 ? [local === '' ? '/' : local, ''] : [local.slice(0, at) || '/', local.slice(at)]
}

/** To TLS where the host has it, or wherever the annotations say. */
function redirection(request: IngressRequest, { ingresses }: Host, { ingress, path: rule }: Location, host: string, path: string): [status: number, to: string] | undefined {
  const root = annotation(ingress, 'app-root')
  if (root !== undefined && path === '/' && rule === '/') return [302, `${request.secure ? 'https' : 'http'}://${host}${root}`]
  const hasTls = ingresses.some(i => (i.spec.tls ?? []).some(t => t.hosts?.some(h => covers(h, host)) === true))
  const wanted = annotation(ingress, 'force-ssl-redirect') === 'true' || (hasTls && annotation(ingress, 'ssl-redirect') !== 'false')
  if (!request.secure && wanted) return [308, `https://${host}${request.target}`]
  const permanent = annotation(ingress, 'permanent-redirect')
  if (permanent !== undefined) return [Number(annotation(ingress, 'permanent-redirect-code') ?? 301), permanent]
  const temporary = annotation(ingress, 'temporal-redirect')
  return temporary === undefined ? undefined : [302, temporary]
}

/** A canary takes what its header or cookie asks for, else its share. */
function withCanary({ draw }: IngressParts, { headers, from }: IngressRequest, host: Host, location: Location): Location {
  const canary = canaryOf(host, location)
  if (canary === undefined) return location
  const of = (name: string): string | undefined => annotation(canary.ingress, name)
  const header = of('canary-by-header')
  const said = header === undefined ? undefined : headers.find(([key]) => key.toLowerCase() === header.toLowerCase())?.[1]
  const value = of('canary-by-header-value')
  if (said !== undefined) {
    if (value !== undefined ? said === value : said === 'always') return canary
    if (value === undefined && said === 'never') return location
  }
  const cookie = of('canary-by-cookie')
  const sent = cookie === undefined ? undefined : new RegExp(`(?:^|; *)${cookie}=([^;]*)`).exec(headers.find(([key]) => key.toLowerCase() === 'cookie')?.[1] ?? '')?.[1]
  if (sent === 'always') return canary
  if (sent === 'never') return location
  const share = Number(of('canary-weight') ?? 0) / Number(of('canary-weight-total') ?? 100)
  return draw(`${keyOf(canary.ingress)}/canary/${from}`) < share ? canary : location
}

/** The controller goes to the pods themselves, not through the Service. */
function endpointOf({ lister, draw }: IngressParts, ingress: IngressObject, { service }: IngressBackend): { ip: string; port: number } | undefined {
  const found = service === undefined ? undefined : lister.get(serviceKind, service.name, ingress.metadata.namespace)
  if (found === undefined || service === undefined || found.spec.type === 'ExternalName') return undefined
  const port = (found.spec.ports as readonly ServicePort[] | undefined)?.find(p => (service.port?.name === undefined ? p.port === service.port?.number : p.name === service.port.name))
  if (port === undefined) return undefined
  const usable = choices(lister, targetsOf(lister, found, port, 'IPv4'), '', false)
  if (usable === 'none' || usable === 'dropped') return undefined
  const chosen = usable[Math.floor(draw(`${keyOf(ingress)}/${keyOf(found)}`) * usable.length)]
  return chosen === undefined ? undefined : { ip: chosen.ip, port: chosen.port }
}

/** `rewrite-target` with what the path's groups matched. */
function rewritten({ ingress, path: rule, match }: Location, path: string): string {
  const target = annotation(ingress, 'rewrite-target')
  if (target === undefined || match !== 'Regex') return path
  const groups = pattern(rule)?.exec(path)
  return groups == null ? path : target.replace(/\$(\d)/g, (_, n: string) => groups[Number(n)] ?? '') || '/'
}

function forwarded({ headers, host, secure, from }: IngressRequest, name: string): [string, string][] {
  const scheme = secure ? 'https' : 'http'
  const before = headers.find(([key]) => key.toLowerCase() === 'x-forwarded-for')?.[1]
  const own: [string, string][] = [
    ['Host', host === '' ? name : host], ['X-Real-IP', from], ['X-Forwarded-For', from], ['X-Forwarded-Host', host], ['X-Forwarded-Port', secure ? '443' : '80'], ['X-Forwarded-Proto', scheme], ['X-Forwarded-Scheme', scheme], ['X-Scheme', scheme],
    ...(before === undefined ? [] : [['X-Original-Forwarded-For', before] as [string, string]]),
  ]
  const replaced = new Set(own.map(([key]) => key.toLowerCase()))
  return [...own, ...headers.filter(([key]) => !replaced.has(key.toLowerCase())).map(([key, value]): [string, string] => [key, value])]
}
