import { describe, expect, it } from 'vitest'
import { inMemory } from './in-memory.testing'
import type { KubeObject } from '../kinds/kind'

type List = { metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number }; items: KubeObject[]; message?: string; code?: number; details?: { causes?: unknown[] } }
const configMap = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' } })
const PATH = '/api/v1/namespaces/default/configmaps'

async function withConfigMaps(...names: string[]) {
  const api = await inMemory()
  const get = async (query: string): Promise<List & { code: number }> => {
    const answer = await api.admin.request({ method: 'GET', path: `${PATH}${query}` })
    return { ...(JSON.parse(answer.body) as List), code: answer.code }
  }
  const remove = (name: string): Promise<unknown> => api.admin.request({ method: 'DELETE', path: `${PATH}/${name}` })
  for (const name of names) await api.make(configMap(name))
  return { ...api, get, remove }
}
const names = (list: List): string[] => list.items.map(i => i.metadata.name).filter(n => n !== 'kube-root-ca.crt')

describe('lists', () => {
  it('show all pages as they were at the first', async () => {
    const { get, remove, make } = await withConfigMaps('a', 'b', 'c', 'd')
    const first = await get('?limit=2')
    expect([names(first), first.metadata.remainingItemCount]).toEqual([['a', 'b'], 3])
    await remove('c')
    await make(configMap('bb'))
    await make(configMap('z'))
    const second = await get(`?limit=2&continue=${first.metadata.continue}`)
    expect([names(second), second.metadata.resourceVersion]).toEqual([['c', 'd'], first.metadata.resourceVersion])
    const last = await get(`?limit=2&continue=${second.metadata.continue}`)
    expect([names(last), last.metadata.continue]).toEqual([[], undefined])
    expect(names(await get(''))).toEqual(['a', 'b', 'bb', 'd', 'z'])
  })
  it('go on with what is there when the first page was forgotten', async () => {
    const { get, remove, cluster } = await withConfigMaps('a', 'b', 'c')
    const first = await get('?limit=1')
    await remove('b')
    cluster.store.compact(cluster.store.head(), 1_000_000)
    const gone = await get(`?limit=1&continue=${first.metadata.continue}`)
    expect([gone.code, gone.message?.slice(0, 75)]).toEqual([410, 'The provided continue parameter is too old to display a consistent list res'])
    expect(names(await get(`?continue=${gone.metadata.continue}`))).toEqual(['c'])
  })
  it('are read at a version that is asked for', async () => {
    const { get, remove } = await withConfigMaps('a', 'b')
    const { resourceVersion } = (await get('')).metadata
    await remove('a')
    expect(names(await get(`?resourceVersion=${resourceVersion}&resourceVersionMatch=Exact`))).toEqual(['a', 'b'])
    expect(names(await get(`?resourceVersion=${resourceVersion}`))).toEqual(['b'])
    expect(names(await get('?resourceVersion=0'))).toEqual(['b'])
    expect(names(await get(`?resourceVersion=${resourceVersion}&limit=1`))).toEqual(['a'])
    const future = await get('?resourceVersion=999999')
    expect([future.code, future.message]).toEqual([504, expect.stringMatching(/^Timeout: Too large resource version: 999999, current: \d+$/)])
  })
  it('refuse what makes no sense', async () => {
    const { get } = await withConfigMaps()
    const refused = async (query: string): Promise<unknown[]> => {
      const { code, message } = await get(query)
      return [code, message]
    }
    expect(await refused('?resourceVersionMatch=Exact')).toEqual([422, 'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided'])
    expect(await refused('?continue=!!')).toEqual([400, 'invalid continue token: continue key is not valid: illegal base64 data at input byte 0'])
    expect((await refused('?resourceVersion=abc'))[0]).toBe(400)
  })
})

describe('bodies', () => {
  it('have at most 3 MB', async () => {
    const { admin } = await inMemory()
    const body = JSON.stringify({ ...configMap('a'), data: { text: 'x'.repeat(3_200_000) } })
    const answer = await admin.request({ method: 'POST', path: PATH, body })
    expect(JSON.parse(answer.body)).toMatchObject({ code: 413, reason: 'RequestEntityTooLarge', message: 'Request entity too large: limit is 3145728' })
  })
})
