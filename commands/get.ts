import { run } from '../src/cli/get/get'
import { toOptions } from '../src/cli/get/options'
import { KubectlCommand } from './kubectl-command'

export default class Get extends KubectlCommand<'get'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
