/** Every recorded command is answered as the real cluster answered it, except those listed in not-yet.json, which must not agree. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseGolden } from './golden'
import { NOT_CARRIED, goldenNames, pathOf, replay } from './replay'

const notYet = JSON.parse(readFileSync(join(import.meta.dirname, 'not-yet.json'), 'utf8')) as Record<string, string[]>

describe('recorded commands', () => {
  it.each(goldenNames())('%s', { timeout: 120_000 }, async name => {
    const answers = await replay(parseGolden(readFileSync(pathOf(name) as string, 'utf8')))
    expect(answers.length).toBeGreaterThan(0)
    // `node scripts/conformance.mjs NAME` shows the differences, `… --update` takes off the list what agrees now.
    expect(answers.filter(a => !a.exact).map(a => a.id)).toEqual(notYet[name] ?? [])
  })

  for (const name of NOT_CARRIED) {
    it.skipIf(pathOf(name) === undefined)(`${name} is read from outside the repository (it quotes field descriptions)`, () => {
      expect(pathOf(name)).toBeDefined()
    })
  }
})
