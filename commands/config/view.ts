import { view } from '../../src/cli/config/view'
import { toOptions } from '../../src/cli/config/options'
import { KubectlCommand } from '../kubectl-command'

export default class ConfigView extends KubectlCommand<'config view'> {
  async run(): Promise<void> {
    view(toOptions(this.invocation, this.factory))
  }
}
