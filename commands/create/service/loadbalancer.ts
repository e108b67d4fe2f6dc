import { run, toOptions } from '../../../src/cli/create/generate'
import { loadBalancerService } from '../../../src/cli/create/service'
import { KubectlCommand } from '../../kubectl-command'

export default class CreateServiceLoadbalancer extends KubectlCommand<'create service loadbalancer'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory, loadBalancerService))
  }
}
