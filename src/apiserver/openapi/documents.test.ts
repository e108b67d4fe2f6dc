import { describe, expect, it } from 'vitest'
import { inMemory } from '../in-memory.testing'
import type { KubeObject } from '../../kinds/kind'
import { Descriptions } from './descriptions'
import { OpenApiDocuments } from './documents'
import type { Json } from './schemas'

const TEXTS = JSON.stringify({ types: { V1PodSpec: ['A pod.', { nodeName: 'Where it runs.', affinity: 'Never said.' }] }, parameters: { limit: 'So many.' } })
const documents = new OpenApiDocuments(new Descriptions(() => TEXTS), () => ({ resources: [], definition: () => undefined }))
const apps = JSON.parse(documents.v3('apis/apps/v1')?.text as string) as { paths: Record<string, Record<string, Json>>; components: { schemas: Record<string, Json & { properties: Record<string, Json> }> } }
const schema = (name: string): Json & { properties: Record<string, Json> } => apps.components.schemas[`io.k8s.api.${name}`] as never

describe('OpenAPI of built-in kinds', () => {
  it('tells types, merging, values and what is absent by default', () => {
    expect(schema('apps.v1.Deployment')['x-kubernetes-group-version-kind']).toEqual([{ group: 'apps', kind: 'Deployment', version: 'v1' }])
    expect(schema('core.v1.PodSpec').description).toBe('A pod.')
    expect(schema('core.v1.PodSpec').properties.nodeName).toEqual({ description: 'Where it runs.', type: 'string' })
    expect(schema('core.v1.Container').properties.ports).toEqual({
      type: 'array', items: { default: {}, allOf: [{ $ref: '#/components/schemas/io.k8s.api.core.v1.ContainerPort' }] },
      'x-kubernetes-list-map-keys': ['containerPort', 'protocol'], 'x-kubernetes-list-type': 'map', 'x-kubernetes-patch-merge-key': 'containerPort', 'x-kubernetes-patch-strategy': 'merge',
    })
    expect(schema('core.v1.ContainerPort').properties.protocol).toMatchObject({ type: 'string', default: 'TCP', enum: ['SCTP', 'TCP', 'UDP'] })
    expect(schema('core.v1.SeccompProfile')['x-kubernetes-unions']).toEqual([{ discriminator: 'type', 'fields-to-discriminateBy': { localhostProfile: 'LocalhostProfile' } }])
    expect(apps.components.schemas['io.k8s.apimachinery.pkg.util.intstr.IntOrString']).toEqual({ format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] })
  })
  it('refers to nothing that is not there', () => {
    for (const path of Object.keys(documents.index().paths as object)) {
      const text = documents.v3(path)?.text ?? ''
      const { components = {} } = JSON.parse(text) as { components?: { schemas?: object } }
      for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) expect(Object.hasOwn(components.schemas ?? {}, name as string), `${path}: ${name}`).toBe(true)
    }
    const { text } = documents.v2()
    const { definitions } = JSON.parse(text) as { definitions: object }
    for (const [, name] of text.matchAll(/"\$ref":"#\/definitions\/([^"]+)"/g)) expect(Object.hasOwn(definitions, name as string), name).toBe(true)
  })
  it('says what can be asked, and by which parameters', () => {
    const item = apps.paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}'] as Record<string, Json>
    expect(Object.keys(item)).toEqual(['get', 'put', 'delete', 'patch', 'parameters'])
    expect(item.patch).toMatchObject({ operationId: 'patchAppsV1NamespacedDeployment', description: 'partially update the specified Deployment', 'x-kubernetes-action': 'patch', 'x-kubernetes-group-version-kind': { group: 'apps', version: 'v1', kind: 'Deployment' } })
    expect((item.patch?.parameters as { name: string }[]).map(p => p.name)).toEqual(['dryRun', 'fieldManager', 'fieldValidation', 'force'])
    const scale = apps.paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale'] as Record<string, Json>
    expect(scale.get).toMatchObject({ operationId: 'readAppsV1NamespacedDeploymentScale', 'x-kubernetes-group-version-kind': { group: 'autoscaling', version: 'v1', kind: 'Scale' } })
    const all = apps.paths['/apis/apps/v1/deployments'] as unknown as { parameters: Json[] }
    expect(all.parameters.find(p => p.name === 'limit')).toEqual({ name: 'limit', in: 'query', description: 'So many.', schema: { type: 'integer', uniqueItems: true } })
  })
})

