/** Service account tokens: signed, bound to what they were made for, checked against what is still there. upstream: pkg/serviceaccount/{claims,jwt,legacy}.go */
import { Kept } from '../../base/kept'
import { createHash } from 'node:crypto'
import type { Lister } from '../../client/lister'
import { node as nodes } from '../../kinds/core/node/kind'
import { pod as pods } from '../../kinds/core/pod/kind'
import { secret as secrets } from '../../kinds/core/secret/kind'
import { serviceAccount as accounts } from '../../kinds/core/service-account/kind'
import type { Kind, KubeObject } from '../../kinds/kind'
import type { Pod, Secret, ServiceAccount } from '../../kinds/schema/types/core.v1'
import { goQuote } from '../../base/field'
import { API_AUDIENCES, ISSUER } from './issuer'
import { SigningKey } from './signing-key'

/** What follows `Bearer` in the header Authorization. upstream: apiserver/pkg/authentication/request/bearertoken */
export function bearerToken(headers: Readonly<Record<string, readonly string[] | undefined>>): string | undefined {
  return /^bearer +(\S+)$/i.exec(headers.authorization?.[0]?.trim() ?? '')?.[1]
}

const LEGACY_ISSUER = 'kubernetes/serviceaccount'
const LEGACY = 'kubernetes.io/serviceaccount/'
/** Pods' own tokens live longer than they say, for clients that never read them again; who does is warned. */
const EXTENDED_FOR_SECONDS = 3607
const EXTENDED_SECONDS = 365 * 24 * 3600

interface Ref {
  readonly name: string
  readonly uid: string
}
interface Claims {
  aud?: readonly string[]
  exp?: number
  iat?: number
  iss: string
  jti?: string
  nbf?: number
  sub: string
  'kubernetes.io'?: { namespace: string; node?: Ref; pod?: Ref; secret?: Ref; serviceaccount: Ref; warnafter?: number }
  [legacy: `kubernetes.io/serviceaccount/${string}`]: string
}

/** What a token is for. `boundTo` must exist for the token to be good. */
export interface TokenGrant {
  readonly account: ServiceAccount
  readonly audiences: readonly string[]
  readonly seconds: number
  readonly boundTo?: { readonly kind: 'pod' | 'secret' | 'node'; readonly object: KubeObject } | undefined
}

/** Who a token stands for, and for whom it is good. */
export interface TokenUser {
  readonly user: string
  readonly uid: string
  readonly groups: readonly string[]
  readonly extra: Readonly<Record<string, readonly string[]>>
  readonly audiences: readonly string[]
}

/** A token that is refused; the message is the real server's. */
export class TokenError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'TokenError'
  }
}

const INVALID = 'invalid bearer token'
const invalidToken = (why: string): TokenError => new TokenError(`[${INVALID}, ${why}]`)

/** Tokens that are remembered as good. */
const MAX_KNOWN = 1_000

export class ServiceAccountTokens {
  private made: { readonly key: SigningKey; readonly header: string } | undefined

  constructor(
    private readonly secret: string,
    private readonly lister: Lister,
  ) {}

  private get signer() {
    if (this.made === undefined) {
      const key = new SigningKey(`${this.secret}\0service accounts`)
      const kid = createHash('sha256').update(key.publicInfo()).digest('base64url')
      this.made = { key, header: base64url({ alg: 'ES256', kid }) }
    }
    return this.made
  }

