import { run, toOptions } from '../../src/cli/own/status'
import { KubectlCommand } from '../kubectl-command'

export default class KubottleStatus extends KubectlCommand<'kubottle status'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
