import { run, toOptions } from '../src/cli/port-forward/port-forward'
import { KubectlCommand } from './kubectl-command'

export default class PortForward extends KubectlCommand<'port-forward'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory))
  }
}
