import { run, toOptions } from '../src/cli/describe/describe'
import { KubectlCommand } from './kubectl-command'

export default class Describe extends KubectlCommand<'describe'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
