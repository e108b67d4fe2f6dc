import { getContexts } from '../../src/cli/config/list'
import { toOptions } from '../../src/cli/config/options'
import { KubectlCommand } from '../kubectl-command'

export default class ConfigGetContexts extends KubectlCommand<'config get-contexts'> {
  async run(): Promise<void> {
    getContexts(toOptions(this.invocation, this.factory))
  }
}
