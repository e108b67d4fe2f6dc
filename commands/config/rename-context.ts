import { renameContext } from '../../src/cli/config/change'
import { toOptions } from '../../src/cli/config/options'
import { KubectlCommand } from '../kubectl-command'

export default class ConfigRenameContext extends KubectlCommand<'config rename-context'> {
  async run(): Promise<void> {
    renameContext(toOptions(this.invocation, this.factory))
  }
}
