import { run, toOptions } from '../../src/cli/own/init'
import { KubectlCommand } from '../kubectl-command'

export default class KubottleInit extends KubectlCommand<'kubottle init'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
