import { run, toOptions } from '../src/cli/drain/drain'
import { KubectlCommand } from './kubectl-command'

export default class Drain extends KubectlCommand<'drain'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory))
  }
}
