import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Machine } from '../harness'
import { createMachine } from '../harness'
import { BASH_SNIPPETS, POSIX_SNIPPETS } from './snippets'

/** What the real shell answers, run under the name that ours has. */
function real(shell: string, name: string, text: string): { stdout: string; code: number | null } {
  const cwd = mkdtempSync(join(tmpdir(), 'snippet-'))
  try {
    const r = spawnSync(shell, ['-c', text], { argv0: name, cwd, encoding: 'latin1', env: { PATH: '/usr/bin:/bin', HOME: '/root', LC_ALL: 'C' }, timeout: 10_000, stdio: ['ignore', 'pipe', 'pipe'] })
    return { stdout: r.stdout, code: r.status }
  } finally {
    rmSync(cwd, { recursive: true })
  }
}

const has = (shell: string): boolean => spawnSync(shell, ['-c', ':']).status === 0

let machine: Machine
let n = 0
async function ours(name: string, text: string): Promise<{ stdout: string; code: number }> {
  machine ??= createMachine()
  const id = await machine.run({ image: 'debian:12', command: ['sleep', 'infinity'], workingDir: `/tmp/${++n}`, env: [{ name: 'HOME', value: '/root' }] })
  await machine.exec(id, ['mkdir', '-p', `/tmp/${n}`])
  const r = await machine.exec(id, [name, '-c', text])
  machine.runtime.removeContainer(id)
  machine.ids.length = 0
  return { stdout: r.stdout, code: r.exitCode }
}

describe.skipIf(!has('dash'))('as dash (skipped where there is none)', () => {
  it.each(POSIX_SNIPPETS.map(text => [text]))('%s', async text => {
    expect(await ours('sh', text)).toEqual(real('dash', 'sh', text))
  })
})

describe.skipIf(!has('bash'))('as bash (skipped where there is none)', () => {
  it.each([...POSIX_SNIPPETS, ...BASH_SNIPPETS].map(text => [text]))('%s', async text => {
    expect(await ours('bash', text)).toEqual(real('bash', 'bash', text))
  })
})
