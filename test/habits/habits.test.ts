/** Diff programs, plugins and preferences: our kubectl calls what the real one calls, in the same way, and says the same. */
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEndpoint, type Endpoint } from '../conformance/endpoint'
import { runReal, type Ran } from '../conformance/programs'
import { realKubectl } from '../conformance/real-kubectl'
import { DIFFS, FILES, PLUGINS, PREFERENCES, type HabitCase } from './cases'

const found = realKubectl()
const OURS = join(import.meta.dirname, '../../bin/kubectl')

/** Names of temporary folders and what a server makes up. */
const plain = (text: string, { home, url }: Endpoint): string => text
  .replaceAll(home, 'HOME').replaceAll(url.replace('http://', ''), 'SERVER').replace(/\/tmp\/(LIVE|MERGED)-\d+/g, '$1').replace(/\b\d{4}-\d\d-\d\d[T ][\d:.]+( \+0000|Z)/g, 'TIME').replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}\b/g, 'UID').replace(/(resourceVersion"?: ?)"?\d+"?/g, '$1N').replace(/\b\d+s\b/g, 'AGE').replace(/^[EWI]\d{4} [\d:.]+ +\d+ /gm, '')

describe.skipIf('missing' in found)(`habits${'missing' in found ? `: ${found.missing}` : ''}`, () => {
  const program = 'path' in found ? found.path : ''
  const sides: Endpoint[] = []
  beforeAll(async () => {
    for (let i = 0; i < 2; i++) {
      const endpoint = await startEndpoint({ quiet: true })
      for (const [name, text] of Object.entries(FILES)) {
        const path = join(endpoint.home, name)
        mkdirSync(dirname(path), { recursive: true })
        writeFileSync(path, text)
        if (name.startsWith('bin') && !name.includes('plain')) chmodSync(path, 0o755)
      }
      symlinkSync('nowhere', join(endpoint.home, 'bin/kubectl-broken'))
      expect(await runReal(program, ['--kubeconfig', join(endpoint.home, 'config'), 'apply', '-f', 'start.yaml'], endpoint.home)).toMatchObject({ code: 0 })
      sides.push(endpoint)
    }
  }, 60_000)
  afterAll(() => sides.forEach(s => s.close()))

  async function play({ args, env = {}, file }: HabitCase, side: Endpoint, path: string): Promise<Ran> {
    if (file !== undefined) {
      mkdirSync(dirname(join(side.home, file[0])), { recursive: true })
      writeFileSync(join(side.home, file[0]), file[1])
    }
    const words = args.split(' ').map(word => (word === '%' ? '' : word.replaceAll('%', ' ')))
    const { PATH = 'HOME/bin:/usr/bin:/bin' } = env
    const node = dirname(process.execPath)
    const { code, stdout, stderr } = await runReal(path, words, side.home, { KUBECONFIG: join(side.home, 'config'), ...env, PATH: `${PATH.replaceAll('HOME', side.home)}:${node}` })
    if (file !== undefined) rmSync(join(side.home, file[0]), { force: true })
    // What help says are words of our own.
    const [out, err] = [stdout, stderr].map(text => (/^Usage:$/m.test(text) ? 'help' : plain(text, side))) as [string, string]
    return { code, stdout: out, stderr: err }
  }

  describe.each([['diff', DIFFS], ['plugins', PLUGINS], ['preferences', PREFERENCES]] as const)('%s', (_, cases) => {
    it.each(cases.map(c => [c.name, c] as const))('%s', { timeout: 60_000 }, async (__, habit) => {
      const [theirs, mine] = sides as [Endpoint, Endpoint]
      const [real, ours] = await Promise.all([play(habit, theirs, program), play(habit, mine, OURS)])
      expect(ours, habit.args).toEqual(real)
    })
  })
})
