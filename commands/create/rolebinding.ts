import { run, toOptions } from '../../src/cli/create/generate'
import { roleBinding } from '../../src/cli/create/rbac'
import { KubectlCommand } from '../kubectl-command'

export default class CreateRolebinding extends KubectlCommand<'create rolebinding'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory, roleBinding))
  }
}
