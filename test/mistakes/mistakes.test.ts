/** Mistaken command lines, made from a seed, get the same answer of our kubectl and of the real one against clusters of their own. `MISTAKES=3000 SEED=7` tries others. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runOurs, runReal, type Ran } from '../conformance/programs'
import { realKubectl } from '../conformance/real-kubectl'
import { seeded } from '../seeded'
import { mistaken } from './lines'
import { OTHERWISE } from './otherwise'
import { comparable, startSide, type Side } from './side'

/** Nobody edits anything, and nothing is compared by a program. */
const ENVIRONMENT = { KUBERC: 'off', PATH: '/usr/bin:/bin', KUBE_EDITOR: 'true', KUBECTL_EXTERNAL_DIFF: 'true' }
const found = realKubectl()
const COUNT = Number(process.env['MISTAKES'] ?? 100)
const SEED = Number(process.env['SEED'] ?? 1)
const AT_MOST_WRONG = process.env['MISTAKES'] === undefined ? 0 : Infinity

describe.skipIf('missing' in found)(`mistakes${'missing' in found ? `: ${found.missing}` : ''}`, () => {
  const program = 'path' in found ? found.path : ''
  let sides: Side[] = []
  const start = async (): Promise<void> => {
    for (const side of sides) side.close()
    sides = [await startSide(), await startSide()]
  }
  beforeAll(start, 60_000)
  afterAll(() => sides.forEach(s => s.close()))

  it(`${COUNT} of them`, { timeout: 3_000_000 }, async () => {
    const random = seeded(SEED)
    const wrong: object[] = []
    let known = 0
    for (let i = 0; i < COUNT; i++) {
      const words = mistaken(random)
      const line = words.map(w => (w === '' || /[\s{}*'"!]/.test(w) ? `'${w}'` : w)).join(' ')
      const [theirs, mine] = sides as [Side, Side]
      sides.forEach(side => side.tidy())
      const run = async (side: Side, runner: (args: readonly string[]) => Promise<Ran>): Promise<object> => comparable(await runner(['--kubeconfig', join(side.home, 'config'), ...words]), side)
      const [real, ours] = await Promise.all([run(theirs, args => runReal(program, args, theirs.home, ENVIRONMENT)), run(mine, args => runOurs(args, mine.home, ENVIRONMENT))])
      if (JSON.stringify(real) === JSON.stringify(ours)) continue
      if (OTHERWISE.some(({ test }) => test.test(line))) known++
      else wrong.push({ line, real, ours })
      if (process.env['REPORT'] !== undefined) writeFileSync(process.env['REPORT'], JSON.stringify(wrong, null, 1))
      // What they have written may differ, too.
      await start()
    }
    expect(wrong.length > AT_MOST_WRONG ? wrong : []).toEqual([])
    expect(known).toBeLessThan(COUNT / 20)
  })
})
