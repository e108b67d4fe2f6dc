import { unset } from '../../src/cli/config/set'
import { toOptions } from '../../src/cli/config/options'
import { KubectlCommand } from '../kubectl-command'

export default class ConfigUnset extends KubectlCommand<'config unset'> {
  async run(): Promise<void> {
    unset(toOptions(this.invocation, this.factory))
  }
}
