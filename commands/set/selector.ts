import { run, toOptions } from '../../src/cli/set/selector'
import { KubectlCommand } from '../kubectl-command'

export default class SetSelector extends KubectlCommand<'set selector'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
