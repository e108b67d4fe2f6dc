import { run, toOptions } from '../../src/cli/top/node'
import { KubectlCommand } from '../kubectl-command'

export default class TopNode extends KubectlCommand<'top node'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
