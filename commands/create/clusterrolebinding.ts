import { run, toOptions } from '../../src/cli/create/generate'
import { clusterRoleBinding } from '../../src/cli/create/rbac'
import { KubectlCommand } from '../kubectl-command'

export default class CreateClusterrolebinding extends KubectlCommand<'create clusterrolebinding'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory, clusterRoleBinding))
  }
}
