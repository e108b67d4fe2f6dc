import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CertificateAuthority } from '../apiserver/authentication/certificate-authority'
import type { StatusError } from '../base/status'
import type { Client } from '../client/client'
import { openCluster } from '../cluster/open'
import { mutatingWebhookConfiguration } from '../kinds/admissionregistration/mutating-webhook-configuration/kind'
import { validatingWebhookConfiguration } from '../kinds/admissionregistration/validating-webhook-configuration/kind'
import { configMap } from '../kinds/core/config-map/kind'
import { namespace } from '../kinds/core/namespace/kind'
import { callWebhook } from './webhook-caller'

interface Asked {
  readonly uid: string
  readonly operation: string
  readonly object: { metadata: { name: string; labels?: Record<string, string> }; data?: Record<string, string> }
  readonly userInfo: { username: string }
}
const now = Date.now()
const authority = new CertificateAuthority('webhooks', () => now)
const pair = authority.serverPair(['localhost'], ['127.0.0.1'], now)
const asked: Asked[] = []
let server: Server
let port = 0

beforeAll(async () => {
  server = createServer({ key: pair.key, cert: pair.certificate }, (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (c: Buffer) => chunks.push(c))
    request.on('end', () => {
      const { request: review } = JSON.parse(Buffer.concat(chunks).toString()) as { request: Asked }
      asked.push(review)
      const patch = Buffer.from(JSON.stringify([{ op: 'add', path: '/data/by', value: 'webhook' }])).toString('base64')
      const answer =
        request.url?.startsWith('/mutate') === true ? { allowed: true, patchType: 'JSONPatch', patch, warnings: ['was changed'] }
        : request.url?.startsWith('/odd') === true ? { allowed: true, uid: 'another' }
        : { allowed: review.object.data?.bad === undefined, status: { message: 'no bad data', code: 403, reason: 'Forbidden' } }
      response.end(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: { uid: review.uid, ...answer } }))
    })
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  port = (server.address() as AddressInfo).port
})
afterAll(() => void server.close())

const hook = (path: string, more: object = {}) => ({
  name: `${path}.example.com`,
  clientConfig: { url: `https://localhost:${port}/${path}`, caBundle: Buffer.from(authority.certificate).toString('base64') },
  rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] }],
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
  ...more,
})

async function cluster(): Promise<{ client: Client; warnings: string[] }> {
  asked.length = 0
  const warnings: string[] = []
  const client = openCluster({ path: ':memory:', wall: () => now, apiOnly: true, callWebhook }).clientFor({ user: 'ann', groups: ['system:masters'], manager: 'test', trusted: false }, w => warnings.push(w))
  await client.create(namespace, { metadata: { name: 'n', labels: { hooks: 'on' } } } as never)
  return { client, warnings }
}
const create = (client: Client, data: Record<string, string>, dryRun = false): Promise<unknown> =>
  client.create(configMap, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'n' }, data } as never, { dryRun }).catch((e: StatusError) => `${e.code} ${e.message}`)
const validating = (client: Client, ...webhooks: object[]): Promise<unknown> => client.create(validatingWebhookConfiguration, { metadata: { name: 'v' }, webhooks } as never)

describe('webhooks over HTTPS', () => {
  it('change and refuse', async () => {
    const { client, warnings } = await cluster()
    await client.create(mutatingWebhookConfiguration, { metadata: { name: 'm' }, webhooks: [hook('mutate')] } as never)
    await validating(client, hook('validate'))
    expect(await create(client, { bad: 'x' })).toBe('403 admission webhook "validate.example.com" denied the request: no bad data')
    expect(await create(client, { good: 'x' })).toMatchObject({ data: { good: 'x', by: 'webhook' } })
    expect(asked.map(a => [a.operation, a.userInfo.username, a.object.data?.by])).toEqual([['CREATE', 'ann', undefined], ['CREATE', 'ann', 'webhook'], ['CREATE', 'ann', undefined], ['CREATE', 'ann', 'webhook']])
    expect(warnings).toEqual(['was changed', 'was changed'])
  })
  it('are not asked about what their selectors and conditions leave out', async () => {
    const { client } = await cluster()
    await validating(client, hook('a.validate', { namespaceSelector: { matchLabels: { hooks: 'off' } } }), hook('b.validate', { matchConditions: [{ name: 'c', expression: "has(object.data.other)" }] }))
    expect(await create(client, { bad: 'x' })).toMatchObject({ data: { bad: 'x' } })
    expect(asked).toEqual([])
  })
  it('fail as their failure policy says, in the real words', async () => {
    const { client } = await cluster()
    await validating(client, hook('odd'))
    expect(await create(client, { a: 'b' })).toMatch(/^500 Internal error occurred: failed calling webhook "odd.example.com": received invalid webhook response: expected response.uid="[-0-9a-f]+", got "another"$/)
    const change = (w: object): Promise<unknown> => client.patch(validatingWebhookConfiguration, { metadata: { name: 'v' } }, 'merge', { webhooks: [w] })
    await change(hook('validate', { clientConfig: { url: `https://localhost:${port}/validate` } }))
    expect(await create(client, { a: 'b' })).toBe(`500 Internal error occurred: failed calling webhook "validate.example.com": failed to call webhook: Post "https://localhost:${port}/validate?timeout=10s": tls: failed to verify certificate: x509: certificate signed by unknown authority`)
    await change(hook('validate', { clientConfig: { url: 'https://localhost:1/validate' } }))
    expect(await create(client, { a: 'b' })).toBe('500 Internal error occurred: failed calling webhook "validate.example.com": failed to call webhook: Post "https://localhost:1/validate?timeout=10s": dial tcp localhost:1: connect: connection refused')
    await change(hook('validate', { clientConfig: { service: { namespace: 'n', name: 'hook', path: '/v' } } }))
    expect(await create(client, { a: 'b' })).toBe('500 Internal error occurred: failed calling webhook "validate.example.com": failed to call webhook: Post "https://hook.n.svc:443/v?timeout=10s": service "hook" not found')
    await change(hook('validate', { failurePolicy: 'Ignore', clientConfig: { url: 'https://localhost:1/validate' } }))
    expect(await create(client, { a: 'b' })).toMatchObject({ data: { a: 'b' } })
  })
})
