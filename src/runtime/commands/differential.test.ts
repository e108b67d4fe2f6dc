import { spawnSync } from 'node:child_process'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Machine } from '../harness'
import { createMachine } from '../harness'
import type { Answer } from '../real-shell'
import { hasProgram, realAnswers } from '../real-shell'
import { COMMAND_SNIPPETS } from './snippets'

/** GNU's tools on Linux, as root: elsewhere the comparison would say nothing. */
const isComparable = hasProgram('dash') && hasProgram('bash') && spawnSync('sh', ['-c', 'ls --version | grep -q GNU && [ "$(id -u)" = 0 ]']).status === 0
/** Snippets whose tool the machine lacks say nothing either. */
const texts = COMMAND_SNIPPETS.filter(text => !(/\bawk\b/.test(text) && !hasProgram('awk')))

let machine: Machine
let n = 0

describe.skipIf(!isComparable)('commands as the machine\'s own (skipped where dash or GNU tools are missing)', () => {
  let real: Answer[] = []
  beforeAll(() => {
    real = realAnswers('dash', 'sh', texts)
  }, 120_000)
  it.each(texts.map((text, i) => [text, i] as const))('%s', async (text, i) => {
    machine ??= createMachine()
    const id = await machine.run({ image: 'debian:12', command: ['sleep', 'infinity'], workingDir: `/tmp/${++n}`, env: [{ name: 'HOME', value: '/root' }] })
    await machine.exec(id, ['mkdir', '-p', `/tmp/${n}`])
    const { stdout, exitCode } = await machine.exec(id, ['sh', '-c', text])
    machine.runtime.removeContainer(id)
    machine.ids.length = 0
    expect({ stdout, code: exitCode }).toEqual(real[i])
  })
})
