import { run, toOptions } from '../src/cli/edit/command'
import { KubectlCommand } from './kubectl-command'

export default class Edit extends KubectlCommand<'edit'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
