import { beforeAll, describe, expect, it } from 'vitest'
import type { Machine } from '../harness'
import { createMachine } from '../harness'
import type { Answer } from '../real-shell'
import { hasProgram, realAnswers } from '../real-shell'
import { BASH_SNIPPETS, POSIX_SNIPPETS } from './snippets'

let machine: Machine
let n = 0
async function ours(name: string, text: string): Promise<Answer> {
  machine ??= createMachine()
  const id = await machine.run({ image: 'debian:12', command: ['sleep', 'infinity'], workingDir: `/tmp/${++n}`, env: [{ name: 'HOME', value: '/root' }] })
  await machine.exec(id, ['mkdir', '-p', `/tmp/${n}`])
  const r = await machine.exec(id, [name, '-c', text])
  machine.runtime.removeContainer(id)
  machine.ids.length = 0
  return { stdout: r.stdout, code: r.exitCode }
}

for (const [shell, name, texts] of [['dash', 'sh', POSIX_SNIPPETS], ['bash', 'bash', [...POSIX_SNIPPETS, ...BASH_SNIPPETS]]] as const)
  describe.skipIf(!hasProgram(shell) || !hasProgram('bash'))(`as ${shell} (skipped where it is not installed)`, () => {
    let real: Answer[] = []
    beforeAll(() => {
      real = realAnswers(shell, name, texts)
    }, 120_000)
    it.each(texts.map((text, i) => [text, i] as const))('%s', async (text, i) => {
      expect(await ours(name, text)).toEqual(real[i])
    })
  })
