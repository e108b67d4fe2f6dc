import { run, toOptions } from '../../src/cli/kuberc/set'
import { KubectlCommand } from '../kubectl-command'

export default class KubercSet extends KubectlCommand<'kuberc set'> {
  async run(): Promise<void> {
    run(toOptions(this.invocation, this.factory))
  }
}
