import { run, toOptions } from '../../src/cli/create/generate'
import { priorityClass } from '../../src/cli/create/policies'
import { KubectlCommand } from '../kubectl-command'

export default class CreatePriorityclass extends KubectlCommand<'create priorityclass'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory, priorityClass))
  }
}
