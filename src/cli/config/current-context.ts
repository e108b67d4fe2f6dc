/** `kubectl config current-context`. upstream: kubectl/pkg/cmd/config/current_context.go */
import { UsageError } from '../../base/errors'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import type { IOStreams } from '../io-streams'
import { openKubeconfig } from '../kubeconfig/files'

export interface Options {
  readonly name: string
  readonly io: IOStreams
}

export function toOptions({ flags }: Invocation<'config current-context'>, { io }: Factory): Options {
  return { name: openKubeconfig(io, flags.kubeconfig).starting().currentContext, io }
}

/** Throws UsageError when none is set. */
export function run({ name, io }: Options): void {
  if (name === '') throw new UsageError('current-context is not set')
  io.stdout(`${name}\n`)
}
