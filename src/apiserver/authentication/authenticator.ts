/** Who sends a request: by bearer token, by client certificate, or nobody in particular. upstream: pkg/kubeapiserver/authenticator */
import { unauthorized } from '../../base/status'
import type { Actor } from '../actor'
import { ANONYMOUS, AUTHENTICATED, UNAUTHENTICATED, type Wanted } from '../authorization/impersonation'
import type { CertificateAuthority } from './certificate-authority'
import type { StaticUser } from './static-tokens'
import { API_AUDIENCES } from './issuer'
import { TokenError, type ServiceAccountTokens } from './tokens'

export interface Credentials {
  readonly token?: string | undefined
  /** PEM. */
  readonly clientCertificate?: string | undefined
  /** Whom the request wants to act as. */
  readonly wanted?: Wanted | undefined
}

/** What a server was told of who may come in. */
export interface AuthenticationChoice {
  /** Users by their tokens, asked before all others. */
  readonly staticTokens?: ReadonlyMap<string, StaticUser> | undefined
  /** Whether a request without credentials is one of system:anonymous; true when absent. */
  readonly anonymous?: boolean | undefined
}

const CREDENTIAL_ID = 'authentication.kubernetes.io/credential-id'

export class Authenticator {
  constructor(
    readonly authority: CertificateAuthority,
    readonly tokens: ServiceAccountTokens,
    /** Wall time: jumps of the cluster's own let nothing expire. */
    private readonly nowMs: () => number,
    private readonly choice: AuthenticationChoice = {},
  ) {}

  /** What a request of this user carries besides name and groups, if it came with a certificate of the cluster's own. */
  ownCertificateExtra(user: string, groups: readonly string[]): Readonly<Record<string, readonly string[]>> {
    const { certificate } = this.authority.clientPair({ commonName: user, organizations: groups.filter(g => g !== AUTHENTICATED) }, this.authority.createdMs())
    return { [CREDENTIAL_ID]: [this.authority.credentialId(certificate)] }
  }

  /** Throws 401 for credentials that are no good; none at all make an anonymous request. */
  authenticate({ token, clientCertificate, wanted }: Credentials, manager: string): Actor {
    const common = { manager, trusted: false, ...(wanted === undefined ? {} : { wanted }) }
    if (clientCertificate !== undefined) {
      const found = this.authority.userOf(clientCertificate, this.nowMs())
      if (found === undefined) throw unauthorized('Unauthorized')
      return { ...common, user: found.user, groups: [...found.groups, AUTHENTICATED], extra: { [CREDENTIAL_ID]: [found.credentialId] } }
    }
    if (token === undefined || token === '') {
      if (this.choice.anonymous === false) throw unauthorized('Unauthorized')
      return { ...common, user: ANONYMOUS, groups: [UNAUTHENTICATED] }
    }
    const known = this.choice.staticTokens?.get(token)
    if (known !== undefined) return { ...common, user: known.user, uid: known.uid, groups: [...known.groups, AUTHENTICATED] }
    try {
      const { user, uid, groups, extra } = this.tokens.authenticate(token, API_AUDIENCES, this.nowMs())
      return { ...common, user, uid, groups: [...groups, AUTHENTICATED], extra }
    } catch (e) {
      if (e instanceof TokenError) throw unauthorized('Unauthorized')
      throw e
    }
  }
}
