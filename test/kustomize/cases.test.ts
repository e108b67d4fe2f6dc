/**
 * Every folder of cases is built by our `kubectl kustomize` and by the real one, byte for byte alike. What the real one says is recorded
 * (`UPDATE=1` writes it anew), so that the comparison stands without it. `arguments.txt` of a case says what to build, `.` where there is none.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { main } from '../../commands/main'
import type { Access } from '../../src/cli/access'
import { memoryStreams } from '../../src/cli/streams.testing'
import { realKubectl } from '../conformance/real-kubectl'

const CASES = realpathSync(join(import.meta.dirname, 'cases'))
const EXPECTED = join(import.meta.dirname, 'expected')
const names = readdirSync(CASES).sort()

interface Outcome {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** Without what differs from run to run: the place of the cases, times, process numbers, addresses. */
function recorded(folder: string, { exitCode, stdout, stderr }: Outcome): string {
  const errors = stderr.replaceAll(folder, 'CASE').replace(/^I\d{4} \S+ +\d+ /gm, 'I ').replace(/0x[0-9a-f]{8,}/g, 'POINTER')
  return `exit ${exitCode}\n-- stdout --\n${stdout}-- stderr --\n${errors}`
}

const argumentsOf = (folder: string): string[] => {
  const file = join(folder, 'arguments.txt')
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split(' ') : ['.']
}

async function ours(folder: string): Promise<Outcome> {
  const io = memoryStreams({ cwd: folder, env: { HOME: '/nonexistent' } })
  const exitCode = await main(['kubectl', 'kustomize', ...argumentsOf(folder)], io, { now: () => 0 }, {} as Access)
  return { exitCode, stdout: io.out(), stderr: io.err() }
}

function theirs(kubectl: string, folder: string): Outcome {
  const { status, stdout, stderr } = spawnSync(kubectl, ['kustomize', ...argumentsOf(folder)], { cwd: folder, encoding: 'utf8', env: { HOME: '/nonexistent', PATH: process.env['PATH'] } })
  return { exitCode: status ?? -1, stdout, stderr }
}

describe('kustomizations', () => {
  it('are many', () => {
    expect(names.filter(name => !name.startsWith('error-')).length).toBeGreaterThanOrEqual(45)
  })

  it.each(names)('%s', async name => {
    const folder = join(CASES, name)
    const file = join(EXPECTED, `${name}.txt`)
    expect(recorded(folder, await ours(folder))).toBe(readFileSync(file, 'utf8'))
  })
})

const real = realKubectl()
describe.skipIf('missing' in real)(`what is recorded of them${'missing' in real ? ` (skipped: ${real.missing})` : ''}`, () => {
  it.each(names)('%s', name => {
    if ('missing' in real) return
    const folder = join(CASES, name)
    const file = join(EXPECTED, `${name}.txt`)
    const said = recorded(folder, theirs(real.path, folder))
    if (process.env['UPDATE'] !== undefined) {
      mkdirSync(EXPECTED, { recursive: true })
      writeFileSync(file, said)
    }
    expect(said).toBe(readFileSync(file, 'utf8'))
  })
})
