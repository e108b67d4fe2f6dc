import { run, toOptions } from '../../src/cli/kuberc/view'
import { KubectlCommand } from '../kubectl-command'

export default class KubercView extends KubectlCommand<'kuberc view'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
