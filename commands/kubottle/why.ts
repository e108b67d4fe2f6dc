import { run, toOptions } from '../../src/cli/own/why'
import { KubectlCommand } from '../kubectl-command'

export default class KubottleWhy extends KubectlCommand<'kubottle why'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
