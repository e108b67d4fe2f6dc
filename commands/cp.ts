import { run, toOptions } from '../src/cli/cp/cp'
import { KubectlCommand } from './kubectl-command'

export default class Cp extends KubectlCommand<'cp'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
