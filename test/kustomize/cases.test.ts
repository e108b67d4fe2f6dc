/**
 * Every folder of cases is built by our `kubectl kustomize` and by the real one, byte for byte alike. What the real one says is recorded
 * (`UPDATE=1` writes it anew), so that the comparison stands without it. `arguments.txt` of a case says what to build, `.` where there is none.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { realKubectl } from '../conformance/real-kubectl'
import { ours, recorded, theirs } from './compare'

const CASES = realpathSync(join(import.meta.dirname, 'cases'))
const EXPECTED = join(import.meta.dirname, 'expected')
const names = readdirSync(CASES).sort()

const argumentsOf = (folder: string): string[] => {
  const file = join(folder, 'arguments.txt')
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split(' ') : ['.']
}

describe('kustomizations', () => {
  it('are many', () => {
    expect(names.filter(name => !name.startsWith('error-')).length).toBeGreaterThanOrEqual(45)
  })

  it.each(names)('%s', async name => {
    const folder = join(CASES, name)
    const file = join(EXPECTED, `${name}.txt`)
    expect(recorded(folder, await ours(folder, argumentsOf(folder)))).toBe(readFileSync(file, 'utf8'))
  })
})

const real = realKubectl()
describe.skipIf('missing' in real)(`what is recorded of them${'missing' in real ? ` (skipped: ${real.missing})` : ''}`, () => {
  it.each(names)('%s', name => {
    if ('missing' in real) return
    const folder = join(CASES, name)
    const file = join(EXPECTED, `${name}.txt`)
    const said = recorded(folder, theirs(real.path, folder, argumentsOf(folder)))
    if (process.env['UPDATE'] !== undefined) {
      mkdirSync(EXPECTED, { recursive: true })
      writeFileSync(file, said)
    }
    expect(said).toBe(readFileSync(file, 'utf8'))
  })
})
