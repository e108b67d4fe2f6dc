import { run, toOptions } from '../../src/cli/auth/whoami'
import { KubectlCommand } from '../kubectl-command'

export default class AuthWhoami extends KubectlCommand<'auth whoami'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
