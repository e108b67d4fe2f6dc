import { run, toOptions } from '../../src/cli/own/node'
import { KubectlCommand } from '../kubectl-command'

export default class KubottleNode extends KubectlCommand<'kubottle node'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
