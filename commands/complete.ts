import { run, toOptions } from '../src/cli/completion/complete'
import { KubectlCommand } from './kubectl-command'

/** `kubectl __complete`, which shells call. */
export default class Complete extends KubectlCommand {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
