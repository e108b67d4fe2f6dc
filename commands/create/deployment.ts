import { run, toOptions } from '../../src/cli/create/generate'
import { deployment } from '../../src/cli/create/workloads'
import { KubectlCommand } from '../kubectl-command'

export default class CreateDeployment extends KubectlCommand<'create deployment'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory, deployment))
  }
}
