/** `kubottle outside`: a program on a machine beside the cluster, which has a way to the nodes and none to pods. */
import { ExitError, UsageError } from '../../base/errors'
import { streams, useTerminal, withTerminal } from '../exec/exec'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import { ownControl } from './control'

export interface Options {
  readonly factory: Factory
  readonly command: readonly string[]
  readonly stdin: boolean
  readonly tty: boolean
}

/** Throws UsageError without a command. */
export function toOptions(invocation: Invocation<'kubottle outside'>, factory: Factory): Options {
  const { args, flags } = invocation
  if (args.length === 0) throw invocation.usageError('a command is expected, such as curl http://172.18.0.2:30080')
  return { factory, command: args, stdin: flags.stdin, tty: flags.tty }
}

/** Throws ExitError with the program's exit code, UsageError for a program that there is not and for a cluster that is not in a file. */
export async function run({ factory, command, stdin, tty: wished }: Options): Promise<void> {
  const { io } = factory
  const own = await ownControl(factory)
  const tty = useTerminal({ stdin, tty: wished, quiet: false, io })
  const { exitCode, message = '' } = await withTerminal(io, tty, () => own.outside({
    query: { command, stdin: String(stdin), stdout: 'true', stderr: String(!tty), tty: String(tty) },
    ...streams(io, stdin, tty),
  }))
  if (exitCode === 0) return
  // The program has said itself what it had to say.
  if (message === '' || message.startsWith('command terminated')) throw new ExitError('', exitCode)
  throw new UsageError(message, /permission denied|is a directory/.test(message) ? 126 : 127)
}
