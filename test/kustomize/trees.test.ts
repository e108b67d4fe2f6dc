/** Seeded trees of kustomizations, built as the real kubectl builds them: what it prints, what it complains of, how it ends. `KUSTOMIZE_TREES=from-to` tries others; `KUSTOMIZE_REPORT=file` gathers what differs instead of failing at the first. */
import { appendFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { realKubectl } from '../conformance/real-kubectl'
import { ours, recorded, theirs } from './compare'
import { treeOf } from './random/tree'

const [from = 1, to = 60] = (process.env['KUSTOMIZE_TREES'] ?? '').split('-').filter(s => s !== '').map(Number)
const report = process.env['KUSTOMIZE_REPORT']
const real = realKubectl()
let folder: string
beforeAll(() => void (folder = realpathSync(mkdtempSync(join(tmpdir(), 'kubottle-trees-')))))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.skipIf('missing' in real)(`random trees${'missing' in real ? ` (skipped: ${real.missing})` : ''}`, () => {
  it(`of seeds ${from} to ${to} are built alike`, { timeout: 3_600_000 }, async () => {
    if ('missing' in real) return
    let built = 0
    for (let seed = from; seed <= to; seed++) {
      const { files, args } = treeOf(seed)
      const at = join(folder, String(seed))
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(at, path)), { recursive: true })
        writeFileSync(join(at, path), text)
      }
      const expected = theirs(real.path, at, args)
      if (expected.exitCode === 0) built++
      const said = recorded(at, await ours(at, args).catch((error: Error) => ({ exitCode: -1, stdout: '', stderr: error.stack ?? '' })))
      // Where Go's program breaks down, ours does one thing or the other.
      const isPanic = expected.stderr.includes('panic: ')
      if (isPanic) expect(said, `seed ${seed}`).toMatch(/^exit [01]\n/)
      else if (report === undefined) expect(said, `seed ${seed}`).toBe(recorded(at, expected))
      else if (said !== recorded(at, expected)) appendFileSync(report, `${JSON.stringify({ seed, args, ours: said, theirs: recorded(at, expected) })}\n`)
      rmSync(at, { recursive: true, force: true })
    }
    expect(built).toBeGreaterThan((to - from) / 4)
    if (report !== undefined) appendFileSync(report, `${JSON.stringify({ built, of: to - from + 1 })}\n`)
  })
})
