import { toOptions } from '../src/cli/run/options'
import { run } from '../src/cli/run/run'
import { KubectlCommand } from './kubectl-command'

export default class Run extends KubectlCommand<'run'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
