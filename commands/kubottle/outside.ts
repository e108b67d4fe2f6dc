import { run, toOptions } from '../../src/cli/own/outside'
import { KubectlCommand } from '../kubectl-command'

export default class KubottleOutside extends KubectlCommand<'kubottle outside'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
