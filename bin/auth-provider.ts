/** Credentials that a kubeconfig leaves to a library of the client's, by name: OpenID Connect as long as its token lasts; the others are gone. upstream: client-go/plugin/pkg/client/auth */
import { ConnectionError, UsageError } from '../src/base/errors'
import type { ServerTarget } from '../src/cli/access'

const GONE: Readonly<Record<string, string>> = {
  gcp: 'The gcp auth plugin has been removed.\nPlease use the "gke-gcloud-auth-plugin" kubectl/client-go credential plugin instead.\nSee https://cloud.google.com/blog/products/containers-kubernetes/kubectl-auth-changes-in-gke for further details',
  azure: 'The azure auth plugin has been removed.\nPlease use the https://github.com/Azure/kubelogin kubectl/client-go credential plugin instead.\nSee https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins for further details',
}
/** A token counts as over so long before it is. */
const EARLY_MS = 10_000

/** The identity with the provider's token, where it has one; over plain HTTP nobody is asked. Throws UsageError, ConnectionError. */
export function withProvider(target: ServerTarget, nowMs: number): ServerTarget {
  const { identity: { provider, ...identity }, url } = target
  if (provider === undefined || !url.startsWith('https:')) return target
  const { name, config } = provider
  if (name !== 'oidc') throw new UsageError(GONE[name] ?? `no Auth Provider found for name ${JSON.stringify(name)}`)
  for (const needed of ['idp-issuer-url', 'client-id']) if ((config[needed] ?? '') === '') throw new UsageError(`Must provide ${needed}`)
  if (identity.token !== undefined || identity.basic !== undefined) return target
  const token = config['id-token'] ?? ''
  const failed = (why: string): ConnectionError => new ConnectionError(new URL(url).host, why)
  if (token !== '' && lasts(token, nowMs, failed)) return { ...target, identity: { ...identity, token } }
  if ((config['refresh-token'] ?? '') === '') throw failed('No valid id-token, and cannot refresh without refresh-token')
  throw failed('the id-token is over, and kubottle refreshes none: log in again and set a new one')
}

/** Whether a JWT has not expired. */
function lasts(token: string, nowMs: number, failed: (why: string) => ConnectionError): boolean {
  const parts = token.split('.')
  if (parts.length !== 3) throw failed('ID Token is not a valid JWT')
  let expires: unknown
  try {
    expires = (JSON.parse(Buffer.from(parts[1] as string, 'base64url').toString('utf8')) as { exp?: unknown }).exp
  } catch (error) {
    throw failed(`parsing claims: ${(error as Error).message}`)
  }
  return typeof expires === 'number' && expires * 1000 - EARLY_MS > nowMs
}
