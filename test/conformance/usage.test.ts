/** Every recorded command line, most of them mistakes, is answered as the real kubectl answered it, except those listed in usage-not-yet.json, which must not agree. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { main } from '../../commands/main'
import { sessionOf } from '../../bin/access'
import type { Access } from '../../src/cli/access'
import { memoryStreams } from '../../src/cli/streams.testing'
import { readConfig } from '../../src/cluster/config'
import { createInMemory } from '../../src/cluster/create'
import type { Cluster } from '../../src/cluster/open'
import { normalise } from './golden'

/** The words; the exit code; stderr; then stdout, `true` where any help will do, nothing where it was empty. */
type Recorded = readonly [line: string, exit: number, stderr: string, stdout?: string | true]

const recorded = readFileSync(join(import.meta.dirname, 'cli/usage.jsonl'), 'utf8').trim().split('\n').map(l => JSON.parse(l) as Recorded)
const notYet = JSON.parse(readFileSync(join(import.meta.dirname, 'usage-not-yet.json'), 'utf8')) as string[]

describe('recorded command lines', () => {
  let home = ''
  let cluster: Cluster
  let nowMs = Date.UTC(2026, 10, 21, 8, 0, 0)
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'kubottle-usage-'))
    // As the recorded cluster: nobody serves metrics there.
    cluster = await createInMemory(readConfig({ addOns: [] }), () => nowMs)
  })
  afterAll(() => {
    cluster.close()
    rmSync(home, { recursive: true, force: true })
  })

  async function agrees([line, exit, stderr, stdout = '']: Recorded): Promise<boolean> {
    const io = memoryStreams({ cwd: home, env: { HOME: home, KUBECONFIG: join(home, 'config'), KUBE_EDITOR: 'true', NO_COLOR: '1', PATH: home }, interrupt: AbortSignal.timeout(10_000) })
    const access: Access = {
      open: async (target, options) => {
        if (target.kind !== 'file') throw new Error('only the cluster of this test is there')
        return { ...sessionOf(cluster, target, options), close: async () => {} }
      },
      create: () => Promise.reject(new Error('no cluster is made here')),
      serve: () => Promise.reject(new Error('nothing is served here')),
      programs: home,
      runProgram: async () => 0,
    }
    nowMs += 40
    const code = await main(['kubectl', ...line.split(' ').filter(word => word !== '')], io, { now: () => nowMs }, access)
    if (code !== exit || normalise(io.err()) !== normalise(stderr)) return false
    return stdout === true ? io.out() !== '' || io.err() !== '' : normalise(io.out()) === normalise(stdout)
  }

  it('are answered alike', { timeout: 120_000 }, async () => {
    expect(recorded.length).toBeGreaterThan(1_300)
    const differ: string[] = []
    for (const one of recorded) if (!(await agrees(one))) differ.push(one[0])
    expect(differ).toEqual(notYet)
  })
})
