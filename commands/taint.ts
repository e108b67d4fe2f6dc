import { run, toOptions } from '../src/cli/taint/taint'
import { KubectlCommand } from './kubectl-command'

export default class Taint extends KubectlCommand<'taint'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory))
  }
}
