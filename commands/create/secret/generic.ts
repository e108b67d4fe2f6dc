import { run, toOptions } from '../../../src/cli/create/generate'
import { genericSecret } from '../../../src/cli/create/secret'
import { KubectlCommand } from '../../kubectl-command'

export default class CreateSecretGeneric extends KubectlCommand<'create secret generic'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory, genericSecret))
  }
}
