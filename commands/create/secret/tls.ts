import { run, toOptions } from '../../../src/cli/create/generate'
import { tlsSecret } from '../../../src/cli/create/secret'
import { KubectlCommand } from '../../kubectl-command'

export default class CreateSecretTls extends KubectlCommand<'create secret tls'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory, tlsSecret))
  }
}
