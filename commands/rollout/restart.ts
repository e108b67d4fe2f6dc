import { run, toRestartOptions } from '../../src/cli/rollout/change'
import { KubectlCommand } from '../kubectl-command'

export default class RolloutRestart extends KubectlCommand<'rollout restart'> {
  async run(): Promise<void> {
    await run(await toRestartOptions(this.invocation, this.factory))
  }
}