describe('OpenAPI of custom resources', () => {
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'boats.ops.example.com' },
    spec: {
      group: 'ops.example.com', scope: 'Namespaced', names: { plural: 'boats', singular: 'boat', kind: 'Boat', listKind: 'BoatList' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { size: { 'x-kubernetes-int-or-string': true }, any: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { a: { type: 'string' } } } } } } } } }],
    },
  } as unknown as KubeObject
  const path = '/openapi/v3/apis/ops.example.com/v1'

  it('comes and goes with the definition, under another hash when it changes', async () => {
    const { admin, make, cluster } = await inMemory()
    const get = (at: string) => admin.request({ method: 'GET', path: at })
    expect((await get(path)).code).toBe(404)
    await make(definition)
    await cluster.settle()
    const first = await get(path)
    const { components, paths } = JSON.parse(first.body) as typeof apps
    const boat = components.schemas['com.example.ops.v1.Boat']
    expect(boat).toMatchObject({ type: 'object', 'x-kubernetes-group-version-kind': [{ group: 'ops.example.com', kind: 'Boat', version: 'v1' }], properties: { metadata: { $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' }, spec: { properties: { size: { 'x-kubernetes-int-or-string': true } } } } })
    expect(Object.keys(paths)).toContain('/apis/ops.example.com/v1/namespaces/{namespace}/boats/{name}')
    const { definitions } = JSON.parse((await get('/openapi/v2')).body) as { definitions: Record<string, Json> }
    expect(definitions['com.example.ops.v1.Boat']).toMatchObject({ properties: { spec: { properties: { any: { 'x-kubernetes-preserve-unknown-fields': true } } } } })
    const index = JSON.parse((await get('/openapi/v3')).body) as { paths: Record<string, { serverRelativeURL: string }> }
    const url = index.paths['apis/ops.example.com/v1']?.serverRelativeURL as string
    expect((await get(url)).headers).toMatchObject({ 'cache-control': 'public, immutable' })
    expect(await get(`${path}?hash=OLD`)).toMatchObject({ code: 301, headers: { location: url } })
    await admin.request({ method: 'DELETE', path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/boats.ops.example.com' })
    await cluster.settle()
    expect((await get(path)).code).toBe(404)
  })
})

describe('what is no resource', () => {
  it('is health by checks, version, and the list of paths', async () => {
    const { admin } = await inMemory()
    const get = async (path: string) => (await admin.request({ method: 'GET', path })).body
    expect(await get('/livez')).toBe('ok')
    expect(await get('/readyz?verbose&exclude=etcd&exclude=nosuch')).toMatch(/^\[\+\]ping ok\n\[\+\]log ok\n\[\+\]etcd excluded: ok\n[^]*\[\+\]shutdown ok\nwarn: some health checks cannot be excluded: no matches for "nosuch"\nreadyz check passed\n$/)
    expect(await get('/livez/etcd')).toBe('ok')
    expect(JSON.parse(await get('/'))).toMatchObject({ paths: expect.arrayContaining(['/apis/apps/v1', '/openapi/v3', '/version']) as unknown })
    expect(await get('/apis/batch?pretty=true')).toMatch(/^\{\n {2}"kind": "APIGroup",\n/)
    const { resources } = JSON.parse(await get('/api/v1')) as { resources: Json[] }
    expect(resources.find(r => r.name === 'pods')?.storageVersionHash).toBe('xPOwRZ+Yhw8=')
  })
})
