import { setCredentials } from '../../src/cli/config/set-credentials'
import { toOptions } from '../../src/cli/config/options'
import { KubectlCommand } from '../kubectl-command'

export default class ConfigSetCredentials extends KubectlCommand<'config set-credentials'> {
  async run(): Promise<void> {
    setCredentials(toOptions(this.invocation, this.factory))
  }
}
