import { run, toOptions } from '../src/cli/exec/exec'
import { KubectlCommand } from './kubectl-command'

export default class Exec extends KubectlCommand<'exec'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory))
  }
}
