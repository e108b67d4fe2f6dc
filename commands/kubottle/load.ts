import { run, toOptions } from '../../src/cli/own/load'
import { KubectlCommand } from '../kubectl-command'

export default class KubottleLoad extends KubectlCommand<'kubottle load'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
