import { describe, expect, it } from 'vitest'
import type { StatusError } from '../../../base/status'
import type { Client } from '../../../client/client'
import { openCluster } from '../../../cluster/open'
import { mutatingAdmissionPolicy } from '../../../kinds/admissionregistration/mutating-admission-policy/kind'
import { mutatingAdmissionPolicyBinding } from '../../../kinds/admissionregistration/mutating-admission-policy-binding/kind'
import { validatingAdmissionPolicy } from '../../../kinds/admissionregistration/validating-admission-policy/kind'
import { validatingAdmissionPolicyBinding } from '../../../kinds/admissionregistration/validating-admission-policy-binding/kind'
import { configMap } from '../../../kinds/core/config-map/kind'
import { namespace } from '../../../kinds/core/namespace/kind'

const CONFIG_MAPS = { resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['configmaps'] }] }

async function cluster(): Promise<{ client: Client; warnings: string[]; create: (data: Record<string, string>, labels?: Record<string, string>) => Promise<unknown> }> {
  const warnings: string[] = []
  const client = openCluster({ path: ':memory:', wall: () => Date.parse('2026-01-01T00:00:00Z'), apiOnly: true }).clientFor({ user: 'ann', groups: ['system:masters'], manager: 'test', trusted: false }, w => warnings.push(w))
  await client.create(namespace, { metadata: { name: 'n' } } as never)
  return { client, warnings, create: (data, labels) => client.create(configMap, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'n', ...(labels === undefined ? {} : { labels }) }, data } as never).catch((e: StatusError) => `${e.code} ${e.message}`) }
}
const validate = async (client: Client, spec: object, binding: object = {}): Promise<void> => {
  await client.create(validatingAdmissionPolicy, { metadata: { name: 'p' }, spec: { matchConstraints: CONFIG_MAPS, ...spec } } as never)
  await client.create(validatingAdmissionPolicyBinding, { metadata: { name: 'b' }, spec: { policyName: 'p', validationActions: ['Deny'], ...binding } } as never)
}
const mutate = async (client: Client, mutations: object[], spec: object = {}): Promise<void> => {
  await client.create(mutatingAdmissionPolicy, { metadata: { name: 'p' }, spec: { matchConstraints: CONFIG_MAPS, reinvocationPolicy: 'Never', mutations, ...spec } } as never)
  await client.create(mutatingAdmissionPolicyBinding, { metadata: { name: 'b' }, spec: { policyName: 'p' } } as never)
}
const DENIED = `configmaps "c" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: `

describe('validating policies', () => {
  it('deny with their message and reason, and see composed variables and the requester', async () => {
    const { client, create } = await cluster()
    await validate(client, { variables: [{ name: 'who', expression: 'request.userInfo.username' }, { name: 'text', expression: "variables.who + ' may not'" }], validations: [{ expression: "!('bad' in object.data)", messageExpression: 'variables.text', reason: 'Forbidden' }] })
    expect(await create({ bad: 'x' })).toBe(`403 ${DENIED}ann may not`)
    expect(await create({ good: 'x' })).toMatchObject({ data: { good: 'x' } })
  })
  it('fail closed or open when an expression fails', async () => {
    const { client, create } = await cluster()
    await validate(client, { validations: [{ expression: 'object.metadata.labels.owner == "me"' }] })
    expect(await create({ a: 'b' })).toBe(`422 ${DENIED}expression 'object.metadata.labels.owner == "me"' resulted in error: no such key: labels`)
    await client.patch(validatingAdmissionPolicy, { metadata: { name: 'p' } }, 'merge', { spec: { failurePolicy: 'Ignore' } })
    expect(await create({ a: 'b' })).toMatchObject({ data: { a: 'b' } })
  })
  it('warn, look at conditions first, and ask the authoriser', async () => {
    const { client, create, warnings } = await cluster()
    await validate(client, { matchConditions: [{ name: 'c', expression: "authorizer.group('').resource('secrets').namespace('n').check('get').allowed()" }], validations: [{ expression: 'false' }] }, { validationActions: ['Warn', 'Audit'] })
    await create({ a: 'b' })
    expect(warnings).toEqual(["Validation failed for ValidatingAdmissionPolicy 'p' with binding 'b': failed expression: false"])
  })
  it('are refused without their parameters', async () => {
    const { client, create } = await cluster()
    await validate(client, { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' }, validations: [{ expression: 'params != null' }] }, { paramRef: { name: 'none', parameterNotFoundAction: 'Deny' } })
    expect(await create({ a: 'b' })).toBe(`422 ${DENIED}failed to configure binding: no params found for policy binding with \`Deny\` parameterNotFoundAction`)
  })
})

describe('mutating policies', () => {
  it('apply configurations by schema', async () => {
    const { client, create } = await cluster()
    await mutate(client, [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression: `Object{metadata: Object.metadata{labels: Object.metadata.labels{owner: request.userInfo.username}}}` } }])
    expect(await create({ a: 'b' }, { keep: 'this' })).toMatchObject({ metadata: { name: 'c', labels: { keep: 'this', owner: 'ann' } }, data: { a: 'b' } })
  })
  it('patch', async () => {
    const { client, create } = await cluster()
    await mutate(client, [{ patchType: 'JSONPatch', jsonPatch: { expression: `[JSONPatch{op: "add", path: "/metadata/labels/" + jsonpatch.escapeKey("x.io/y"), value: string(size(object.data))}]` } }])
    expect(await create({ a: 'b' }, { keep: 'this' })).toMatchObject({ metadata: { labels: { keep: 'this', 'x.io/y': '1' } } })
  })
  it('are asked again when another changed the object', async () => {
    const { client, create } = await cluster()
    const count = { patchType: 'JSONPatch', jsonPatch: { expression: `[JSONPatch{op: "add", path: "/data/n", value: string(size(object.data))}]` } }
    await mutate(client, [count], { reinvocationPolicy: 'IfNeeded' })
    expect(await create({ a: 'b' })).toMatchObject({ data: { a: 'b', n: '2' } })
  })
})
