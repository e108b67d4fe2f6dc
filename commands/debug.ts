import { run } from '../src/cli/debug/debug'
import { toOptions } from '../src/cli/debug/options'
import { KubectlCommand } from './kubectl-command'

export default class Debug extends KubectlCommand<'debug'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
