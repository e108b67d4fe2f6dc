/** No request without its right: every route there is, as nobody in particular and as a user who was granted nothing. */
import { beforeAll, describe, expect, it } from 'vitest'
import { inMemory } from '../apiserver/in-memory.testing'
import type { Client, RawRequest, RawResponse } from '../client/client'

interface Resource {
  readonly name: string
  readonly namespaced: boolean
  readonly verbs: readonly string[]
}

let api: Awaited<ReturnType<typeof inMemory>>
/** Group and version, with what they serve. */
let served: { readonly group: string; readonly base: string; readonly resources: readonly Resource[] }[]

const read = async <T>(client: Client, path: string): Promise<T> => JSON.parse((await client.request({ method: 'GET', path })).body) as T
beforeAll(async () => {
  api = await inMemory()
  const { groups } = await read<{ groups: { name: string; versions: { groupVersion: string }[] }[] }>(api.admin, '/apis')
  const versions = [{ group: '', base: '/api/v1' }, ...groups.flatMap(g => g.versions.map(v => ({ group: g.name, base: `/apis/${v.groupVersion}` })))]
  served = await Promise.all(versions.map(async v => ({ ...v, resources: (await read<{ resources: Resource[] }>(api.admin, v.base)).resources })))
})

const REQUESTS: readonly (readonly [verb: string, method: RawRequest['method'], named: boolean, query: string])[] = [
  ['list', 'GET', false, ''], ['watch', 'GET', false, '?watch=1'], ['watch', 'GET', false, '?watch'], ['get', 'GET', true, ''], ['get', 'GET', true, '?watch=true'],
  ['create', 'POST', false, ''], ['update', 'PUT', true, ''], ['patch', 'PATCH', true, ''], ['delete', 'DELETE', true, ''], ['deletecollection', 'DELETE', false, ''],
]
/** What everybody who is known may do: ask about himself. */
const OWN = /^self/

async function walk(client: Client, user: string, open: (resource: string, verb: string) => boolean): Promise<{ asked: number; wrong: string[] }> {
  const wrong: string[] = []
  let asked = 0
  for (const { group, base, resources } of served)
    for (const { name, namespaced } of resources) {
      const [plural = '', subresource = ''] = name.split('/')
      for (const inNamespace of namespaced ? [true, false] : [false])
        for (const [verb, method, isNamed, query] of REQUESTS) {
          const named = isNamed || subresource !== ''
          const meant = subresource === '' ? verb : ({ GET: 'get', POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' } as Record<string, string>)[method] as string
          if (open(plural, meant)) continue
          const path = `${base}${inNamespace ? '/namespaces/team' : ''}/${plural}${named ? '/x' : ''}${subresource === '' ? '' : `/${subresource}`}${query}`
          const what = `${subresource === '' ? plural : `${plural}/${subresource}`}`
          // A namespace is asked for in itself.
          const where = inNamespace ? 'in the namespace "team"' : plural === 'namespaces' && named ? 'in the namespace "x"' : 'at the cluster scope'
          const qualified = group === '' ? plural : `${plural}.${group}`
          const expected = `${qualified}${named ? ' "x"' : ''} is forbidden: User "${user}" cannot ${meant} resource "${what}" in API group "${group}" ${where}`
          asked++
          const { code, body, stream }: RawResponse = await client.request({ method, path, body: method === 'GET' ? undefined : '{}', contentType: method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' })
          const said = stream !== undefined ? 'a stream' : (JSON.parse(body) as { message?: string }).message
          if (code !== 403 || said !== expected) wrong.push(`${method} ${path}: ${code} ${said}; not ${expected}`)
        }
    }
  return { asked, wrong }
}

describe('without rights', () => {
  it('a known user gets nothing but answers about himself', async () => {
    const { asked, wrong } = await walk(api.as('nobody'), 'nobody', (resource, verb) => OWN.test(resource) && verb === 'create')
    expect(wrong.slice(0, 5)).toEqual([])
    expect(asked).toBeGreaterThan(1_500)
  })

  it('anonymous gets nothing at all', async () => {
    const anonymous = api.cluster.clientFor(api.cluster.actorFor({}, 'test'))
    const { asked, wrong } = await walk(anonymous, 'system:anonymous', () => false)
    expect(wrong.slice(0, 5)).toEqual([])
    expect(asked).toBeGreaterThan(1_500)
  })

  it('paths that are no resources are for those whom they are for', async () => {
    const anonymous = api.cluster.clientFor(api.cluster.actorFor({}, 'test'))
    const codes = async (client: Client, ...paths: string[]): Promise<Record<string, number>> => Object.fromEntries(await Promise.all(paths.map(async path => [path, (await client.request({ method: 'GET', path })).code] as const)))
    expect(await codes(anonymous, '/healthz', '/livez', '/readyz', '/version')).toEqual({ '/healthz': 200, '/livez': 200, '/readyz': 200, '/version': 200 })
    const closed = ['/', '/api', '/apis', '/api/v1', '/apis/apps/v1', '/openapi/v2', '/openapi/v3', '/metrics', '/readyz/etcd', '/openid/v1/jwks', '/.well-known/openid-configuration', '/debug/pprof', '/nothing', '/kubottle.dev/v1/clock']
    expect(await codes(anonymous, ...closed)).toEqual(Object.fromEntries(closed.map(p => [p, 403])))
    const { body } = await anonymous.request({ method: 'GET', path: '/metrics' })
    expect(JSON.parse(body)).toEqual({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: 'forbidden: User "system:anonymous" cannot get path "/metrics"', reason: 'Forbidden', details: {}, code: 403 })
    expect(await codes(api.as('nobody'), '/api', '/apis', '/openapi/v2', '/openapi/v3', '/metrics', '/nothing')).toEqual({ '/api': 200, '/apis': 200, '/openapi/v2': 200, '/openapi/v3': 200, '/metrics': 403, '/nothing': 403 })
    expect(() => api.cluster.actorFor({ token: 'guess' }, 'test')).toThrow('Unauthorized')
  })

  it('nobody becomes somebody else', async () => {
    for (const wanted of [{ user: 'kubernetes-admin', groups: ['system:masters'] }, { user: 'nobody', groups: ['system:masters'] }, { user: 'system:serviceaccount:kube-system:default', groups: [] }, { user: 'system:node:worker-1', groups: [] }]) {
      const { code } = await api.as('nobody', [], wanted).request({ method: 'GET', path: '/api/v1/secrets' })
      expect(code).toBe(403)
    }
  })
})
