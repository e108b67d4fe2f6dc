/** What is deleted and made again at once: nobody waits for it to stay away. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { access } from '../../bin/access'
import { main } from '../../commands/main'
import { memoryStreams } from '../../src/cli/streams.testing'

const NOW = Date.UTC(2026, 0, 5, 9)
let home: string
beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'kubottle-recreated-'))))
afterEach(() => rmSync(home, { recursive: true, force: true }))

async function run(...argv: string[]): Promise<string> {
  const io = memoryStreams({ cwd: home, env: { HOME: home, NO_COLOR: '1' } })
  const code = await main(argv, io, { now: () => NOW }, access)
  return `${code} ${io.out()}${io.err()}`
}
const timeOf = async (): Promise<number> => Date.parse(/Time +(\S+)/.exec(await run('kubottle', 'status'))?.[1] ?? '')

it.each([
  ['serviceaccount', 'default', 'serviceaccount "default" deleted from default namespace\n'],
  ['configmap', 'kube-root-ca.crt', 'configmap "kube-root-ca.crt" deleted from default namespace\n'],
])('%s %s', async (type, name, said) => {
  const uid = await run('kubectl', 'get', type, name, '-o', 'jsonpath={.metadata.uid}')
  const before = await timeOf()
  expect(await run('kubectl', 'delete', type, name)).toBe(`0 ${said}`)
  expect(await run('kubectl', 'get', type, name, '-o', 'name')).toBe(`0 ${type}/${name}\n`)
  expect(await run('kubectl', 'get', type, name, '-o', 'jsonpath={.metadata.uid}')).not.toBe(uid)
  // No time was let pass.
  expect(await timeOf() - before).toBeLessThan(60_000)
})
