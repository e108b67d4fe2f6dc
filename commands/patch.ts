import { run, toOptions } from '../src/cli/patch/patch'
import { KubectlCommand } from './kubectl-command'

export default class Patch extends KubectlCommand<'patch'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
