import { deleteUser } from '../../src/cli/config/change'
import { toOptions } from '../../src/cli/config/options'
import { KubectlCommand } from '../kubectl-command'

export default class ConfigDeleteUser extends KubectlCommand<'config delete-user'> {
  async run(): Promise<void> {
    deleteUser(toOptions(this.invocation, this.factory))
  }
}
