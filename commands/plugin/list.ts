import { run, toOptions } from '../../src/cli/plugin/list'
import { KubectlCommand } from '../kubectl-command'

export default class PluginList extends KubectlCommand<'plugin list'> {
  async run(): Promise<void> {
    run(toOptions(this.invocation, this.factory))
  }
}
