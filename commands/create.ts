import { run, toOptions } from '../src/cli/create/from-files'
import { KubectlCommand } from './kubectl-command'

export default class Create extends KubectlCommand<'create'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
