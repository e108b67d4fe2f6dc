import { describe, expect, it } from 'vitest'
import type { TokenRequest, TokenReview } from '../../kinds/schema/types/authentication.v1'
import type { Pod, Secret, ServiceAccount } from '../../kinds/schema/types/core.v1'
import { BEGIN_MS, inMemory, refusal, resource } from '../in-memory.testing'

const accounts = resource<ServiceAccount>('v1', 'ServiceAccount')
const secrets = resource<Secret>('v1', 'Secret')
const reviews = resource<TokenReview>('authentication.k8s.io/v1', 'TokenReview')
const bot = { metadata: { name: 'bot', namespace: 'default' } }
const ISSUER = 'https://kubernetes.default.svc.cluster.local'

async function withBot() {
  const made = await inMemory()
  await made.make({ apiVersion: 'v1', kind: 'ServiceAccount', ...bot })
  const ask = (spec: Partial<TokenRequest['spec']>) => made.admin.createSubresource<object, TokenRequest>(accounts, bot, 'token', { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', metadata: {}, spec })
  const review = async (token: string, audiences?: string[]) => (await made.admin.create(reviews, { metadata: {} as never, spec: { token, ...(audiences === undefined ? {} : { audiences }) } })).status
  return { ...made, ask, review }
}

const claimsOf = (token: string): Record<string, unknown> => JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString()) as Record<string, unknown>

describe('tokens on request', () => {
  it('carry who, for whom and until when, and are good for that alone', async () => {
    const { ask, review, cluster } = await withBot()
    const { status, spec } = await ask({ audiences: ['vault'], expirationSeconds: 3600 })
    const token = status?.token as string
    const uid = cluster.server.lister.get(accounts, 'bot', 'default')?.metadata.uid
    expect(spec).toMatchObject({ audiences: ['vault'], expirationSeconds: 3600 })
    expect(status?.expirationTimestamp).toBe('2026-11-21T09:00:00Z')
    const now = BEGIN_MS / 1000
    expect(claimsOf(token)).toEqual({ aud: ['vault'], exp: now + 3600, iat: now, iss: ISSUER, jti: expect.stringMatching(/^[0-9a-f-]{36}$/) as string, 'kubernetes.io': { namespace: 'default', serviceaccount: { name: 'bot', uid } }, nbf: now, sub: 'system:serviceaccount:default:bot' })
    expect(await review(token, ['vault', 'other'])).toMatchObject({ authenticated: true, audiences: ['vault'], user: { username: 'system:serviceaccount:default:bot', uid, groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'] } })
    expect(await review(token)).toEqual({ user: {}, error: `[invalid bearer token, token audiences ["vault"] is invalid for the target audiences ["${ISSUER}"]]` })
  })

  it('are refused when somebody else signed, changed or outlived them', async () => {
    const { ask, review, cluster } = await withBot()
    const token = (await ask({})).status?.token as string
    const [header, , signature] = token.split('.')
    const forged = `${header}.${Buffer.from(JSON.stringify({ ...claimsOf(token), sub: 'system:serviceaccount:kube-system:admin' })).toString('base64url')}.${signature}`
    expect(await review(forged)).toEqual({ user: {}, error: 'invalid bearer token' })
    expect(await review('abc')).toEqual({ user: {}, error: 'invalid bearer token' })
    const { tokens } = cluster.server.authenticator
    expect(() => tokens.authenticate(token, [ISSUER], BEGIN_MS + 3601_000)).toThrow('[invalid bearer token, service account token has expired]')
    expect(() => cluster.actorFor({ token: 'abc' }, 'm')).toThrow('Unauthorized')
    expect(cluster.actorFor({ token }, 'm')).toMatchObject({ user: 'system:serviceaccount:default:bot', groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'] })
    expect(cluster.actorFor({}, 'm')).toMatchObject({ user: 'system:anonymous', groups: ['system:unauthenticated'] })
  })

  it('end with the pod that they are bound to', async () => {
    const { ask, review, make, admin, cluster } = await withBot()
    const pod = await make({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'default' }, spec: { serviceAccountName: 'bot', containers: [{ name: 'c', image: 'nginx' }] } } as Pod)
    await make({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'q', namespace: 'default' }, spec: { containers: [{ name: 'c', image: 'nginx' }] } } as Pod)
    const token = (await ask({ boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'p' } })).status?.token as string
    expect(await review(token)).toMatchObject({ authenticated: true, user: { extra: { 'authentication.kubernetes.io/pod-name': ['p'], 'authentication.kubernetes.io/pod-uid': [pod.metadata.uid] } } })
    expect(await refusal(ask({ boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'q' } }))).toBe('cannot bind token for serviceaccount "bot" to pod running with different serviceaccount name.')
    expect(await refusal(ask({ boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'p', uid: 'x' } }))).toContain('the UID in the bound object reference (x) does not match the UID in record')
    expect(await refusal(ask({ boundObjectRef: { kind: 'ConfigMap', apiVersion: 'v1', name: 'p' } }))).toBe('cannot bind token to object of type /v1, Kind=ConfigMap')
    await admin.delete(resource('v1', 'Pod'), pod, { gracePeriodSeconds: 0 })
    await cluster.settle()
    expect(await review(token)).toEqual({ user: {}, error: '[invalid bearer token, service account token has been invalidated]' })
  })

  it('live between ten minutes and 2^32 seconds', async () => {
    const { ask } = await withBot()
    expect(await refusal(ask({ expirationSeconds: 300 }))).toBe('TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 300: may not specify a duration less than 10 minutes')
    expect(await refusal(ask({ expirationSeconds: 2 ** 32 + 1 }))).toContain('may not specify a duration larger than 2^32 seconds')
  })
})

describe('token secrets', () => {
  it('are filled, good without an end, and go with their account', async () => {
    const { make, admin, cluster, review } = await withBot()
    const uid = cluster.server.lister.get(accounts, 'bot', 'default')?.metadata.uid
    await make({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'bot-token', namespace: 'default', annotations: { 'kubernetes.io/service-account.name': 'bot' } }, type: 'kubernetes.io/service-account-token' } as Secret)
    await cluster.settle()
    const { data = {}, metadata } = await admin.get(secrets, 'bot-token', 'default')
    const text = (key: string): string => Buffer.from(data[key] ?? '', 'base64').toString()
    expect(metadata.annotations?.['kubernetes.io/service-account.uid']).toBe(uid)
    expect([text('namespace'), text('ca.crt')]).toEqual(['default', cluster.server.authenticator.authority.certificate])
    expect(await review(text('token'))).toMatchObject({ authenticated: true, user: { username: 'system:serviceaccount:default:bot', uid } })
    await admin.delete(accounts, bot)
    await cluster.settle()
    expect(await refusal(admin.get(secrets, 'bot-token', 'default'))).toBe('secrets "bot-token" not found')
  })
})
