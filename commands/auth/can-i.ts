import { run, toOptions } from '../../src/cli/auth/can-i'
import { KubectlCommand } from '../kubectl-command'

export default class AuthCanI extends KubectlCommand<'auth can-i'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory))
  }
}
