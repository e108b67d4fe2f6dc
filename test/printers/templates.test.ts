/** -o jsonpath, jsonpath-as-json and go-template of random objects, as the real kubectl prints them: texts, errors, exit codes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { realKubectl } from '../conformance/real-kubectl'
import { randomGoTemplate } from './go-templates'
import { hasRandomOrder, randomJsonPath } from './json-path-expressions'
import { inParallel, runOurs, runReal, type Ran } from '../conformance/programs'
import { Dice, randomObject } from './random'

const SEED = Number(process.env['SEED'] ?? 1)
const COUNT = Number(process.env['COUNT'] ?? 200)
const OBJECTS_A_CALL = 4
const found = realKubectl()
const folder = mkdtempSync(join(tmpdir(), 'kubottle-templates-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Letters in the order of the alphabet: what remains equal when values come in another order. */
const unordered = (text: string): string => [...text].sort().join('')

describe.skipIf('missing' in found)(`templates${'missing' in found ? `: ${found.missing}` : ''}`, () => {
  const program = 'path' in found ? found.path : ''
  const dice = new Dice(SEED)
  const files = Array.from({ length: 20 }, (_, i) => `objects-${i}.json`)
  beforeAll(() => {
    for (const file of files) writeFileSync(join(folder, file), Array.from({ length: OBJECTS_A_CALL }, (_, i) => JSON.stringify(randomObject(dice, `object-${i}`))).join('\n'))
  })

  /** Every template by both programs, over the objects of one file. */
  async function compare(flags: readonly (readonly string[])[], random: (flag: readonly string[]) => boolean): Promise<void> {
    const results = await inParallel(flags, 2, async (flag): Promise<{ real: Ran & { flag: readonly string[] }; ours: Ran & { flag: readonly string[] } }> => {
      const args = ['label', '--local', '-f', files[flags.indexOf(flag) % files.length] as string, 'added=yes', ...flag]
      const shown = (ran: Ran) => ({ flag, ...(random(flag) ? { code: ran.code, stdout: unordered(ran.stdout), stderr: ran.stderr === '' ? '' : 'something' } : ran) })
      return { real: shown(await runReal(program, args, folder)), ours: shown(await runOurs(args, folder)) }
    })
    expect(results.length).toBe(flags.length)
    const different = results.filter(({ real, ours }) => real.code !== ours.code || real.stdout !== ours.stdout || real.stderr !== ours.stderr)
    expect(different.map(r => r.ours)).toEqual(different.map(r => r.real))
  }

  it('-o jsonpath', { timeout: 120_000 }, async () => {
    await compare(Array.from({ length: COUNT }, () => ['-o', `jsonpath=${randomJsonPath(dice)}`]), ([, output]) => hasRandomOrder(String(output)))
  })
  it('-o jsonpath without missing keys', { timeout: 120_000 }, async () => {
    await compare(Array.from({ length: COUNT / 4 }, () => ['--allow-missing-template-keys=false', '-o', `jsonpath=${randomJsonPath(dice)}`]), ([, , output]) => hasRandomOrder(String(output)))
  })
  it('-o jsonpath-as-json', { timeout: 120_000 }, async () => {
    await compare(Array.from({ length: COUNT }, () => ['-o', `jsonpath-as-json=${randomJsonPath(dice)}`]), ([, output]) => hasRandomOrder(String(output)))
  })
  it('-o go-template', { timeout: 120_000 }, async () => {
    await compare(Array.from({ length: COUNT }, () => ['-o', `go-template=${randomGoTemplate(dice)}`]), () => false)
  })
  it('-o go-template without missing keys', { timeout: 120_000 }, async () => {
    await compare(Array.from({ length: COUNT / 4 }, () => ['--allow-missing-template-keys=false', '-o', `go-template=${randomGoTemplate(dice)}`]), () => false)
  })
})
