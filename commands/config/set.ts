import { set } from '../../src/cli/config/set'
import { toOptions } from '../../src/cli/config/options'
import { KubectlCommand } from '../kubectl-command'

export default class ConfigSet extends KubectlCommand<'config set'> {
  async run(): Promise<void> {
    set(toOptions(this.invocation, this.factory))
  }
}
