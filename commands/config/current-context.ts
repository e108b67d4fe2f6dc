import { run, toOptions } from '../../src/cli/config/current-context'
import { KubectlCommand } from '../kubectl-command'

export default class ConfigCurrentContext extends KubectlCommand<'config current-context'> {
  async run(): Promise<void> {
    run(toOptions(this.invocation, this.factory))
  }
}
