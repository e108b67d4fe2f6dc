import { run, toOptions } from '../../src/cli/rollout/undo'
import { KubectlCommand } from '../kubectl-command'

export default class RolloutUndo extends KubectlCommand<'rollout undo'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
