import { describe, expect, it } from 'vitest'
import { openCluster, type Cluster } from '../cluster/open'
import type { Client } from '../client/client'
import type { StatusError } from '../base/status'
import type { KubeObject, Kind } from '../kinds/kind'
import { customResourceDefinition } from '../kinds/apiextensions/custom-resource-definition/kind'

const ACTOR = { user: 'kubernetes-admin', groups: ['system:masters'], manager: 'test', trusted: false }
const SCHEMA = {
  type: 'object',
  required: ['spec'],
  properties: {
    spec: {
      type: 'object',
      required: ['size'],
      'x-kubernetes-validations': [
        { rule: 'self.min <= self.size', messageExpression: "'size ' + string(self.size) + ' is under ' + string(self.min)", fieldPath: '.size', reason: 'FieldValueForbidden' },
        { rule: 'self.size >= oldSelf.size', message: 'size may not shrink' },
      ],
      properties: {
        size: { type: 'integer', minimum: 0, maximum: 9 },
        min: { type: 'integer', default: 1 },
        color: { type: 'string', enum: ['red', 'green'], default: 'red' },
        note: { type: 'string', nullable: true },
        port: { 'x-kubernetes-int-or-string': true },
        loose: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        template: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
        tags: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
        rooms: { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'], items: { type: 'object', required: ['name'], properties: { name: { type: 'string' }, beds: { type: 'integer', default: 1 } } } },
        immutable: { type: 'string', 'x-kubernetes-validations': [{ rule: '!oldSelf.hasValue() || self == oldSelf.value()', optionalOldSelf: true, message: 'cannot be changed' }] },
      },
    },
    status: { type: 'object', properties: { size: { type: 'integer' }, selector: { type: 'string' } } },
  },
}
const version = (name: string, storage: boolean) => ({
  name,
  served: true,
  storage,
  schema: { openAPIV3Schema: SCHEMA },
  subresources: { status: {}, scale: { specReplicasPath: '.spec.size', statusReplicasPath: '.status.size', labelSelectorPath: '.status.selector' } },
  selectableFields: [{ jsonPath: '.spec.color' }],
  additionalPrinterColumns: [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }, { name: 'Color', type: 'string', jsonPath: '.spec.color', priority: 1 }],
})
const DEFINITION = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'houses.example.com' },
  spec: { group: 'example.com', scope: 'Namespaced', names: { plural: 'houses', singular: 'house', kind: 'House', shortNames: ['hs'], categories: ['all'] }, versions: [version('v1', true), version('v1beta1', false)] },
}

