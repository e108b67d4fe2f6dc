/** Entry of the bundle: runs main with the process' streams, from a start-up snapshot or without one. */
import { setFlagsFromString, startupSnapshot } from 'node:v8'
import { main } from '../commands/main'
import type { Clock } from '../src/base/clock'
import { access } from './access'
import { processStreams } from './streams'
import { warmUp } from './warm-up'

/** As a shell reports a process that a closed pipe ended. */
const BROKEN_PIPE = 141
const clock: Clock = { now: () => Date.now() }

/** argv: the program's name, then its arguments. */
async function start(argv: readonly string[]): Promise<void> {
  withoutLauncher(process.env)
  const interrupt = new AbortController()
  process.once('SIGINT', () => interrupt.abort())
  const io = processStreams(interrupt.signal, () => process.exit(BROKEN_PIPE))
  process.exit(await main(argv, io, clock, access))
}

/** The environment as the person has it, for ourselves and for the programs that we run: what the launcher kept from Node is back, what it told the C library is gone. */
function withoutLauncher(env: NodeJS.ProcessEnv): void {
  if (env['KUBOTTLE_TUNED'] !== undefined) {
    delete env['KUBOTTLE_TUNED']
    delete env['GLIBC_TUNABLES']
  }
  const kept = env['KUBOTTLE_EXTRA_CA_CERTS']
  if (kept === undefined) return
  delete env['KUBOTTLE_EXTRA_CA_CERTS']
  env['NODE_EXTRA_CA_CERTS'] = kept
}

/** A command that needs no part is over before machine code would have paid for being made. Who reads the first part (scripts/build/lazy.mjs) lets V8 make it again. */
function hurry(): void {
  setFlagsFromString('--no-sparkplug')
  ;(globalThis as unknown as Record<symbol, boolean>)[Symbol.for('kubottle.hurry')] = true
}

if (startupSnapshot.isBuildingSnapshot()) {
  void warmUp()
  startupSnapshot.setDeserializeMainFunction(() => {
    hurry()
    void start(process.argv.slice(1))
  })
} else void start(process.argv.slice(2))
