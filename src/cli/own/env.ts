/** `kubottle env`: kubectl on the PATH, and a kubeconfig that names no real cluster. */
import { join } from 'node:path'
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