async function cluster(): Promise<{ cluster: Cluster; client: Client; warnings: string[] }> {
  let ms = Date.parse('2026-01-01T00:00:00Z')
  const made = openCluster({ path: ':memory:', wall: () => (ms += 1000), apiOnly: true })
  const warnings: string[] = []
  const client = made.clientFor(ACTOR, w => warnings.push(w))
  await client.create({ group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', singular: 'namespace', scope: 'Cluster' }, { metadata: { name: 'n' } } as KubeObject)
  await client.create(customResourceDefinition, structuredClone(DEFINITION) as never)
  return { cluster: made, client, warnings }
}
const houses = (c: Cluster, v = 'v1'): Kind => c.server.registry.kind('example.com', 'houses', v)
const house = (spec: object, name = 'h'): KubeObject => ({ apiVersion: 'example.com/v1', kind: 'House', metadata: { name, namespace: 'n' }, spec }) as KubeObject
const message = (work: Promise<unknown>): Promise<string> => work.then(() => 'accepted', (e: StatusError) => e.message)
const INVALID = 'House.example.com "h" is invalid: '

describe('a definition', () => {
  it('is established, and its kind is found and discovered in its versions', async () => {
    const { cluster: c, client } = await cluster()
    const crd = await client.get(customResourceDefinition, 'houses.example.com')
    expect(crd.status?.conditions?.map(x => [x.type, x.status, x.reason])).toEqual([['NamesAccepted', 'True', 'NoConflicts'], ['Established', 'True', 'InitialNamesAccepted']])
    expect(crd.status?.acceptedNames).toEqual({ plural: 'houses', singular: 'house', shortNames: ['hs'], kind: 'House', listKind: 'HouseList', categories: ['all'] })
    expect(crd.status?.storedVersions).toEqual(['v1'])
    expect(c.server.registry.customResources().map(r => [r.apiVersion, r.plural, r.subresources.map(s => s.name)])).toEqual([['example.com/v1', 'houses', ['status', 'scale']], ['example.com/v1beta1', 'houses', ['status', 'scale']]])
    expect(c.server.registry.ofObject('example.com/v1', 'House')?.plural).toBe('houses')
  })
  it('waits for names that are taken', async () => {
    const { client } = await cluster()
    const other = structuredClone(DEFINITION)
    other.metadata.name = 'homes.example.com'
    other.spec.names.plural = 'homes'
    await client.create(customResourceDefinition, other as never)
    const crd = await client.get(customResourceDefinition, 'homes.example.com')
    expect(crd.status?.conditions?.find(x => x.type === 'NamesAccepted')).toMatchObject({ status: 'False', reason: 'ListKindConflict', message: '"HouseList" is already in use' })
  })
  it('takes its objects along, and creates none meanwhile', async () => {
    const { cluster: c, client } = await cluster()
    const kind = houses(c)
    const held = house({ size: 2 }, 'held')
    held.metadata.finalizers = ['example.com/hold']
    await client.create(kind, held)
    await client.create(kind, house({ size: 2 }))
    await client.delete(customResourceDefinition, { metadata: { name: 'houses.example.com' } })
    const going = await client.get(customResourceDefinition, 'houses.example.com')
    expect(going.metadata.finalizers).toEqual(['customresourcecleanup.apiextensions.k8s.io'])
    expect(going.status?.conditions?.find(x => x.type === 'Terminating')?.reason).toBe('InstanceDeletionInProgress')
    expect(await message(client.create(houses(c), house({ size: 2 }, 'late')))).toBe('create is not supported on resources of kind "houses.example.com"')
    expect((await client.list(houses(c))).items.map(o => o.metadata.name)).toEqual(['held'])
    await client.patch(houses(c), held, 'merge', { metadata: { finalizers: null } })
    await c.advanceTo(c.clock.peek() + 60_000)
    expect(await message(client.get(customResourceDefinition, 'houses.example.com'))).toMatch(/not found/)
    expect(() => houses(c)).toThrow('the server could not find the requested resource')
  })
})

describe('its objects', () => {
  it('are pruned and get defaults', async () => {
    const { cluster: c, client, warnings } = await cluster()
    const made = await client.create(houses(c), house({ size: 3, bogus: 1, note: null, port: 'http', loose: { a: { b: 1 } }, rooms: [{ name: 'kitchen', sofa: 1 }], template: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x', odd: 1 }, spec: { y: 1 } } }))
    expect((made as { spec?: unknown }).spec).toEqual({ size: 3, min: 1, color: 'red', note: null, port: 'http', loose: { a: { b: 1 } }, rooms: [{ name: 'kitchen', beds: 1 }], template: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' }, spec: { y: 1 } } })
    expect(made.metadata.generation).toBe(1)
    expect(warnings).toEqual(['unknown field "spec.bogus"', 'unknown field "spec.rooms[0].sofa"', 'unknown field "spec.template.metadata.odd"'])
  })
  it.each<[string, object, string]>([
    ['a wrong type', { size: '3' }, `${INVALID}[spec.size: Invalid value: "string": spec.size in body must be of type integer: "string", .spec.size: Invalid value: 0: .spec.size accessor error: 3 is of the type string, expected int64, <nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation]`],
    ['a missing field', {}, `${INVALID}[spec.size: Required value, <nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation]`],
    ['a value outside of an enum', { size: 3, color: 'blue' }, `${INVALID}[spec.color: Unsupported value: "blue": supported values: "red", "green", <nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation]`],
    ['a number that is too large', { size: 10 }, `${INVALID}spec.size: Invalid value: 10: spec.size in body should be less than or equal to 9`],
    ['a rule with its own message, path and reason', { size: 0 }, `${INVALID}spec.size: Forbidden: size 0 is under 1`],
    ['a set with a repetition', { size: 3, tags: ['a', 'a'] }, `${INVALID}spec.tags[1]: Duplicate value: "a"`],
    ['a map-list with a repetition', { size: 3, rooms: [{ name: 'a' }, { name: 'a' }] }, `${INVALID}spec.rooms[1]: Duplicate value: {"name":"a"}`],
  ])('are refused for %s', async (_, spec, text) => {
    const { cluster: c, client } = await cluster()
    expect(await message(client.create(houses(c), house(spec)))).toBe(text)
  })
  it('obey rules about their change', async () => {
    const { cluster: c, client } = await cluster()
    const kind = houses(c)
    await client.create(kind, house({ size: 3, immutable: 'a' }))
    const change = (spec: object): Promise<string> => message(client.patch(kind, house({}), 'merge', { spec }))
    expect(await change({ size: 2 })).toBe(`${INVALID}spec: Invalid value: size may not shrink`)
    expect(await change({ immutable: 'b' })).toBe(`${INVALID}spec.immutable: Invalid value: "b": cannot be changed`)
    expect(await change({ size: 4 })).toBe('accepted')
    expect((await client.get(kind, 'h', 'n')).metadata.generation).toBe(2)
    expect(await message(client.patch(kind, house({}), 'strategic', { spec: { size: 5 } }))).toMatch(/^the body of the request was in an unknown format - accepted media types include: application\/json-patch\+json/)
  })
  it('have a status and a scale of their own', async () => {
    const { cluster: c, client } = await cluster()
    const kind = houses(c)
    await client.create(kind, { ...house({ size: 3 }), status: { size: 7 } } as never)
    expect((await client.get(kind, 'h', 'n')) as { status?: unknown }).not.toHaveProperty('status')
    const changed = await client.patch(kind, house({}), 'merge', { metadata: { labels: { a: 'b' } }, spec: { size: 9 }, status: { size: 2, selector: 'a=b' } }, { subresource: 'status' })
    expect(changed).toMatchObject({ spec: { size: 3 }, status: { size: 2 }, metadata: { generation: 1 } })
    expect(changed.metadata.labels).toBeUndefined()
    const scaled = await client.patch(kind, house({}), 'merge', { spec: { replicas: 5 } }, { subresource: 'scale' })
    expect(scaled).toMatchObject({ kind: 'Scale', spec: { replicas: 5 }, status: { replicas: 2, selector: 'a=b' } })
    expect(await message(client.patch(kind, house({}), 'merge', { spec: { replicas: 20 } }, { subresource: 'scale' }))).toBe(`${INVALID}spec.size: Invalid value: 20: spec.size in body should be less than or equal to 9`)
  })
  it('are read in each version, selected by fields and printed', async () => {
    const { cluster: c, client } = await cluster()
    await client.create(houses(c), house({ size: 3 }))
    await client.create(houses(c, 'v1beta1'), { ...house({ size: 4, color: 'green' }, 'g'), apiVersion: 'example.com/v1beta1' } as KubeObject)
    expect((await client.get(houses(c, 'v1beta1'), 'h', 'n')).apiVersion).toBe('example.com/v1beta1')
    expect((await client.get(houses(c), 'g', 'n')).apiVersion).toBe('example.com/v1')
    expect((await client.list(houses(c), { fieldSelector: 'spec.color=green' })).items.map(o => o.metadata.name)).toEqual(['g'])
    const table = await client.table(houses(c), { namespace: 'n' })
    expect(table.columnDefinitions.map(x => [x.name, x.priority])).toEqual([['Name', 0], ['Size', 0], ['Color', 1]])
    expect(table.rows.map(r => r.cells)).toEqual([['g', 4, 'green'], ['h', 3, 'red']])
  })
  it('are applied by schema: map-lists and sets merge, conflicts name their fields', async () => {
    const { cluster: c, client } = await cluster()
    const kind = houses(c)
    await client.apply(kind, house({ size: 3, rooms: [{ name: 'a', beds: 2 }], tags: ['x'] }), { fieldManager: 'one' })
    const both = await client.apply(kind, house({ rooms: [{ name: 'b' }], tags: ['y'], size: 3 }), { fieldManager: 'two' })
    expect(both).toMatchObject({ spec: { rooms: [{ name: 'a', beds: 2 }, { name: 'b', beds: 1 }], tags: ['x', 'y'] } })
    expect(await message(client.apply(kind, house({ size: 3, rooms: [{ name: 'a', beds: 3 }] }), { fieldManager: 'two' }))).toBe('Apply failed with 1 conflict: conflict with "one": .spec.rooms[name="a"].beds')
    const without = await client.apply(kind, house({ size: 3 }), { fieldManager: 'two' })
    expect(without).toMatchObject({ spec: { rooms: [{ name: 'a', beds: 2 }], tags: ['x'] } })
  })
  it('keep what was valid once when rules grow stricter', async () => {
    const { cluster: c, client } = await cluster()
    await client.create(houses(c), house({ size: 9 }))
    const crd = structuredClone(await client.get(customResourceDefinition, 'houses.example.com'))
    for (const v of crd.spec.versions) ((v.schema?.openAPIV3Schema?.properties?.spec?.properties ?? {}).size as { maximum: number }).maximum = 5
    await client.update(customResourceDefinition, crd)
    expect(await message(client.patch(houses(c), house({}), 'merge', { spec: { color: 'green' } }))).toBe('accepted')
    expect(await message(client.create(houses(c), house({ size: 9 }, 'i')))).toMatch(/should be less than or equal to 5/)
  })
})
