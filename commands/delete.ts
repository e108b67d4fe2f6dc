import { run, runRaw } from '../src/cli/delete/delete'
import { toOptions } from '../src/cli/delete/options'
import { KubectlCommand } from './kubectl-command'

export default class Delete extends KubectlCommand<'delete'> {
  async run(): Promise<void> {
    const options = await toOptions(this.invocation, this.factory)
    const { raw } = this.invocation.flags
    if (raw === '') await run(options)
    else await runRaw(raw, undefined, await this.factory.client(), this.factory.io)
  }
}
