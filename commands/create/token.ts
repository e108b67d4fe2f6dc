import { run, toOptions } from '../../src/cli/create/token'
import { KubectlCommand } from '../kubectl-command'

export default class CreateToken extends KubectlCommand<'create token'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
