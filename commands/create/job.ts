import { run, toOptions } from '../../src/cli/create/generate'
import { job } from '../../src/cli/create/workloads'
import { KubectlCommand } from '../kubectl-command'

export default class CreateJob extends KubectlCommand<'create job'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory, job))
  }
}
