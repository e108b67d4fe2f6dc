import { run, toOptions } from '../../src/cli/rollout/status'
import { KubectlCommand } from '../kubectl-command'

export default class RolloutStatus extends KubectlCommand<'rollout status'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
