/** Answers of the real kubectl, kept: what the other tests here compare where there is none. `UPDATE=1` asks it again. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runOurs, runReal, type Ran } from '../conformance/programs'
import { realKubectl } from '../conformance/real-kubectl'
import { randomGoTemplate } from './go-templates'
import { hasRandomOrder, randomJsonPath } from './json-path-expressions'
import { Dice, randomObject } from './random'

interface Kept extends Ran {
  readonly args: readonly string[]
  /** Which object of `objects`. */
  readonly object: number
}

const FILE = join(import.meta.dirname, 'fixtures.json')
const folder = mkdtempSync(join(tmpdir(), 'kubottle-fixtures-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const argsOf = (output: string): string[] => ['label', '--local', '-f', 'object.json', 'added=yes', '-o', output]

async function record(): Promise<void> {
  const found = realKubectl()
  if ('missing' in found) throw new Error(found.missing)
  const dice = new Dice(41)
  const objects = Array.from({ length: 12 }, (_, i) => randomObject(dice, `object-${i}`))
  const outputs = objects.flatMap((_, object) => [
    ...['json', 'yaml', 'kyaml', 'name'].map(output => ({ object, output })),
    ...Array.from({ length: 5 }, () => ({ object, output: `jsonpath=${randomJsonPath(dice)}` })).filter(({ output }) => !hasRandomOrder(output)),
    ...Array.from({ length: 5 }, () => ({ object, output: `go-template=${randomGoTemplate(dice)}` })),
  ])
  const answers: Kept[] = []
  for (const { object, output } of outputs) {
    writeFileSync(join(folder, 'object.json'), JSON.stringify(objects[object]))
    const args = argsOf(output)
    answers.push({ args, object, ...(await runReal(found.path, args, folder)) })
  }
  // What goes wrong repeats the whole object: a few are enough.
  const small = answers.filter((a, i) => a.stdout.length + a.stderr.length < 1200 || i % 8 < 4)
  writeFileSync(FILE, `{"objects":[\n${objects.map(o => JSON.stringify(o)).join(',\n')}\n],"answers":[\n${small.map(a => JSON.stringify(a)).join(',\n')}\n]}\n`)
}

if (process.env['UPDATE'] === '1') await record()
const { objects, answers } = JSON.parse(existsSync(FILE) ? readFileSync(FILE, 'utf8') : '{"objects":[],"answers":[]}') as { objects: unknown[]; answers: Kept[] }

describe('kept answers', () => {
  it('are there', () => expect(answers.length).toBeGreaterThan(80))
  it.each(answers.map((a, i) => ({ ...a, title: `${i}: ${a.args.at(-1)}` })))('$title', async ({ args, object, code, stdout, stderr }) => {
    writeFileSync(join(folder, 'object.json'), JSON.stringify(objects[object]))
    expect(await runOurs(args, folder)).toEqual({ code, stdout, stderr })
  })
})
