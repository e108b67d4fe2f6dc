import { run, toOptions } from '../src/cli/wait/wait'
import { KubectlCommand } from './kubectl-command'

export default class Wait extends KubectlCommand<'wait'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
