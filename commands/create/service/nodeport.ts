import { run, toOptions } from '../../../src/cli/create/generate'
import { nodePortService } from '../../../src/cli/create/service'
import { KubectlCommand } from '../../kubectl-command'

export default class CreateServiceNodeport extends KubectlCommand<'create service nodeport'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory, nodePortService))
  }
}
