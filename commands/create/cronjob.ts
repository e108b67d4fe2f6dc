import { run, toOptions } from '../../src/cli/create/generate'
import { cronJob } from '../../src/cli/create/workloads'
import { KubectlCommand } from '../kubectl-command'

export default class CreateCronjob extends KubectlCommand<'create cronjob'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory, cronJob))
  }
}
