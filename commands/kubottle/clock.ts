import { run, toOptions } from '../../src/cli/own/clock'
import { KubectlCommand } from '../kubectl-command'

export default class KubottleClock extends KubectlCommand<'kubottle clock'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
