/** What is deleted and made again at once: nobody waits for it to stay away. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from './server'

describe.each(['realtime', 'settle'])('on a cluster that is served, with the clock %s', clock => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer('--clock', clock)
  }, 60_000)
  afterAll(() => server?.remove())

  it.each([['serviceaccount', 'default'], ['configmap', 'kube-root-ca.crt']])('%s %s', async (type, name) => {
    const uid = await server.ours('get', type, name, '-o', 'jsonpath={.metadata.uid}')
    expect(await server.ours('delete', type, name)).toBe(`${type} "${name}" deleted from default namespace\n`)
    expect(await server.ours('get', type, name, '-o', 'jsonpath={.metadata.uid}')).not.toBe(uid)
    expect(await server.ours('delete', type, name, '-o', 'name')).toBe(`${type}/${name}\n`)
  })
})
