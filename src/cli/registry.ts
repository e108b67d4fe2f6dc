/** Which commands have a behaviour: handed to main by the layer that knows the CLI framework. */
import type { Factory } from './factory'
import type { Invocation } from './invocation'

export interface Commands {
  has(path: string): boolean
  /** Runs a command that `has` knows; throws what errors.ts understands. */
  run(path: string, invocation: Invocation, factory: Factory): Promise<void>
}
