import { describe, expect, it } from 'vitest'
import type { StatusError } from '../../base/status'
import type { Client } from '../../client/client'
import { openCluster, type Cluster } from '../../cluster/open'
import { validatingAdmissionPolicy } from '../../kinds/admissionregistration/validating-admission-policy/kind'
import { validatingAdmissionPolicyBinding } from '../../kinds/admissionregistration/validating-admission-policy-binding/kind'
import { customResourceDefinition } from '../../kinds/apiextensions/custom-resource-definition/kind'
import { namespace } from '../../kinds/core/namespace/kind'
import type { Kind, KubeObject } from '../../kinds/kind'
import type { WebhookRequest } from '../webhook-caller'

const ACTOR = { user: 'ann', groups: ['system:masters'], manager: 'test', trusted: false }
/** v1 says host and port apart, v1beta1 in one string. */
type Endpoint = KubeObject & { spec: { host?: string; port?: number; hostPort?: string } }
const SCHEMAS: Record<string, object> = {
  v1: { type: 'object', properties: { spec: { type: 'object', required: ['host'], properties: { host: { type: 'string' }, port: { type: 'integer', default: 80, minimum: 1 } } } } },
  v1beta1: { type: 'object', properties: { spec: { type: 'object', required: ['hostPort'], properties: { hostPort: { type: 'string', pattern: ':' } } } } },
}
const definition = (storage: string, conversion: object) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'endpoints.net.example.com' },
  spec: {
    group: 'net.example.com',
    scope: 'Namespaced',
    names: { plural: 'endpoints', kind: 'Endpoint' },
    conversion,
    versions: ['v1', 'v1beta1'].map(name => ({ name, served: true, storage: name === storage, schema: { openAPIV3Schema: SCHEMAS[name] } })),
  },
})
const WEBHOOK = { strategy: 'Webhook', webhook: { clientConfig: { url: 'https://convert.example.com/crd' }, conversionReviewVersions: ['v1'] } }

interface Question {
  readonly uid: string
  readonly desiredAPIVersion: string
  readonly objects: readonly Endpoint[]
}
function converted(o: Endpoint, apiVersion: string): Endpoint {
  const { host, port, hostPort } = o.spec
  const [h, p] = (hostPort ?? '').split(':')
  return { ...o, apiVersion, spec: apiVersion.endsWith('v1') ? { host: h as string, port: Number(p) } : { hostPort: `${host}:${port}` } }
}

/** `answer` changes what the webhook would say. */
async function cluster(conversion: object = WEBHOOK, answer: (response: Record<string, unknown>, q: Question) => unknown = r => r) {
  let ms = Date.parse('2026-01-01T00:00:00Z')
  const asked: Question[] = []
  const callWebhook = ({ body }: WebhookRequest): Promise<{ code: number; body: string }> => {
    const { request } = JSON.parse(body) as { request: Question }
    asked.push(request)
    const response = { uid: request.uid, result: { status: 'Success' }, convertedObjects: request.objects.map(o => converted(o, request.desiredAPIVersion)) }
    return Promise.resolve({ code: 200, body: JSON.stringify({ kind: 'ConversionReview', apiVersion: 'apiextensions.k8s.io/v1', response: answer(response, request) }) })
  }
  const made = openCluster({ path: ':memory:', wall: () => (ms += 1000), apiOnly: true, callWebhook })
  const client = made.clientFor(ACTOR)
  await client.create(namespace, { metadata: { name: 'n' } } as never)
  await client.create(customResourceDefinition, definition('v1', conversion) as never)
  return { cluster: made, client, asked }
}
const kind = (c: Cluster, version: string): Kind<Endpoint> => c.server.registry.kind('net.example.com', 'endpoints', version) as unknown as Kind<Endpoint>
const endpoint = (version: string, spec: object, name = 'e'): Endpoint => ({ apiVersion: `net.example.com/${version}`, kind: 'Endpoint', metadata: { name, namespace: 'n' }, spec }) as Endpoint
const message = (work: Promise<unknown>): Promise<string> => work.then(() => 'accepted', (e: StatusError) => `${e.code} ${e.message}`)
const stored = (c: Cluster, name = 'e'): Endpoint => c.server.lister.get(kind(c, 'v1'), name, 'n') as Endpoint
const changeStorage = async (client: Client, version: string): Promise<void> => {
  const crd = structuredClone(await client.get(customResourceDefinition, 'endpoints.net.example.com'))
  for (const v of crd.spec.versions) v.storage = v.name === version
  await client.update(customResourceDefinition, crd)
}

