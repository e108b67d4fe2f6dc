import { editNew, run, toOptions } from '../src/cli/create/from-files'
import { sendRaw } from '../src/cli/raw-request'
import { KubectlCommand } from './kubectl-command'

export default class Create extends KubectlCommand<'create'> {
  async run(): Promise<void> {
    const options = toOptions(this.invocation, this.factory)
    const { edit, raw, filename } = this.invocation.flags
    if (edit) await editNew(options, this.invocation, this.factory)
    else if (raw === '') await run(options)
    else await sendRaw('POST', raw, filename[0] ?? '', await this.factory.client(), this.factory.io)
  }
}
