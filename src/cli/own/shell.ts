/** `kubottle env` and `kubottle shell`: kubectl on the PATH, and a kubeconfig that names no real cluster. */
import { join } from 'node:path'
import { ExitError } from '../../base/errors'
import type { Access } from '../access'
import type { Factory } from '../factory'
import type { IOStreams } from '../io-streams'
import { stateFolder } from '../kubeconfig/files'

export interface Options {
  readonly io: IOStreams
  readonly access: Access
}

export const toOptions = ({ io, access }: Factory): Options => ({ io, access })

/** Prints what a shell evaluates: `eval "$(kubottle env)"`. */
export function printEnvironment({ io, access }: Options): void {
  const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
  io.stdout(`export PATH=${quote(access.programs)}:"$PATH"\nexport KUBECONFIG=${quote(join(stateFolder(io), 'config'))}\n`)
}

/** Opens the user's shell; ends with its exit code. */
export async function openShell({ io, access }: Options): Promise<void> {
  const shell = io.env['SHELL'] || '/bin/sh'
  io.stderr(`kubectl is kubottle in this shell; "exit" leaves it.\n`)
  const env = { ...io.env, PATH: `${access.programs}:${io.env['PATH'] ?? ''}`, KUBECONFIG: join(stateFolder(io), 'config') }
  const code = await access.runProgram([shell], { env, cwd: io.cwd })
  if (code !== 0) throw new ExitError('', code)
}
