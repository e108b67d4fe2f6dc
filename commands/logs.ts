import { run } from '../src/cli/logs/logs'
import { toOptions } from '../src/cli/logs/options'
import { KubectlCommand } from './kubectl-command'

export default class Logs extends KubectlCommand<'logs'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory))
  }
}
