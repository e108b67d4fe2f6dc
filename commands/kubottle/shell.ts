import { run, toOptions } from '../../src/cli/own/shell/shell'
import { KubectlCommand } from '../kubectl-command'

export default class KubottleShell extends KubectlCommand<'kubottle shell'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
