import { run, toPauseOptions } from '../../src/cli/rollout/change'
import { KubectlCommand } from '../kubectl-command'

export default class RolloutPause extends KubectlCommand<'rollout pause'> {
  async run(): Promise<void> {
    await run(toPauseOptions(this.invocation, this.factory))
  }
}
