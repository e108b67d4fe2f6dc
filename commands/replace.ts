import { sendRaw } from '../src/cli/raw-request'
import { run, toOptions } from '../src/cli/replace/replace'
import { KubectlCommand } from './kubectl-command'

export default class Replace extends KubectlCommand<'replace'> {
  async run(): Promise<void> {
    const options = await toOptions(this.invocation, this.factory)
    const { raw, filename } = this.invocation.flags
    if (raw === '') await run(options)
    else await sendRaw('PUT', raw, filename[0] ?? '', await this.factory.client(), this.factory.io)
  }
}
