import { namespace } from '../../src/cli/create/accounts'
import { run, toOptions } from '../../src/cli/create/generate'
import { KubectlCommand } from '../kubectl-command'

export default class CreateNamespace extends KubectlCommand<'create namespace'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory, namespace))
  }
}
