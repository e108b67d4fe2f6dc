import { run, toOptions } from '../../../src/cli/create/generate'
import { externalNameService } from '../../../src/cli/create/service'
import { KubectlCommand } from '../../kubectl-command'

export default class CreateServiceExternalname extends KubectlCommand<'create service externalname'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory, externalNameService))
  }
}
