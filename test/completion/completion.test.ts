/** What a shell is offered: our kubectl and the real one suggest the same for unfinished lines. `COMPLETIONS=all` tries every line, `COMPLETIONS=500` so many of them. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Endpoint } from '../conformance/endpoint'
import { inParallel, runOurs, runReal, type Ran } from '../conformance/programs'
import { realKubectl } from '../conformance/real-kubectl'
import { startSide } from '../mistakes/side'
import { seeded } from '../seeded'
import { allLines, OBJECTS } from './lines'

const found = realKubectl()
const SEED = Number(process.env['SEED'] ?? 1)
const WANTED = process.env['COMPLETIONS'] ?? '150'

/** Some of all lines, drawn by the seed. */
function chosen(): string[][] {
  const lines = allLines()
  if (WANTED === 'all') return lines
  const random = seeded(SEED)
  return Array.from({ length: Number(WANTED) }, () => random.pick(lines))
}

/** Descriptions of flags and commands are our own words; names from the kubeconfig come in the order of a Go map. */
function comparable({ code, stdout, stderr }: Ran, { home }: Endpoint, words: readonly string[]): object {
  const lines = stdout.split('\n').map(line => line.replace(/\t.+/, '\t…'))
  const isMap = words.some(w => w === 'config' || /^--(context|cluster|user)/.test(w))
  return { code, stdout: isMap ? lines.sort() : lines, stderr: stderr.replaceAll(home, 'HOME').replace(/^[EWI]\d{4} [\d:.]+ +\d+ /gm, '') }
}

describe.skipIf('missing' in found)(`completion${'missing' in found ? `: ${found.missing}` : ''}`, () => {
  const program = 'path' in found ? found.path : ''
  let endpoint: Endpoint
  beforeAll(async () => {
    endpoint = await startSide(OBJECTS)
    const config = JSON.parse(readFileSync(join(endpoint.home, 'config'), 'utf8'))
    config.clusters.push({ ...config.clusters[0], name: 'second-cluster' })
    config.users.push({ name: 'second-user', user: {} })
    config.contexts.push({ name: 'second', context: { cluster: 'second-cluster', user: 'second-user', namespace: 'other' } })
    writeFileSync(join(endpoint.home, 'config'), JSON.stringify(config))
  }, 60_000)
  afterAll(() => endpoint.close())

  it(`of ${WANTED} lines`, { timeout: 3_000_000 }, async () => {
    const env = (): Record<string, string> => ({ KUBERC: 'off', PATH: '/usr/bin:/bin', KUBECONFIG: join(endpoint.home, 'config') })
    const lines = chosen()
    const wrong = (await inParallel(lines, 2, async words => {
      const argv = [words.length % 2 === 0 ? '__complete' : '__completeNoDesc', ...words]
      const [real, ours] = [comparable(await runReal(program, argv, endpoint.home, env()), endpoint, words), comparable(await runOurs(argv, endpoint.home, env()), endpoint, words)]
      return JSON.stringify(real) === JSON.stringify(ours) ? [] : [{ line: argv.join(' '), real, ours }]
    })).flat()
    if (process.env['REPORT'] !== undefined) writeFileSync(process.env['REPORT'], JSON.stringify(wrong, null, 1))
    expect(lines.length).toBeGreaterThan(100)
    expect(wrong.slice(0, 50)).toEqual([])
  })
})
