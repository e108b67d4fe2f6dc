import { run, toOptions } from '../src/cli/attach/attach'
import { KubectlCommand } from './kubectl-command'

export default class Attach extends KubectlCommand<'attach'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory))
  }
}
