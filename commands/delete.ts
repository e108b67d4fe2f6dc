import { run } from '../src/cli/delete/delete'
import { toOptions } from '../src/cli/delete/options'
import { sendRaw } from '../src/cli/raw-request'
import { KubectlCommand } from './kubectl-command'

export default class Delete extends KubectlCommand<'delete'> {
  async run(): Promise<void> {
    const options = await toOptions(this.invocation, this.factory)
    const { raw, filename } = this.invocation.flags
    if (raw === '') await run(options)
    else await sendRaw('DELETE', raw, filename[0] ?? '', await this.factory.client(), this.factory.io)
  }
}
