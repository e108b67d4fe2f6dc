import { run, toOptions } from '../../../src/cli/create/generate'
import { dockerRegistrySecret } from '../../../src/cli/create/secret'
import { KubectlCommand } from '../../kubectl-command'

export default class CreateSecretDockerRegistry extends KubectlCommand<'create secret docker-registry'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory, dockerRegistrySecret))
  }
}
