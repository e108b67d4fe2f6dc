/** Builds a folder with our `kubectl kustomize` and with the real one. */
import { spawnSync } from 'node:child_process'
import { main } from '../../commands/main'
import type { Access } from '../../src/cli/access'
import { memoryStreams } from '../../src/cli/streams.testing'

export interface Outcome {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

export async function ours(folder: string, args: readonly string[]): Promise<Outcome> {
  const io = memoryStreams({ cwd: folder, env: { HOME: '/nonexistent' } })
  const exitCode = await main(['kubectl', 'kustomize', ...args], io, { now: () => 0 }, {} as Access)
  return { exitCode, stdout: io.out(), stderr: io.err() }
}

export function theirs(kubectl: string, folder: string, args: readonly string[]): Outcome {
  const { status, stdout, stderr } = spawnSync(kubectl, ['kustomize', ...args], { cwd: folder, encoding: 'utf8', env: { HOME: '/nonexistent', PATH: process.env['PATH'] } })
  return { exitCode: status ?? -1, stdout, stderr }
}

/** Without what differs from run to run: the folder's place, times, process numbers, addresses, the dump of a whole configuration. */
export function recorded(folder: string, { exitCode, stdout, stderr }: Outcome): string {
  const errors = stderr.replaceAll(folder, 'CASE').replace(/^I\d{4} \S+ +\d+ /gm, 'I ').replace(/0x[0-9a-f]{8,}/g, 'POINTER').replace(/(never replaced: )(.*)/, (_, said: string, names: string) => said + names.split(',').sort().join(',')).replace(/(merging (?:config|CRDs) )&\{\[.*\]\}/s, '$1CONFIG')
  return `exit ${exitCode}\n-- stdout --\n${stdout}-- stderr --\n${errors}`
}
