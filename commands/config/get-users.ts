import { getUsers } from '../../src/cli/config/list'
import { toOptions } from '../../src/cli/config/options'
import { KubectlCommand } from '../kubectl-command'

export default class ConfigGetUsers extends KubectlCommand<'config get-users'> {
  async run(): Promise<void> {
    getUsers(toOptions(this.invocation, this.factory))
  }
}
