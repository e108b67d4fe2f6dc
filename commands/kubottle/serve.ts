import { run, toOptions } from '../../src/cli/own/serve'
import { KubectlCommand } from '../kubectl-command'

export default class KubottleServe extends KubectlCommand<'kubottle serve'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
