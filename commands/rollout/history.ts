import { run, toOptions } from '../../src/cli/rollout/history'
import { KubectlCommand } from '../kubectl-command'

export default class RolloutHistory extends KubectlCommand<'rollout history'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
