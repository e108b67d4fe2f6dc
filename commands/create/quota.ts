import { run, toOptions } from '../../src/cli/create/generate'
import { quota } from '../../src/cli/create/policies'
import { KubectlCommand } from '../kubectl-command'

export default class CreateQuota extends KubectlCommand<'create quota'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory, quota))
  }
}
