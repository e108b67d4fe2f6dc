import { run, toOptions } from '../src/cli/annotate/annotate'
import { KubectlCommand } from './kubectl-command'

export default class Annotate extends KubectlCommand<'annotate'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
