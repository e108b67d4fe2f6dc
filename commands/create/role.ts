import { run, toOptions } from '../../src/cli/create/generate'
import { role } from '../../src/cli/create/rbac'
import { KubectlCommand } from '../kubectl-command'

export default class CreateRole extends KubectlCommand<'create role'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory, role))
  }
}
