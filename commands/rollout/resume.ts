import { run, toResumeOptions } from '../../src/cli/rollout/change'
import { KubectlCommand } from '../kubectl-command'

export default class RolloutResume extends KubectlCommand<'rollout resume'> {
  async run(): Promise<void> {
    await run(toResumeOptions(this.invocation, this.factory))
  }
}
