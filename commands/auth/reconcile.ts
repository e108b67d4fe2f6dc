import { run, toOptions } from '../../src/cli/auth/reconcile'
import { KubectlCommand } from '../kubectl-command'

export default class AuthReconcile extends KubectlCommand<'auth reconcile'> {
  async run(): Promise<void> {
    await run(toOptions(this.invocation, this.factory))
  }
}
