/** -o json, yaml, kyaml and name of random objects, as the real kubectl prints them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { realKubectl } from '../conformance/real-kubectl'
import { Dice, randomObject } from './random'
import { runOurs, runReal } from '../conformance/programs'

const SEED = Number(process.env['SEED'] ?? 1)
const COUNT = Number(process.env['COUNT'] ?? 200)
const found = realKubectl()
const folder = mkdtempSync(join(tmpdir(), 'kubottle-printers-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.skipIf('missing' in found)(`whole objects${'missing' in found ? `: ${found.missing}` : ''}`, () => {
  const program = 'path' in found ? found.path : ''
  const dice = new Dice(SEED)
  const objects = Array.from({ length: COUNT }, (_, i) => randomObject(dice, `object-${i}`))
  beforeAll(() => writeFileSync(join(folder, 'all.json'), objects.map(o => JSON.stringify(o)).join('\n')))

  it.each([
    ['json', /(?<=^\}\n)/m],
    ['yaml', /^---\n/m],
    ['kyaml', /^---\n/m],
    ['name', /(?<=\n)/],
  ] as const)('-o %s', { timeout: 60_000 }, async (format, between) => {
    const args = ['label', '--local', '-f', 'all.json', 'added=yes', '-o', format]
    const [real, ours] = [await runReal(program, args, folder), await runOurs(args, folder)]
    expect({ code: ours.code, stderr: ours.stderr }).toEqual({ code: real.code, stderr: real.stderr })
    expect(ours.stdout.split(between)).toEqual(real.stdout.split(between))
  })
})
