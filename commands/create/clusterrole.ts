import { run, toOptions } from '../../src/cli/create/generate'
import { clusterRole } from '../../src/cli/create/rbac'
import { KubectlCommand } from '../kubectl-command'

export default class CreateClusterrole extends KubectlCommand<'create clusterrole'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory, clusterRole))
  }
}
