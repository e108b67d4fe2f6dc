import { run, toOptions } from '../../src/cli/top/pod'
import { KubectlCommand } from '../kubectl-command'

export default class TopPod extends KubectlCommand<'top pod'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
