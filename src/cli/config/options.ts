/** What every `kubectl config` command needs. */
import type { Factory } from '../factory'
import type { CommandPath, FlagsOf, Invocation } from '../invocation'
import type { IOStreams } from '../io-streams'
import type { KubeconfigAccess } from '../kubeconfig/files'
import { openKubeconfig } from '../kubeconfig/files'

export interface ConfigOptions<P extends CommandPath> {
  readonly io: IOStreams
  readonly kubeconfig: KubeconfigAccess
  readonly args: readonly string[]
  readonly flags: FlagsOf<P>
  /** Names of the flags that were given. */
  readonly changed: ReadonlySet<string>
  usageError(message: string): Error
}

export function toOptions<P extends CommandPath>(invocation: Invocation<P>, { io }: Factory): ConfigOptions<P> {
  const { args, flags, changed } = invocation
  return { io, args, flags, changed, kubeconfig: openKubeconfig(io, flags.kubeconfig, 'is empty'), usageError: message => invocation.usageError(message) }
}
