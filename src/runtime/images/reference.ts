/** Image references: parsing and normalising, as the distribution library does. upstream: distribution/reference */

export interface Reference {
  readonly domain: string
  readonly path: string
  readonly tag?: string
  readonly digest?: string
}

const DOMAIN = /^(?:localhost|[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*)(?::\d+)?$/
const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/
const TAG = /^[\w][\w.-]{0,127}$/
const DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/

/** Undefined when it is no reference. */
export function parseReference(text: string): Reference | undefined {
  const [named, digest] = text.split('@') as [string, string | undefined]
  if (digest !== undefined && !DIGEST.test(digest)) return undefined
  const slash = named.indexOf('/')
  const first = slash < 0 ? '' : named.slice(0, slash)
  const hasDomain = first !== '' && (first.includes('.') || first.includes(':') || first === 'localhost' || first.toLowerCase() !== first)
  const domain = hasDomain ? (first === 'index.docker.io' ? 'docker.io' : first) : 'docker.io'
  let path = hasDomain ? named.slice(slash + 1) : named
  const colon = path.lastIndexOf(':')
  let tag: string | undefined
  if (colon > path.lastIndexOf('/')) {
    tag = path.slice(colon + 1)
    path = path.slice(0, colon)
    if (!TAG.test(tag)) return undefined
  }
  if (domain === 'docker.io' && !path.includes('/')) path = `library/${path}`
  if (!DOMAIN.test(domain) || path.length > 255 || !path.split('/').every(part => COMPONENT.test(part))) return undefined
  return { domain, path, ...(tag === undefined && digest === undefined ? { tag: 'latest' } : {}), ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) }
}

export const repositoryOf = ({ domain, path }: Reference): string => `${domain}/${path}`
export const referenceText = (ref: Reference): string => `${repositoryOf(ref)}${ref.tag === undefined ? '' : `:${ref.tag}`}${ref.digest === undefined ? '' : `@${ref.digest}`}`
