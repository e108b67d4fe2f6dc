import { deleteContext } from '../../src/cli/config/change'
import { toOptions } from '../../src/cli/config/options'
import { KubectlCommand } from '../kubectl-command'

export default class ConfigDeleteContext extends KubectlCommand<'config delete-context'> {
  async run(): Promise<void> {
    deleteContext(toOptions(this.invocation, this.factory))
  }
}
