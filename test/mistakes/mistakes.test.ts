/** Mistaken command lines, made from a seed, get the same answer of our kubectl and of the real one against clusters of their own. `MISTAKES=3000 SEED=7` tries others. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEndpoint, type Endpoint } from '../conformance/endpoint'
import { runOurs, runReal, type Ran } from '../conformance/programs'
import { realKubectl } from '../conformance/real-kubectl'
import { createRestMapper } from '../../src/cli/rest-mapper'
import { seeded } from '../seeded'
import { FILES, mistaken, OBJECTS } from './lines'
import { OTHERWISE } from './otherwise'

/** Nobody edits anything, and nothing is compared by a program. */
const ENVIRONMENT = { KUBERC: 'off', PATH: '/usr/bin:/bin', KUBE_EDITOR: 'true', KUBECTL_EXTERNAL_DIFF: 'true' }
const found = realKubectl()
const COUNT = Number(process.env['MISTAKES'] ?? 300)
const SEED = Number(process.env['SEED'] ?? 1)
const AT_MOST_WRONG = process.env['MISTAKES'] === undefined ? 0 : Infinity

/** Times, versions and addresses differ from run to run; what help says are words of our own. */
function comparable({ code, stdout, stderr }: Ran, { home, url }: Endpoint): object {
  const plain = (text: string): string => text
    .replaceAll(home, 'HOME').replaceAll(url.replace('http://', ''), 'SERVER')
    .replace(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME').replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}\b/g, 'UID').replace(/(resourceVersion"?: ?)"?\d+"?/g, '$1N')
    .replace(/\b\d+(s|ms|m\d*s?)\b/g, 'AGE').replace(/\/tmp\/\S+/g, 'TMP').replace(/\bdebugger-[a-z0-9]{5}\b/g, 'debugger-X').replace(/^[EWI]\d{4} [\d:.]+ +\d+ /gm, '')
  const isHelp = /^Usage:$/m.test(stdout) || /^Usage:$/m.test(stderr)
  return isHelp ? { code, help: true } : { code, stdout: plain(stdout), stderr: plain(stderr) }
}

describe.skipIf('missing' in found)(`mistakes${'missing' in found ? `: ${found.missing}` : ''}`, () => {
  const program = 'path' in found ? found.path : ''
  const sides: Endpoint[] = []
  beforeAll(async () => {
    for (let i = 0; i < 2; i++) {
      const endpoint = await startEndpoint({ quiet: true })
      for (const [name, text] of Object.entries(FILES)) {
        mkdirSync(dirname(join(endpoint.home, name)), { recursive: true })
        writeFileSync(join(endpoint.home, name), text)
      }
      const client = endpoint.cluster.clientFor(endpoint.cluster.ownUser(undefined, [], 'test', undefined))
      const mapper = createRestMapper(endpoint.cluster.discovery())
      for (const object of OBJECTS as readonly { kind: string; apiVersion: string }[]) {
        const slash = object.apiVersion.indexOf('/')
        const resource = mapper.resourceForKind(slash < 0 ? '' : object.apiVersion.slice(0, slash), object.apiVersion.slice(slash + 1), object.kind)
        await client.create(resource as never, object as never)
      }
      sides.push(endpoint)
    }
  }, 60_000)
  afterAll(() => sides.forEach(s => s.close()))

  it(`${COUNT} of them`, { timeout: 3_000_000 }, async () => {
    const random = seeded(SEED)
    const [theirs, mine] = sides as [Endpoint, Endpoint]
    const wrong: object[] = []
    let known = 0
    const configs = new Map(sides.map(side => [side, readFileSync(join(side.home, 'config'), 'utf8')]))
    for (let i = 0; i < COUNT; i++) {
      const words = mistaken(random)
      const line = words.map(w => (w === '' || /[\s{}*'"!]/.test(w) ? `'${w}'` : w)).join(' ')
      for (const side of sides) writeFileSync(join(side.home, 'config'), configs.get(side) as string)
      const run = async (side: Endpoint, runner: (args: readonly string[]) => Promise<Ran>): Promise<object> => comparable(await runner(['--kubeconfig', join(side.home, 'config'), ...words]), side)
      const [real, ours] = await Promise.all([run(theirs, args => runReal(program, args, theirs.home, ENVIRONMENT)), run(mine, args => runOurs(args, mine.home, ENVIRONMENT))])
      if (JSON.stringify(real) === JSON.stringify(ours)) continue
      if (OTHERWISE.some(({ test }) => test.test(line))) known++
      else wrong.push({ line, real, ours })
      if (process.env['REPORT'] !== undefined) writeFileSync(process.env['REPORT'], JSON.stringify(wrong, null, 1))
    }
    expect(wrong.length > AT_MOST_WRONG ? wrong : []).toEqual([])
    expect(known).toBeLessThan(COUNT / 20)
  })
})
