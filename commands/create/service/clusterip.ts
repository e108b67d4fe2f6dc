import { run, toOptions } from '../../../src/cli/create/generate'
import { clusterIpService } from '../../../src/cli/create/service'
import { KubectlCommand } from '../../kubectl-command'

export default class CreateServiceClusterip extends KubectlCommand<'create service clusterip'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory, clusterIpService))
  }
}
