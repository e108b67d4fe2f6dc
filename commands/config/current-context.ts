import { currentContext } from '../../src/cli/config/list'
import { toOptions } from '../../src/cli/config/options'
import { KubectlCommand } from '../kubectl-command'

export default class ConfigCurrentContext extends KubectlCommand<'config current-context'> {
  async run(): Promise<void> {
    currentContext(toOptions(this.invocation, this.factory))
  }
}
