import { run, toOptions } from '../../src/cli/set/service-account'
import { KubectlCommand } from '../kubectl-command'

export default class SetServiceAccount extends KubectlCommand<'set serviceaccount'> {
  async run(): Promise<void> {
    await run(await toOptions(this.invocation, this.factory))
  }
}
