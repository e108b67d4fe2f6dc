import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Machine } from '../harness'
import { createMachine } from '../harness'
import { COMMAND_SNIPPETS } from './snippets'

function real(text: string): { stdout: string; code: number | null } {
  const cwd = mkdtempSync(join(tmpdir(), 'commands-'))
  try {
    const r = spawnSync('dash', ['-c', text], { argv0: 'sh', cwd, encoding: 'latin1', env: { PATH: '/usr/bin:/bin', HOME: '/root', LC_ALL: 'C' }, timeout: 10_000, stdio: ['ignore', 'pipe', 'pipe'] })
    return { stdout: r.stdout, code: r.status }
  } finally {
    rmSync(cwd, { recursive: true })
  }
}

/** GNU's tools on Linux: elsewhere the comparison would say nothing. */
const isComparable = spawnSync('sh', ['-c', 'command -v dash && ls --version | grep -q GNU && [ "$(id -u)" = 0 ]']).status === 0
const has = (tool: string): boolean => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0
/** Snippets whose tool the machine lacks say nothing either. */
const comparable = COMMAND_SNIPPETS.filter(text => !(/\bawk\b/.test(text) && !has('awk')) && !(/\bxxd\b/.test(text) && !has('xxd')))

let machine: Machine
let n = 0

describe.skipIf(!isComparable)('commands as the machine\'s own (skipped where dash or GNU tools are missing)', () => {
  it.each(comparable.map(text => [text]))('%s', async text => {
    machine ??= createMachine()
    const id = await machine.run({ image: 'debian:12', command: ['sleep', 'infinity'], workingDir: `/tmp/${++n}`, env: [{ name: 'HOME', value: '/root' }] })
    await machine.exec(id, ['mkdir', '-p', `/tmp/${n}`])
    const { stdout, exitCode } = await machine.exec(id, ['sh', '-c', text])
    machine.runtime.removeContainer(id)
    machine.ids.length = 0
    expect({ stdout, code: exitCode }).toEqual(real(text))
  })
})