describe('objects of several versions', () => {
  it('are checked and completed by the version that was sent, and stored in the other', async () => {
    const { cluster: c, client, asked } = await cluster()
    expect(await message(client.create(kind(c, 'v1beta1'), endpoint('v1beta1', { hostPort: 'nothing' })))).toBe('422 Endpoint.net.example.com "e" is invalid: spec.hostPort: Invalid value: "nothing": spec.hostPort in body should match \':\'')
    expect(asked).toEqual([])
    const made = await client.create(kind(c, 'v1beta1'), endpoint('v1beta1', { hostPort: 'a:1' }))
    expect(made).toMatchObject({ apiVersion: 'net.example.com/v1beta1', spec: { hostPort: 'a:1' } })
    expect(stored(c)).toMatchObject({ apiVersion: 'net.example.com/v1', spec: { host: 'a', port: 1 } })
    // Into the store, and out of it for the answer.
    expect(asked.map(q => [q.desiredAPIVersion, q.objects.length])).toEqual([['net.example.com/v1', 1], ['net.example.com/v1beta1', 1]])
    expect((await client.get(kind(c, 'v1'), 'e', 'n')).spec).toEqual({ host: 'a', port: 1 })
    expect(asked).toHaveLength(2)
  })
  it('are listed, patched, watched and deleted in each version', async () => {
    const { cluster: c, client, asked } = await cluster()
    for (const name of ['a', 'b']) await client.create(kind(c, 'v1'), endpoint('v1', { host: name }, name))
    expect(asked).toEqual([])
    const list = await client.list(kind(c, 'v1beta1'), { namespace: 'n' })
    expect(list.items.map(o => o.spec)).toEqual([{ hostPort: 'a:80' }, { hostPort: 'b:80' }])
    expect(asked.map(q => q.objects.length)).toEqual([2])
    await client.list(kind(c, 'v1beta1'), { namespace: 'n' })
    expect(asked).toHaveLength(1)
    const patched = await client.patch(kind(c, 'v1beta1'), endpoint('v1beta1', {}, 'a'), 'merge', { spec: { hostPort: 'c:3' } })
    expect(patched).toMatchObject({ apiVersion: 'net.example.com/v1beta1', spec: { hostPort: 'c:3' }, metadata: { generation: 2 } })
    expect(stored(c, 'a').spec).toEqual({ host: 'c', port: 3 })
    const told: unknown[] = []
    for await (const e of client.watch(kind(c, 'v1beta1'), { namespace: 'n', resourceVersion: '1' })) told.push([e.type, e.object.spec])
    expect(told).toEqual([['ADDED', { hostPort: 'a:80' }], ['ADDED', { hostPort: 'b:80' }], ['MODIFIED', { hostPort: 'c:3' }]])
    expect((await client.delete(kind(c, 'v1beta1'), endpoint('v1beta1', {}, 'a')))?.spec).toEqual({ hostPort: 'c:3' })
    expect(stored(c, 'a')).toBeUndefined()
  })
  it('keep who owns what by the names of each version', async () => {
    const { cluster: c, client } = await cluster()
    await client.create(kind(c, 'v1'), endpoint('v1', { host: 'a', port: 1 }), { fieldManager: 'old' })
    await client.patch(kind(c, 'v1beta1'), endpoint('v1beta1', {}), 'merge', { spec: { hostPort: 'a:2' } }, { fieldManager: 'new' })
    const { managedFields = [] } = (await client.get(kind(c, 'v1'), 'e', 'n', { managedFields: true })).metadata
    expect(managedFields.map(m => [m.manager, m.apiVersion, m.fieldsV1])).toEqual([
      // The port was changed by another: only the host is still its own.
      ['old', 'net.example.com/v1', { 'f:spec': { '.': {}, 'f:host': {} } }],
      ['new', 'net.example.com/v1beta1', { 'f:spec': { 'f:hostPort': {} } }],
    ])
  })
  it('are migrated by any write after the storage version has changed', async () => {
    const { cluster: c, client } = await cluster()
    await client.create(kind(c, 'v1'), endpoint('v1', { host: 'a' }))
    await changeStorage(client, 'v1beta1')
    expect((await client.get(customResourceDefinition, 'endpoints.net.example.com')).status?.storedVersions).toEqual(['v1', 'v1beta1'])
    expect(stored(c).apiVersion).toBe('net.example.com/v1')
    const before = await client.get(kind(c, 'v1beta1'), 'e', 'n')
    expect(before.spec).toEqual({ hostPort: 'a:80' })
    const after = await client.patch(kind(c, 'v1'), endpoint('v1', {}), 'merge', {})
    expect(stored(c)).toMatchObject({ apiVersion: 'net.example.com/v1beta1', spec: { hostPort: 'a:80' } })
    expect(after.metadata.resourceVersion).not.toBe(before.metadata.resourceVersion)
    const again = await client.patch(kind(c, 'v1'), endpoint('v1', {}), 'merge', {})
    expect(again.metadata.resourceVersion).toBe(after.metadata.resourceVersion)
  })
  it('are renamed and pruned without a webhook', async () => {
    const { cluster: c, client } = await cluster({ strategy: 'None' })
    await client.create(kind(c, 'v1'), endpoint('v1', { host: 'a' }))
    expect((await client.get(kind(c, 'v1beta1'), 'e', 'n')).spec).toEqual({})
    expect((await client.get(kind(c, 'v1'), 'e', 'n')).spec).toEqual({ host: 'a', port: 80 })
  })
  it('are seen by policies in the version that these speak of', async () => {
    const { cluster: c, client } = await cluster()
    const rule = { operations: ['CREATE'], apiGroups: ['net.example.com'], apiVersions: ['v1'], resources: ['endpoints'] }
    await client.create(validatingAdmissionPolicy, { metadata: { name: 'p' }, spec: { matchConstraints: { resourceRules: [rule] }, validations: [{ expression: "object.spec.port > 10 && request.requestKind.version == 'v1beta1' && request.kind.version == 'v1'" }] } } as never)
    await client.create(validatingAdmissionPolicyBinding, { metadata: { name: 'b' }, spec: { policyName: 'p', validationActions: ['Deny'] } } as never)
    expect(await message(client.create(kind(c, 'v1beta1'), endpoint('v1beta1', { hostPort: 'a:1' })))).toMatch(/^422 .*denied request: failed expression/)
    expect(await message(client.create(kind(c, 'v1beta1'), endpoint('v1beta1', { hostPort: 'a:11' })))).toBe('accepted')
  })
})

