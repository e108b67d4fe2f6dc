/** The tag of an image's name. upstream: pkg/util/parsers ParseImageName, github.com/distribution/reference */

const DOMAIN = /^(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?$/
const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/
const TAG = /^\w[\w.-]{0,127}$/
const DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/
const IDENTIFIER = /^[a-f0-9]{64}$/

/** `1.27` of `nginx:1.27`, `latest` of `nginx`; undefined when there is a digest alone or the name is none. */
export function imageTag(image: string): string | undefined {
  if (IDENTIFIER.test(image)) return undefined
  const digestAt = image.indexOf('@')
  if (digestAt >= 0 && !DIGEST.test(image.slice(digestAt + 1))) return undefined
  const named = digestAt < 0 ? image : image.slice(0, digestAt)
  const slash = named.indexOf('/')
  const first = slash < 0 ? '' : named.slice(0, slash)
  const hasDomain = slash >= 0 && (/[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first)
  if (hasDomain && !DOMAIN.test(first)) return undefined
  const remainder = hasDomain ? named.slice(slash + 1) : named
  const colon = remainder.indexOf(':')
  if (!REPOSITORY.test(colon < 0 ? remainder : remainder.slice(0, colon))) return undefined
  if (colon < 0) return digestAt < 0 ? 'latest' : undefined
  const tag = remainder.slice(colon + 1)
  return TAG.test(tag) ? tag : undefined
}

/** What a container without a pull policy gets. */
export const pullPolicyOf = (image: string | undefined): 'Always' | 'IfNotPresent' => (imageTag(image ?? '') === 'latest' ? 'Always' : 'IfNotPresent')
