import { setContext } from '../../src/cli/config/set-entry'
import { toOptions } from '../../src/cli/config/options'
import { KubectlCommand } from '../kubectl-command'

export default class ConfigSetContext extends KubectlCommand<'config set-context'> {
  async run(): Promise<void> {
    setContext(toOptions(this.invocation, this.factory))
  }
}