describe('a conversion webhook that does not do its work', () => {
  const PREFIX = '500 conversion webhook for net.example.com/v1, Kind=Endpoint '
  it.each<[string, (r: Record<string, unknown>, q: Question) => unknown, string]>([
    ['says no', () => ({ result: { status: 'Failure', message: 'cannot' } }), 'failed: expected response.uid="…", got ""'],
    ['fails', (_, q) => ({ uid: q.uid, result: { status: 'Failure', message: 'cannot' } }), 'failed: cannot'],
    ['fails without a word', (_, q) => ({ uid: q.uid, result: {} }), "failed: response.result.status was '', not 'Success'"],
    ['answers nothing', () => undefined, 'failed: no response provided'],
    ['loses an object', r => ({ ...r, convertedObjects: [] }), 'returned 0 objects, expected 1'],
    ['converts to another version', (r, q) => ({ ...r, convertedObjects: q.objects }), 'returned invalid object at index 0: invalid groupVersion (expected net.example.com/v1beta1, received net.example.com/v1)'],
    ['renames', (r, q) => ({ ...r, convertedObjects: q.objects.map(o => ({ ...o, apiVersion: q.desiredAPIVersion, metadata: { ...o.metadata, name: 'f' } })) }), 'returned invalid object: must have the same name: e != f'],
    ['drops metadata', (r, q) => ({ ...r, convertedObjects: q.objects.map(({ kind: k }) => ({ kind: k, apiVersion: q.desiredAPIVersion })) }), 'returned invalid object: must have the same name: e != '],
    ['labels with numbers', (r, q) => ({ ...r, convertedObjects: q.objects.map(o => ({ ...o, apiVersion: q.desiredAPIVersion, metadata: { ...o.metadata, labels: { a: 1 } } })) }), 'returned invalid metadata: metadata.labels[a] must be a string, but is int64 in converted object'],
  ])('%s', async (_, answer, text) => {
    const { cluster: c, client } = await cluster(WEBHOOK, answer)
    await client.create(kind(c, 'v1'), endpoint('v1', { host: 'a' }))
    const told = await message(client.get(kind(c, 'v1beta1'), 'e', 'n'))
    expect(told.replace(/uid="[0-9a-f-]{36}"/, 'uid="…"')).toBe(PREFIX + text)
  })
  it('is not there', async () => {
    const { cluster: c, client } = await cluster({ strategy: 'Webhook', webhook: { clientConfig: { service: { namespace: 'n', name: 'convert', path: '/crd' } }, conversionReviewVersions: ['v1'] } })
    await client.create(kind(c, 'v1'), endpoint('v1', { host: 'a' }))
    expect(await message(client.list(kind(c, 'v1beta1'), { namespace: 'n' }))).toBe(`${PREFIX}failed: Post "https://convert.n.svc:443/crd?timeout=30s": service "convert" not found`)
    expect(await message(client.create(kind(c, 'v1beta1'), endpoint('v1beta1', { hostPort: 'a:1' }, 'f')))).toBe('500 conversion webhook for net.example.com/v1beta1, Kind=Endpoint failed: Post "https://convert.n.svc:443/crd?timeout=30s": service "convert" not found')
  })
})
