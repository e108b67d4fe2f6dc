/** Our commands offer editors the same text as the real kubectl does, and make the same of what comes back; each on a cluster of its own. */
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEndpoint, type Endpoint } from '../conformance/endpoint'
import { runOurs, runReal, type Ran } from '../conformance/programs'
import { realKubectl } from '../conformance/real-kubectl'
import { CASES, FILES, type EditCase } from './cases'

const found = realKubectl()
const MOST_OPENINGS = 4
const OURS = join(import.meta.dirname, '../../bin/kubectl')

/** Names of files, times and what a server makes up differ from one program to the other. */
const plain = (text: string, { home, url }: Endpoint): string => text
  .replaceAll(home, 'HOME').replaceAll(url.replace('http://', ''), 'SERVER').replace(/\/tmp\/kubectl-edit-\d+/g, 'FILE')
  .replace(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME').replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}\b/g, 'UID').replace(/(resourceVersion"?: ?)"?\d+"?/g, '$1N').replace(/^([EWI])\d{4} [\d:.]+ +\d+ /gm, '$1 ')
  // Where a Go value is printed as Go writes it, addresses in memory are among it.
  .replace(/0x[0-9a-f]{6,}/g, 'ADDRESS')

describe.skipIf('missing' in found)(`editors${'missing' in found ? `: ${found.missing}` : ''}`, () => {
  const program = 'path' in found ? found.path : ''
  const sides: Endpoint[] = []
  beforeAll(async () => {
    for (let i = 0; i < 2; i++) {
      const endpoint = await startEndpoint({ quiet: true })
      for (const [name, text] of Object.entries(FILES)) writeFileSync(join(endpoint.home, name), text)
      chmodSync(join(endpoint.home, 'editor.sh'), 0o755)
      for (const file of ['start.yaml', 'thing.yaml']) expect(await runOurs(['--kubeconfig', join(endpoint.home, 'config'), 'create', '-f', file], endpoint.home)).toMatchObject({ code: 0, stderr: "" })
      sides.push(endpoint)
    }
  }, 60_000)
  afterAll(() => sides.forEach(s => s.close()))

  /** What a case prints, and what the editor was given. */
  async function play({ args, acts = [], env = {} }: EditCase, side: Endpoint, run: (args: readonly string[], env: Readonly<Record<string, string>>) => Promise<Ran>): Promise<object> {
    const file = (name: string): string => join(side.home, name)
    rmSync(file('count'), { force: true })
    for (let n = 1; n <= MOST_OPENINGS; n++) for (const name of ['offered', 'act', 'arguments']) rmSync(file(`${name}-${n}`), { force: true })
    acts.forEach((act, i) => writeFileSync(file(`act-${i + 1}`), act))
    const { code, stdout, stderr } = await run(['--kubeconfig', file('config'), ...args.split(' ')], { PATH: '/usr/bin:/bin', KUBECTL: OURS, KUBE_EDITOR: file('editor.sh'), ...env })
    const read = (name: string): string | undefined => (existsSync(file(name)) ? plain(readFileSync(file(name), 'utf8'), side) : undefined)
    const offered = Array.from({ length: MOST_OPENINGS }, (_, i) => [read(`arguments-${i + 1}`), read(`offered-${i + 1}`)]).filter(([, text]) => text !== undefined)
    return { code, stdout: plain(stdout, side), stderr: plain(stderr, side), offered }
  }

  it.each(CASES.map(c => [c.name, c] as const))('%s', { timeout: 60_000 }, async (_, edit) => {
    const [theirs, mine] = sides as [Endpoint, Endpoint]
    const [real, ours] = await Promise.all([play(edit, theirs, (args, env) => runReal(program, args, theirs.home, env)), play(edit, mine, (args, env) => runOurs(args, mine.home, env))])
    expect(ours).toEqual(real)
  })

  it('and the objects are the same at the end', async () => {
    const ends = await Promise.all(sides.map(async side => {
      const { stdout } = await runOurs(['--kubeconfig', join(side.home, 'config'), 'get', 'configmaps,deployments,things', '-o', 'json'], side.home)
      return plain(stdout, side)
    }))
    expect(ends[1]).toEqual(ends[0])
    expect((ends[0] as string).match(/^ {12}"kind": /gm)?.length).toBeGreaterThan(8)
  })
})