  /** The key by which others may check tokens, as /openid/v1/jwks gives it. */
  jwks(): object {
    const { key, header } = this.signer
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string }
    return { keys: [{ use: 'sig', kty: 'EC', kid, crv: 'P-256', alg: 'ES256', x: key.point.subarray(1, 33).toString('base64url'), y: key.point.subarray(33).toString('base64url') }] }
  }

  /** A token, and when it says that it ends, in ms. */
  issue(grant: TokenGrant, nowMs: number): { readonly token: string; readonly expiresMs: number } {
    const now = Math.floor(nowMs / 1000)
    const { account, audiences, seconds } = grant
    const extended = seconds === EXTENDED_FOR_SECONDS && audiences.some(a => API_AUDIENCES.includes(a)) && grant.boundTo?.kind === 'pod'
    const namespace = account.metadata.namespace as string
    const details: NonNullable<Claims['kubernetes.io']> = { namespace, ...this.boundClaims(grant), serviceaccount: refOf(account), ...(extended ? { warnafter: now + seconds } : {}) }
    const claims: Claims = {
      aud: audiences,
      exp: now + (extended ? EXTENDED_SECONDS : seconds),
      iat: now,
      iss: ISSUER,
      jti: '',
      'kubernetes.io': details,
      nbf: now,
      sub: subjectOf(namespace, account.metadata.name),
    }
    claims.jti = uuidOf(createHash('sha256').update(JSON.stringify(claims)).digest('hex'))
    return { token: this.signed(claims), expiresMs: (now + seconds) * 1000 }
  }

  private boundClaims({ boundTo }: TokenGrant): { node?: Ref; pod?: Ref; secret?: Ref } {
    if (boundTo === undefined) return {}
    const ref = refOf(boundTo.object)
    if (boundTo.kind !== 'pod') return { [boundTo.kind]: ref }
    const name = (boundTo.object as Pod).spec.nodeName ?? ''
    const node = name === '' ? undefined : this.lister.get(nodes, name)
    return { ...(node === undefined ? (name === '' ? {} : { node: { name, uid: '' } }) : { node: refOf(node) }), pod: ref }
  }

  /** The token of a secret of type kubernetes.io/service-account-token: without an end. */
  issueLegacy(account: ServiceAccount, secret: Secret): string {
    const { namespace = '' } = account.metadata
    return this.signed({
      iss: LEGACY_ISSUER,
      [`${LEGACY}namespace`]: namespace,
      [`${LEGACY}secret.name`]: secret.metadata.name,
      [`${LEGACY}service-account.name`]: account.metadata.name,
      [`${LEGACY}service-account.uid`]: account.metadata.uid as string,
      sub: subjectOf(namespace, account.metadata.name),
    } as Claims)
  }

  private signed(claims: Claims): string {
    const { key, header } = this.signer
    const content = `${header}.${base64url(claims)}`
    return `${content}.${key.sign(Buffer.from(content)).toString('base64url')}`
  }

  /** Who sends this token. `audiences` are those that the reader stands for. Throws TokenError. */
  authenticate(token: string, audiences: readonly string[], nowMs: number): TokenUser {
    const claims = this.read(token)
    if (claims.iss === LEGACY_ISSUER) return this.legacyUser(claims, token, audiences)
    const now = nowMs / 1000
    if (claims.exp !== undefined && now > claims.exp) throw invalidToken('service account token has expired')
    if (claims.nbf !== undefined && now + 60 < claims.nbf) throw invalidToken('service account token is not valid yet')
    const good = audiences.filter(a => claims.aud?.includes(a))
    if (good.length === 0) throw invalidToken(`token audiences ${quotedList(claims.aud ?? [])} is invalid for the target audiences ${quotedList(audiences)}`)
    const details = claims['kubernetes.io']
    if (details === undefined) throw invalidToken('service account jwt claims are missing')
    this.checkAlive(details)
    const { namespace, serviceaccount, pod, node } = details
    const extra: Record<string, readonly string[]> = {}
    if (claims.jti !== undefined) extra['authentication.kubernetes.io/credential-id'] = [`JTI=${claims.jti}`]
    if (node !== undefined) extra['authentication.kubernetes.io/node-name'] = [node.name]
    if (node !== undefined && node.uid !== '') extra['authentication.kubernetes.io/node-uid'] = [node.uid]
    if (pod !== undefined) {
      extra['authentication.kubernetes.io/pod-name'] = [pod.name]
      extra['authentication.kubernetes.io/pod-uid'] = [pod.uid]
    }
    return { ...userOf(namespace, serviceaccount), extra, audiences: good }
  }

  /** Clients show the same one with every request. */
  private readonly known = new Kept<string, Claims>(MAX_KNOWN)

  private read(token: string): Claims {
    return this.known.get(token, () => this.verified(token))
  }

  private verified(token: string): Claims {
    const parts = token.split('.')
    if (parts.length !== 3) throw new TokenError(INVALID)
    const [header, body, signature] = parts as [string, string, string]
    let claims: Claims
    try {
      claims = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Claims
      if (typeof claims !== 'object' || claims === null) throw new Error('no claims')
    } catch {
      throw new TokenError(INVALID)
    }
    // Another issuer's token is another authenticator's business, and there is none.
    if (claims.iss !== ISSUER && claims.iss !== LEGACY_ISSUER) throw new TokenError(INVALID)
    if (!this.signer.key.verify(Buffer.from(`${header}.${body}`), Buffer.from(signature, 'base64url'))) throw new TokenError(INVALID)
    return claims
  }

  private checkAlive({ namespace, serviceaccount, pod, secret, node }: NonNullable<Claims['kubernetes.io']>): void {
    const gone = 'service account token has been invalidated'
    const check = (kind: Kind<never>, ref: Ref | undefined, at: string | undefined): void => {
      if (ref === undefined) return
      const found = this.lister.get(kind as unknown as Kind, ref.name, at)
      if (found === undefined || found.metadata.uid !== ref.uid) throw invalidToken(gone)
    }
    check(accounts, serviceaccount, namespace)
    check(pods, pod, namespace)
    check(secrets, secret, namespace)
    if (pod === undefined) check(nodes, node, undefined)
  }

  private legacyUser(claims: Claims, token: string, audiences: readonly string[]): TokenUser {
    const namespace = claims[`${LEGACY}namespace`] ?? ''
    const ref = { name: claims[`${LEGACY}service-account.name`] ?? '', uid: claims[`${LEGACY}service-account.uid`] ?? '' }
    const secret = this.lister.get(secrets, claims[`${LEGACY}secret.name`] ?? '', namespace)
    if (secret === undefined || Buffer.from(secret.data?.token ?? '', 'base64').toString() !== token) throw invalidToken('service account token has been invalidated')
    const account = this.lister.get(accounts, ref.name, namespace)
    if (account === undefined) throw invalidToken(`serviceaccounts ${goQuote(ref.name)} not found`)
    if (account.metadata.uid !== ref.uid) throw invalidToken(`service account UID (${account.metadata.uid}) does not match claim (${ref.uid})`)
    return { ...userOf(namespace, ref), extra: {}, audiences: audiences.filter(a => API_AUDIENCES.includes(a)) }
  }
}

const refOf = ({ metadata }: KubeObject): Ref => ({ name: metadata.name, uid: metadata.uid as string })
const subjectOf = (namespace: string, name: string): string => `system:serviceaccount:${namespace}:${name}`
const userOf = (namespace: string, { name, uid }: Ref) => ({ user: subjectOf(namespace, name), uid, groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`] })
const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const quotedList = (list: readonly string[]): string => `[${list.map(goQuote).join(' ')}]`
const uuidOf = (hex: string): string => `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
