/** The rules that ingresses have for one host, as locations of which one answers a request. upstream: ingress-nginx internal/ingress/controller, annotations */
import type { Lister } from '../client/lister'
import { ingressClass } from '../kinds/networking/ingress-class/kind'
import { isServed } from '../kinds/networking/ingress-class/controller'
import { HOST, ingress as ingressKind } from '../kinds/networking/ingress/kind'
import type { Ingress, IngressBackend } from '../kinds/schema/types/networking.v1'

const PREFIX = 'nginx.ingress.kubernetes.io/'

/** The annotation of the nginx controller by its short name. */
export const annotation = ({ metadata }: Ingress, name: string): string | undefined => metadata.annotations?.[PREFIX + name]

export interface Location {
  readonly ingress: Ingress
  readonly path: string
  /** `Exact`, `Prefix`, `ImplementationSpecific` (the beginning of the path), or a regular expression. */
  readonly match: 'Exact' | 'Prefix' | 'Start' | 'Regex'
  readonly backend: IngressBackend
}

export interface Host {
  /** As the rules name it: `shop.example.com`, `*.example.com`, '' for all others. */
  readonly name: string
  readonly ingresses: readonly Ingress[]
}

/** The rules for a host: those that name it, else a wildcard's, else those for every host. */
export function hostFor(lister: Lister, asked: string): Host {
  const dot = asked.indexOf('.')
  for (const name of [asked, ...(dot > 0 ? [`*${asked.slice(dot)}`] : [])]) {
    const ingresses = name === '' ? [] : servedFor(lister, name)
    if (ingresses.length > 0) return { name, ingresses }
  }
  return { name: '', ingresses: servedFor(lister, '') }
}

/** Older ones come first: of two equal rules the older one holds. */
function servedFor(lister: Lister, host: string): readonly Ingress[] {
  return lister.byIndex(ingressKind, HOST, host)
    .filter(i => isServed(i, name => lister.get(ingressClass, name)))
    .sort((a, b) => Date.parse(a.metadata.creationTimestamp ?? '') - Date.parse(b.metadata.creationTimestamp ?? ''))
}

export const isCanary = (i: Ingress): boolean => annotation(i, 'canary') === 'true'
const wantsRegex = (i: Ingress): boolean => annotation(i, 'use-regex') === 'true' || annotation(i, 'rewrite-target') !== undefined

/** The location that a path falls into, without canaries. */
export function locationFor({ name, ingresses }: Host, path: string): Location | undefined {
  const locations = ingresses.filter(i => !isCanary(i)).flatMap(i => locationsOf(i, name, ingresses.some(wantsRegex)))
  const found = locations.filter(l => matches(l, path))
  // nginx: an exact location before all others, then the longest; the order of rules decides between equal ones.
  return found.find(l => l.match === 'Exact') ?? found.reduce<Location | undefined>((best, l) => (best === undefined || l.path.length > best.path.length ? l : best), undefined)
}

/** The same path of a canary's ingress, which takes a share of the requests. */
export function canaryOf({ name, ingresses }: Host, { path }: Location): Location | undefined {
  return ingresses.filter(isCanary).flatMap(i => locationsOf(i, name, false)).find(l => l.path === path)
}

function locationsOf(ingress: Ingress, host: string, regex: boolean): Location[] {
  const { spec } = ingress
  const locations: Location[] = []
  for (const rule of spec.rules ?? []) {
    if ((rule.host ?? '').toLowerCase() !== host) continue
    for (const { path = '', pathType, backend } of rule.http?.paths ?? []) locations.push({ ingress, path: path === '' ? '/' : path, match: regex ? 'Regex' : pathType === 'Exact' ? 'Exact' : pathType === 'Prefix' ? 'Prefix' : 'Start', backend })
  }
  if (spec.defaultBackend !== undefined && !locations.some(l => l.path === '/')) locations.push({ ingress, path: '/', match: 'Start', backend: spec.defaultBackend })
  return locations
}

function matches({ path, match }: Location, asked: string): boolean {
  switch (match) {
    case 'Exact': return asked === path
    case 'Start': return asked.startsWith(path)
    case 'Prefix': {
      const folder = path.endsWith('/') ? path.slice(0, -1) : path
      return asked === folder || asked.startsWith(`${folder}/`)
    }
    case 'Regex': return pattern(`^${path}`)?.test(asked) === true
  }
}

/** Undefined for what is no regular expression: such a location matches nothing. */
export function pattern(text: string): RegExp | undefined {
  try {
    return new RegExp(text, 'i')
  } catch {
    return undefined
  }
}
